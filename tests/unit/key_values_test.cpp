#include "engine/key_values.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "engine/read_ahead.hpp"

using xqs::engine::key_values;

namespace {

std::uint32_t number_of(key_values& values, std::int64_t value) { return values.intern(value); }

std::vector<std::uint32_t> numbers_of(key_values& values, const std::vector<std::int32_t>& of) {
  std::vector<std::uint32_t> numbers;
  (void)values.expect(xqs::engine::bits_of(of.data(), of.size()), of.size());
  for (const std::int32_t value : of) numbers.push_back(values.intern(std::int64_t{value}));
  return numbers;
}

}  // namespace

TEST_CASE("key values: integers are numbered as they appear, and are their text") {
  key_values values;
  CHECK(numbers_of(values, {7, 5, 7, -1}) == std::vector<std::uint32_t>{0, 1, 0, 2});
  CHECK(values.are_integers());
  CHECK(values.size() == 3);
  CHECK(values.intern("5") == 1);
  CHECK(values.intern("05") == 3);
  CHECK(number_of(values, std::numeric_limits<std::int64_t>::min()) == 4);
  CHECK(values[4] == "-9223372036854775808");
  CHECK(values.find("-1") == 2);
  CHECK(values.find("6") == key_values::none);
  CHECK(numbers_of(values, {5, 8}) == std::vector<std::uint32_t>{1, 5});
  CHECK_FALSE(values.are_integers());
}

TEST_CASE("key values: with gaps, small integers are their own numbers") {
  key_values values;
  values.allow({64, 1u << 22u, 1u << 31u});
  CHECK(numbers_of(values, {9, 3, 9}) == std::vector<std::uint32_t>{9, 3, 9});
  CHECK(values.size() == 12);  // 9 | 3 is 11
  CHECK(values.find("3") == 3);
  CHECK(values.find("12") == key_values::none);
  const std::uint32_t behind = number_of(values, 1'000'000);
  CHECK(behind >= 64);
  CHECK(values[behind] == "1000000");
  CHECK(values[9] == "9");
  // What is text, or written otherwise, stands behind them as well; nothing moves.
  CHECK(values.intern("03") == behind + 1);
  CHECK(values.intern("3") == 3);
  CHECK(values.intern("7") == 7);
  CHECK(values.intern("") == behind + 2);
  CHECK(values.intern("-0") == behind + 3);
  CHECK(values.intern("3 ") == behind + 4);
  CHECK(values.intern("1000000") == behind);
  CHECK(numbers_of(values, {1'000'000, 11, -4}) ==
        std::vector<std::uint32_t>{behind, 11, behind + 5});
  CHECK(values[11] == "11");
  CHECK(values.size() == behind + 6);
}

TEST_CASE("key values: a text that is used once") {
  key_values values;
  values.allow({64, 1u << 22u, 1u << 31u});
  (void)numbers_of(values, {9, 10});
  const std::uint32_t integer = number_of(values, 1'000'000);
  const auto used = [&](std::uint32_t number) {
    return values.use_text(number, [](std::string_view text) { return std::string(text); });
  };
  CHECK(used(0) == "0");
  CHECK(used(10) == "10");
  CHECK(used(integer) == "1000000");
  const std::uint32_t text = values.intern("north");
  CHECK(used(text) == "north");
  CHECK(used(integer) == "1000000");
  CHECK(used(9) == values[9]);
}

TEST_CASE("key values: integers that were hashed are in the table when it reaches them") {
  key_values values;
  const std::vector<std::int64_t> large = {200'000, 250'000, 300'000, -1, std::int64_t{1} << 40};
  for (std::size_t i = 0; i < large.size(); ++i) CHECK(number_of(values, large[i]) == i);
  for (std::int64_t value = 0; value < 50'000; ++value)
    CHECK(number_of(values, value) == 5 + value);
  CHECK(number_of(values, 150'000) == 50'005);  // up to 2^18, since there is enough in it
  const std::vector<std::int64_t> asked = {250'000, 150'000, 200'000, 49'999, 0};
  std::vector<std::uint32_t> numbers(asked.size());
  CHECK(values.find(asked.data(), asked.size(), numbers.data()));
  CHECK(numbers == std::vector<std::uint32_t>{1, 50'005, 0, 50'004, 5});
  for (std::size_t i = 0; i < large.size(); ++i) {
    CHECK(values.find(large[i]) == i);
    CHECK(number_of(values, large[i]) == i);
  }
  CHECK(values.find(std::int64_t{210'000}) == key_values::none);
  CHECK(number_of(values, 299'999) == 50'006);
  CHECK(values.size() == 50'007);
}

TEST_CASE("key values: short texts that share head, tail or bytes are told apart") {
  key_values values;
  const std::vector<std::string> texts = {"a",
                                          "b",
                                          std::string("\0", 1),
                                          std::string("\0\0", 2),
                                          "ab",
                                          "ba",
                                          "12345678",
                                          "1234567",
                                          "123456789",
                                          "12345678123456789",
                                          "1234567812345678",
                                          "1234567812345679",
                                          "a2345678",
                                          "12345678a"};
  for (int round = 0; round < 3; ++round)
    for (std::uint32_t i = 0; i < texts.size(); ++i) CHECK(values.intern(texts[i]) == i);
  for (std::uint32_t i = 0; i < 20'000; ++i)
    CHECK(values.intern("name " + std::to_string(i)) == texts.size() + i);
  for (std::uint32_t i = 0; i < 20'000; i += 7)
    CHECK(values.intern("name " + std::to_string(i)) == texts.size() + i);
}

TEST_CASE("key values: integers are found that came as text, and at a glance if they are dense") {
  key_values values;
  CHECK(values.intern("7") == 0);
  CHECK(values.find(std::int64_t{7}) == 0);
  CHECK(values.find(std::int64_t{8}) == key_values::none);
  key_values integers;
  const std::vector<std::int8_t> some = {2, 0, 1};
  for (const std::int8_t value : some) (void)integers.intern(std::int64_t{value});
  CHECK(integers.surely_has(some.data(), some.size()));
  const std::vector<std::int8_t> more = {2, 3};
  CHECK_FALSE(integers.surely_has(more.data(), more.size()));
  const std::vector<std::int8_t> negative = {1, -1};
  CHECK_FALSE(integers.surely_has(negative.data(), negative.size()));
  std::vector<std::uint32_t> numbers(2);
  CHECK_FALSE(integers.find(more.data(), more.size(), numbers.data()));
  CHECK(numbers == std::vector<std::uint32_t>{0, key_values::none});
}

#include "xqs/detail/hash_index.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "xqs/detail/dictionary.hpp"
#include "xqs/detail/pair_index.hpp"

using xqs::detail::dictionary;
using xqs::detail::hash_index;
using xqs::detail::mix;
using xqs::detail::pair_index;

// Source: fmix64 of MurmurHash3 in Python, upper 32 bits.
static_assert(mix(0) == 0x00000000u);
static_assert(mix(1) == 0xb456bcfcu);
static_assert(mix(0x123456789abcdef0u) == 0x18b8c062u);
static_assert(mix(0xffffffffffffffffu) == 0x64b5720bu);

namespace {

void insert(hash_index& index, std::uint32_t hash) {
  index.make_room();
  index.insert(hash);
}

}  // namespace

TEST_CASE("an empty hash index finds nothing", "[unit]") {
  const hash_index index;
  CHECK(index.size() == 0);
  CHECK(index.find(0, [](std::uint32_t) { return true; }) == hash_index::none);
}

TEST_CASE("a hash index numbers in the order of insertion", "[unit]") {
  hash_index index;
  std::vector<std::uint32_t> keys;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    keys.push_back(i * 7);
    insert(index, mix(keys.back()));
  }
  CHECK(index.size() == 10'000);
  std::uint32_t wrong = 0;
  for (std::uint32_t key = 0; key < 70'000; ++key) {
    const std::uint32_t expected = key % 7 == 0 ? key / 7 : hash_index::none;
    const auto same = [&](std::uint32_t position) { return keys[position] == key; };
    if (index.find(mix(key), same) != expected) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a hash index tells keys of one hash apart", "[unit]") {
  // All ones leave the last slot and must wrap around; hashes equal in the low bits collide too.
  for (const std::uint32_t hash : {0u, 15u, 0xffffffffu}) {
    INFO(hash);
    hash_index index;
    for (std::uint32_t i = 0; i < 100; ++i) insert(index, hash);
    insert(index, hash ^ 0x10000u);
    for (const std::uint32_t wanted : {0u, 11u, 12u, 50u, 99u})
      CHECK(index.find(hash, [&](std::uint32_t position) { return position == wanted; }) == wanted);
    CHECK(index.find(hash, [](std::uint32_t) { return false; }) == hash_index::none);
    CHECK(index.find(hash ^ 0x10000u, [](std::uint32_t) { return true; }) == 100);
    CHECK(index.find(hash ^ 0x20000u, [](std::uint32_t) { return true; }) == hash_index::none);
  }
}

TEST_CASE("a copy of a hash index is independent", "[unit]") {
  hash_index index;
  insert(index, 1);
  hash_index copy = index;
  insert(copy, 2);
  CHECK(index.size() == 1);
  CHECK(index.find(2, [](std::uint32_t) { return true; }) == hash_index::none);
  CHECK(copy.find(2, [](std::uint32_t) { return true; }) == 1);
}

TEST_CASE("a dictionary numbers distinct texts", "[unit]") {
  dictionary texts;
  CHECK(texts.size() == 0);
  CHECK(texts.find("") == dictionary::none);
  CHECK(texts.intern("b") == 0);
  CHECK(texts.intern("a") == 1);
  CHECK(texts.intern("b") == 0);
  CHECK(texts.intern("") == 2);
  CHECK(texts.intern("") == 2);
  CHECK(texts.intern("ab") == 3);
  CHECK(texts.size() == 4);
  CHECK(texts[0] == "b");
  CHECK(texts[1] == "a");
  CHECK(texts[2].empty());
  CHECK(texts[3] == "ab");
  CHECK(texts.find("a") == 1);
  CHECK(texts.find("A") == dictionary::none);
}

TEST_CASE("a dictionary may begin with the empty text", "[unit]") {
  dictionary texts;
  CHECK(texts.intern("") == 0);
  CHECK(texts.intern("x") == 1);
  CHECK(texts[0].empty());
  CHECK(texts[1] == "x");
}

TEST_CASE("a dictionary keeps any bytes", "[unit]") {
  using namespace std::string_view_literals;
  dictionary texts;
  const std::string_view keys[] = {"a"sv, "a\0"sv, "a\0b"sv, "\0"sv, "\xff\xfe"sv, "\xc3\xa4"sv};
  for (std::uint32_t i = 0; i < 6; ++i) CHECK(texts.intern(keys[i]) == i);
  for (std::uint32_t i = 0; i < 6; ++i) CHECK(texts[i] == keys[i]);
}

TEST_CASE("a dictionary may be given its own text", "[unit]") {
  dictionary texts;
  texts.intern(std::string(1'000, 'x') + "y");
  CHECK(texts.intern(texts[0]) == 0);
  CHECK(texts.intern(texts[0].substr(999)) == 1);
  for (int i = 0; i < 100; ++i) texts.intern(texts[0].substr(0, 900 + static_cast<unsigned>(i)));
  CHECK(texts.size() == 102);
  CHECK(texts[1] == "xy");
  CHECK(texts[101] == std::string(999, 'x'));
}

TEST_CASE("a dictionary holds many texts", "[unit]") {
  dictionary texts;
  std::uint32_t wrong = 0;
  for (std::uint32_t i = 0; i < 50'000; ++i)
    if (texts.intern("rep " + std::to_string(i)) != i) ++wrong;
  for (std::uint32_t i = 0; i < 50'000; ++i)
    if (texts.find("rep " + std::to_string(i)) != i || texts[i] != "rep " + std::to_string(i))
      ++wrong;
  CHECK(wrong == 0);
  CHECK(texts.size() == 50'000);
  CHECK(texts.find("rep 50000") == dictionary::none);
}

TEST_CASE("a pair index numbers distinct pairs", "[unit]") {
  pair_index pairs;
  CHECK(pairs.size() == 0);
  CHECK(pairs.intern(0, 0) == 0);
  CHECK(pairs.intern(0, 1) == 1);
  CHECK(pairs.intern(1, 0) == 2);
  CHECK(pairs.intern(0xffffffffu, 0xffffffffu) == 3);
  CHECK(pairs.intern(0xffffffffu, 0) == 4);
  CHECK(pairs.intern(0, 0xffffffffu) == 5);
  CHECK(pairs.intern(1, 0) == 2);
  CHECK(pairs.size() == 6);
  CHECK(pairs[1] == std::pair<std::uint32_t, std::uint32_t>(0, 1));
  CHECK(pairs[2] == std::pair<std::uint32_t, std::uint32_t>(1, 0));
  CHECK(pairs[4] == std::pair<std::uint32_t, std::uint32_t>(0xffffffffu, 0));
}

TEST_CASE("a pair index holds many pairs", "[unit]") {
  pair_index pairs;
  std::uint32_t wrong = 0;
  for (int pass = 0; pass < 2; ++pass)
    for (std::uint32_t a = 0; a < 200; ++a)
      for (std::uint32_t b = 0; b < 200; ++b)
        if (pairs.intern(a, b) != 200 * a + b) ++wrong;
  CHECK(wrong == 0);
  CHECK(pairs.size() == 40'000);
}

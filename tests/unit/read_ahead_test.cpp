#include "engine/read_ahead.hpp"

#include <cstdint>
#include <vector>

#include "catch.hpp"

using xqs::engine::bits_of;

TEMPLATE_TEST_CASE("bits of integers: of all, at any place of a line or behind the last whole one",
                   "", std::int8_t, std::uint8_t, std::int32_t, std::int64_t) {
  for (const std::size_t count : {1u, 7u, 8u, 16u, 63u, 64u, 65u, 200u}) {
    for (std::size_t at = 0; at < count; ++at) {
      CAPTURE(count, at);
      std::vector<TestType> values(count, 1);
      CHECK(bits_of(values.data(), count) == 1);
      values[at] = 6;
      CHECK(bits_of(values.data(), count) == (count == 1 ? 6 : 7));
    }
  }
  CHECK(bits_of(static_cast<const TestType*>(nullptr), 0) == 0);
}

TEST_CASE("bits of integers: huge if one is below 0") {
  const std::vector<std::int8_t> values = {1, -1};
  CHECK(bits_of(values.data(), values.size()) == ~std::uint64_t{0});
  const std::vector<std::uint8_t> bytes = {1, 0x80};
  CHECK(bits_of(bytes.data(), bytes.size()) == 0x81);
}

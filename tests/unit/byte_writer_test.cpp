#include "xqs/detail/byte_writer.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"

using namespace xqs;
using bytes = std::vector<std::uint8_t>;

TEST_CASE("byte_writer: the least significant byte first", "[unit]") {
  detail::byte_writer out;
  out.integer(std::uint8_t{0xab});
  out.integer(std::uint16_t{0x0102});
  out.integer(std::uint32_t{0x03040506});
  out.integer(std::uint64_t{0x8708090a0b0c0d0e});
  out.limbs(detail::limb_array<2>{1, 0x80});
  CHECK(out.bytes() == bytes{0xab, 2,    1,    6,    5, 4, 3, 0x0e, 0x0d, 0x0c, 0x0b,
                             0x0a, 0x09, 0x08, 0x87, 1, 0, 0, 0,    0,    0,    0,
                             0,    0x80, 0,    0,    0, 0, 0, 0,    0});
}

TEST_CASE("byte_writer: text has its length before it, and must be UTF-8", "[unit]") {
  detail::byte_writer out;
  out.text("");
  out.text("ü");
  CHECK(out.bytes() == bytes{0, 0, 0, 0, 2, 0, 0, 0, 0xc3, 0xbc});
  try {
    out.text("a\xfc");
    FAIL("not refused");
  } catch (const error& problem) {
    CHECK(problem.code() == errc::invalid_argument);
    CHECK_THAT(problem.what(), contains("\"a?\"") && contains("UTF-8"));
  }
  CHECK(out.bytes().size() == 10);
}

TEST_CASE("byte_writer: replaces what is there", "[unit]") {
  detail::byte_writer out;
  for (std::uint8_t i = 1; i <= 10; ++i) out.integer(i);
  out.replace(1, 0x0807060504030201);
  CHECK(out.take() == bytes{1, 1, 2, 3, 4, 5, 6, 7, 8, 10});
}

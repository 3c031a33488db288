#include "xqs/detail/crc32.hpp"

#include <boost/crc.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include "catch.hpp"

using xqs::detail::crc32;

namespace {

std::uint32_t of(std::string_view text) {
  return crc32(std::vector<std::uint8_t>(text.begin(), text.end()));
}

}  // namespace

// The check value of CRC-32/ISO-HDLC, and zlib.crc32 of Python 3.
TEST_CASE("crc32: published values", "[unit]") {
  CHECK(of("123456789") == 0xcbf43926u);
  CHECK(of("") == 0);
  CHECK(of(std::string_view("\0", 1)) == 0xd202ef8du);
  CHECK(of("The quick brown fox jumps over the lazy dog") == 0x414fa339u);
}

TEST_CASE("crc32: as Boost.CRC has it, for all bytes and many lengths", "[unit]") {
  std::vector<std::uint8_t> bytes;
  for (unsigned i = 0; i < 600; ++i) {
    boost::crc_32_type expected;
    expected.process_bytes(bytes.data(), bytes.size());
    REQUIRE(crc32(bytes) == expected.checksum());
    bytes.push_back(static_cast<std::uint8_t>(i * 7 + i / 256));
  }
}

#include "xqs/detail/byte_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"

using namespace xqs;
using bytes = std::vector<std::uint8_t>;
using detail::byte_reader;

namespace {

/// The message with which a call is refused.
std::string refusal(const auto& call) {
  try {
    call();
  } catch (const error& problem) {
    CHECK(problem.code() == errc::invalid_bytes);
    return problem.what();
  }
  return "not refused";
}

}  // namespace

TEST_CASE("byte_reader: the least significant byte first", "[unit]") {
  const bytes from = {0xab, 2, 1, 6, 5, 4, 3, 0x0e, 0x0d, 0x0c, 0x0b, 0x0a, 0x09, 0x08, 0x87, 1,
                      0,    0, 0, 0, 0, 0, 0, 0x80, 0,    0,    0,    0,    0,    0,    0};
  byte_reader in(from);
  CHECK(in.integer<std::uint8_t>() == 0xab);
  CHECK(in.integer<std::uint16_t>() == 0x0102);
  CHECK(in.integer<std::uint32_t>() == 0x03040506);
  CHECK(in.integer<std::uint64_t>() == 0x8708090a0b0c0d0e);
  CHECK(in.at() == 15);
  CHECK(in.left() == 16);
  CHECK(in.limbs<2>() == detail::limb_array<2>{1, 0x80});
  in.require_end();
  CHECK(refusal([&] { in.integer<std::uint8_t>(); }) ==
        "byte 31: 1 bytes are needed, but 0 are left");
}

TEST_CASE("byte_reader: totals have 63 bits", "[unit]") {
  const bytes largest = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
  CHECK(byte_reader(largest).total() == 9223372036854775807);
  const bytes more = {0, 0, 0, 0, 0, 0, 0, 0x80};
  CHECK(refusal([&] { byte_reader(more).total(); }) ==
        "byte 0: total 9223372036854775808; allowed is less than 2^63");
}

TEST_CASE("byte_reader: text within the bytes, in UTF-8", "[unit]") {
  const bytes good = {2, 0, 0, 0, 0xc3, 0xbc, 7};
  byte_reader in(good);
  CHECK(in.text() == "ü");
  CHECK(refusal([&] { in.require_end(); }) == "byte 6: 1 bytes left over; allowed are none");
  const bytes endless = {0xff, 0xff, 0xff, 0xff, 'a'};
  CHECK(refusal([&] { byte_reader(endless).text(); }) ==
        "byte 0: text of 4294967295 bytes, but 1 are left");
  const bytes latin = {1, 0, 0, 0, 0xfc};
  CHECK(refusal([&] { byte_reader(latin).text(); }) == "byte 0: text \"?\" is not UTF-8");
}

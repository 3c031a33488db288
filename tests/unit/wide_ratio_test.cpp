#include "xqs/tally/wide_ratio.hpp"

#include <cstdint>

#include "catch.hpp"

// Expectations: Python's integers and fractions.Fraction, whose conversion to float rounds once.

using namespace xqs;

namespace {

wide_int<256> power(std::int64_t base, int exponent) {
  wide_int<256> result = 1;
  for (int i = 0; i < exponent; ++i) result = narrow<256>(result * base);
  return result;
}

}  // namespace

TEST_CASE("divide: quotient and remainder", "[unit]") {
  const auto [q, r] = detail::divide(power(7, 80), power(3, 100));
  CHECK(to_string(q) == "78653441344452075719");  // 7**80 // 3**100
  CHECK(to_string(r) == "4842484865953380227034345786740406024544054282");
  const auto small = detail::divide(wide_int<256>(5), power(3, 100));
  CHECK(small.quotient.is_zero());
  CHECK(small.remainder == wide_int<256>(5));
  CHECK(detail::divide(power(2, 200), power(2, 64)).quotient == power(2, 136));
}

TEST_CASE("shifted_left: across limbs", "[unit]") {
  CHECK(detail::shifted_left(power(3, 20), 0) == power(3, 20));
  CHECK(detail::shifted_left(power(3, 20), 64) == narrow<256>(power(3, 20) * power(2, 64)));
  CHECK(detail::shifted_left(power(3, 20), 131) == narrow<256>(power(3, 20) * power(2, 131)));
}

TEST_CASE("nearest_ratio: rounded once", "[unit]") {
  CHECK(nearest_ratio(wide_int<256>(1), wide_int<256>(3)) == 1.0 / 3);
  CHECK(nearest_ratio(wide_int<256>(-2), wide_int<256>(3)) == -2.0 / 3);
  CHECK(nearest_ratio(wide_int<256>(0), wide_int<256>(3)) == 0);
  CHECK(nearest_ratio(power(7, 80), power(3, 100)) == 7.865344134445208e+19);
  CHECK(nearest_ratio(power(3, 100), power(7, 80)) == 1.2714001865737008e-20);
  // 2**53 + 1 is halfway between two doubles: to even, and up by the least above it
  const wide_int<256> tie = power(2, 53) + 1;
  CHECK(nearest_ratio(tie, wide_int<256>(1)) == 0x1p53);
  CHECK(nearest_ratio(narrow<256>(tie * power(3, 60)) + 1, power(3, 60)) == 0x1p53 + 2);
  CHECK(nearest_ratio(power(2, 250), wide_int<256>(1)) == 0x1p250);
}

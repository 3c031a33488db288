#include "xqs/score/ratio_products.hpp"

#include <cstdint>
#include <limits>

#include "catch.hpp"
#include "xqs/score/moments.hpp"

// Literals: Python's integers, each result made a float, which rounds to the nearest.

using namespace xqs;

namespace {

/// Of these the units and sums are those of the moments.
struct expected_products {
  double squares, xx, xy, yy, determinant, slope, offset;
};

void check(const ratio_moments& m, const expected_products& expected) {
  const ratio_products found = products_of(m);
  CHECK(found.units == m.units);
  CHECK(found.x == to_double(m.x));
  CHECK(found.y == to_double(m.y));
  CHECK(found.squares == expected.squares);
  CHECK(found.xx == expected.xx);
  CHECK(found.xy == expected.xy);
  CHECK(found.yy == expected.yy);
  CHECK(found.determinant == expected.determinant);
  CHECK(found.slope == expected.slope);
  CHECK(found.offset == expected.offset);
}

/// high 2^64 + low.
int192 wide(std::uint64_t high, std::uint64_t low) { return int192::from_limbs({low, high, 0}); }

}  // namespace

TEST_CASE("ratio products: moments whose products fit words", "[unit]") {
  check({3, 7, 5, 19, 12, 9}, {76, 8, 1, 2, 15, -33, 9});
  check({}, {0, 0, 0, 0, 0, 0, 0});
  // at both ends of what is small enough
  check({1, 32767, 32767, 2147483647, 2147483647, 2147483647},
        {0, 1073807358, 1073807358, 1073807358, 0, 0, 0});
  check({46339, 1, 1, 46339, 3, 46339},
        {92672, 2147302920, 139016, 2147302920, 4.610909810915078e+18, -2147163904, 2147163904});
  check({8191, 32767, 1, 262143, 5, 262000},
        {281303187652473.0, 1073537024, 8188, 2146041999, 2.3038555409184276e+18, -805240828,
         70319358173045.0});
  check({1, 32767, 32767, 2147483647, 0, 2147483647},
        {4.611404545598292e+18, 1073807358, -1073676289, 1073807358, 281468534128643.0,
         -70366596661249.0, 70366596661249.0});
}

TEST_CASE("ratio products: moments that fit words, but not their products", "[unit]") {
  check({46340, 32767, 32767, 46340, 3, 46339},
        {99500802730497.0, 1073719311, -1073537269, 1073672971, 341134729464620.0,
         -70359156356860.0, 70357637934080.0});
  check({2147483647, 5, 32767, 1, 0, 1},
        {1073676314, 2147483622, -163835, 1073807358, 2.3059836876461834e+18, -70366596661249.0,
         10737418235.0});
  check({8192, 32768, 1, 262143, 5, 262000},
        {281320357822463.0, 1073733632, 8192, 2146303999, 2.3045587881552855e+18, -805298176,
         70330089431040.0});
  check({2305843009213693953, 4611686018427387903, 4611686018427387901, 4611686018427387899,
         2305843009213693959, 4611686018427387895},
        {9.807971461541689e+55, -1.0633823966279327e+37, -1.595073594941899e+37,
         -1.0633823966279327e+37, -1.4134776518227075e+74, -2.4519928653854222e+55,
         2.4519928653854222e+55});
}

TEST_CASE("ratio products: moments of several words", "[unit]") {
  check({4611686018427387904, int128(std::uint64_t{1} << 63), int128((std::uint64_t{1} << 63) - 25),
         wide(64, 1), wide(63, 0 - std::uint64_t{12345}), wide(64, 99)},
        {2.108899968992516e+42, 5.359447279004781e+39, 5.359447279004781e+39, 5.359447279004781e+39,
         6.127118235796785e+62, -3.890278159823629e+41, 6.654221685138952e+41});
  // as far as tallies go
  const auto sum = int128::from_limbs({0, std::uint64_t{1} << 62});
  const auto squares = int192::from_limbs({0, 0, std::uint64_t{1} << 62});
  check({std::numeric_limits<std::uint64_t>::max(), sum, -sum + 1, squares, -squares, squares - 1},
        {-7.237005577332262e+75, 2.1711016731996787e+76, -2.1711016731996787e+76,
         2.1711016731996787e+76, -4.0049756923517064e+95, -2.894802230932905e+76,
         2.894802230932905e+76});
}

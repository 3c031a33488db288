#include "xqs/analysis/adjust.hpp"

#include <vector>

#include "catch.hpp"

// Literals from R's p.adjust: tests/reference/analysis.R.

using namespace xqs;

namespace {

using values = std::vector<double>;

void check(const values& adjusted, const values& expected) {
  REQUIRE(adjusted.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(adjusted[i] == Approx(expected[i]).epsilon(1e-14));
}

const values p = {0.021, 0.0004, 0.3, 0.021, 0.049, 0.8, 0.011};

}  // namespace

TEST_CASE("holm: seven comparisons, two of them equal", "[unit]") {
  check(holm(p), {0.1050, 0.0028, 0.6, 0.1050, 0.1470, 0.8, 0.0660});
  check(holm(values{0.5, 0.9, 1}), {1, 1, 1});
}

TEST_CASE("benjamini_hochberg: the same comparisons", "[unit]") {
  check(benjamini_hochberg(p), {0.03675, 0.0028, 0.35, 0.03675, 0.0686, 0.8, 0.03675});
  check(benjamini_hochberg(values{0.5, 0.9, 1}), {1, 1, 1});
}

TEST_CASE("adjustments: nothing, and one comparison", "[unit]") {
  CHECK(holm(values{}).empty());
  CHECK(benjamini_hochberg(values{}).empty());
  check(holm(values{0.04}), {0.04});
  check(benjamini_hochberg(values{0.04}), {0.04});
}

TEST_CASE("adjustments: what is no p value is refused", "[unit]") {
  CHECK_THROWS_AS(holm(values{0.1, 1.1}), error);
  CHECK_THROWS_AS(benjamini_hochberg(values{-0.1}), error);
  CHECK_THROWS_AS(holm(values{0.0 / 0.0}), error);
}

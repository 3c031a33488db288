#include "xqs/score/interval.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Literals from tests/reference/small_scores.py.

using namespace xqs;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(0.0); }

fieller_pivot pivot_of(const std::vector<hand_made::total>& units, double factor = 1) {
  static const definition d(hand_made::file());
  return fieller_pivot(pooled_moments(hand_made::pooled(d, units)), factor);
}

interval fieller(const std::vector<hand_made::total>& units, double factor = 1) {
  return pivot_of(units, factor).interval(critical_value(units.size(), decimal(0.95)));
}

const std::vector<hand_made::total> five = {{10, 7}, {8, 6}, {12, 7}, {9, 5}, {11, 9}};

}  // namespace

TEST_CASE("critical_value: t quantiles of a level", "[unit]") {
  CHECK(critical_value(2, decimal(0.95)) == near(12.706204736174705));
  CHECK(critical_value(3, decimal(0.95)) == near(4.3026527297494639));
  CHECK(critical_value(5, decimal(0.95)) == near(2.7764451051977944));
  CHECK(critical_value(5, decimal(0.99)) == near(4.6040948713499932));
  CHECK(critical_value(392, decimal(0.95)) == near(1.9660496792749913));
  CHECK(critical_value(5, decimal(0.5)) == near(0.74069708411268263));
}

TEST_CASE("interval kinds have the names of the documents", "[unit]") {
  CHECK(name_of(interval_kind::none) == "none");
  CHECK(name_of(interval_kind::bounded) == "bounded");
  CHECK(name_of(interval_kind::exclusive) == "exclusive");
  CHECK(name_of(interval_kind::unbounded) == "unbounded");
  CHECK(name_of(interval_kind::degenerate) == "degenerate");
  CHECK(name_of(interval_kind::census) == "census");
}

TEST_CASE("delta interval: symmetric, never clipped", "[unit]") {
  const estimate e{.value = 0.25, .std_error = 0.125, .units = 5};
  const interval i = delta_interval(e, 4);
  CHECK(i.kind == interval_kind::bounded);
  CHECK(*i.low == -0.25);
  CHECK(*i.high == 0.75);
}

TEST_CASE("fieller: bounded", "[unit]") {
  const interval i = fieller(five);
  CHECK(i.kind == interval_kind::bounded);
  CHECK(*i.low == near(0.53790461037271992));
  CHECK(*i.high == near(0.82850952927013853));
  const interval finite = fieller(five, 0.75);
  CHECK(*finite.low == near(0.55717953382678548));
  CHECK(*finite.high == near(0.80758333697036798));
}

TEST_CASE("fieller: the same in points too many for words", "[unit]") {
  std::vector<hand_made::total> many = five;
  for (hand_made::total& t : many) t = {t.first << 32, t.second << 32};
  const interval i = fieller(many);
  CHECK(*i.low == near(0.53790461037271992));
  CHECK(*i.high == near(0.82850952927013853));
}

TEST_CASE("fieller: an equal requirement of everybody gives the delta interval", "[unit]") {
  const interval i = fieller({{4, 1}, {4, 3}, {4, 2}, {4, 4}});
  CHECK(*i.low == near(0.11143493580986949));
  CHECK(*i.high == near(1.1385650641901305));
}

TEST_CASE("fieller: two units, whose covariance matrix is singular", "[unit]") {
  const interval i = fieller({{100, 20}, {110, 27}});
  CHECK(i.kind == interval_kind::bounded);
  CHECK(*i.low == near(-0.50572062390020495));  // not clipped
  CHECK(*i.high == near(0.40331871896370337));
}

TEST_CASE("fieller: wide but bounded", "[unit]") {
  const interval i = fieller({{1, 4}, {9, 8}, {2, 5}, {8, 9}, {4, 5}});
  CHECK(i.kind == interval_kind::bounded);
  CHECK(*i.low == near(0.92236831614086296));
  CHECK(*i.high == near(9.77427020601443));
}

TEST_CASE("fieller: a requirement that may be zero has no ends", "[unit]") {
  for (const auto& [units, kind] :
       {std::pair(std::vector<hand_made::total>{{1, 4}, {20, 2}, {2, 6}}, interval_kind::exclusive),
        std::pair(std::vector<hand_made::total>{{4, 2}, {6, 5}}, interval_kind::exclusive),
        std::pair(std::vector<hand_made::total>{{1, 1}, {20, 2}, {2, 6}},
                  interval_kind::unbounded)}) {
    const interval i = fieller(units);
    CHECK(i.kind == kind);
    CHECK_FALSE(i.low.has_value());
    CHECK_FALSE(i.high.has_value());
  }
}

TEST_CASE("fieller: survives large totals that hardly differ", "[unit]") {
  constexpr std::int64_t big = 1'000'000'000;
  const interval i = fieller({{big, big}, {big + 1, big}, {big, big + 1}, {big + 2, big + 1}});
  CHECK(i.kind == interval_kind::bounded);
  CHECK(1 - *i.low == Approx(1.77348017729e-9).epsilon(1e-6));
  CHECK(*i.high - 1 == Approx(1.2734801815e-9).epsilon(1e-6));
}

TEST_CASE("fieller pivot: zero at the estimate, plus or minus k at the ends", "[unit]") {
  const fieller_pivot g = pivot_of(five);
  CHECK(g(0.68) == Approx(0).margin(1e-13));
  CHECK(g(0.53790461037271992) == near(-2.7764451051977944));
  CHECK(g(0.82850952927013853) == near(2.7764451051977944));
}

TEST_CASE("fieller pivot: constant beyond its turning point", "[unit]") {
  const fieller_pivot below = pivot_of({{1, 4}, {9, 8}, {2, 5}, {8, 9}, {4, 5}});
  const double turning_point = 0.51945080091533181;  // below the estimate of 1.29
  CHECK(below(turning_point) == near(-11.249305534120762));
  CHECK(below(0.4) == near(-11.249305534120762));
  CHECK(below(-1e6) == near(-11.249305534120762));
  CHECK(below(0.6) > below(0.55));

  const fieller_pivot above = pivot_of({{100, 18}, {110, 20}, {120, 30}});
  CHECK(above(0.73538461538461538) == near(37.672934581739183));
  CHECK(above(0.8) == near(37.672934581739183));
  CHECK(above(7) == near(37.672934581739183));
  CHECK(above(0.7) < above(0.72));

  // two units: beyond the slope 0.7 of the line through both the pivot is infinite
  const fieller_pivot two = pivot_of({{100, 20}, {110, 27}});
  CHECK(std::isinf(two(0.8)));
  CHECK(two(0.8) > 0);
  CHECK(std::isfinite(two(0.6)));
}

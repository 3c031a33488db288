#include "xqs/score/estimator.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"
#include "xqs/score/contrast.hpp"
#include "xqs/score/moments.hpp"

// Literals from tests/reference/small_scores.py.

using namespace xqs;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(0.0); }

const definition& keep() {
  static const definition d(hand_made::file({"a", "b", "c"}));
  return d;
}

ratio_moments moments(const std::vector<hand_made::total>& units) {
  return pooled_moments(hand_made::pooled(keep(), units));
}

const std::vector<hand_made::total> five = {{10, 7}, {8, 6}, {12, 7}, {9, 5}, {11, 9}};

/// Four units, three items.
tally items() {
  return hand_made::profile(keep(), {"a", "b", "c"},
                            {{{4, 3}, {2, 1}, {1, 1}},
                             {{3, 3}, {4, 1}, {3, 1}},
                             {{4, 2}, {1, 1}, {2, 2}},
                             {{2, 2}, {3, 2}, {4, 2}}});
}

}  // namespace

TEST_CASE("moments: of one column, of all columns, of quotients", "[unit]") {
  const tally t = items();
  const ratio_moments b = column_moments(t, 1);
  CHECK(b.units == 4);
  CHECK(b.x == int128(10));
  CHECK(b.y == int128(5));
  CHECK(b.xx == int192(30));
  CHECK(b.xy == int192(13));
  CHECK(b.yy == int192(7));

  const ratio_moments all = pooled_moments(t);  // R: 7, 10, 7, 9; S: 5, 5, 5, 6
  CHECK(all.units == 4);
  CHECK(all.x == int128(33));
  CHECK(all.y == int128(21));
  CHECK(all.xx == int192(279));
  CHECK(all.xy == int192(174));
  CHECK(all.yy == int192(111));
  CHECK_FALSE(all.rounded);

  const ratio_moments q = quotient_moments(hand_made::pooled(keep(), {{4, 2}, {0, 3}, {5, 5}}));
  CHECK(q.units == 2);
  CHECK(q.rounded);
  CHECK(q.x == int128(std::int64_t{1} << 41));
  CHECK(q.y == int128(3 * (std::int64_t{1} << 39)));
  CHECK(to_string(q.xx) == "2417851639229258349412352");  // Python: 2 * 2**80
  CHECK(to_string(q.xy) == "1813388729421943762059264");  // 1.5 * 2**80
  CHECK(to_string(q.yy) == "1511157274518286468382720");  // 1.25 * 2**80
}

TEST_CASE("residual sums are exact", "[unit]") {
  // Python: sum((50 * s - 34 * r)**2) of `five`
  CHECK(products_of(moments(five)).squares == 13160);
  // by hand, columns a (R 13, S 10) and b (R 10, S 5): (-1, 9, -14, 6) and (0, -10, 5, 5)
  CHECK(to_string(residual_products(items(), 0, 0)) == "314");
  CHECK(to_string(residual_products(items(), 0, 1)) == "-130");
  CHECK(to_string(residual_products(items(), 1, 0)) == "-130");
}

TEST_CASE("ratio_estimate: value and standard error", "[unit]") {
  const estimate e = ratio_estimate(moments(five), 1);
  CHECK(e.value == near(0.68));
  CHECK(e.std_error == near(0.05130302135352264));
  CHECK(e.units == 5);
  CHECK_FALSE(e.degenerate);
  CHECK(ratio_estimate(moments(five), population_factor(5, 20)).std_error ==
        near(0.044429719783046123));
  CHECK(ratio_estimate(moments({{4, 2}, {6, 5}}), 1).std_error == near(0.16));
}

TEST_CASE("ratio_estimate: residuals of a billionth survive", "[unit]") {
  constexpr std::int64_t big = 1'000'000'000;
  const estimate e =
      ratio_estimate(moments({{big, big}, {big + 1, big}, {big, big + 1}, {big + 2, big + 1}}), 1);
  CHECK(e.value == near(0.99999999975));
  CHECK(e.std_error == near(4.7871355342121521e-10));
}

TEST_CASE("ratio_estimate: fewer than two units, and no variance", "[unit]") {
  const estimate one = ratio_estimate(moments({{4, 3}}), 1);
  CHECK(one.value == 0.75);
  CHECK(one.std_error == 0);
  CHECK_FALSE(one.degenerate);
  const estimate same = ratio_estimate(moments({{2, 1}, {4, 2}, {6, 3}}), 1);
  CHECK(same.value == 0.5);
  CHECK(same.degenerate);
  CHECK(same.std_error == 0);
  // 1/3 of everything: no double holds it, the exact numerator is zero all the same
  CHECK(ratio_estimate(moments({{3, 1}, {6, 2}, {21, 7}}), 1).degenerate);
  CHECK_FALSE(ratio_estimate(moments({{3'000'000, 1'000'000}, {6, 2}, {2'100'000, 700'001}}), 1)
                  .degenerate);
}

TEST_CASE("contrast_estimate: differences and means of items", "[unit]") {
  const estimate difference = contrast_estimate(items(), {{0, 1.0}, {1, -1.0}}, 1);
  CHECK(difference.value == near(0.26923076923076923));
  CHECK(difference.std_error == near(0.23488615171125703));
  CHECK(difference.units == 4);
  CHECK_FALSE(difference.degenerate);

  const std::vector<contrast_term> mean = {{0, 2.0 / 7}, {1, 4.0 / 7}, {2, 1.0 / 7}};
  CHECK(contrast_estimate(items(), mean, 1).value == near(0.59120879120879121));
  CHECK(contrast_estimate(items(), mean, 1).std_error == near(0.075000519433827006));
  CHECK(contrast_estimate(items(), mean, population_factor(4, 10)).std_error ==
        near(0.058095152544823544));
}

TEST_CASE("contrast_estimate: a single column is its ratio", "[unit]") {
  const estimate contrast = contrast_estimate(items(), {{0, 1.0}}, 1);
  const estimate ratio = ratio_estimate(column_moments(items(), 0), 1);
  CHECK(contrast.value == near(ratio.value));
  CHECK(contrast.std_error == near(ratio.std_error));
}

TEST_CASE("contrast_estimate: degenerate where the terms cancel", "[unit]") {
  // the satisfaction of b is that of a, doubled as its requirement
  const tally t = hand_made::profile(
      keep(), {"a", "b", "c"},
      {{{4, 3}, {8, 6}, {2, 1}}, {{3, 1}, {6, 2}, {4, 2}}, {{7, 2}, {14, 4}, {6, 3}}});
  const estimate same = contrast_estimate(t, {{0, 1.0}, {1, -1.0}}, 1);
  CHECK(same.degenerate);
  CHECK(same.std_error == 0);
  CHECK(same.value == Approx(0).margin(1e-15));
  // where doubles leave a variance of 2.8e-17
  const tally rounded = hand_made::profile(
      keep(), {"a", "b"}, {{{2, 5}, {6, 15}}, {{7, 7}, {21, 21}}, {{2, 4}, {6, 12}}});
  CHECK(contrast_estimate(rounded, {{0, 1.0}, {1, -1.0}}, 1).degenerate);
  // all zero: c has no variance
  CHECK(contrast_estimate(t, {{2, 1.0}}, 1).degenerate);
  CHECK_FALSE(contrast_estimate(t, {{0, 1.0}, {2, -1.0}}, 1).degenerate);
  // one unit: nothing is known, which is not the same
  const tally one = hand_made::profile(keep(), {"a", "b"}, {{{4, 3}, {2, 2}}});
  CHECK_FALSE(contrast_estimate(one, {{0, 0.5}, {1, 0.5}}, 1).degenerate);
  CHECK(contrast_estimate(one, {{0, 0.5}, {1, 0.5}}, 1).value == 0.875);
}

TEST_CASE("population_factor: the share that was not asked", "[unit]") {
  CHECK(population_factor(5, std::nullopt) == 1);
  CHECK(population_factor(5, 20) == 0.75);
  CHECK(population_factor(20, 20) == 0);
  try {
    (void)population_factor(21, 20);
    FAIL("more units than there are");
  } catch (const error& problem) {
    CHECK(problem.code() == errc::invalid_argument);
    CHECK(std::string(problem.what()) == "more units answered than the population of 20");
  }
}

TEST_CASE("a column counts the units that answered it, not those of the whole tally", "[unit]") {
  const definition d(hand_made::file({"a", "b"}));
  tally t(state_identity(d), {"a", "b"});
  const auto part = [](std::uint32_t column) {
    tally::part p{column, {}};
    p.totals.requirement = 4;
    p.totals.satisfaction = 3;
    p.totals.answers = 1;
    return p;
  };
  t.add_unit(std::vector{part(0)});
  t.add_unit(std::vector{part(0), part(1)});
  t.add_unit(std::vector{part(1)});
  CHECK(t.units() == 3);
  CHECK(column_moments(t, 0).units == 2);
  CHECK(column_moments(t, 1).units == 2);
}

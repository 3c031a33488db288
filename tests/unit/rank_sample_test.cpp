#include "xqs/analysis/rank_sample.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "watched.hpp"
#include "xqs/analysis/pair_test.hpp"
#include "xqs/analysis/rank.hpp"
#include "xqs/analysis/shared_people.hpp"

// Literals from tests/reference/small_ranks.py.

using namespace xqs;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(1e-12); }

struct row {
  std::uint32_t person;
  std::uint32_t column;
  std::int64_t requirement;
  std::int64_t satisfaction;
};

unit_entries entries_of(const std::vector<row>& rows) {
  unit_entries result;
  for (const row& r : rows)
    result.add(r.person, r.column, watched::totals({r.satisfaction, r.requirement}, 1));
  return result;
}

const std::vector<row> plain = {{1, 0, 10, 7}, {2, 0, 8, 6},  {3, 0, 12, 7}, {4, 0, 9, 5},
                                {5, 0, 11, 9}, {3, 1, 10, 4}, {4, 1, 10, 3}, {5, 1, 8, 5},
                                {6, 1, 12, 4}, {7, 2, 9, 9},  {8, 2, 10, 9}, {9, 2, 11, 11}};
const std::vector<rank_place> plain_plan = {{0, 0}, {1, 0}, {2, 0}};

/// p of all pairs, shared people accounted for.
std::vector<detail::shared_pair> pairs_of(const rank_sample& sample) {
  std::vector<detail::ranked> ranked;
  for (const auto& e : sample.entries) {
    const double v = e->std_error * e->std_error;
    ranked.push_back({e->value, v, 1 / e->df, v * v / e->df});
  }
  return detail::shared_pairs(ranked, sample.residuals, 0.99).all();
}

}  // namespace

TEST_CASE("sample_ranks: scores and standard errors of entries", "[unit]") {
  const rank_sample s = sample_ranks(entries_of(plain), plain_plan, 3);
  CHECK(s.entries[0]->value == near(68));
  CHECK(s.entries[0]->std_error == near(5.130302135352264));
  CHECK(s.entries[0]->df == 4);
  CHECK(s.entries[1]->value == near(40));
  CHECK(s.entries[1]->std_error == near(6.3770421565696637));
  CHECK(s.entries[2]->value == near(96.666666666666667));
  CHECK(s.entries[2]->std_error == near(3.338884266959271));
  CHECK(s.residuals.size() == 12);
  CHECK(s.covered == std::vector<double>{1, 1, 1});
}

TEST_CASE("sample_ranks: standardised to the requirement of all", "[unit]") {
  const std::vector<row> rows = {{1, 0, 10, 7}, {1, 1, 4, 1},  {2, 0, 8, 6},  {3, 1, 12, 7},
                                 {1, 2, 2, 1},  {1, 3, 10, 4}, {4, 3, 10, 3}, {5, 2, 3, 3},
                                 {5, 3, 8, 5},  {6, 4, 9, 7},  {7, 4, 10, 9}, {7, 5, 5, 5}};
  const std::vector<rank_place> plan = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {}};
  const rank_sample s = sample_ranks(entries_of(rows), plan, 3);
  CHECK(s.entries[0]->value == near(60.852713178294574));
  // Two people in each segment, one of them in both: three people lose half a degree each.
  CHECK(s.entries[0]->std_error == near(7.075765272485124));
  CHECK(s.entries[0]->df == near(1.5));
  CHECK(s.entries[1]->value == near(60.996677740863787));
  CHECK(s.entries[1]->std_error == near(15.077349137148468));
  CHECK(s.entries[1]->df == near(1.8333333333333333));
  CHECK(s.entries[2]->value == near(84.210526315789474));
  CHECK(s.entries[2]->std_error == near(6.0941828254847645));
  CHECK(s.covered[0] == near(1));
  CHECK(s.covered[2] == near(0.48837209302325581));
}

TEST_CASE("sample_ranks: agreement of all is a standard error of exactly 0", "[unit]") {
  const rank_sample s = sample_ranks(
      entries_of({{1, 0, 3, 1}, {2, 0, 9, 3}, {3, 0, 21, 7}, {4, 1, 3, 1}}), plain_plan, 3);
  CHECK(s.entries[0]->std_error == 0);
  CHECK(s.entries[0]->df == 2);
  CHECK(s.entries[1]->std_error == 0);  // one person
  CHECK(s.entries[1]->df == 0);
  CHECK_FALSE(s.entries[2].has_value());
}

TEST_CASE("sample_ranks: finite populations", "[unit]") {
  const std::vector<std::optional<std::uint64_t>> populations = {20, std::nullopt, 3};
  const rank_sample s = sample_ranks(entries_of(plain), plain_plan, 3, populations);
  CHECK(s.entries[0]->std_error == near(5.130302135352264 * 0.86602540378443865));
  CHECK(s.entries[1]->std_error == near(6.3770421565696637));
  CHECK(s.entries[2]->std_error == 0);
  CHECK(s.entries[2]->census);
  CHECK_FALSE(s.entries[0]->census);
}

TEST_CASE("sample_ranks: plans and populations that do not fit", "[unit]") {
  const unit_entries e = entries_of(plain);
  CHECK_THROWS_AS(sample_ranks(e, std::vector<rank_place>{{0, 0}}, 3), error);
  CHECK_THROWS_AS(sample_ranks(e, plain_plan, 2), error);
  const std::vector<std::optional<std::uint64_t>> two = {20, 20};
  CHECK_THROWS_AS(sample_ranks(e, plain_plan, 3, two), error);
  const std::vector<std::optional<std::uint64_t>> small = {4, 4, 4};
  CHECK_THROWS_AS(sample_ranks(e, plain_plan, 3, small), error);
}

TEST_CASE("shared_pairs: covariance of the people in both", "[unit]") {
  const rank_sample s = sample_ranks(entries_of(plain), plain_plan, 3);
  const std::vector<detail::shared_pair> pairs = pairs_of(s);
  REQUIRE(pairs.size() == 1);
  CHECK(pairs[0].a == 0);
  CHECK(pairs[0].b == 1);
  CHECK(pairs[0].p == near(0.0036972235326010586));
  CHECK(pairs[0].p_independent > pairs[0].p);
}

TEST_CASE("shared_pairs: the same answers of the same people are no verdict", "[unit]") {
  // b is a less one point for everybody, whose requirements are equal: the difference is constant
  const rank_sample s = sample_ranks(
      entries_of(
          {{1, 0, 4, 3}, {2, 0, 4, 2}, {3, 0, 4, 4}, {1, 1, 4, 2}, {2, 1, 4, 1}, {3, 1, 4, 3}}),
      plain_plan, 2);
  for (const detail::shared_pair& pair : pairs_of(s)) CHECK(pair.p == 1);
}

TEST_CASE("shared_pairs: two censuses of the same people differ for certain", "[unit]") {
  const std::vector<std::optional<std::uint64_t>> everybody = {3, 3};
  const rank_sample s = sample_ranks(
      entries_of(
          {{1, 0, 4, 3}, {2, 0, 4, 2}, {3, 0, 4, 4}, {1, 1, 4, 2}, {2, 1, 4, 1}, {3, 1, 4, 3}}),
      plain_plan, 2, everybody);
  const auto ranks = rank(s);
  CHECK(ranks[0]->high == 1);
  CHECK(ranks[1]->low == 2);
}

TEST_CASE("two_sided_p: Welch", "[unit]") {
  const auto ranked = [](double value, double std_error, double df) {
    const double v = std_error * std_error;
    return detail::ranked{value, v, 1 / df, v * v / df};
  };
  const detail::ranked a = ranked(68, 5.130302135352264, 4);
  const detail::ranked b = ranked(40, 6.3770421565696637, 3);
  const detail::ranked c = ranked(96.666666666666667, 3.338884266959271, 2);
  CHECK(two_sided_p(a, c) == near(0.0034358256872230609));
  CHECK(two_sided_p(b, c) == near(0.00096166372907289023));
  CHECK(1 / independent(a, c).inverse_df == near(5.9656005339613152));
  CHECK(two_sided_p(a, a) == 1);
  const detail::ranked exact{50, 0, 0, 0};
  const detail::ranked other{50.5, 0, 0, 0};
  CHECK(two_sided_p(exact, other) == 0);
  CHECK(two_sided_p(exact, exact) == 1);
}

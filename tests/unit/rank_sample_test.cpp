#include "xqs/analysis/rank_sample.hpp"

#include <algorithm>
#include <cstddef>
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
std::vector<detail::shared_pair> pairs_of(const rank_sample& sample, double alpha = 0.99) {
  std::vector<detail::ranked> ranked;
  for (const auto& e : sample.entries) {
    const double v = e->std_error * e->std_error;
    ranked.push_back({e->value, v, 1 / e->df, v * v / e->df});
  }
  return detail::shared_pairs(ranked, sample.residuals, alpha).all();
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

TEST_CASE("sample_ranks: points that do not fit words", "[unit]") {
  std::vector<row> rows = plain;
  for (row& r : rows) {
    r.requirement *= 1'000'000'000'000'000;
    r.satisfaction *= 1'000'000'000'000'000;
  }
  const rank_sample s = sample_ranks(entries_of(rows), plain_plan, 3);
  CHECK(s.entries[0]->value == near(68));
  CHECK(s.entries[0]->std_error == near(5.130302135352264));
  CHECK(s.entries[1]->std_error == near(6.3770421565696637));
  CHECK(s.entries[2]->std_error == near(3.338884266959271));
}

TEST_CASE("sample_ranks: columns of one place are one", "[unit]") {
  std::vector<row> rows;
  for (const row& r : plain) {
    rows.push_back({r.person, r.column + 3, r.requirement - 3, 1});
    rows.push_back({r.person, r.column, 3, r.satisfaction - 1});
  }
  const std::vector<rank_place> plan = {{0, 0}, {1, 0}, {2, 0}, {0, 0}, {1, 0}, {2, 0}};
  const rank_sample s = sample_ranks(entries_of(rows), plan, 3);
  CHECK(s.entries[0]->std_error == near(5.130302135352264));
  CHECK(s.entries[0]->df == 4);
  CHECK(s.entries[1]->std_error == near(6.3770421565696637));
  CHECK(s.residuals.size() == 12);
}

TEST_CASE("sample_ranks: no bit depends on the numbers of people", "[unit]") {
  std::vector<row> rows;
  for (std::uint32_t i = 0; i < 600; ++i)
    rows.push_back({i, i % 2, 3 + i * 7 % 11, 1 + i * 5 % 13});
  std::vector<row> renamed = rows;
  for (row& r : renamed) r.person = r.person * 7 % 600;
  const std::vector<rank_place> plan = {{0, 0}, {1, 0}};
  const rank_sample a = sample_ranks(entries_of(rows), plan, 2);
  const rank_sample b = sample_ranks(entries_of(renamed), plan, 2);
  for (std::size_t e = 0; e < 2; ++e) CHECK(a.entries[e]->std_error == b.entries[e]->std_error);
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

TEST_CASE("shared_pairs: listed where either p is small", "[unit]") {
  const auto listed = [](const rank_sample& s, double alpha) {
    return pairs_of(s, alpha).size() == 1;
  };
  const rank_sample alike = sample_ranks(entries_of(plain), plain_plan, 3);
  const rank_sample unlike = sample_ranks(entries_of({{1, 0, 10, 9},
                                                      {2, 0, 10, 6},
                                                      {3, 0, 10, 9},
                                                      {4, 0, 10, 5},
                                                      {1, 1, 10, 3},
                                                      {2, 1, 10, 6},
                                                      {3, 1, 10, 2},
                                                      {4, 1, 10, 6}}),
                                          std::vector<rank_place>{{0, 0}, {1, 0}}, 2);
  for (const rank_sample& s : {alike, unlike}) {
    const detail::shared_pair pair = pairs_of(s).at(0);
    const double small = (std::min)(pair.p, pair.p_independent);
    CHECK(listed(s, small * 1.001));
    CHECK_FALSE(listed(s, small * 0.999));
    CHECK(pairs_of(s, small * 1.001)[0].p == pair.p);
  }
  CHECK(pairs_of(alike)[0].p < pairs_of(alike)[0].p_independent);
  CHECK(pairs_of(unlike)[0].p > pairs_of(unlike)[0].p_independent);
}

// Entry 0 has three people and takes no part; p of the others is 0.0037, and above 0.01 if they
// shared nobody.
TEST_CASE("rank: residuals in any order, of entries that take part", "[unit]") {
  const rank_sample s =
      sample_ranks(entries_of(plain), std::vector<rank_place>{{1, 0}, {2, 0}, {0, 0}}, 3);
  const rank_settings settings{.alpha = 0.005, .minimum_units = 4};
  std::vector<rank_residual> reversed(s.residuals.rbegin(), s.residuals.rend());
  for (const auto& ranks : {rank(s, settings), rank(s.entries, reversed, settings)}) {
    CHECK_FALSE(ranks[0].has_value());
    CHECK(ranks[1]->high == 1);
    CHECK(ranks[2]->low == 2);
  }
  CHECK(rank(s.entries, {}, settings)[1]->high == 2);
  const rank_settings all{.alpha = 0.007};  // by Holm the last of three pairs has all of it
  CHECK(rank(s, all)[2]->low == 3);
  CHECK(rank(s.entries, reversed, all)[2]->low == 3);
  CHECK(rank(s.entries, {}, all)[2]->low == 2);
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

#include "xqs/analysis/rank.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "xqs/analysis/funnel.hpp"
#include "xqs/analysis/shrinkage.hpp"
#include "xqs/detail/threads.hpp"

using namespace xqs;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(1e-12); }

using numbers = std::vector<std::uint32_t>;

template <typename Member>
numbers of(const std::vector<std::optional<entry_rank>>& ranks, Member member) {
  numbers result;
  for (const auto& r : ranks) result.push_back(r ? (*r).*member : 0);
  return result;
}

}  // namespace

TEST_CASE("rank: clear differences, tiers, ties", "[unit]") {
  // z of neighbours: 50/1.41 apart but for the two pairs in the middle
  const std::vector<rank_entry> rows = {{10, 1}, {60, 1}, {61, 1}, {110, 1}, {60, 1}};
  const auto ranks = rank(rows);
  CHECK(of(ranks, &entry_rank::rank) == numbers{5, 3, 2, 1, 3});
  CHECK(of(ranks, &entry_rank::low) == numbers{5, 2, 2, 1, 2});
  CHECK(of(ranks, &entry_rank::high) == numbers{5, 4, 4, 1, 4});
  CHECK(of(ranks, &entry_rank::tier) == numbers{3, 2, 2, 1, 2});
}

TEST_CASE("rank: Holm separates what Bonferroni does not", "[unit]") {
  const std::vector<rank_entry> rows = {{0, 1}, {3.4, 1}, {30, 1}};  // z 2.404, p .01621 < .05/3
  CHECK(of(rank(rows, {.adjustment = rank_adjustment::bonferroni}), &entry_rank::low) ==
        numbers{3, 2, 1});
  const std::vector<rank_entry> closer = {{0, 1}, {3, 1}, {30, 1}};  // z 2.121, p .0339 < .05
  CHECK(of(rank(closer), &entry_rank::low) == numbers{3, 2, 1});
  CHECK(of(rank(closer, {.adjustment = rank_adjustment::bonferroni}), &entry_rank::low) ==
        numbers{2, 2, 1});
  CHECK(of(rank(closer, {.alpha = 0.03}), &entry_rank::low) == numbers{2, 2, 1});
}

TEST_CASE("rank: each entry alone is known better than all at once", "[unit]") {
  // z 2.475, p .0133: above .05/6, below .05/3
  const std::vector<rank_entry> rows = {{0, 1}, {3.5, 1}, {3.5, 1}, {3.5, 1}};
  CHECK(of(rank(rows), &entry_rank::low) == numbers{1, 1, 1, 1});
  const auto each = rank(rows, {.family = rank_family::per_entry});
  CHECK(of(each, &entry_rank::low) == numbers{4, 1, 1, 1});
  CHECK(of(each, &entry_rank::high) == numbers{4, 3, 3, 3});
  CHECK(of(each, &entry_rank::tier) == numbers{1, 1, 1, 1});  // of all at once
}

TEST_CASE("rank: entries below the minimum take no part", "[unit]") {
  const std::vector<rank_entry> rows = {{10, 1, 30}, {60, 1, 8}, {61, 1, 9}, {110, 1}};
  const auto ranks = rank(rows, {.minimum_units = 10});
  CHECK(of(ranks, &entry_rank::rank) == numbers{3, 0, 2, 1});
  CHECK(of(ranks, &entry_rank::high) == numbers{3, 0, 2, 1});
}

TEST_CASE("rank: nothing, one, nothing known", "[unit]") {
  CHECK(rank(std::vector<rank_entry>()).empty());
  CHECK(of(rank(std::vector<rank_entry>{{5, 1}}), &entry_rank::high) == numbers{1});
  const std::vector<rank_entry> agreed = {{10, 0, 5}, {60, 0, 5}, {90, 0, 0}};
  const auto ranks = rank(agreed);
  CHECK(of(ranks, &entry_rank::low) == numbers{1, 1, 1});
  CHECK(of(ranks, &entry_rank::high) == numbers{3, 3, 3});
  CHECK(of(ranks, &entry_rank::rank) == numbers{3, 2, 1});
  CHECK(ranks[0]->variance_borrowed);
}

TEST_CASE("rank: censuses are exact", "[unit]") {
  rank_entry a{.value = 10};
  a.census = true;
  rank_entry b = a;
  b.value = 10.001;
  CHECK(of(rank({a, b, b, {500, 1}}), &entry_rank::low) == numbers{4, 2, 2, 1});
}

TEST_CASE("rank: what is no entry, alpha or residual", "[unit]") {
  const double bad = std::nan("");
  for (const rank_entry& e : std::vector<rank_entry>{
           {bad, 1}, {1, bad}, {1, -1}, {1, 1, bad}, {1, 1, 0.5}, {INFINITY, 1}, {1, INFINITY}})
    CHECK_THROWS_AS(rank({{1, 1}, e}), error);
  CHECK_THROWS_AS(rank({{1, 1}}, {.alpha = 0}), error);
  CHECK_THROWS_AS(rank({{1, 1}}, {.alpha = 1}), error);
  const std::vector<std::optional<rank_entry>> one = {rank_entry{1, 1}};
  CHECK_THROWS_AS(rank(one, {{0, 1, 0.5}}), error);
}

TEST_CASE("borrow_variance: of a respondent, pooled within entries", "[unit]") {
  // n V: 3 * 4 = 12 with 2, 5 * 1 = 5 with 4, 0 with 3 degrees of freedom: 44/9
  std::vector<rank_entry> entries = {{1, 2, 2}, {2, 1, 4}, {3, 0, 3}, {4, 0, 0}};
  CHECK(without_variance(entries) == std::vector<bool>{false, false, true, true});
  borrow_variance(entries);
  CHECK(entries[0].std_error == 2);
  CHECK(entries[2].std_error == near(1.1055415967851332));  // sqrt(44/9/4)
  CHECK(entries[2].df == 3);
  CHECK(entries[3].std_error == near(2.2110831935702664));  // sqrt(44/9)
  CHECK(entries[3].df == 1);

  std::vector<rank_entry> rows = {{1, 2}, {2, 1}, {3, 0}};  // mean of 4, 1, 0
  borrow_variance(rows);
  CHECK(rows[2].std_error == near(1.2909944487358056));
}

TEST_CASE("rank: threads change nothing, and pass on what is thrown", "[unit]") {
  std::vector<rank_entry> rows;
  for (int i = 0; i < 200; ++i) rows.push_back({std::sqrt(i * 17 % 101), 0.5, 5.0 + i % 7});
  const auto alone = rank(rows);
  const auto shared = rank(rows, {}, detail::threads(3));
  CHECK(of(alone, &entry_rank::low) == of(shared, &entry_rank::low));
  CHECK(of(alone, &entry_rank::high) == of(shared, &entry_rank::high));
  auto fails = [](std::size_t i) {
    if (i == 1) throw error(errc::overflow, "in a thread");
  };
  CHECK_THROWS_AS(detail::share_out(detail::threads(2), fails), error);
}

TEST_CASE("shrink: by hand", "[unit]") {
  // equal variances 1: tau^2 + 1 is the variance of the values, 4
  const shrinkage s = shrink({{1, 1}, {3, 1}, {5, 1}});
  CHECK(s.between == near(3));
  CHECK(s.mean == near(3));
  CHECK(s.entries[0].weight == near(0.25));
  CHECK(s.entries[0].value == near(1.5));
  CHECK(s.entries[0].std_error == near(0.91287092917527686));  // sqrt(.75 + 1/16 * 4/3)
  // alike: all are the mean
  const shrinkage alike = shrink({{3, 2}, {3.1, 2}});
  CHECK(alike.between == 0);
  CHECK(alike.entries[1].value == near(3.05));
  CHECK(shrink({}).entries.empty());
  CHECK(shrink({{7, 1}}).entries[0].value == 7);
  // exact values stay
  const shrinkage exact = shrink({{1, 0}, {3, 0}, {5, 0}});
  CHECK(exact.entries[0].value == near(1));
  CHECK(exact.entries[2].std_error == 0);
}

TEST_CASE("funnel_of: limits and overdispersion by hand", "[unit]") {
  // z: -1, 0, 1 around 3; winsorised at -.8 and .8: phi .4267, below 2/3
  const funnel f = funnel_of({{2, 1}, {3, 1}, {4, 1}});
  CHECK(f.target == near(3));
  CHECK(f.overdispersion == near(0.42666666666666667));
  CHECK(f.between == 0);
  CHECK(f.entries[2].z == near(1));
  CHECK(f.entries[2].p == near(0.31731050786291410));
  CHECK(f.entries[2].side == funnel_side::within);
  CHECK(funnel_of({{2, 1}, {3, 1}, {4, 1}}, 0.5).entries[2].side == funnel_side::above);
  CHECK(funnel_of({{2, 1}, {3, 1}, {4, 1}}, 0.5).entries[0].side == funnel_side::below);
  // z: -10, 0, 10: winsorised 8; phi 42.67; (128 - 2)/(3 - 1) = 63
  const funnel wide = funnel_of({{-7, 1}, {3, 1}, {13, 1}});
  CHECK(wide.between == near(63));
  CHECK(wide.entries[2].z == near(1.25));
  CHECK(funnel_of({}).entries.empty());
  CHECK_THROWS_AS(funnel_of({{1, 1}}, 1), error);
}

#include "xqs/analysis/compare.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Literals from tests/reference/contrasts.R.

using namespace xqs;
using hand_made::total;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(0.0); }

definition keep(estimator e = estimator::pooled, std::vector<std::string> items = {"a"}) {
  definition_file file = hand_made::file(items);
  file.estimator = e;
  return definition(file);
}

comparison two_waves(const compare_options& options = {}, std::optional<std::uint64_t> before = {},
                     std::optional<std::uint64_t> after = {}) {
  return compare(hand_made::two_waves(keep()), {0, before}, {1, after}, keep(), options);
}

/// Five people asked twice, as paired or as independent waves.
tally five_people(bool same) {
  const std::vector<total> before = {{8, 6}, {10, 9}, {6, 3}, {9, 8}, {7, 5}};
  const std::vector<total> after = {{9, 8}, {10, 9}, {7, 6}, {8, 8}, {7, 6}};
  std::vector<std::vector<std::optional<total>>> units;
  for (std::size_t i = 0; i < before.size(); ++i) {
    units.push_back({before[i], after[i]});
    if (same) continue;
    units.back()[1].reset();
    units.push_back({std::nullopt, after[i]});
  }
  return hand_made::joint(keep(), {""}, units);
}

comparison compare_five(bool same) { return compare(five_people(same), {0}, {1}, keep()); }

}  // namespace

TEST_CASE("compare: two waves that share people", "[unit]") {
  const comparison c = two_waves();
  CHECK(*c.before == near(77.5));
  CHECK(*c.after == near(82.978723404255317));
  CHECK(*c.change == near(5.478723404255315));
  CHECK(*c.std_error == near(8.947362790637887));
  CHECK(c.interval_kind == interval_kind::bounded);
  CHECK(*c.low == near(-19.36313822024012));
  CHECK(*c.high == near(30.32058502875075));
  CHECK(*c.p == near(0.573418715045892));
  CHECK(*c.verdict == verdict::no_clear_change);
  CHECK(*c.needed_respondents == 120);  // 119.65
  CHECK(c.units_before == 5);
  CHECK(c.units_after == 6);
  CHECK(c.flags == flag_set());
}

TEST_CASE("compare: a margin", "[unit]") {
  CHECK(*two_waves({.margin = 24.5}).verdict == verdict::no_clear_change);
  CHECK(*two_waves({.margin = 24.6}).verdict == verdict::unchanged);  // from 24.55313 on
  CHECK(*two_waves({.margin = 20}).needed_respondents == 10);         // 9.96
  CHECK_THROWS_AS(two_waves({.margin = 0}), error);
}

TEST_CASE("compare: design request, populations and a census", "[unit]") {
  CHECK(*two_waves({.request = request_design{9}}).std_error == near(8.571907360423626));
  CHECK(two_waves({.request = request_design{9}}).units_before == 5);
  CHECK_THROWS_AS(two_waves({.request = request_design{5}}), error);
  CHECK(*two_waves({}, 20, 9).std_error == near(6.655868286021957));
  CHECK(*two_waves({}, 20, 6).std_error == near(5.705799886409442));
  CHECK_THROWS_AS(two_waves({}, 4), error);
  const comparison census = two_waves({}, 5, 6);
  CHECK(census.interval_kind == interval_kind::census);
  CHECK(*census.std_error == 0);
  CHECK(*census.low == *census.change);
  CHECK(*census.p == 0);
  CHECK(*census.verdict == verdict::up);
  CHECK(*two_waves({.margin = 6}, 5, 6).verdict == verdict::unchanged);
}

TEST_CASE("compare: the same people are paired, other ones independent", "[unit]") {
  const comparison paired = compare_five(true);
  CHECK(*paired.change == near(12.743902439024390));
  CHECK(*paired.std_error == near(5.236086166342976));
  CHECK(*paired.p == near(0.07168161613251148));
  CHECK(*paired.needed_respondents == 9);
  const comparison independent = compare_five(false);
  CHECK(*independent.std_error == near(7.039044115882645));
  CHECK(*independent.needed_respondents == 14);
  definition_file lenient = keep().file();
  lenient.level = decimal(0.9);
  CHECK(*compare(five_people(true), {0}, {1}, definition(lenient)).verdict == verdict::up);
  CHECK(*compare(five_people(true), {1}, {0}, definition(lenient)).verdict == verdict::down);
}

TEST_CASE("compare: mean of items, of respondents", "[unit]") {
  definition_file file = hand_made::file({"a", "b"});
  file.estimator = estimator::item_mean;
  file.items[1].weight = 3;
  const definition d(file);
  constexpr auto none = std::nullopt;
  const tally t = hand_made::joint(d, {"a", "b"},
                                   {{total{4, 3}, total{2, 1}, total{4, 4}, total{3, 2}},
                                    {total{3, 3}, total{4, 1}, none, none},
                                    {none, none, total{2, 1}, none},
                                    {total{4, 2}, total{1, 1}, none, none},
                                    {total{3, 1}, total{2, 2}, none, none},
                                    {none, none, total{4, 1}, total{2, 2}}});
  const comparison c = compare(t, {0}, {1}, d);
  CHECK(*c.before == near(57.73809523809524));
  CHECK(*c.change == near(17.26190476190477));
  CHECK(*c.std_error == near(12.64043186268235));

  const definition respondents = keep(estimator::respondent_mean);
  unit_entries entries;
  const std::vector<std::optional<total>> before = {
      total{8, 6}, total{10, 9}, total{6, 3}, total{9, 8}, total{7, 5}, none, none, none, none};
  const std::vector<std::optional<total>> after = {none,        none,        none,
                                                   total{8, 7}, total{8, 7}, total{10, 6},
                                                   total{5, 4}, total{9, 8}, total{7, 7}};
  for (std::uint32_t u = 0; u < 9; ++u) {
    if (before[u]) entries.add(u, 0, hand_made::one_answer(*before[u]));
    if (after[u]) entries.add(u, 1, hand_made::one_answer(*after[u]));
  }
  const std::vector<fold_target> plan = {{0, 0}, {1, 0}};
  const grouped_entries groups =
      comparable_groups(entries, plan, state_identity(respondents), respondents);
  const comparison q = compare(groups.joint(0, 1), {0}, {1}, respondents);
  const auto rounded = [](double value) { return Approx(value).epsilon(1e-10).margin(0); };
  CHECK(*q.before == rounded(75.063492063492065));
  CHECK(*q.after == rounded(83.981481481481479));
  CHECK(*q.std_error == rounded(8.929400995224535));
  CHECK_THROWS_AS(compare(hand_made::two_waves(respondents), {0}, {1}, respondents), error);
}

TEST_CASE("compare: what cannot be compared", "[unit]") {
  CHECK_THROWS_AS(compare(hand_made::two_waves(keep()), {0}, {2}, keep()), error);
  definition_file other = keep().file();
  other.over_fulfilment = over_fulfilment::cap;
  CHECK_THROWS_AS(compare(hand_made::two_waves(keep()), {0}, {1}, definition(other)), error);
  constexpr auto none = std::nullopt;
  const comparison one = compare(
      hand_made::joint(keep(), {""}, {{total{4, 3}, none}, {none, total{2, 1}}}), {0}, {1}, keep());
  CHECK(*one.change == near(-25));
  CHECK(one.interval_kind == interval_kind::none);
  CHECK_FALSE(one.std_error);
  CHECK_FALSE(one.p);
  CHECK_FALSE(one.verdict);
  CHECK_FALSE(one.needed_respondents);
  const comparison nothing =
      compare(hand_made::joint(keep(), {""}, {{total{4, 3}, total{0, 1}}, {total{2, 1}, none}}),
              {0}, {1}, keep());
  CHECK(*nothing.before == near(200.0 / 3));
  CHECK_FALSE(nothing.after);
  CHECK_FALSE(nothing.change);
  CHECK(nothing.flags.has(flag::no_requirement));
}

TEST_CASE("compare: without variance there is no interval, no p and no verdict", "[unit]") {
  const tally t =
      hand_made::joint(keep(), {""}, {{total{3, 1}, total{3, 1}}, {total{7, 5}, total{7, 5}}});
  const comparison c = compare(t, {0}, {1}, keep());
  CHECK(*c.change == 0);
  CHECK(c.interval_kind == interval_kind::degenerate);
  CHECK(c.flags.has(flag::degenerate));
  CHECK_FALSE(c.low);
  CHECK_FALSE(c.p);
  CHECK_FALSE(c.verdict);
}

TEST_CASE("compare_independent: stored tallies", "[unit]") {
  const tally before = hand_made::pooled(keep(), {{8, 6}, {10, 9}, {6, 3}, {9, 8}, {7, 5}});
  const tally after = hand_made::pooled(keep(), {{8, 7}, {8, 7}, {10, 6}, {5, 4}, {9, 8}, {7, 7}});
  const comparison c = compare_independent(before, after, keep());
  CHECK(*c.change == near(5.478723404255315));
  CHECK(*c.std_error == near(9.104005420095984));
  CHECK(c.flags.has(flag::independence_assumed));
  CHECK(*c.needed_respondents == 120);
  CHECK(c.units_after == 6);
  const comparison census = compare_independent(before, after, keep(), {}, 5, 6);
  CHECK(census.interval_kind == interval_kind::census);
  const tally other = hand_made::pooled(keep(), {{3, 1}, {6, 2}});
  CHECK(compare_independent(other, other, keep()).flags.has(flag::degenerate));
  CHECK_THROWS_AS(compare_independent(before, after, keep(), {.request = request_design{11}}),
                  error);
}

TEST_CASE("adjust_together: only comparisons with a p value", "[unit]") {
  std::vector<comparison> family(3);
  family[0].p = 0.01;
  family[2].p = 0.04;
  adjust_together(family);
  CHECK(*family[0].p_holm == near(0.02));
  CHECK(*family[2].p_bh == near(0.04));
  CHECK_FALSE(family[1].p_holm);
}

TEST_CASE("release: both sides of a comparison pass the gate", "[unit]") {
  const comparison c = two_waves();
  const released_comparison all = release(c, keep(), {10, true}, {12, true});
  CHECK(all.shown.verdict.has_value());
  CHECK(all.respondents_after == 12);
  const released_comparison few = release(c, keep(), {9, true}, {12, true});
  CHECK_FALSE(few.shown.verdict);
  CHECK(few.shown.p.has_value());
  CHECK(few.shown.flags.has(flag::below_verdict_minimum));
  const released_comparison hidden = release(c, keep(), {4, true}, {12, true});
  CHECK_FALSE(hidden.shown.before);
  CHECK(hidden.shown.after.has_value());
  CHECK_FALSE(hidden.shown.change);
  CHECK_FALSE(hidden.shown.std_error);
  CHECK_FALSE(hidden.shown.needed_respondents);
  CHECK(hidden.shown.units_before == 0);
  CHECK(hidden.shown.flags.has(flag::below_minimum));
  CHECK(hidden.respondents_before == 0);
  definition_file known = keep().file();
  known.confidentiality = confidentiality::identified;
  const released_comparison one = release(c, definition(known), {1, true}, {12, false});
  CHECK(one.shown.change.has_value());
  CHECK(one.shown.flags.has(flag::single_respondent));
  CHECK(one.shown.flags.has(flag::respondents_unknown));
}

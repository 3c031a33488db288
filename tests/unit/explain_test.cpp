#include "xqs/analysis/explain.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Literals from tests/reference/explain.R.

using namespace xqs;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-10).margin(0); }
/// Derivatives of the literals are numerical.
Approx roughly(double value) { return Approx(value).epsilon(1e-8).margin(0); }

const definition& keep() {
  static const definition d(hand_made::file());
  return d;
}

struct row {
  std::uint32_t unit;
  std::uint32_t period;
  char group;
  std::int64_t requirement;
  std::int64_t satisfaction;
  std::uint32_t answers;
};

/// Group c is left, d entered, and e requires nothing before.
const std::vector<row> seven_people = {
    {1, 0, 'a', 4, 2, 1}, {1, 0, 'b', 3, 3, 1}, {1, 1, 'a', 5, 5, 2}, {2, 0, 'a', 3, 2, 1},
    {2, 1, 'b', 4, 3, 1}, {3, 0, 'b', 7, 5, 2}, {3, 0, 'c', 2, 1, 1}, {3, 1, 'd', 3, 1, 1},
    {4, 0, 'c', 4, 3, 1}, {4, 0, 'e', 0, 2, 1}, {4, 1, 'e', 3, 3, 1}, {5, 1, 'a', 4, 1, 1},
    {5, 1, 'd', 2, 2, 1}, {6, 0, 'a', 8, 3, 2}, {6, 1, 'b', 3, 2, 1}, {6, 1, 'a', 4, 4, 1},
    {7, 1, 'b', 4, 2, 2}, {7, 0, 'e', 0, 1, 1}};

unit_entries entries_of(const std::vector<row>& rows) {
  unit_entries entries;
  for (const row& r : rows) {
    unit_totals t;
    t.requirement = r.requirement;
    t.satisfaction = r.satisfaction;
    t.answers = r.answers;
    entries.add(r.unit, 5 * r.period + static_cast<std::uint32_t>(r.group - 'a'), t);
  }
  return entries;
}

std::vector<fold_target> plan() {
  std::vector<fold_target> result;
  for (std::uint32_t c = 0; c < 10; ++c) result.push_back({c / 5, c % 5});
  return result;
}

explanation explained(const explain_options& options = {}) {
  return explain(entries_of(seven_people), plan(), keep(), options);
}

void check(const contribution& c, double value, double std_error) {
  CHECK(*c.value == near(value));
  CHECK(*c.std_error == roughly(std_error));
}

}  // namespace

TEST_CASE("explain: parts and their standard errors", "[unit]") {
  const explanation e = explained();
  CHECK(e.units_before == 6);
  CHECK(e.units_after == 7);
  CHECK(*e.before == near(2200.0 / 31));
  CHECK(*e.after == near(2300.0 / 32));
  check(e[move_part::satisfaction], -0.547860447684, 13.759194268769);
  check(e[move_part::requirement], 8.56199684892, 7.25642753417);
  check(e[move_part::without_requirement], -9.67741935484, 8.28920649458);
  check(e[move_part::mix], 0.755618411462, 2.186228316295);
  check(e[move_part::entry], 0.894657258065, 4.391401088219);
  check(e[move_part::exit], 0.920265348595, 1.282090808866);
  check(e[move_part::total], 0.907258064516, 16.594762475147);
  check(e.within, 8.01413640123, 12.62483840368);
  REQUIRE(e.groups.size() == 5);
  CHECK(e.groups[0].periods == present_in::both);
  CHECK(e.groups[2].periods == present_in::before);
  CHECK(e.groups[3].periods == present_in::after);
  CHECK(e.groups[4].periods == present_in::after);
  CHECK(e.groups[4].without_requirement == near(-9.67741935484));
  CHECK_FALSE(e.not_split);
}

TEST_CASE("explain: populations", "[unit]") {
  check(explained({20, 14})[move_part::satisfaction], -0.547860447684, 10.253071225462);
  check(explained({20, 14})[move_part::entry], 0.894657258065, 3.075546886231);
  CHECK_THROWS_AS(explained({5, 14}), error);
  const explanation census = explained({6, 7});
  CHECK(*census[move_part::total].std_error == 0);
}

TEST_CASE("explain: from a joint tally", "[unit]") {
  std::vector<fold_target> one;
  for (std::uint32_t c = 0; c < 10; ++c) one.push_back({0, c});
  std::vector<tally> joint = {
      tally(state_identity(keep()), {"a", "b", "c", "d", "e"}, {"before", "after"})};
  fold(entries_of(seven_people), one, joint);
  const explanation e = explain(joint[0], keep());
  check(e[move_part::mix], 0.755618411462, 2.186228316295);
  check(e[move_part::entry], 0.894657258065, 4.391401088219);
  check(e.within, 8.01413640123, 12.62483840368);
  CHECK(*e[move_part::requirement].value == near(8.56199684892));
  CHECK_FALSE(e[move_part::requirement].std_error);
  const tally flat = hand_made::pooled(keep(), {{4, 3}});
  CHECK_THROWS_AS(explain(flat, keep()), error);
}

TEST_CASE("explain: a period without requirement, and weights, are not split", "[unit]") {
  const explanation e =
      explain(entries_of({{1, 0, 'a', 4, 2, 1}, {1, 1, 'a', 0, 2, 1}}), plan(), keep());
  CHECK(*e.not_split == no_split::no_requirement);
  CHECK(e.flags.has(flag::no_requirement));
  CHECK(*e.before == 50);
  CHECK_FALSE(e.after);
  CHECK_FALSE(e[move_part::total].value);
  CHECK_FALSE(e[move_part::total].std_error);

  definition_file file = keep().file();
  file.weight_places = 2;
  const explanation w = explain(entries_of(seven_people), plan(), definition(file));
  CHECK(*w.not_split == no_split::weighted);
  CHECK(*w[move_part::total].std_error == roughly(16.594762475147));
  CHECK_FALSE(w[move_part::mix].value);
  CHECK_FALSE(w.within.value);
}

TEST_CASE("explain: one unit in a period has no standard error", "[unit]") {
  const explanation e =
      explain(entries_of({{1, 0, 'a', 4, 2, 1}, {1, 1, 'a', 4, 3, 1}, {2, 1, 'a', 2, 2, 1}}),
              plan(), keep());
  CHECK(*e[move_part::total].value == near(100.0 / 3));
  CHECK_FALSE(e[move_part::total].std_error);
}

TEST_CASE("explain: a plan that does not fit", "[unit]") {
  CHECK_THROWS_AS(explain(entries_of(seven_people), std::vector<fold_target>(3), keep()), error);
  CHECK_THROWS_AS(
      explain(entries_of(seven_people), std::vector<fold_target>(10, fold_target{2, 0}), keep()),
      error);
}

TEST_CASE("release: a move and its parts", "[unit]") {
  const explanation e = explained();
  const released_explanation all = release(e, keep(), {{12, true}, {10, true}, 5, 6, 0});
  CHECK(all.shown[move_part::entry].value.has_value());
  CHECK(all.respondents_before == 12);
  CHECK(all.shown.groups.empty());
  const released_explanation few = release(e, keep(), {{12, true}, {9, true}, 4, 6, 0});
  CHECK(*few.shown.not_split == no_split::small_group);
  CHECK(few.shown.flags.has(flag::suppressed));
  CHECK(few.shown.flags.has(flag::below_verdict_minimum));
  CHECK(few.shown[move_part::total].value.has_value());
  CHECK_FALSE(few.shown[move_part::mix].value);
  const released_explanation hidden = release(e, keep(), {{4, true}, {10, true}, 5, 6, 0});
  CHECK(hidden.shown.flags.has(flag::below_minimum));
  CHECK_FALSE(hidden.shown[move_part::total].value);
  CHECK_FALSE(hidden.shown.before);
}

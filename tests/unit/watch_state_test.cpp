#include "xqs/analysis/watch_state.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"
#include "watched.hpp"

using namespace xqs;
using watched::totals;

namespace {

using entries = std::vector<watch_state::entry>;

const definition& five() {
  static const definition d = watched::five_points();
  return d;
}

errc code_of(const auto& call) {
  try {
    call();
  } catch (const error& e) {
    return e.code();
  }
  FAIL("no error");
  return errc::refused;
}

}  // namespace

TEST_CASE("watch_state: counts of distinct totals, ascending", "[unit]") {
  const watch_state s = watched::state(five(), 3, {{8, 10}, {6, 8, 2}, {12, 12}, {6, 7}});
  CHECK(s.entries() == entries{{6, 7, 1}, {6, 8, 2}, {8, 10, 1}, {12, 12, 1}});
  CHECK(s.units() == 5);
  CHECK(to_double(s.satisfaction()) == 38);
  CHECK(to_double(s.requirement()) == 45);
  CHECK(s.most_answers() == 3);
  CHECK(s.identity() == state_identity(five()));
}

TEST_CASE("watch_state: a unit without a valid answer leaves no trace", "[unit]") {
  watch_state s(five(), 3);
  unit_totals none;
  none.excluded[0] = 2;
  s.add_unit(none);
  CHECK(s.empty());
  s.add_units(std::vector<unit_totals>{none, totals({1, 2}, 1), none});
  CHECK(s.units() == 1);
}

TEST_CASE("watch_state: more answers than a unit can give are an error", "[unit]") {
  watch_state s(five(), 3);
  CHECK(code_of([&] { s.add_unit(totals({4, 8}, 4)); }) == errc::invalid_data);
  CHECK_THROWS_WITH(s.add_unit(totals({4, 8}, 4)),
                    "a unit gave 4 answers, more than the 3 of most_answers");
  // nothing is added where one of many is refused
  CHECK_THROWS_AS(s.add_units(std::vector<unit_totals>{totals({1, 2}, 1), totals({4, 8}, 4)}),
                  error);
  CHECK(s.empty());
}

TEST_CASE("watch_state: totals that answers cannot have are an error", "[unit]") {
  watch_state s(five(), 3);
  for (const watched::units& u : std::vector<watched::units>{{9, 4}, {-1, 4}, {4, 1}, {4, 9}})
    CHECK(code_of([&] { s.add_unit(totals(u, 2)); }) == errc::invalid_argument);
  s.add_unit(totals({8, 2}, 2));
  s.add_unit(totals({0, 8}, 2));
  CHECK(s.units() == 2);
}

TEST_CASE("watch_state: definitions that cannot be watched", "[unit]") {
  CHECK(code_of([] { watch_state(five(), 0); }) == errc::invalid_argument);
  definition_file weighted = five().file();
  weighted.weight_places = 1;
  CHECK(code_of([&] { watch_state(definition(weighted), 3); }) == errc::invalid_argument);
  definition_file constant = five().file();
  constant.satisfaction = points_table{{{1, 2}}};
  CHECK(code_of([&] { watch_state(definition(constant), 3); }) == errc::invalid_argument);
}

TEST_CASE("watch_state: merging other units, and taking them back", "[unit]") {
  const watch_state a = watched::state(five(), 3, {{8, 10}, {6, 8, 2}});
  const watch_state b = watched::state(five(), 3, {{6, 8}, {12, 12}, {0, 3}});
  watch_state sum = a;
  sum.merge_disjoint(b);
  CHECK(sum.entries() == entries{{0, 3, 1}, {6, 8, 3}, {8, 10, 1}, {12, 12, 1}});
  CHECK(sum.units() == 6);
  sum.subtract(a);
  CHECK(sum == b);
  CHECK_THROWS_AS(sum.subtract(a), error);
  CHECK(sum == b);  // nothing changed
  sum.subtract(b);
  CHECK(sum.empty());
  CHECK(sum.units() == 0);
  CHECK(sum == watch_state());
  sum = a;
  sum.merge_disjoint(sum);
  CHECK(sum.entries() == entries{{6, 8, 4}, {8, 10, 2}});
}

TEST_CASE("watch_state: others do not merge; empty ones merge with anything", "[unit]") {
  const watch_state a = watched::state(five(), 3, {{8, 10}});
  const watch_state other_most = watched::state(five(), 4, {{8, 10}});
  const definition keep = watched::five_points(zero_requirement::keep);
  const watch_state other_definition = watched::state(keep, 3, {{8, 10}});
  watch_state by_response(five(), 3, "response");
  by_response.add_unit(totals({8, 10}, 3));
  for (const watch_state& other : {other_most, other_definition, by_response}) {
    watch_state sum = a;
    CHECK(code_of([&] { sum.merge_disjoint(other); }) == errc::incompatible);
    CHECK(code_of([&] { sum.subtract(other); }) == errc::incompatible);
    CHECK(sum == a);
    CHECK_FALSE(a == other);
  }
  watch_state sum;
  sum.merge_disjoint(a);
  CHECK(sum == a);
  sum.merge_disjoint(watch_state(keep, 9));
  CHECK(sum == a);
}

TEST_CASE("watch_state: as many units as can be counted", "[unit]") {
  watch_state s = watched::state(five(), 1, {{1, 1}});
  for (int i = 0; i < 63; ++i) s.merge_disjoint(watch_state(s));
  CHECK(s.units() == std::uint64_t{1} << 63u);
  CHECK(code_of([&] { s.merge_disjoint(watch_state(s)); }) == errc::overflow);
  CHECK(s.units() == std::uint64_t{1} << 63u);
}

TEST_CASE("fold: units of a ledger into states", "[unit]") {
  ledger l(five());
  const auto add = [&](const char* unit, const char* column, std::int64_t s, std::int64_t r) {
    l.add(unit, column, answer_points{{}, r, s});
  };
  add("anna", "a spring", 3, 4);
  add("ben", "a spring", 1, 2);
  add("anna", "b spring", 2, 4);
  add("anna", "autumn", 0, 1);
  add("cleo", "autumn", 4, 4);
  add("cleo", "elsewhere", 4, 4);
  const std::vector<std::uint32_t> plan = {0, 0, 1, fold_target::nowhere};
  std::vector<watch_state> states(2, watch_state(five(), 2));
  fold(l.entries(), plan, states);
  CHECK(states[0].entries() == entries{{1, 2, 1}, {5, 8, 1}});
  CHECK(states[1].entries() == entries{{0, 1, 1}, {4, 4, 1}});

  std::vector<watch_state> one(1, watch_state(five(), 2));
  CHECK(code_of([&] { fold(l.entries(), plan, one); }) == errc::invalid_argument);
  CHECK(one[0].empty());
  std::vector<watch_state> narrow(2, watch_state(five(), 1));
  CHECK(code_of([&] { fold(l.entries(), plan, narrow); }) == errc::invalid_data);
  CHECK(narrow[0].empty());
}

#include "xqs/tally/grouped_entries.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Expectations are worked out by hand.

using namespace xqs;
using hand_made::one_answer;

namespace {

const definition& keep() {
  static const definition d(hand_made::file({"a", "b"}));
  return d;
}

/// Columns of the ledger: 0 is group 0, 1 and 2 are group 1, 3 is group 2, 4 is left out.
const std::vector<fold_target> plan = {{0, 0}, {1, 0}, {1, 0}, {2, 0}, {}};

unit_entries entries() {
  unit_entries e;
  e.add(2, 1, one_answer({5, 2}));
  e.add(0, 0, one_answer({4, 3}));
  e.add(0, 1, one_answer({2, 1}));
  e.add(0, 2, one_answer({2, 2}));
  e.add(1, 3, one_answer({3, 3}));
  e.add(2, 3, one_answer({1, 1}));
  e.add(3, 4, one_answer({9, 9}));
  return e;
}

grouped_entries grouped(unit_value value = unit_value::totals) {
  return {entries(), plan, state_identity(keep()), {""}, value};
}

}  // namespace

TEST_CASE("grouped_entries: the joint tally of two groups", "[unit]") {
  CHECK(grouped().group_count() == 3);
  const tally t = grouped().joint(0, 1);
  CHECK(t.units() == 2);
  CHECK(t.groups()[0].units == 1);
  CHECK(t.groups()[1].units == 2);
  CHECK(t.columns()[1].answers == 3);
  CHECK(t.sum(0) == int128(4));
  CHECK(t.sum(2) == int128(9));
  CHECK(t.sum(3) == int128(5));
  CHECK(t.moment(0, 2) == int128(16));  // unit 0 only: 4 (2 + 2)
  CHECK(t.moment(3, 3) == int128(13));  // (1 + 2)^2 + 2^2
}

TEST_CASE("grouped_entries: a group and everybody else", "[unit]") {
  const tally t = grouped().against_rest(1);
  CHECK(t.units() == 3);
  CHECK(t.groups()[0].units == 2);
  CHECK(t.groups()[1].units == 3);
  CHECK(t.sum(0) == int128(9));
  CHECK(t.sum(2) == int128(8));         // 4, 3, 1
  CHECK(t.sum(3) == int128(7));         // 3, 3, 1
  CHECK(t.moment(0, 2) == int128(21));  // 4 4 + 5 1
  CHECK(t.moment(1, 3) == int128(11));  // 3 3 + 2 1
  CHECK(t.moment(2, 2) == int128(26));
}

TEST_CASE("grouped_entries: quotients of groups and of the rest", "[unit]") {
  const tally t = grouped(unit_value::quotient).joint(1, 2);
  constexpr std::int64_t one = std::int64_t{1} << 40;
  CHECK(t.groups()[0].units == 2);
  CHECK(t.sum(0) == int128(2 * one));
  CHECK(t.sum(1) == int128(1264438371942));  // Python: 3/4 2^40 + round(2/5 2^40)
  CHECK(t.sum(3) == int128(2 * one));
  const tally rest = grouped(unit_value::quotient).against_rest(2);
  CHECK(rest.groups()[1].units == 2);
  CHECK(rest.sum(3) == int128(1264438371942));  // 6/8, 2/5
}

TEST_CASE("grouped_entries: a group without entries is empty", "[unit]") {
  CHECK(grouped().joint(0, 7).groups()[1].units == 0);
  CHECK(grouped().against_rest(7).groups()[1].units == 3);
}

TEST_CASE("grouped_entries: a plan that does not fit", "[unit]") {
  const std::vector<fold_target> few(3);
  CHECK_THROWS_AS(grouped_entries(entries(), few, state_identity(keep()), {""}), error);
  const std::vector<fold_target> beyond(5, fold_target{0, 1});
  CHECK_THROWS_AS(grouped_entries(entries(), beyond, state_identity(keep()), {""}), error);
}

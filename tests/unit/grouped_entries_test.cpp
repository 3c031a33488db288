#include "xqs/tally/grouped_entries.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
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

const unit_entries& entries() {
  static const unit_entries all = [] {
    unit_entries e;
    e.add(2, 1, one_answer({5, 2}));
    e.add(0, 0, one_answer({4, 3}));
    e.add(0, 1, one_answer({2, 1}));
    e.add(0, 2, one_answer({2, 2}));
    e.add(1, 3, one_answer({3, 3}));
    e.add(2, 3, one_answer({1, 1}));
    e.add(3, 4, one_answer({9, 9}));
    return e;
  }();
  return all;
}

grouped_entries grouped(unit_value value = unit_value::totals) {
  return {entries(), plan, state_identity(keep()), {""}, value};
}

}  // namespace

TEST_CASE("grouped_entries: the joint tally of two groups", "[unit]") {
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
  const auto joint = [](const std::vector<fold_target>& other) {
    return grouped_entries(entries(), other, state_identity(keep()), {""}).joint(0, 1);
  };
  CHECK_THROWS_AS(joint(std::vector<fold_target>(3)), error);
  CHECK_THROWS_AS(joint(std::vector<fold_target>(5, fold_target{0, 1})), error);
}

TEST_CASE("grouped_entries: pairs that are none", "[unit]") {
  CHECK_THROWS_AS(grouped().joint(1, 1), error);
  CHECK_THROWS_AS(grouped().joint(group_pair::rest, 1), error);
}

TEST_CASE("grouped_entries: many pairs at once are each as alone", "[unit]") {
  const std::vector<group_pair> pairs = {{2, 1}, {1, group_pair::rest}, {0, 1}, {1, 2},
                                         {7, 0}, {0, group_pair::rest}};
  for (const unit_value value : {unit_value::totals, unit_value::quotient}) {
    const grouped_entries all = grouped(value);
    const std::vector<tally> joint = all.joint(pairs);
    REQUIRE(joint.size() == pairs.size());
    for (std::size_t p = 0; p < pairs.size(); ++p)
      CHECK(joint[p] == all.joint(pairs[p].first, pairs[p].second));
    const tally everybody = all.everybody();
    CHECK(everybody.groups()[0].units == 0);
    CHECK(everybody.groups()[1].units == 3);
    CHECK(all.joint(pairs, &everybody) == joint);
  }
  const tally reversed = grouped().joint(2, 1);
  CHECK(reversed.sum(0) == int128(4));
  CHECK(reversed.sum(2) == int128(9));
  CHECK(reversed.moment(0, 2) == int128(5));  // unit 2 only: 1 5
  CHECK(grouped().joint(std::vector<group_pair>()).empty());
}

// What fits words and what does not stand on either side of 2^15 points or answers.
TEST_CASE("grouped_entries: a group and everybody else, of large and small units", "[unit]") {
  constexpr std::int64_t large = (1 << 15) - 7;
  unit_entries e;
  e.add(0, 0, one_answer({3, 2}));
  e.add(0, 3, one_answer({large, 1}));  // together 2^15 - 4
  e.add(1, 0, one_answer({7, 1}));
  e.add(1, 1, one_answer({large, 5}));  // together 2^15
  e.add(2, 0, one_answer({2, 2}));
  unit_totals many = one_answer({1, 1});
  many.answers = 1 << 15;
  e.add(3, 0, many);
  e.add(3, 1, one_answer({6, 4}));
  e.add(4, 3, one_answer({5, 5}));
  unit_totals excluded;
  excluded.excluded = {1, 0, 2};
  e.add(5, 0, excluded);
  e.add(5, 3, one_answer({4, 0}));
  const tally t = grouped_entries(e, plan, state_identity(keep()), {""}).against_rest(0);
  CHECK(t.units() == 6);
  CHECK(t.groups()[0].units == 4);
  CHECK(t.groups()[1].units == 5);
  CHECK(t.columns()[0].units == 4);
  CHECK(t.columns()[0].answers == 3 + (1 << 15));
  CHECK(t.columns()[0].excluded == std::array<std::uint64_t, 3>{1, 0, 2});
  CHECK(t.columns()[1].units == 5);
  CHECK(t.columns()[1].answers == 5);
  CHECK(t.columns()[1].excluded == std::array<std::uint64_t, 3>{});
  CHECK(t.sum(0) == int128(13));                // 3 + 7 + 2 + 1
  CHECK(t.sum(1) == int128(6));                 // 2 + 1 + 2 + 1
  CHECK(t.sum(2) == int128(65537));             // 2 (2^15 - 7) + 6 + 5 + 4
  CHECK(t.sum(3) == int128(15));                // 1 + 5 + 4 + 5
  CHECK(t.moment(0, 0) == int128(63));          // 9 + 49 + 4 + 1
  CHECK(t.moment(0, 1) == int128(18));          // 6 + 7 + 4 + 1
  CHECK(t.moment(1, 1) == int128(10));          // 4 + 1 + 4 + 1
  CHECK(t.moment(0, 2) == int128(327616));      // (3 + 7) (2^15 - 7) + 1 6
  CHECK(t.moment(0, 3) == int128(42));          // 3 1 + 7 5 + 1 4
  CHECK(t.moment(1, 2) == int128(98289));       // (2 + 1) (2^15 - 7) + 1 6
  CHECK(t.moment(1, 3) == int128(11));          // 2 1 + 1 5 + 1 4
  CHECK(t.moment(2, 2) == int128(2146566319));  // 2 (2^15 - 7)^2 + 36 + 25 + 16
  CHECK(t.moment(2, 3) == int128(196615));      // (1 + 5) (2^15 - 7) + 6 4 + 5 5
  CHECK(t.moment(3, 3) == int128(67));          // 1 + 25 + 16 + 25
}

TEST_CASE("grouped_entries: a sum beyond the range is refused", "[unit]") {
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  unit_entries e;
  e.add(0, 0, one_answer({most, 1}));
  e.add(0, 1, one_answer({most, 1}));
  CHECK_THROWS_AS(grouped_entries(e, plan, state_identity(keep()), {""}).against_rest(0), error);
  CHECK_THROWS_AS(grouped_entries(e, plan, state_identity(keep()), {""}).joint(0, 1), error);
}

TEST_CASE("grouped_entries: everybody is of the same layout, and groups without units are empty",
          "[unit]") {
  unit_entries e;
  e.add(0, 0, one_answer({3, 1}));
  const grouped_entries grouped(e, plan, state_identity(keep()), {""});
  const group_pair pairs[] = {{0, group_pair::rest}};
  const tally everybody = grouped.everybody();
  CHECK(grouped.joint(pairs, &everybody).front() == grouped.against_rest(0));
  const tally none;
  CHECK_THROWS_AS(grouped.joint(pairs, &none), error);
  const tally of_others(state_identity(keep()), {""}, {"group", "others"});
  CHECK_THROWS_AS(grouped.joint(pairs, &of_others), error);
  const tally of_rows(state_identity(keep(), "row"), {""}, {"group", "rest"});
  CHECK_THROWS_AS(grouped.joint(pairs, &of_rows), error);
  const tally far = grouped.joint(0, 4'000'000'000);
  CHECK(far.groups()[0].units == 1);
  CHECK(far.groups()[1].units == 0);
}

#include "xqs/tally/fold.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Expectations are worked out by hand.

using namespace xqs;
using hand_made::one_answer;

namespace {

/// Items in another order than the alphabet's; answers of ann are scattered, eve answers nothing
/// valid, "extra" is no item.
struct example {
  definition d{[] {
    definition_file file = hand_made::file({"b", "a"});
    file.extra_items = extra_items::allow;
    return file;
  }()};
  ledger l{d};

  example() {
    l.add("ann", "a", one_answer({4, 2}));
    l.add("bob", "b", one_answer({3, 3}));
    l.add("ann", "extra", one_answer({5, 5}));
    l.add("ann", "b", one_answer({1, 4}));
    l.add("cat", "a", one_answer({2, 1}));
    l.add("dan", "extra", one_answer({7, 7}));
    l.add("eve", "b", d.points({}, {}));
  }

  /// The plan that sends each named column to its target.
  [[nodiscard]] std::vector<fold_target> plan(
      const std::vector<std::pair<std::string, fold_target>>& targets) const {
    std::vector<fold_target> result(l.column_count());
    for (std::uint32_t c = 0; c < l.column_count(); ++c)
      for (const auto& [label, target] : targets)
        if (l.column(c) == label) result[c] = target;
    return result;
  }
};

}  // namespace

TEST_CASE("fold: a profile has a column per item, sorted, and no extra items", "[unit]") {
  const example e;
  const tally t = fold_profile(e.l, e.d);
  REQUIRE(t.columns().size() == 2);
  CHECK(t.columns()[0].label == "a");
  CHECK(t.columns()[1].label == "b");
  CHECK(t.units() == 3);  // ann, bob, cat
  CHECK(t.columns()[0].units == 2);
  CHECK(t.columns()[1].units == 2);
  CHECK(t.columns()[1].excluded[0] == 1);
  CHECK(t.sum(0) == int128(6));
  CHECK(t.sum(1) == int128(3));
  CHECK(t.sum(2) == int128(4));
  CHECK(t.sum(3) == int128(7));
  CHECK(t.moment(0, 3) == int128(16));  // ann's 4 times 4
  CHECK(t.quotients().units == 3);
  CHECK(t.identity() == state_identity(e.d));
}

TEST_CASE("fold: pooled sums the items of a unit before squaring", "[unit]") {
  const example e;
  const tally t = fold_pooled(e.l, e.d);
  REQUIRE(t.columns().size() == 1);
  CHECK(t.columns()[0].label.empty());
  CHECK(t.units() == 3);
  CHECK(t.columns()[0].answers == 4);
  CHECK(t.sum(0) == int128(10));           // ann 5, bob 3, cat 2
  CHECK(t.sum(1) == int128(10));           // 6, 3, 1
  CHECK(t.moment(0, 0) == int128(38));     // 25 + 9 + 4
  CHECK(t.moment(0, 1) == int128(41));     // 30 + 9 + 2
  CHECK(t.moment(1, 1) == int128(46));     // 36 + 9 + 1
  CHECK(t.columns()[0].excluded[0] == 1);  // eve
}

TEST_CASE("fold: several tallies at once, each unit whole in each", "[unit]") {
  const example e;
  std::vector<tally> tallies(2, tally(state_identity(e.d), {"all"}));
  fold(e.l.entries(), e.plan({{"a", {1, 0}}, {"extra", {0, 0}}}), tallies);
  CHECK(tallies[0].units() == 2);  // ann and dan
  CHECK(tallies[0].sum(0) == int128(12));
  CHECK(tallies[1].units() == 2);  // ann and cat
  CHECK(tallies[1].moment(0, 0) == int128(20));

  std::vector<tally> joint = {tally(state_identity(e.d), {"items", "extra"})};
  fold(e.l.entries(), e.plan({{"a", {0, 0}}, {"b", {0, 0}}, {"extra", {0, 1}}}), joint);
  CHECK(joint[0].units() == 4);
  CHECK(joint[0].columns()[0].units == 3);
  CHECK(joint[0].columns()[1].units == 2);
  CHECK(joint[0].moment(0, 2) == int128(25));  // ann's 5 times 5
}

TEST_CASE("fold: nothing goes nowhere", "[unit]") {
  const example e;
  std::vector<tally> one = {tally(state_identity(e.d), {"all"})};
  fold(e.l.entries(), e.plan({}), one);
  CHECK(one[0] == tally());
  CHECK(fold_pooled(ledger(), e.d) == tally());
  CHECK(fold_profile(ledger(e.d), e.d) == tally());
}

TEST_CASE("fold: adds to what the tallies hold", "[unit]") {
  const example e;
  ledger others(e.d);
  others.add("zoe", "a", one_answer({1, 1}));
  tally expected = fold_pooled(e.l, e.d);
  expected.merge_disjoint(fold_pooled(others, e.d));
  std::vector<tally> one = {fold_pooled(others, e.d)};
  fold(e.l.entries(), e.plan({{"a", {0, 0}}, {"b", {0, 0}}}), one);
  CHECK(one[0] == expected);
}

TEST_CASE("fold: a plan that does not fit is refused and changes nothing", "[unit]") {
  const example e;
  const std::vector<tally> before = {fold_pooled(e.l, e.d), tally(state_identity(e.d), {"all"})};
  std::vector<tally> tallies = before;
  const auto refused = [&](const std::vector<fold_target>& plan) {
    try {
      fold(e.l.entries(), plan, tallies);
    } catch (const error& problem) {
      CHECK(tallies == before);
      return problem.code() == errc::invalid_argument;
    }
    return false;
  };
  CHECK(refused({}));
  CHECK(refused({{0, 0}, {0, 0}}));                        // three columns have entries
  CHECK(refused(e.plan({{"a", {0, 0}}, {"b", {2, 0}}})));  // there are two tallies
}

TEST_CASE("fold: a target column that its tally does not have is refused", "[unit]") {
  const example e;
  for (const fold_target& beyond : {fold_target{0, 1}, fold_target{0, fold_target::nowhere}}) {
    std::vector<tally> one = {tally(state_identity(e.d), {"all"})};
    try {
      fold(e.l.entries(), e.plan({{"extra", beyond}}), one);
      FAIL("there is one column");
    } catch (const error& problem) {
      CHECK(problem.code() == errc::invalid_argument);
    }
  }
}

TEST_CASE("fold: more than a unit can hold is an overflow", "[unit]") {
  const example e;
  ledger l(e.d);
  l.add("ann", "a", one_answer({std::int64_t{1} << 62, 1}));
  l.add("ann", "b", one_answer({std::int64_t{1} << 62, 1}));
  CHECK_THROWS_AS(fold_pooled(l, e.d), error);
  CHECK_THROWS_AS(fold_profile(l, e.d), error);  // its quotient is of all columns
}

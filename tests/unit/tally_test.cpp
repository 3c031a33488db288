#include "xqs/tally/tally.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Expectations are worked out by hand; large integers by Python 3.

using namespace xqs;
using hand_made::one_answer;

namespace {

const definition& keep() {
  static const definition d(hand_made::file({"a", "b"}));
  return d;
}

std::vector<tally::part> unit(std::vector<tally::part> parts) { return parts; }

unit_totals excluded(exclusion reason) { return unit_totals(answer_points{reason}); }

/// Two columns, three units: both columns, the second only, the first only.
tally three_units() {
  tally t(state_identity(keep()), {"a", "b"});
  t.add_unit(unit({{0, one_answer({4, 2})}, {1, one_answer({1, 4})}}));
  t.add_unit(unit({{1, one_answer({3, 3})}}));
  t.add_unit(unit({{0, one_answer({2, 1})}}));
  return t;
}

std::string message_of_merge(tally to, const tally& from) {
  const tally before = to;
  try {
    to.merge_disjoint(from);
  } catch (const error& problem) {
    CHECK(problem.code() == errc::incompatible);
    CHECK(to == before);
    return problem.what();
  }
  return {};
}

bool names(const std::string& message, const std::string& part) {
  return message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("tally: moments of three units", "[unit]") {
  const tally t = three_units();
  CHECK(t.units() == 3);
  CHECK(t.columns()[0].label == "a");
  CHECK(t.columns()[0].units == 2);
  CHECK(t.columns()[0].answers == 2);
  CHECK(t.columns()[1].units == 2);

  CHECK(t.sum(0) == int128(6));  // R of a: 4 + 2
  CHECK(t.sum(1) == int128(3));
  CHECK(t.sum(2) == int128(4));
  CHECK(t.sum(3) == int128(7));

  CHECK(t.moment(0, 0) == int128(20));  // 16 + 4
  CHECK(t.moment(0, 1) == int128(10));  // 8 + 2
  CHECK(t.moment(1, 1) == int128(5));   // 4 + 1
  CHECK(t.moment(2, 2) == int128(10));  // 1 + 9
  CHECK(t.moment(2, 3) == int128(13));  // 4 + 9
  CHECK(t.moment(3, 3) == int128(25));  // 16 + 9
  CHECK(t.moment(0, 2) == int128(4));   // across columns: the first unit alone
  CHECK(t.moment(0, 3) == int128(16));
  CHECK(t.moment(1, 2) == int128(2));
  CHECK(t.moment(1, 3) == int128(8));
  CHECK(t.moment(3, 0) == t.moment(0, 3));

  // q: (2 + 4)/(4 + 1) = 1.2, 1 and 0.5; 1.2 * 2^40 = 1319413953331.2
  CHECK(t.quotients().units == 3);
  CHECK(t.quotients().sum == int128(1319413953331 + 1099511627776 + 549755813888));
  // Python: 1319413953331**2 + 1099511627776**2 + 549755813888**2
  CHECK(to_string(t.quotients().sum_of_squares) == "3252010454762824714378281");
}

TEST_CASE("tally: a quotient is rounded half to even", "[unit]") {
  constexpr std::int64_t big = std::int64_t{1} << 41;
  const auto q = [](std::int64_t s, std::int64_t r) {
    tally t(state_identity(keep()), {""});
    t.add_unit(unit({{0, one_answer({r, s})}}));
    return t.quotients().sum;
  };
  CHECK(q(1, big) == int128(0));           // one half
  CHECK(q(3, big) == int128(2));           // one and a half
  CHECK(q(5, big) == int128(2));           // two and a half
  CHECK(q(2, 3) == int128(733007751851));  // 733007751850.67
  CHECK(q(1, 3) == int128(366503875925));  // 366503875925.33
}

TEST_CASE("tally: a unit is a unit with at least one valid answer", "[unit]") {
  tally t(state_identity(keep()), {"a", "b"});
  t.add_unit(unit({{0, excluded(exclusion::no_answer)}}));
  CHECK(t.units() == 0);
  CHECK_FALSE(t.empty());  // an exclusion is counted
  CHECK_FALSE(t == tally());
  t.add_unit(unit({{0, excluded(exclusion::zero_requirement)}, {1, one_answer({0, 3})}}));
  CHECK(t.units() == 1);
  CHECK(t.columns()[0].units == 0);
  CHECK(t.columns()[0].answers == 0);
  CHECK(t.columns()[0].excluded[0] == 1);
  CHECK(t.columns()[0].excluded[2] == 1);
  CHECK(t.columns()[1].units == 1);
  CHECK(t.quotients().units == 0);  // nothing was required of it
  CHECK(t.sum(3) == int128(3));
}

TEST_CASE("tally: columns out of order or range are refused and change nothing", "[unit]") {
  const tally before = three_units();
  tally t = before;
  const auto columns = static_cast<std::uint32_t>(t.columns().size());
  REQUIRE(columns == 2);
  const unit_totals answer = one_answer({4, 2});
  const std::vector<std::vector<tally::part>> wrong = {{{1, answer}, {0, answer}},
                                                       {{0, answer}, {0, answer}},
                                                       {{columns, answer}},
                                                       {{0, answer}, {columns, answer}},
                                                       {{0xffffffffu, answer}}};
  for (const std::vector<tally::part>& parts : wrong) {
    try {
      t.add_unit(parts);
      FAIL("these parts are no unit");
    } catch (const error& problem) {
      CHECK(problem.code() == errc::invalid_argument);
    }
    CHECK(t == before);
  }
}

TEST_CASE("tally: an answer of weight 0 counts like any other", "[unit]") {
  tally t(state_identity(keep()), {""});
  t.add_unit(unit({{0, one_answer({0, 0})}}));
  CHECK(t.units() == 1);
  CHECK(t.columns()[0].answers == 1);
  CHECK_FALSE(t.empty());
}

TEST_CASE("tally: a weighted one holds no quotients", "[unit]") {
  definition_file file = hand_made::file({"a"});
  file.weight_places = 2;
  tally t(state_identity(definition(file)), {""});
  t.add_unit(unit({{0, one_answer({4, 2})}}));
  CHECK(t.units() == 1);
  CHECK(t.quotients() == tally::quotient_moments());
}

TEST_CASE("tally: merging adds, with itself too", "[unit]") {
  tally t = three_units();
  t.merge_disjoint(t);
  CHECK(t.units() == 6);
  CHECK(t.columns()[0].answers == 4);
  CHECK(t.sum(3) == int128(14));
  CHECK(t.moment(0, 3) == int128(32));
  CHECK(t.quotients().units == 6);
  t.subtract(three_units());
  CHECK(t == three_units());
  t.subtract(t);
  CHECK(t == tally());
}

TEST_CASE("tally: empty ones are equal and merge with anything", "[unit]") {
  definition_file file = hand_made::file({"x"});
  const tally other(state_identity(definition(file), "response"), {"x", "y", "z"});
  CHECK(other == tally());
  tally t = three_units();
  t.merge_disjoint(other);
  t.subtract(other);
  CHECK(t == three_units());
  tally empty = other;
  empty.merge_disjoint(three_units());
  CHECK(empty == three_units());
  CHECK(empty.columns().size() == 2);
}

TEST_CASE("tally: what does not belong together does not merge, and the error names both",
          "[unit]") {
  const tally t = three_units();
  definition_file file = hand_made::file({"a", "b"});
  file.zero_requirement = zero_requirement::exclude;
  const definition other(file);
  tally excluding(state_identity(other), {"a", "b"});
  excluding.add_unit(unit({{0, one_answer({1, 1})}}));
  const std::string definitions = message_of_merge(t, excluding);
  CHECK(names(definitions, keep().tally_fingerprint().hex()));
  CHECK(names(definitions, other.tally_fingerprint().hex()));

  tally by_response(state_identity(keep(), "response"), {"a", "b"});
  by_response.add_unit(unit({{0, one_answer({1, 1})}}));
  const std::string kinds = message_of_merge(t, by_response);
  CHECK(names(kinds, "respondent"));
  CHECK(names(kinds, "response"));

  tally other_label(state_identity(keep()), {"a", "c"});
  other_label.add_unit(unit({{0, one_answer({1, 1})}}));
  const std::string labels = message_of_merge(t, other_label);
  CHECK(names(labels, "\"b\""));
  CHECK(names(labels, "\"c\""));

  tally one_column(state_identity(keep()), {"a"});
  one_column.add_unit(unit({{0, one_answer({1, 1})}}));
  const std::string counts = message_of_merge(t, one_column);
  CHECK(names(counts, "2"));
  CHECK(names(counts, "1"));

  tally mine = t;
  CHECK_THROWS_AS(mine.subtract(one_column), error);
  CHECK_THROWS_AS(mine.subtract(by_response), error);
  CHECK(mine == t);
}

TEST_CASE("tally: what was not added cannot be subtracted", "[unit]") {
  const auto refuses = [](const tally& from, const tally& what) {
    tally t = from;
    try {
      t.subtract(what);
    } catch (const error&) {
      return t == from && t.sum(0) == from.sum(0);
    }
    return false;
  };
  const auto one = [](std::int64_t r, std::int64_t s) {
    return hand_made::pooled(keep(), {{r, s}});
  };
  CHECK(refuses(one(4, 2), one(5, 1)));                                    // R
  CHECK(refuses(one(4, 2), one(1, 3)));                                    // S
  CHECK(refuses(one(4, 2), hand_made::pooled(keep(), {{1, 1}, {1, 1}})));  // n
  // the sums suffice, the squares do not: 3^2 + 3^2 < 5^2
  CHECK(refuses(hand_made::pooled(keep(), {{3, 1}, {3, 1}}), one(5, 0)));
  // q^2: 1/2 and 1/2 against 3/4
  CHECK(refuses(hand_made::pooled(keep(), {{8, 4}, {8, 4}}), one(4, 3)));

  tally answered(state_identity(keep()), {""});
  answered.add_unit(unit({{0, one_answer({4, 2})}}));
  tally with_exclusion(state_identity(keep()), {""});
  with_exclusion.add_unit(unit({{0, excluded(exclusion::not_applicable)}}));
  CHECK(refuses(answered, with_exclusion));

  tally empty;
  CHECK_THROWS_AS(empty.subtract(answered), error);
  CHECK(empty == tally());
}

TEST_CASE("tally: points without units do not remain", "[unit]") {
  tally t = hand_made::pooled(keep(), {{4, 2}});
  const tally other_person = hand_made::pooled(keep(), {{2, 1}});
  CHECK_THROWS_AS(t.subtract(other_person), error);
  CHECK(t.units() == 1);
  CHECK(t.sum(0) == int128(4));
}

TEST_CASE("tally: overflow changes nothing", "[unit]") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  SECTION("the moments of two units near 2^63") {
    tally t(state_identity(keep()), {""});
    t.add_unit(unit({{0, one_answer({most, most})}}));
    // Python: (2**63 - 1)**2
    CHECK(to_string(t.moment(0, 0)) == "85070591730234615847396907784232501249");
    t.add_unit(unit({{0, one_answer({most, 1})}}));
    const tally full = t;
    CHECK(to_string(t.moment(0, 0)) == "170141183460469231694793815568465002498");
    CHECK_THROWS_AS(t.add_unit(unit({{0, one_answer({most, 1})}})), error);
    CHECK(t == full);
    CHECK_THROWS_AS(t.merge_disjoint(full), error);
    CHECK(t == full);
    t.subtract(full);
    CHECK(t == tally());
  }
  SECTION("n units of weighted totals B, where n B^2 reaches 2^127") {
    // Python: 2**53 * 10**22 < 2**127 <= 2**54 * 10**22
    constexpr std::int64_t total = 100'000'000'000;
    tally t(state_identity(keep()), {""});
    t.add_unit(unit({{0, one_answer({total, total / 2})}}));
    for (int doubling = 0; doubling < 53; ++doubling) t.merge_disjoint(tally(t));
    CHECK(t.units() == 9'007'199'254'740'992);
    CHECK(to_string(t.moment(0, 0)) == "90071992547409920000000000000000000000");
    const tally full = t;
    CHECK_THROWS_AS(t.merge_disjoint(full), error);
    CHECK(t == full);
  }
  SECTION("a unit over both columns") {
    tally t(state_identity(keep()), {"a", "b"});
    const auto parts = unit({{0, one_answer({most, 1})}, {1, one_answer({1, 1})}});
    CHECK_THROWS_AS(t.add_unit(parts), error);
    CHECK(t == tally());
    CHECK(t.sum(1) == int128());
  }
  SECTION("a quotient from 2^63 on") {
    tally t(state_identity(keep()), {""});
    const std::int64_t limit = std::int64_t{1} << 23;  // times 2^40 is 2^63
    t.add_unit(unit({{0, one_answer({1, limit - 1})}}));
    const tally before = t;
    CHECK_THROWS_AS(t.add_unit(unit({{0, one_answer({1, limit})}})), error);
    CHECK(t == before);
  }
}

TEST_CASE("tally: any one number makes a difference", "[unit]") {
  const tally t = hand_made::pooled(keep(), {{4, 2}, {2, 2}});
  CHECK(t == hand_made::pooled(keep(), {{2, 2}, {4, 2}}));
  CHECK_FALSE(t == hand_made::pooled(keep(), {{4, 2}, {2, 1}}));
  CHECK_FALSE(t == hand_made::pooled(keep(), {{3, 2}, {3, 2}}));  // the sums alone agree
  CHECK_FALSE(t == hand_made::pooled(keep(), {{2, 2}, {4, 2}, {0, 0}}));
  CHECK_FALSE(t == tally());

  // the same numbers of other units or columns
  tally responses(state_identity(keep(), "response"), {""});
  responses.add_unit(unit({{0, one_answer({4, 2})}}));
  CHECK_FALSE(responses == hand_made::pooled(keep(), {{4, 2}}));
  tally labelled(state_identity(keep()), {"a"});
  labelled.add_unit(unit({{0, one_answer({4, 2})}}));
  CHECK_FALSE(labelled == hand_made::pooled(keep(), {{4, 2}}));
}

namespace {

/// Two periods of two items; the first unit answers in both, the others in one.
tally two_periods() {
  tally t(state_identity(keep()), {"a", "b"}, {"before", "after"});
  t.add_unit(unit({{0, one_answer({4, 2})}, {1, one_answer({1, 4})}, {3, one_answer({2, 2})}}));
  t.add_unit(unit({{2, one_answer({3, 3})}, {3, one_answer({1, 0})}}));
  t.add_unit(unit({{1, excluded(exclusion::no_answer)}, {2, one_answer({2, 1})}}));
  return t;
}

}  // namespace

TEST_CASE("tally: a joint tally counts the units of each group", "[unit]") {
  const tally t = two_periods();
  CHECK(t.units() == 3);
  REQUIRE(t.columns().size() == 4);
  CHECK(t.columns()[3].label == "b");
  REQUIRE(t.groups().size() == 2);
  CHECK(t.groups()[0].label == "before");
  CHECK(t.groups()[0].units == 1);  // the third unit's only answer there is excluded
  CHECK(t.groups()[1].units == 3);
  CHECK(tally(state_identity(keep()), {"a"}).groups().empty());
}

TEST_CASE("tally: the groups of a joint tally are merged and subtracted", "[unit]") {
  tally t = two_periods();
  t.merge_disjoint(two_periods());
  CHECK(t.groups()[1].units == 6);
  t.subtract(two_periods());
  CHECK(t == two_periods());
  tally one_more = two_periods();
  one_more.add_unit(unit({{0, one_answer({1, 1})}}));
  CHECK_THROWS_AS(t.subtract(one_more), error);
  CHECK(t == two_periods());
}

TEST_CASE("tally: different groups do not merge", "[unit]") {
  const auto joint = [](const std::vector<std::string>& labels,
                        const std::vector<std::string>& groups) {
    tally t(state_identity(keep()), labels, groups);
    t.add_unit(unit({{0, one_answer({1, 1})}}));
    return t;
  };
  CHECK(message_of_merge(joint({"a"}, {"q1", "q2"}), joint({"a"}, {"q1", "q3"})) ==
        "tallies of different groups (\"q2\" and \"q3\") do not merge");
  CHECK(message_of_merge(joint({"a", "a"}, {"q1"}), joint({"a"}, {"q1", "q2"})) ==
        "tallies of 1 and 2 groups do not merge");
}

TEST_CASE("tally: many equal units at once", "[unit]") {
  tally t(state_identity(keep()), {"a", "b"});
  t.add_units({1, one_answer({4, 3})}, 3);
  CHECK(t.units() == 3);
  CHECK(t.columns()[1].units == 3);
  CHECK(t.columns()[1].answers == 3);
  CHECK(t.columns()[0].answers == 0);
  CHECK(t.sum(2) == int128(12));
  CHECK(t.sum(3) == int128(9));
  CHECK(t.moment(2, 2) == int128(48));
  CHECK(t.moment(2, 3) == int128(36));
  CHECK(t.moment(3, 3) == int128(27));
  CHECK(t.quotients().units == 3);
  CHECK(t.quotients().sum == int128(2'473'901'162'496));  // 3 times 3/4 of 2^40
  CHECK(t.quotients().sum_of_squares == 3 * (int128(824'633'720'832) * 824'633'720'832));

  SECTION("as if added one by one, however large") {
    constexpr std::int64_t large = std::int64_t{1} << 45;
    tally one_by_one = t;
    t.add_units({0, one_answer({large, large - 1})}, 5);
    for (int i = 0; i < 5; ++i)
      one_by_one.add_unit(unit({{0, one_answer({large, large - 1})}, {1, unit_totals()}}));
    CHECK(t == one_by_one);
  }
  SECTION("units without an answer count nowhere") {
    t.add_units({0, excluded(exclusion::no_answer)}, 7);
    CHECK(t.units() == 3);
    CHECK(t.columns()[0].excluded[0] == 7);
  }
  SECTION("what cannot be added changes nothing") {
    const tally before = t;
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    CHECK_THROWS_AS(t.add_units({0, one_answer({most, most})}, 3), error);
    CHECK_THROWS_AS(t.add_units({2, one_answer({1, 1})}, 1), error);
    CHECK_THROWS_AS(t.add_units({0, one_answer({1, std::int64_t{1} << 23})}, 2), error);
    CHECK(t == before);
  }
  SECTION("units of a group of a joint tally") {
    tally joint(state_identity(keep()), {"a"}, {"q1", "q2"});
    joint.add_units({1, one_answer({1, 1})}, 4);
    CHECK(joint.groups()[0].units == 0);
    CHECK(joint.groups()[1].units == 4);
  }
}

#include "xqs/tally/ledger.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Expectations are worked out by hand.

using namespace xqs;

namespace {

definition_file five_point() {
  definition_file file{.name = "five", .version = "1", .items = {{.id = "a"}, {.id = "b"}}};
  file.missing = {{decimal(9), missing_value::not_applicable},
                  {decimal(99), missing_value::no_answer}};
  return file;
}

std::string message_of_merge(ledger to, const ledger& from) {
  try {
    to.merge(from);
  } catch (const error& problem) {
    CHECK(problem.code() == errc::incompatible);
    return problem.what();
  }
  return {};
}

bool names(const std::string& message, const std::string& part) {
  return message.find(part) != std::string::npos;
}

unit_totals totals(std::int64_t r, std::int64_t s, std::uint32_t answers = 1) {
  unit_totals t = hand_made::one_answer({r, s});
  t.answers = answers;
  return t;
}

}  // namespace

TEST_CASE("ledger: totals per unit and column", "[unit]") {
  const definition d(five_point());
  ledger l(d);
  l.add("ann", "a", d.points(5, 3));  // grid 4: 4 and 2 points
  l.add("ann", "b", d.points(2, 5));  // 1 and 4
  l.add("bob", "a", d.points(3, 3));  // 2 and 2
  l.add("ann", "a", d.points(4, 4));  // 3 and 3

  REQUIRE(l.find("ann", "a"));
  CHECK(l.find("ann", "a")->requirement == 7);
  CHECK(l.find("ann", "a")->satisfaction == 5);
  CHECK(l.find("ann", "a")->answers == 2);
  CHECK(*l.find("ann", "b") == totals(1, 4));
  CHECK(*l.find("bob", "a") == totals(2, 2));
  CHECK_FALSE(l.find("bob", "b"));
  CHECK_FALSE(l.find("nobody", "a"));
  CHECK_FALSE(l.find("ann", "nothing"));
  CHECK(l.entries().size() == 3);
  CHECK(l.column_count() == 2);
}

TEST_CASE("ledger: every reason for not counting is counted once", "[unit]") {
  const definition d(five_point());
  ledger l(d);
  l.add("ann", "a", d.points({}, 3));  // no_answer
  l.add("ann", "a", d.points(99, 9));  // no_answer: the requirement comes first
  l.add("ann", "a", d.points(9, {}));  // not_applicable: likewise
  l.add("ann", "a", d.points(1, 9));   // zero_requirement, before the satisfaction
  l.add("ann", "a", d.points(3, 99));  // no_answer
  l.add("ann", "a", d.points(3, 9));   // not_applicable
  l.add("ann", "a", d.points(3, 1));   // counts: 2 and 0 points
  const unit_totals t = *l.find("ann", "a");
  CHECK(t.excluded[static_cast<std::size_t>(exclusion::no_answer)] == 3);
  CHECK(t.excluded[static_cast<std::size_t>(exclusion::not_applicable)] == 2);
  CHECK(t.excluded[static_cast<std::size_t>(exclusion::zero_requirement)] == 1);
  CHECK(t.answers == 1);
  CHECK(t.requirement == 2);
  CHECK(t.satisfaction == 0);
}

TEST_CASE("ledger: equal when it holds the same totals", "[unit]") {
  const definition d(five_point());
  ledger forward(d);
  forward.add("ann", "a", totals(1, 2));
  forward.add("bob", "b", totals(3, 4));
  ledger backward(d);
  backward.add("bob", "b", totals(3, 4));
  backward.add("ann", "a", totals(1, 2));
  CHECK(forward == backward);

  ledger moved(d);  // the same numbers on another unit
  moved.add("eve", "a", totals(1, 2));
  moved.add("bob", "b", totals(3, 4));
  CHECK_FALSE(forward == moved);

  ledger by_response(d, "response");
  by_response.add("ann", "a", totals(1, 2));
  by_response.add("bob", "b", totals(3, 4));
  CHECK_FALSE(forward == by_response);

  CHECK(ledger() == ledger(d));
  CHECK_FALSE(forward == ledger(d));
}

TEST_CASE("ledger: what was merged is taken back", "[unit]") {
  const definition d(five_point());
  ledger year(d);
  year.add("ann", "a", totals(7, 5, 2));
  year.add("ann", "b", totals(1, 4));
  year.add("bob", "a", totals(2, 2));
  year.add("bob", "b", d.points({}, 3));  // no_answer
  ledger month(d);
  month.add("bob", "b", d.points({}, 3));
  month.add("ann", "a", totals(4, 2));
  month.add("ann", "b", totals(1, 4));
  year.subtract(month);
  CHECK(*year.find("ann", "a") == totals(3, 3));
  CHECK_FALSE(year.find("ann", "b"));
  CHECK(*year.find("bob", "a") == totals(2, 2));
  CHECK(year.column_count() == 1);  // no trace of b
  CHECK(year.entries().size() == 2);
  year.subtract(ledger());
  year.subtract(year);
  CHECK(year.empty());
  CHECK(year.identity() == ledger(d).identity());
}

TEST_CASE("ledger: what was not merged is not taken back", "[unit]") {
  const definition d(five_point());
  ledger l(d);
  l.add("ann", "a", totals(7, 5, 2));
  l.add("ann", "a", d.points({}, 3));
  const ledger before = l;
  const auto refused = [&](const std::string& unit, const std::string& column,
                           const unit_totals& what) {
    ledger other(d);
    other.add("ann", "a", totals(1, 1));  // which alone is there
    other.add(unit, column, what);
    try {
      l.subtract(other);
    } catch (const error& problem) {
      CHECK(l == before);
      return problem.code() == errc::invalid_argument && names(problem.what(), '"' + unit + '"');
    }
    return false;
  };
  CHECK(refused("bob", "a", totals(1, 1)));
  CHECK(refused("ann", "b", totals(1, 1)));
  CHECK(refused("ann", "a", totals(7, 1)));                 // 1 more required than there is
  CHECK(refused("ann", "a", totals(1, 5)));                 // 1 more satisfied
  CHECK(refused("ann", "a", totals(1, 1, 2)));              // 1 answer more
  CHECK(refused("ann", "a", totals(6, 3)));                 // no answer would be left, and 1 point
  CHECK(refused("ann", "a", totals(5, 4)));                 // likewise
  CHECK(refused("ann", "a", unit_totals(d.points(9, 3))));  // another reason for not counting
  CHECK_THROWS_AS(ledger(d).subtract(l), error);
  ledger by_response(d, "response");
  by_response.add("ann", "a", totals(1, 1));
  CHECK_THROWS_AS(l.subtract(by_response), error);
  CHECK(l == before);
}

TEST_CASE("ledger: names that could be mistaken for one another stay apart", "[unit]") {
  const definition d(five_point());
  ledger l(d);
  l.add("ab", "c", totals(1, 1));
  l.add("a", "bc", totals(2, 2));
  l.add("", "abc", totals(3, 3));
  l.add(std::string("a\0", 2), "bc", totals(4, 4));
  CHECK(l.entries().size() == 4);
  CHECK(l.find("a", "bc")->requirement == 2);
  CHECK(l.find("", "abc")->requirement == 3);
}

TEST_CASE("ledger: merging adds per unit", "[unit]") {
  const definition d(five_point());
  ledger l(d);
  l.add("ann", "a", totals(4, 2));
  l.add("bob", "a", totals(2, 2));
  ledger other(d);
  other.add("bob", "a", totals(3, 1));
  other.add("bob", "b", totals(4, 4));
  other.add("cat", "b", totals(1, 0));
  l.merge(other);
  CHECK(l.entries().size() == 4);
  CHECK(*l.find("ann", "a") == totals(4, 2));
  CHECK(*l.find("bob", "a") == totals(5, 3, 2));
  CHECK(*l.find("bob", "b") == totals(4, 4));
  CHECK(*l.find("cat", "b") == totals(1, 0));
}

TEST_CASE("ledger: merging with itself doubles", "[unit]") {
  const definition d(five_point());
  ledger l(d);
  l.add("ann", "a", totals(4, 2));
  l.add("bob", "b", d.points(9, 9));
  l.merge(l);
  CHECK(l.entries().size() == 2);
  CHECK(*l.find("ann", "a") == totals(8, 4, 2));
  CHECK(l.find("bob", "b")->excluded[1] == 2);
}

TEST_CASE("ledger: empty merges with anything and carries no configuration", "[unit]") {
  const definition d(five_point());
  definition_file other_file = five_point();
  other_file.zero_requirement = zero_requirement::keep;
  const definition other(other_file);

  ledger filled(d);
  filled.add("ann", "a", totals(4, 2));
  ledger l = filled;
  l.merge(ledger());
  l.merge(ledger(other, "response"));
  CHECK(l == filled);
  ledger empty(other, "response");
  empty.merge(filled);
  CHECK(empty == filled);
  CHECK(empty.identity() == filled.identity());
}

TEST_CASE("ledger: different definitions or unit kinds do not merge", "[unit]") {
  const definition d(five_point());
  definition_file other_file = five_point();
  other_file.over_fulfilment = over_fulfilment::cap;
  const definition other(other_file);
  ledger l(d);
  l.add("ann", "a", totals(4, 2));
  ledger capped(other);
  capped.add("ann", "a", totals(4, 2));
  const std::string definitions = message_of_merge(l, capped);
  CHECK(names(definitions, d.tally_fingerprint().hex()));
  CHECK(names(definitions, other.tally_fingerprint().hex()));

  ledger by_response(d, "response");
  by_response.add("ann", "a", totals(4, 2));
  const std::string kinds = message_of_merge(l, by_response);
  CHECK(names(kinds, "respondent"));
  CHECK(names(kinds, "response"));

  // What changes no tally does not matter: bands, level, titles, weights of items.
  definition_file renamed = five_point();
  renamed.name = "renamed";
  renamed.level = 0.9;
  renamed.items[0].weight = 3;
  ledger same{definition(renamed)};
  same.add("ann", "a", totals(4, 2));
  CHECK_NOTHROW(l.merge(same));
}

TEST_CASE("ledger: overflow changes nothing", "[unit]") {
  const definition d(five_point());
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::uint32_t most_answers = std::numeric_limits<std::uint32_t>::max();
  ledger l(d);
  l.add("ann", "a", totals(most - 1, 5, most_answers - 1));
  l.add("ann", "a", totals(1, 5));  // exactly full
  const ledger full = l;
  CHECK(*l.find("ann", "a") == totals(most, 10, most_answers));

  CHECK_THROWS_AS(l.add("ann", "a", totals(1, 0, 0)), error);
  CHECK_THROWS_AS(l.add("ann", "a", totals(0, 0, 1)), error);
  CHECK_THROWS_AS(l.add("ann", "a", totals(0, most, 0)), error);
  CHECK(l == full);

  ledger other(d);  // the units before the one that overflows must not be added either
  other.add("aaa", "a", totals(1, 1));
  other.add("bob", "b", totals(1, 1));
  other.add("ann", "a", totals(1, 1));
  CHECK_THROWS_AS(l.merge(other), error);
  CHECK(l == full);
  CHECK_THROWS_AS(l.merge(l), error);
  CHECK(l == full);

  unit_totals excluded;
  excluded.excluded[2] = most_answers;
  ledger exclusions(d);
  exclusions.add("ann", "a", excluded);
  CHECK_THROWS_AS(exclusions.add("ann", "a", excluded), error);
  CHECK(*exclusions.find("ann", "a") == excluded);
}

TEST_CASE("ledger: erasing a unit", "[unit]") {
  const definition d(five_point());
  ledger l(d);
  l.add("ann", "a", totals(4, 2));
  l.add("bob", "a", totals(2, 2));
  l.add("ann", "b", totals(1, 1));
  ledger bob(d);
  bob.add("bob", "a", totals(2, 2));

  CHECK_FALSE(l.erase("nobody"));
  CHECK(l.entries().size() == 3);
  CHECK_FALSE(l.erase("a"));  // a column, not a unit
  CHECK(l.erase("ann"));
  CHECK(l == bob);
  CHECK_FALSE(l.find("ann", "a"));
  CHECK_FALSE(l.erase("ann"));
  CHECK(l.erase("bob"));
  CHECK(l == ledger());
  CHECK(l.empty());
  CHECK_FALSE(l.erase("bob"));

  l.add("bob", "a", totals(2, 2));
  CHECK(l == bob);
}

TEST_CASE("ledger: adding nothing changes nothing", "[unit]") {
  ledger l{definition(five_point())};
  l.add("ann", "a", unit_totals());
  CHECK(l == ledger());
}

TEST_CASE("add_feedback: one form, a column per item", "[unit]") {
  const definition d(five_point());
  const feedback form{
      .respondent = "ann", .answers = {{"a", 5, 4}, {"b", 3, {}}}, .response = "form 1"};
  ledger l(d);
  add_feedback(l, d, form);
  CHECK(*l.find("ann", "a") == totals(4, 3));
  CHECK(l.find("ann", "b")->answers == 0);
  CHECK(l.find("ann", "b")->excluded[0] == 1);

  ledger by_response(d, "response");
  add_feedback(by_response, d, form);
  CHECK_FALSE(by_response.find("ann", "a"));
  CHECK(*by_response.find(R"(["ann","form 1"])", "a") == totals(4, 3));
}

TEST_CASE("response_key: ids of forms may be unique per respondent only", "[unit]") {
  CHECK(response_key("1", "23") == R"(["1","23"])");
  CHECK(response_key("1", "23") != response_key("12", "3"));
  CHECK(response_key("1\",\"2", "3") != response_key("1", "2\",\"3"));
}

TEST_CASE("add_feedback: an error changes nothing", "[unit]") {
  const definition d(five_point());
  ledger l(d);
  CHECK_THROWS_AS(add_feedback(l, d, {.respondent = "", .answers = {{"a", 5, 4}}}), error);
  CHECK_THROWS_AS(add_feedback(l, d, {.respondent = "ann", .answers = {{"a", 5, 4}, {"c", 5, 4}}}),
                  error);
  CHECK_THROWS_AS(add_feedback(l, d, {.respondent = "ann", .answers = {{"a", 5, 4}, {"b", 7, 4}}}),
                  error);
  CHECK(l.empty());

  definition_file kept = five_point();
  kept.zero_requirement = zero_requirement::keep;
  CHECK_THROWS_AS(
      add_feedback(l, definition(kept), {.respondent = "ann", .answers = {{"a", 5, 4}}}), error);

  definition_file open = five_point();
  open.extra_items = extra_items::allow;  // changes no tally, so the ledger is the same
  add_feedback(l, definition(open), {.respondent = "ann", .answers = {{"c", 5, 4}}});
  CHECK(*l.find("ann", "c") == totals(4, 3));
}

TEST_CASE("add_feedback: what is missing, double or of another kind is refused", "[unit]") {
  const definition d(five_point());
  const auto refused = [&](const std::string& kind, const feedback& form) {
    ledger l(d, kind);
    l.add("ann", "b", totals(1, 1));
    const ledger before = l;
    try {
      add_feedback(l, d, form);
    } catch (const error& problem) {
      CHECK(l == before);
      return std::pair(problem.code(), problem.column());
    }
    return std::pair(errc::invalid_argument, std::string("no error"));
  };
  const std::vector<answer> once = {{"a", 5, 4}};
  const std::vector<answer> twice = {{"a", 5, 4}, {"b", 5, 4}, {"a", 3, 3}};
  CHECK(refused("respondent", {.respondent = "", .answers = once}) ==
        std::pair(errc::invalid_data, std::string("respondent")));
  CHECK(refused("response", {.respondent = "ann", .answers = once}) ==
        std::pair(errc::invalid_data, std::string("response")));
  CHECK(refused("respondent", {.respondent = "ann", .answers = twice}) ==
        std::pair(errc::invalid_data, std::string("item")));
  CHECK(refused("response", {.respondent = "ann", .answers = twice, .response = "1"}) ==
        std::pair(errc::invalid_data, std::string("item")));
  for (const std::string kind : {"row", "channel", ""})
    CHECK(refused(kind, {.respondent = "ann", .answers = once, .response = "1"}).first ==
          errc::incompatible);
}

TEST_CASE("add_feedback: a code off its scale names column, value and codes", "[unit]") {
  const definition d(five_point());
  ledger l(d);
  try {
    add_feedback(l, d, {.respondent = "ann", .answers = {{"a", 5, 7}}});
    FAIL("7 is not on the scale");
  } catch (const error& problem) {
    CHECK(problem.code() == errc::invalid_data);
    CHECK(problem.column() == "satisfaction");
    CHECK(problem.value() == "7");
    CHECK(names(problem.what(), "1..5"));
    CHECK(names(problem.what(), "five@1"));
  }
}

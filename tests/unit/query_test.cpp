#include "xqs/engine/query.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "text_batch.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"

using namespace xqs;

namespace {

using texts = std::vector<std::string>;

definition definition_with(const std::string& more) {
  return parse_definition(
      R"({"xqs": 1, "name": "l", "version": "1", "items": [{"id": "a"}, {"id": "b"}],
          "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}}, )" +
      more + "}");
}

/// Columns of answers, each value made of the number of its row.
struct answer_columns {
  texts item, requirement, satisfaction;
  explicit answer_columns(int rows) {
    for (int i = 0; i < rows; ++i) {
      item.push_back(i % 2 == 0 ? "a" : "b");
      requirement.push_back("4");
      satisfaction.push_back(i % 3 == 0 ? "5" : "3");
    }
  }
  void add_to(text_batch& b) const {
    b.add("item", item);
    b.add("requirement", requirement);
    b.add("satisfaction", satisfaction);
  }
};

}  // namespace

TEST_CASE("query: a refused first batch leaves no people behind", "[unit]") {
  const definition d =
      definition_with(R"("confidentiality": "anonymous", "estimator": "item_mean")");
  const std::string asked = R"({"question": "score", "unit": "row", "check_duplicates": true})";
  const answer_columns answers(20);
  text_batch plain;
  answers.add_to(plain);
  query untouched(d, asked);
  (void)untouched.push_feedback(plain.view());

  text_batch with_forms;
  texts forms;
  for (int i = 0; i < 20; ++i) forms.push_back("r" + std::to_string(i == 19 ? 17 : i));
  with_forms.add("response", forms);
  answers.add_to(with_forms);
  query touched(d, asked);
  CHECK_THROWS_AS(touched.push_feedback(with_forms.view()), error);
  (void)touched.push_feedback(plain.view());
  const table shown = touched.finish();
  CHECK(shown.rows == untouched.finish().rows);
  CHECK(shown.rows.front()[0] == cell());  // hidden: nobody is told from others
}

TEST_CASE("query: groups of which no row is kept are compared with nothing", "[unit]") {
  const definition d = definition_with(R"("confidentiality": "identified")");
  query q(d,
          R"({"question": "compare", "by": ["g"], "against": "x", "where": [["keep", "=", "1"]]})");
  const answer_columns answers(300);
  text_batch b;
  texts group;
  texts keep;
  texts person;
  for (int i = 0; i < 300; ++i) {
    const bool kept = i < 60;
    group.push_back(kept ? (i % 2 == 0 ? "x" : "y") : "z" + std::to_string(i));
    keep.push_back(kept ? "1" : "0");
    person.push_back("p" + std::to_string(i / 2));
  }
  b.add("respondent", person);
  b.add("g", group);
  b.add("keep", keep);
  answers.add_to(b);
  (void)q.push_feedback(b.view());
  const table compared = q.finish();
  REQUIRE(compared.rows.size() == 1);
  CHECK(compared.rows[0][0] == cell(std::string("y")));
}

TEST_CASE("query: groups that are integers stand in the order of their texts", "[unit]") {
  // Some that are their own numbers, with gaps, or all but one; and few, of which not all are.
  const std::int32_t most = GENERATE(0, 1, 9, 10, 11, 99, 100, 101, 1'234, 12'345);
  const std::int32_t step = GENERATE(1, 3);
  const std::int32_t further = GENERATE(0, -7, 2'000'000'000);
  CAPTURE(most, step, further);
  std::vector<std::int32_t> groups;
  for (std::int32_t group = 0; group <= most; group += step) groups.push_back(group);
  if (further != 0) groups.push_back(further);
  std::reverse(groups.begin(), groups.end());
  const std::vector<std::int8_t> codes(groups.size(), 3), items(groups.size(), 1);
  const batch rows{.columns = {{.name = "g", .values = integer_values(groups.data())},
                               {.name = "item", .values = integer_values(items.data())},
                               {.name = "requirement", .values = integer_values(codes.data())},
                               {.name = "satisfaction", .values = integer_values(codes.data())}},
                   .rows = groups.size()};
  query q(parse_definition(R"({"xqs": 1, "name": "l", "version": "1", "items": [{"id": "1"}],
                               "requirement": {"rating": {"min": 1, "max": 5}},
                               "satisfaction": {"rating": {"min": 1, "max": 5}},
                               "confidentiality": "identified"})"),
          R"({"question": "score", "by": ["g"], "unit": "row"})");
  (void)q.push_feedback(rows);
  texts expected;
  for (const std::int32_t group : groups) expected.push_back(std::to_string(group));
  std::sort(expected.begin(), expected.end());
  const table answer = q.finish();
  REQUIRE(answer.rows.size() == expected.size());
  for (std::size_t row = 0; row < expected.size(); ++row)
    CHECK(answer.rows[row][0] == cell(expected[row]));
}

TEST_CASE("query: a comparison refuses missing units, also where the unit is the group", "[unit]") {
  for (const char* gate : {"anonymous", "identified"}) {
    CAPTURE(gate);
    query q(definition_with(std::string(R"("confidentiality": ")") + gate + '"'),
            R"({"question": "compare", "by": ["rep"], "unit": "rep"})");
    const answer_columns answers(4);
    text_batch b;
    b.add("respondent", {"a", "b", "c", "d"});
    b.add("rep", {"x", "y", "", "x"});
    answers.add_to(b);
    CHECK_THROWS_WITH(q.push_feedback(b.view()), contains("the unit \"rep\" is missing"));
  }
}

TEST_CASE("query: touchpoints whose columns are refused leave nothing behind", "[unit]") {
  const std::string estimator = GENERATE("pooled", "item_mean", "respondent_mean");
  CAPTURE(estimator);
  query q(definition_with(R"("confidentiality": "identified")"),
          R"({"question": "score", "by": ["campaign"], "estimator": ")" + estimator + "\"}");
  text_batch other;
  other.add("id", {"1", "2"});
  CHECK_THROWS_AS(q.push_touchpoints(other.view()), error);
  text_batch right;
  right.add("touchpoint", {"1", "2"});
  right.add("campaign", {"a", "b"});
  CHECK_NOTHROW(q.push_touchpoints(right.view()));
  const answer_columns answers(2);
  text_batch feedback;
  feedback.add("respondent", {"x", "y"});
  feedback.add("touchpoint", {"1", "1"});
  answers.add_to(feedback);
  (void)q.push_feedback(feedback.view());
  const table scored = q.finish();
  REQUIRE(scored.rows.size() == 2);
  CHECK(scored.rows[0][0] == cell(std::string("a")));
  CHECK(scored.rows[1][0] == cell(std::string("b")));  // without any feedback
}

TEST_CASE("query: the whole decides about populations, whatever may be shown", "[unit]") {
  for (const char* gate : {"anonymous", "identified"}) {
    query q(definition_with(std::string(R"("confidentiality": ")") + gate + '"'),
            R"({"question": "compare", "by": ["g"], "against": "x", "design": "request",
                "population": "of"})");
    const answer_columns answers(40);
    text_batch b;
    texts group;
    texts of;
    texts person;
    for (int i = 0; i < 40; ++i) {
      group.push_back(i % 2 == 0 ? "x" : "y");
      of.push_back(i % 2 == 0 ? "100" : "200");
      person.push_back("p" + std::to_string(i));
    }
    b.add("respondent", person);
    b.add("g", group);
    b.add("of", of);
    answers.add_to(b);
    CHECK_THROWS_WITH(q.push_feedback(b.view()), contains("population 200 differs from 100"));
  }
}

// Of so many items that the tallies of a few comparisons are made at a time.
TEST_CASE("query: many comparisons are each as alone", "[unit]") {
  constexpr int group_count = 25;
  constexpr int item_count = 60;
  std::string items;
  for (int i = 0; i < item_count; ++i)
    items += (i > 0 ? R"(, {"id": ")" : R"({"id": ")") + std::to_string(i) + R"("})";
  const definition d = parse_definition(
      R"({"xqs": 1, "name": "l", "version": "1", "estimator": "item_mean",
          "confidentiality": "identified", "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}}, "items": [)" +
      items + "]}");
  text_batch b;
  texts person, item, requirement, satisfaction, group;
  std::vector<texts> is_group(group_count);
  for (int i = 0; i < 3000; ++i) {
    const int g = (i * 7 + i * i % 17) % group_count;
    person.push_back(std::to_string(i % 130));
    item.push_back(std::to_string(i * 13 % item_count));
    requirement.push_back(std::to_string(2 + i % 4));
    satisfaction.push_back(std::to_string(1 + (i * i + g) % 5));
    group.push_back(std::to_string(g));
    for (int other = 0; other < group_count; ++other)
      is_group[static_cast<std::size_t>(other)].push_back(other == g ? "yes" : "no");
  }
  b.add("respondent", person);
  b.add("item", item);
  b.add("requirement", requirement);
  b.add("satisfaction", satisfaction);
  b.add("g", group);
  for (int g = 0; g < group_count; ++g)
    b.add("is" + std::to_string(g), is_group[static_cast<std::size_t>(g)]);
  const auto rows = [&](const std::string& keys) {
    query q(d, R"({"question": "compare", )" + keys + "}");
    (void)q.push_feedback(b.view());
    return q.finish().rows;
  };
  const auto same = [](const std::vector<cell>& x, const std::vector<cell>& y) {
    return std::equal(x.begin() + 1, x.begin() + 8, y.begin() + 1);  // scores to p
  };
  for (const std::string threads : {"1", "3"}) {
    const auto with_rest = rows(R"("by": ["g"], "threads": )" + threads);
    const auto with_zero = rows(R"("by": ["g"], "against": "0", "threads": )" + threads);
    REQUIRE(with_rest.size() > 20);
    REQUIRE(with_zero.size() == with_rest.size() - 1);
    for (const std::vector<cell>& row : with_rest) {
      const std::string name = std::get<std::string>(row[0]);
      CHECK(same(row, rows(R"("by": ["is)" + name + R"("])")[1]));  // no, yes
    }
    for (const std::vector<cell>& row : with_zero) {
      const std::string name = std::get<std::string>(row[0]);
      CHECK(same(row, rows(R"("by": ["g"], "against": "0", "where": [["g", "in", ["0", ")" + name +
                           R"("]]])")[0]));
    }
  }
}

TEST_CASE("query: tasks on its threads, each once, and what one throws", "[unit]") {
  for (const char* threads : {"1", "3"}) {
    query q(definition_with(R"("confidentiality": "identified")"),
            std::string(R"({"question": "score", "threads": )") + threads + "}");
    std::vector<int> done(100);
    q.for_each(done.size(), [&](std::size_t i) { ++done[i]; });
    CHECK(done == std::vector<int>(100, 1));
    const auto fail = [](std::size_t i) {
      if (i == 57) throw error(errc::overflow, "task 57");
    };
    CHECK_THROWS_WITH(q.for_each(100, fail), "task 57");
  }
}

TEST_CASE("query: rows as units, in more groups than kinds are counted for", "[unit]") {
  const definition d = parse_definition(
      R"({"xqs": 1, "name": "l", "version": "1", "items": [{"id": "a"}],
          "confidentiality": "identified", "requirement": {"rating": {"min": 0, "max": 10}},
          "satisfaction": {"rating": {"min": 0, "max": 10}}})");
  query q(d, R"({"question": "score", "by": ["g"], "unit": "row"})");
  const auto push = [&](int groups, const std::string& satisfaction) {
    text_batch b;
    texts group;
    for (int i = 0; i < groups; ++i) group.push_back(std::to_string(i));
    b.add("g", group);
    b.add("item", texts(group.size(), "a"));
    b.add("requirement", texts(group.size(), "10"));
    b.add("satisfaction", texts(group.size(), satisfaction));
    (void)q.push_feedback(b.view());
  };
  push(10'000, "5");   // counted by kind: there is room for them
  push(45'000, "10");  // and none for these
  const table scores = q.finish();
  REQUIRE(scores.rows.size() == 45'000);
  std::size_t wrong = 0;
  for (const std::vector<cell>& row : scores.rows) {
    const bool twice = std::stoi(std::get<std::string>(row[0])) < 10'000;
    const bool right = row[1] == cell(twice ? 75.0 : 100.0) &&
                       row[7] == cell(std::int64_t{twice ? 2 : 1}) &&
                       row[8] == cell(std::int64_t{twice ? 2 : 1});
    if (!right) ++wrong;
  }
  CHECK(wrong == 0);
}

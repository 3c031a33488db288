#include "engine/query_document.hpp"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"

using namespace xqs;
using engine::parse_query;

namespace {

std::string refusal(const std::string& members) {
  try {
    (void)parse_query("{" + members + "}");
  } catch (const error& problem) {
    CHECK(problem.code() == errc::invalid_query);
    return problem.what();
  }
  return "accepted";
}

std::string question(const std::string& name, const std::string& members) {
  return R"("question": ")" + name + R"(", )" + members;
}

using groupings = std::vector<std::vector<std::string>>;

groupings groupings_of(const std::string& members) {
  return parse_query("{" + members + "}").groupings;
}

}  // namespace

TEST_CASE("query document: keys of other questions are refused by path") {
  const std::vector<std::pair<std::string, std::string>> refused = {
      {question("score", R"("period": "a")"),
       R"($.period: is for the question "compare" or "explain")"},
      {question("score", R"("margin": 2)"), R"($.margin: is for the question "compare")"},
      {question("drivers", R"("against": "a")"),
       R"($.against: is for the question "compare" or "watch")"},
      {question("compare", R"("by": ["a"], "top": 3)"),
       R"($.top: is for the question "score" or "rank")"},
      {question("compare", R"("by": ["a"], "interval": "delta")"),
       R"($.interval: is for the question "score" or "rank" or "drivers" or "timeline")"},
      {question("explain", R"("period": "a", "level": 0.9)"),
       R"($.level: is for the question "score" or "compare" or "rank" or "drivers" or "timeline")"},
      {question("watch", R"("max_answers": 5, "good": 80, "population": 9)"),
       R"($.population: is for the question "score" or "compare" or "rank" or "drivers" or "explain")"},
      {question("compare", R"("by": ["a"], "alpha": 0.1)"),
       R"($.alpha: is for the question "rank" or "watch")"},
      {question("rank", R"("by": ["a"], "max_answers": 5)"),
       R"($.max_answers: is for the question "watch")"},
      {question("explain", R"("period": "a", "cut": "mean")"),
       R"($.cut: is for the question "drivers")"},
      {question("compare", R"("sets": [["a"], []])"),
       R"($.sets: of several groupings are for the question "score"; ask for each)"}};
  for (const auto& [members, message] : refused) {
    CAPTURE(members);
    CHECK(refusal(members) == message);
  }
}

TEST_CASE("query document: what compare, drivers and explain cannot be asked") {
  const std::vector<std::pair<std::string, std::string>> refused = {
      {question("compare", R"("by": [])"), R"($: needs "period" or groups ("by") to compare)"},
      {question("compare", R"("period": "")"), "$.period: must not be empty"},
      {question("compare", R"("period": "a", "margin": 0)"),
       "$.margin: must be above 0, in points of per cent"},
      {question("compare", R"("period": "a", "before": "x")"),
       R"($: needs both "before" and "after", or neither)"},
      {question("compare", R"("by": ["a", "b"], "against": "x")"),
       R"($.against: is a group of one column, "by", without "period")"},
      {question("explain", R"("by": ["a"])"),
       R"($: needs "period", whose values are before and after)"},
      {question("explain", R"("period": "a", "estimator": "item_mean")"),
       "$.estimator: of a timeline, drivers or an explanation is pooled: their parts are "
       "contributions to sums"},
      {question("explain", R"("period": "a", "population": "size")"),
       "$.population: of an explanation is a number, the units that either period is of"}};
  for (const auto& [members, message] : refused) {
    CAPTURE(members);
    CHECK(refusal(members) == message);
  }
}

TEST_CASE("query document: what rank and watch cannot be asked") {
  const std::vector<std::pair<std::string, std::string>> refused = {
      {question("rank", R"("alpha": 0.1)"), R"($: needs groups ("by") to rank)"},
      {question("rank", R"("by": ["a"], "alpha": 1)"),
       "$.alpha: must be above 0 and below 1, for instance 0.05"},
      {question("rank", R"("by": ["a"], "standardise": "a")"),
       R"($.standardise: is a column of "by" as well)"},
      {question("rank", R"("by": ["a"], "standardise": "b", "interval": "fieller")"),
       "$.interval: of standardised scores is delta: they are no single ratio"},
      {question("rank", R"("by": ["a"], "population": 90)"),
       "$.population: a number is the population of the whole; with groups name a column that "
       "holds the population of each"},
      {question("watch", R"("good": 80)"),
       R"($: needs "max_answers": how many answers a unit (respondent) can give at most)"},
      {question("watch", R"("max_answers": 5)"),
       R"($: needs "good" or "bad", in per cent, or "against", another group)"},
      {question("watch", R"("max_answers": 5, "good": 60, "bad": 61)"),
       R"($.bad: must not be above "good")"},
      {question("watch", R"("max_answers": 5, "good": 60, "by": ["a"], "against": "x")"),
       R"($.against: takes the place of "good" and "bad")"},
      {question("watch", R"("max_answers": 5, "against": "x")"),
       R"($.against: is a group of one column, "by", without "period")"}};
  for (const auto& [members, message] : refused) {
    CAPTURE(members);
    CHECK(refusal(members) == message);
  }
}

TEST_CASE("query document: the groupings that answer a question") {
  CHECK(groupings_of(question("compare", R"("by": ["a"], "period": "p")")) ==
        groupings{{"a", "p"}});
  CHECK(groupings_of(question("compare", R"("by": ["a"])")) == groupings{{"a"}, {}});
  CHECK(groupings_of(question("compare", R"("by": ["a"], "against": "x")")) == groupings{{"a"}});
  CHECK(groupings_of(question("compare", R"("period": "p", "design": "request")")) ==
        groupings{{"p"}, {}});
  CHECK(groupings_of(question("drivers", R"("by": ["a"])")) == groupings{{"a", "feedback.item"}});
  CHECK(groupings_of(question("explain", R"("by": ["a"], "period": "p")")) ==
        groupings{{"a", "p"}, {"p"}});
  CHECK(groupings_of(question("explain", R"("period": "p")")) == groupings{{"p"}});
  CHECK(groupings_of(question("rank", R"("by": ["a"])")) == groupings{{"a"}});
  CHECK(groupings_of(question("rank", R"("by": ["a"], "standardise": "b")")) ==
        groupings{{"a"}, {"a", "b"}});
  CHECK(groupings_of(question("watch", R"("max_answers": 5, "good": 80)")) == groupings{{}});
}

TEST_CASE("query document: canonical with every choice, and read again") {
  const definition d = preset("ceqs");
  const std::vector<std::string> queries = {
      question("compare", R"("by": ["a"], "against": "x", "margin": 2.5, "design": "request")"),
      question("compare", R"("period": "p", "before": "x", "after": "y")"),
      question("drivers", R"("cut": "mean")"),
      question("rank", R"("by": ["a"], "standardise": "b", "threads": 2)"),
      question("watch", R"("max_answers": 5, "good": 80, "bad": 60.5, "alpha": 0.1)")};
  const std::vector<std::string> parts = {
      R"("against":"x")",       R"("design":"request")", R"("margin":2.5)",
      R"("before":"x")",        R"("design":"own")",     R"("cut":"mean")",
      R"("interval":"delta")",  R"("standardise":"b")",  R"("family":"simultaneous")",
      R"("adjustment":"holm")", R"("alpha":0.05)",       R"("alpha":0.1)",
      R"("good":80)",           R"("bad":60.5)",         R"("max_answers":5)"};
  std::string all;
  for (const std::string& q : queries) {
    const engine::query_document request = parse_query("{" + q + "}");
    const definition effective = engine::effective_definition(d, request);
    const std::string canonical = engine::canonical_json(request, effective);
    CHECK(engine::canonical_json(parse_query(canonical), effective) == canonical);
    all += canonical;
  }
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(all.find(part) != std::string::npos);
  }
  CHECK(all.find("threads") == std::string::npos);  // which change no number
}

TEST_CASE("query document: columns that can be read, under all their names") {
  const std::set<std::string, std::less<>> names = engine::readable_names(parse_query(R"q({
      "question": "score", "sets": [["region", "touchpoint.ward"], []], "unit": "circle",
      "where": [["year(entered)", "=", "2025"], ["feedback.age", ">", 17]], "population": "staff",
      "columns": {"item": "question", "touchpoint.contact": "hcp"}})q"));
  for (const char* name : {"region",
                           "feedback.region",
                           "touchpoint.region",
                           "ward",
                           "touchpoint.ward",
                           "circle",
                           "year(entered)",
                           "entered",
                           "touchpoint.entered",
                           "feedback.age",
                           "age",
                           "staff",
                           "question",
                           "hcp",
                           "item",
                           "requirement",
                           "satisfaction",
                           "respondent",
                           "response",
                           "touchpoint",
                           "time",
                           "weight",
                           "feedback.time",
                           "contact",
                           "status",
                           "touchpoint.cost"}) {
    INFO(name);
    CHECK(names.contains(name));
  }
  for (const char* name : {"remark", "year", "regions", "2025", "17"}) {
    INFO(name);
    CHECK_FALSE(names.contains(name));
  }
  const auto has = [](const std::string& document, const std::string& name) {
    return engine::readable_names(parse_query(document)).contains(name);
  };
  CHECK(has(R"q({"question": "compare", "period": "month(seen)"})q", "seen"));
  CHECK(has(R"({"question": "rank", "by": ["team"], "standardise": "ward"})", "ward"));
}

#include "engine/plain_scores.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "text_batch.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"

using namespace xqs;

namespace {

using texts = std::vector<std::string>;

definition definition_with(const std::string& more) {
  return parse_definition(
      R"({"xqs": 1, "name": "p", "version": "1", "items": [{"id": "z"}, {"id": "b"}],
          "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}}, )" +
      more + "}");
}

definition identified() { return definition_with(R"("confidentiality": "identified")"); }

std::string question(const std::string& more) {
  return R"({"question": "score", "unit": "row", )" + more + "}";
}

/// Answers of one item: a requirement of 4 points, which is code 5, and a satisfaction of 3 unless
/// there is more to say.
struct answers {
  text_batch rows;
  texts satisfaction;
  explicit answers(std::size_t count) : satisfaction(count, "4") {}
  answers& with(const std::string& name, const texts& values) {
    rows.add(name, values);
    return *this;
  }
};

table ask(answers& of, const definition& d, const std::string& asked, bool with_item = true) {
  if (with_item) of.rows.add("item", texts(of.satisfaction.size(), "z"));
  of.rows.add("requirement", texts(of.satisfaction.size(), "5"));
  of.rows.add("satisfaction", of.satisfaction);
  query q(d, asked);
  (void)q.push_feedback(of.rows.view());
  return q.finish();
}

/// A column of a result by name, null as "-".
texts shown(const table& t, const std::string& name) {
  texts result;
  for (std::size_t i = 0; i < t.columns.size(); ++i)
    if (t.columns[i].name == name)
      for (const auto& row : t.rows) {
        const auto* text = std::get_if<std::string>(&row[i]);
        result.push_back(text == nullptr ? "-" : *text);
      }
  return result;
}

std::vector<std::optional<double>> scores(const table& t) {
  std::vector<std::optional<double>> result;
  for (std::size_t i = 0; i < t.columns.size(); ++i)
    if (t.columns[i].name == "score")
      for (const auto& row : t.rows) {
        const auto* value = std::get_if<double>(&row[i]);
        result.push_back(value == nullptr ? std::nullopt : std::optional(*value));
      }
  return result;
}

}  // namespace

TEST_CASE("plain_scores: texts are in the order of their bytes, null last", "[unit]") {
  const texts keys = {"9",        "",          "a",  "10", "abcdefghij", "abcdefgh",
                      "\xC3\xA4", "abcdefghi", "-5", "A",  "abcdefghia", std::string("a\0", 2)};
  answers of(keys.size());
  of.with("g", keys);
  CHECK(shown(ask(of, identified(), question(R"("by": ["g"])")), "g") ==
        texts{"-5", "10", "9", "A", "a", std::string("a\0", 2), "abcdefgh", "abcdefghi",
              "abcdefghia", "abcdefghij", "\xC3\xA4", "-"});
}

TEST_CASE("plain_scores: thousands of texts, many of which begin alike", "[unit]") {
  std::set<std::string> expected;  // in the order of their bytes
  texts keys;
  std::mt19937 random(4);
  for (int i = 0; i < 6'000; ++i) {
    const std::string number = std::to_string(random() % 3'000);
    keys.push_back(i % 3 == 0 ? number : i % 3 == 1 ? "territory " + number : "\xC3\xA4" + number);
    expected.insert(keys.back());
  }
  answers of(keys.size());
  of.with("g", keys);
  CHECK(expected.size() > 4'000);
  CHECK(shown(ask(of, identified(), question(R"("by": ["g"], "threads": 3)")), "g") ==
        texts(expected.begin(), expected.end()));
}

TEST_CASE("plain_scores: integers are in the order of their text, beside text too", "[unit]") {
  const std::int32_t numbers[] = {9, 10, -1, 100, 0, -10, 2'000'000'000, 0, -2'147'483'647 - 1};
  const std::uint8_t valid[] = {1, 1, 1, 1, 1, 1, 1, 0, 1};
  const texts nine(9, "4");
  text_batch codes;
  codes.add("item", texts(9, "z"));
  codes.add("requirement", nine);
  codes.add("satisfaction", nine);
  batch rows = codes.view();
  rows.columns.push_back({"g", numbers, valid});
  const definition d = identified();
  query q(d, question(R"("by": ["g"])"));
  (void)q.push_feedback(rows);
  query mixed(d, question(R"("by": ["g"])"));
  (void)mixed.push_feedback(rows);
  CHECK(shown(q.finish(), "g") ==
        texts{"-1", "-10", "-2147483648", "0", "10", "100", "2000000000", "9", "-"});

  text_batch more;
  more.add("g", {"1a", "9", "", "-1x"});
  more.add("item", texts(4, "z"));
  more.add("requirement", texts(4, "4"));
  more.add("satisfaction", texts(4, "4"));
  (void)mixed.push_feedback(more.view());
  CHECK(shown(mixed.finish(), "g") ==
        texts{"-1", "-10", "-1x", "-2147483648", "0", "10", "100", "1a", "2000000000", "9", "-"});
}

TEST_CASE("plain_scores: items as defined, others behind them", "[unit]") {
  answers of(6);
  of.with("item", {"a", "b", "z", "y", "b", "z"}).with("g", {"2", "1", "1", "1", "2", "2"});
  const definition d =
      definition_with(R"("confidentiality": "identified", "extra_items": "allow")");
  const table t = ask(of, d, question(R"("by": ["item", "g"])"), false);
  CHECK(shown(t, "item") == texts{"z", "z", "b", "b", "a", "y"});
  CHECK(shown(t, "g") == texts{"1", "2", "1", "2", "2", "1"});
}

TEST_CASE("plain_scores: a row has the columns of its set", "[unit]") {
  answers of(4);
  of.satisfaction = {"2", "3", "5", "5"};
  of.with("g", {"x", "x", "y", ""}).with("h", {"q", "p", "q", "q"});
  const table t = ask(of, identified(), question(R"("sets": [["h"], [], ["g", "h"]])"));
  std::vector<std::int64_t> sets;
  for (const auto& row : t.rows) sets.push_back(std::get<std::int64_t>(row[0]));
  CHECK(sets == std::vector<std::int64_t>{0, 0, 1, 2, 2, 2, 2});
  CHECK(shown(t, "h") == texts{"p", "q", "-", "p", "q", "q", "q"});
  CHECK(shown(t, "g") == texts{"-", "-", "-", "x", "x", "y", "-"});
  CHECK(scores(t) == std::vector<std::optional<double>>{50, 75, 68.75, 50, 25, 100, 100});
}

TEST_CASE("plain_scores: the highest and lowest, equal ones in the order of groups", "[unit]") {
  const texts keys = {"d", "c", "b", "a", "e"};
  const texts satisfaction = {"1", "4", "4", "1", "2"};
  const auto asked = [&](const std::string& which) {
    answers of(keys.size());
    of.satisfaction = satisfaction;
    of.with("g", keys);
    return shown(ask(of, identified(), question(R"("by": ["g"], )" + which)), "g");
  };
  CHECK(asked(R"("top": 3)") == texts{"b", "c", "e"});
  CHECK(asked(R"("bottom": 1)") == texts{"a"});
  CHECK(asked(R"("bottom": 9)") == texts{"a", "d", "e", "b", "c"});
}

TEST_CASE("plain_scores: one cell, whole", "[unit]") {
  answers of(2);
  of.satisfaction = {"5", "3"};
  const table t = ask(of, identified(), question(R"("by": [])"));
  REQUIRE(t.rows.size() == 1);
  const std::vector<cell> row = t.rows[0];
  CHECK(row[0] == cell(75.0));
  // e_u = (S_u - 0.75 * 4)/8 = 1/8, -1/8; V = 2/1 (1/64 + 1/64) = 1/16.
  CHECK(std::get<double>(row[1]) == Approx(25.0));
  CHECK(row[4] == cell(std::string("bounded")));
  CHECK(row[5] == cell(std::int64_t{1}));
  CHECK(row[6] == cell(std::int64_t{2}));
  CHECK(row[7] == cell(std::int64_t{2}));
  CHECK(row[12] == cell(std::string("largely_meets_requirements")));
  CHECK(row[14] == cell(false));
  CHECK(std::get<std::string>(row[16]).starts_with("p@1#"));
}

TEST_CASE("plain_scores: anonymous cells stay hidden", "[unit]") {
  const definition d = definition_with(
      R"("confidentiality": "anonymous", "minimum_respondents": 2, "minimum_for_verdict": 2)");
  answers of(5);
  of.with("respondent", {"1", "2", "3", "4", "5"}).with("g", {"10", "9", "10", "9", "1"});
  const table t = ask(of, d, question(R"("by": ["g"])"));
  CHECK(shown(t, "g") == texts{"1", "10", "9"});
  CHECK(scores(t) == std::vector<std::optional<double>>{std::nullopt, 75, 75});
}

TEST_CASE("plain_scores: more units than the population are refused", "[unit]") {
  answers of(3);
  CHECK_THROWS_AS(ask(of, identified(), question(R"("by": [], "population": 2)")), error);
}

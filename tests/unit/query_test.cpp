#include "xqs/engine/query.hpp"

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

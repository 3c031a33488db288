#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "law/stored_batch.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"

// An id means the same as text, as text in a dictionary and as an integer.

using namespace xqs;

namespace {

constexpr const char* question =
    R"({"question": "score", "by": ["channel"], "unit": "row", "on_error": "skip"})";

definition rules() {
  return parse_definition(R"({"xqs": 1, "name": "t", "version": "1", "items": [{"id": "i"}],
                              "confidentiality": "identified",
                              "requirement": {"rating": {"min": 1, "max": 5}},
                              "satisfaction": {"rating": {"min": 1, "max": 5}}})");
}

using texts = std::vector<std::optional<std::string>>;

void push_touchpoints(query& q, form ids, const texts& of, const std::string& channel) {
  stored_batch b(of.size());
  b.add("touchpoint", ids, [&](std::size_t row) { return of[row]; });
  b.add("channel", form::text, [&](std::size_t) { return std::optional(channel); });
  q.push_touchpoints(b.view());
}

std::size_t rejected(query& q, form ids, const texts& of) {
  stored_batch b(of.size());
  b.add("touchpoint", ids, [&](std::size_t row) { return of[row]; });
  for (const char* name : {"item", "requirement", "satisfaction"})
    b.add(name, form::text, [&](std::size_t) {
      return std::optional<std::string>(name == std::string("item") ? "i" : "4");
    });
  return q.push_feedback(b.view()).size();
}

}  // namespace

TEST_CASE("touchpoint ids: feedback finds them, in whatever form they are", "[unit]") {
  const definition d = rules();
  for (const form of_touchpoints : {form::text, form::dictionary, form::integers})
    for (const form of_feedback : {form::text, form::dictionary, form::integers}) {
      CAPTURE(static_cast<int>(of_touchpoints), static_cast<int>(of_feedback));
      query q(d, question);
      push_touchpoints(q, of_touchpoints, {"1", "2", "30"}, "visit");
      CHECK(rejected(q, of_feedback, {"30", "1", std::nullopt, "2", "3", "1"}) == 1);
      const table t = q.finish();
      REQUIRE(t.rows.size() == 2);
      CHECK(t.rows[0][0] == cell(std::string("visit")));
      CHECK(t.rows[0][8] == cell(std::int64_t{4}));  // answers
    }
}

TEST_CASE("touchpoint ids: none occurs twice, in whatever form it comes again", "[unit]") {
  const definition d = rules();
  for (const form first : {form::text, form::dictionary, form::integers})
    for (const form second : {form::text, form::dictionary, form::integers}) {
      CAPTURE(static_cast<int>(first), static_cast<int>(second));
      query q(d, question);
      push_touchpoints(q, first, {"1", "2"}, "visit");
      CHECK_THROWS_WITH(push_touchpoints(q, second, {"3", "2"}, "call"),
                        contains("touchpoint \"2\" occurs twice"));
      CHECK_THROWS_WITH(push_touchpoints(q, second, {"4", "4"}, "call"),
                        contains("touchpoint \"4\" occurs twice"));
      push_touchpoints(q, second, {"3"}, "call");
      CHECK(rejected(q, form::integers, {"3", "1", "4"}) == 1);
    }
}

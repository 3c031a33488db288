#include "engine/text_check.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "engine/values.hpp"
#include "text_batch.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"

using namespace xqs;
using namespace std::string_literals;

namespace {

using texts = std::vector<std::string>;
using named_texts = std::vector<std::pair<std::string, texts>>;

/// How text may stand.
enum class form { wide_offsets, narrow_offsets, pieces, coded };

/// Columns that nobody has looked at. `with_nulls`: empty text is null, as an array says; else it
/// is text, which stands for nothing as well.
struct unchecked_batch {
  text_batch columns;
  batch view;
  std::deque<std::vector<std::int32_t>> narrow;
  std::deque<std::vector<std::string_view>> pieces;
  std::vector<std::uint32_t> codes;
  unchecked_batch(const named_texts& from, bool with_nulls, form how = form::wide_offsets) {
    for (const auto& [name, values] : from) columns.add(name, values);
    view = columns.view();
    for (std::uint32_t row = 0; row < view.rows; ++row) codes.push_back(row);
    for (column& c : view.columns) {
      if (!with_nulls) c.valid = nullptr;
      auto& text = std::get<text_values>(c.values);
      text.unchecked = true;
      if (how == form::narrow_offsets) {
        narrow.emplace_back(text.offsets, text.offsets + view.rows + 1);
        text.narrow_offsets = narrow.back().data();
      } else if (how == form::pieces) {
        pieces.emplace_back();
        for (std::size_t row = 0; row < view.rows; ++row)
          pieces.back().push_back(engine::entry_at(text, row));
        text.pieces = pieces.back().data();
      } else if (how == form::coded) {
        text.codes = codes.data();
        text.size = static_cast<std::uint32_t>(view.rows);
      }
    }
  }
};

/// What is refused: its row, or -2 if nothing is.
template <typename Task>
std::int64_t refused_row(Task task, const std::string& why) {
  try {
    task();
  } catch (const error& problem) {
    CHECK(problem.code() == errc::invalid_data);
    CHECK_THAT(problem.what(), contains(why));
    return problem.row();
  }
  return -2;
}

definition rules(const std::string& more = "") {
  return parse_definition(
      R"({"xqs": 1, "name": "l", "version": "1", "items": [{"id": "a"}, {"id": "b"}],
          "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}},
          "confidentiality": "identified")" +
      more + "}");
}

}  // namespace

TEST_CASE("text check: says which byte of which row is wrong", "[unit]") {
  CHECK(engine::utf8_problem("").empty());
  CHECK(engine::utf8_problem("M\xC3\xBCller").empty());
  CHECK(engine::utf8_problem("a\xC3(") == "holds \"a?(\", whose byte 2 is not UTF-8");

  const std::size_t threads = GENERATE(1u, 3u);
  engine::crew lanes(threads);
  texts values(20'000, "ab");
  values[9'000] = "\xC3";  // with the next one it would be
  values[9'001] = "\xA4";
  values[19'000] = "\xFF";
  const unchecked_batch wrong({{"t", values}}, true);
  const auto check = [&](const batch& rows) { engine::require_utf8(rows, lanes); };
  CHECK(refused_row([&] { check(wrong.view); },
                    "column \"t\" holds \"?\", whose byte 1 is not UTF-8") == 9'000);
  batch looked_at = wrong.view;
  std::get<text_values>(looked_at.columns[0].values).unchecked = false;
  CHECK_NOTHROW(check(looked_at));
  std::vector<std::uint8_t> valid(values.size(), 1);
  valid[9'000] = valid[9'001] = 0;
  batch with_nulls = wrong.view;
  with_nulls.columns[0].valid = valid.data();
  CHECK(refused_row([&] { check(with_nulls); }, "\"t\"") == 19'000);
}

TEST_CASE("text check: a query refuses text that is not UTF-8, whatever it is for", "[unit]") {
  const std::string wrong = "K\xF6ln";  // Latin-1
  const std::string why = " holds \"K?ln\", whose byte 2 is not UTF-8";
  struct role {
    std::string column;
    std::string asked;  // beside the question
    std::string more = "";
    std::string value = "x";  // of g
  };
  const auto r = GENERATE_COPY(
      values<role>({{"respondent", ""},
                    {"respondent", R"(, "unit": "row")"},
                    {"item", ""},
                    {"item", R"(, "unit": "row")"},
                    {"requirement", ""},
                    {"satisfaction", R"(, "unit": "row")"},
                    {"g", R"(, "by": ["g"])"},
                    {"g", R"(, "by": ["g"], "unit": "row")"},
                    {"g", R"(, "unit": "row", "population": "g")", "", "20000"},
                    {"g", R"(, "by": ["g"], "choices": true)"},
                    {"g", R"(, "by": ["g"], "unit": "row", "on_error": "skip")"},
                    {"g", R"(, "unit": "g")"},
                    {"g", R"(, "where": [["g", "=", "x"]])"},
                    {"g", R"(, "by": ["g"], "where": [["g", "=", "x"]])"},
                    {"g", R"(, "columns": {"weight": "g"})", R"(, "weight_places": 2)", "2"},
                    {"response", R"(, "unit": "response")"},
                    {"time", R"=(, "by": ["month(time)"], "time_zone": "UTC")="},
                    {"time", R"=(, "by": ["time", "month(time)"], "time_zone": "UTC")="}}));
  const bool with_nulls = GENERATE(false, true);
  const form how = GENERATE(form::wide_offsets, form::narrow_offsets, form::pieces, form::coded);
  const std::size_t threads = how == form::narrow_offsets ? 3 : how == form::pieces ? 2 : 1;
  CAPTURE(r.column, r.asked, with_nulls, threads, static_cast<int>(how));
  const std::size_t count = 5'000;  // two blocks
  named_texts columns = {{"respondent", {}},   {"response", {}}, {"item", {}}, {"requirement", {}},
                         {"satisfaction", {}}, {"g", {}},        {"time", {}}};
  for (std::size_t row = 0; row < count; ++row) {
    const texts of_row = {"p" + std::to_string(row),
                          "r" + std::to_string(row),
                          row % 2 == 0 ? "a" : "b",
                          "4",
                          "3",
                          r.value,
                          "2025-03-07"};
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].second.push_back(of_row[i]);
  }
  query q(rules(r.more),
          R"({"question": "score", "threads": )" + std::to_string(threads) + r.asked + "}");
  if (with_nulls) (void)q.push_feedback(unchecked_batch(columns, true, how).view);
  named_texts spoiled = columns;
  for (auto& [name, values] : spoiled)
    if (name == r.column) values[4'500] = values[4'900] = wrong;
  const unchecked_batch bad(spoiled, with_nulls, how);
  CHECK(refused_row([&] { (void)q.push_feedback(bad.view); },
                    "column \"" + r.column + "\"" + why) == 4'500);
  (void)q.push_feedback(unchecked_batch(columns, with_nulls, how).view);  // nothing is left of it
  const table answer = q.finish();
  query untouched(rules(r.more), R"({"question": "score")" + r.asked + "}");
  for (int batch = 0; batch < (with_nulls ? 2 : 1); ++batch)
    (void)untouched.push_feedback(unchecked_batch(columns, with_nulls, how).view);
  CHECK(answer.rows == untouched.finish().rows);
}

TEST_CASE("text check: new keys of any length are looked at, however many there are", "[unit]") {
  // Short ones beyond those that are found by their bytes, and long ones, which are hashed.
  const std::size_t size = GENERATE(6u, 40u);
  constexpr std::size_t count = 30'000;
  texts keys;
  for (std::size_t row = 0; row < count; ++row) {
    const std::string number = std::to_string(row);
    keys.push_back(std::string(size - number.size(), 'k') + number);
  }
  const named_texts right = {{"respondent", keys},
                             {"item", texts(count, "a")},
                             {"requirement", texts(count, "4")},
                             {"satisfaction", texts(count, "3")}};
  query q(rules(), R"({"question": "score"})");
  (void)q.push_feedback(unchecked_batch(right, false).view);
  for (const std::size_t bad : {std::size_t{0}, std::size_t{20'000}, count - 1}) {
    named_texts wrong = right;
    wrong[0].second[bad].back() = '\xFF';
    const unchecked_batch rows(wrong, false);
    CHECK(refused_row([&] { (void)q.push_feedback(rows.view); }, "is not UTF-8") ==
          static_cast<std::int64_t>(bad));
  }
  (void)q.push_feedback(unchecked_batch(right, false).view);
  CHECK(q.finish().rows[0][5] == cell(std::int64_t{count}));  // respondents
}

TEST_CASE("text check: touchpoints, their feedback, and wide forms are looked at, too", "[unit]") {
  const std::string wrong = "K\xF6ln";
  const named_texts touchpoints = {{"touchpoint", {"1", "2"}}, {"campaign", {"c", "d"}}};
  const named_texts feedback = {{"touchpoint", {"1", "2"}},   {"respondent", {"p", "q"}},
                                {"item", {"a", "b"}},         {"requirement", {"4", "4"}},
                                {"satisfaction", {"3", "3"}}, {"note", {"m", "n"}}};
  const auto with = [&](named_texts columns, const std::string& name) {
    for (auto& [other, values] : columns)
      if (other == name) values[1] = wrong;
    return columns;
  };
  const auto refused = [&](query& q, bool first, const named_texts& columns,
                           const std::string& name) {
    const unchecked_batch rows(columns, false);
    const auto push = [&] {
      if (first)
        q.push_touchpoints(rows.view);
      else
        (void)q.push_feedback(rows.view);
    };
    return refused_row(push, "column \"" + name + "\" holds \"K?ln\", whose byte 2") == 1;
  };
  query q(rules(), R"({"question": "score", "by": ["campaign"]})");
  for (const char* name : {"touchpoint", "campaign"})
    CHECK(refused(q, true, with(touchpoints, name), name));
  q.push_touchpoints(unchecked_batch(touchpoints, false).view);
  for (const char* name : {"touchpoint", "respondent", "item", "requirement", "note"})
    CHECK(refused(q, false, with(feedback, name), name));
  CHECK(q.push_feedback(unchecked_batch(feedback, false).view).empty());

  const named_texts wide = {
      {"respondent", {"p", "q"}}, {"requirement.a", {"4", "4"}}, {"satisfaction.a", {"3", "3"}}};
  query of_wide(rules(), R"({"question": "score"})");
  for (const char* name : {"respondent", "requirement.a"})
    CHECK(refused(of_wide, false, with(wide, name), name));
}

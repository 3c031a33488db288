#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "law/stored_batch.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/model/definition_json.hpp"

// Several groupings of one request have the rows that each has in a request of its own, whether the
// cells of one are made of those of another or not.

using namespace xqs;

namespace {

struct answer_row {
  int respondent, item;
  std::optional<int> a, b, requirement, satisfaction;
};

constexpr std::size_t batch_rows = 100;

/// Item 3 is outside the definition. `late`: the first batch has no null group, and no pair of the
/// largest values.
std::vector<answer_row> random_rows(std::mt19937& random, bool late) {
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  const auto code = [&] { return below(8) == 0 ? std::nullopt : std::optional(1 + below(5)); };
  std::vector<answer_row> rows(30 + random() % 300);
  const unsigned items = random() % 2 == 0 ? 4 : 3;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const bool first = late && row < batch_rows;
    const auto group = [&](int step) {
      const auto value = std::optional(below(first ? 2 : 4) * step);
      return !first && below(30) == 0 ? std::nullopt : value;
    };
    rows[row] = {below(9), below(items), group(1), group(2), code(), code()};
  }
  rows.front().item = 0;
  return rows;
}

table ask(const definition& d, const std::vector<answer_row>& rows, const std::string& groups,
          const std::string& other, bool with_people, form of_b) {
  query q(d, R"({"question": "score", )" + groups + other + "}");
  for (std::size_t first = 0; first < rows.size(); first += batch_rows) {
    const std::size_t count = (std::min)(rows.size() - first, batch_rows);
    stored_batch b(count);
    const auto value = [&](auto member) {
      return [&rows, first, member](std::size_t row) {
        return std::optional(std::to_string(rows[first + row].*member));
      };
    };
    const auto code = [&](auto member) {
      return [&rows, first, member](std::size_t row) {
        const std::optional<int>& of = rows[first + row].*member;
        return of ? std::optional(std::to_string(*of)) : std::nullopt;
      };
    };
    if (with_people) b.add("respondent", form::integers, value(&answer_row::respondent));
    b.add("a", form::integers_32, code(&answer_row::a));
    b.add("b", of_b, code(&answer_row::b));
    b.add("item", form::text, value(&answer_row::item));
    b.add("requirement", form::integers, code(&answer_row::requirement));
    b.add("satisfaction", form::integers, code(&answer_row::satisfaction));
    (void)q.push_feedback(b.view());
  }
  return q.finish();
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return "[" + text + "]";
}

/// The rows of one set, without its number and the columns of others.
std::vector<std::vector<cell>> rows_of(const table& all, std::size_t set,
                                       const std::vector<std::string>& by, std::size_t groups) {
  std::vector<std::vector<cell>> rows;
  for (const std::vector<cell>& from : all.rows) {
    if (from[0] != cell(static_cast<std::int64_t>(set))) continue;
    std::vector<cell> row;
    for (const std::string& name : by)
      for (std::size_t column = 1; column <= groups; ++column)
        if (all.columns[column].name == name) row.push_back(from[column]);
    row.insert(row.end(), from.begin() + 1 + static_cast<std::ptrdiff_t>(groups), from.end());
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

TEST_CASE("sets: each has the rows of a request of its own", "[law]") {
  const definition d = parse_definition(
      R"({"xqs": 1, "name": "law", "version": "1", "items": [{"id": "0"}, {"id": "1"}, {"id": "2"}],
          "confidentiality": "identified", "extra_items": "allow",
          "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}}, "estimator": "pooled"})");
  const std::vector<std::vector<std::vector<std::string>>> groupings = {
      {{"a", "b", "item"}, {"item", "a"}, {"b"}, {}},
      {{}, {"a"}, {"b", "a"}},
      {{"a", "b"}, {"item"}, {"a"}},
  };
  for (unsigned seed = 1; seed <= 120; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const form of_b = random() % 2 == 0 ? form::text : form::integers_32;
    const std::vector<answer_row> rows = random_rows(random, random() % 2 == 0);
    const std::vector<std::vector<std::string>>& sets = groupings[seed % groupings.size()];
    const std::string unit = random() % 3 == 0 ? "respondent" : "row";
    const bool with_people = unit != "row" || random() % 2 == 0;
    const std::string other = R"(, "unit": ")" + unit + "\"" +
                              (random() % 2 == 0 ? R"(, "where": [["a", "!=", "1"]])" : "");
    std::string all;
    std::vector<std::string> names;
    for (const std::vector<std::string>& by : sets) {
      all += (all.empty() ? "" : ", ") + list(by);
      for (const std::string& name : by)
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    const table found = ask(d, rows, "\"sets\": [" + all + "]", other, with_people, of_b);
    for (std::size_t set = 0; set < sets.size(); ++set) {
      CAPTURE(set);
      const table own = ask(d, rows, "\"by\": " + list(sets[set]), other, with_people, of_b);
      const std::vector<std::vector<cell>> expected(own.rows.begin(), own.rows.end());
      CHECK(rows_of(found, set, sets[set], names.size()) == expected);
    }
  }
}

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "xqs/analysis/asymptotic_range.hpp"
#include "xqs/analysis/watch.hpp"
#include "xqs/analysis/watch_pair.hpp"
#include "xqs/score/moments.hpp"

// The Perth parks survey against anytime.py, which made anytime_expected.json.

using namespace xqs;

namespace {

const std::string source = XQS_SOURCE_DIR;

const nlohmann::json& expected() {
  static const nlohmann::json values = [] {
    std::ifstream in(source + "/tests/reference/anytime_expected.json");
    return nlohmann::json::parse(in);
  }();
  return values;
}

struct person {
  unit_totals all;
  std::map<int, unit_totals> items;
};

/// Raw codes by the number of the respondent.
const std::map<int, person>& people() {
  static const std::map<int, person> result = [] {
    std::ifstream in(source + "/examples/data/perth/answers.csv");
    std::map<int, person> read;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
      std::istringstream fields(line);
      std::vector<int> numbers;
      for (std::string cell; numbers.size() < 4 && std::getline(fields, cell, ',');)
        numbers.push_back(std::stoi(cell));
      const unit_totals answer(answer_points{{}, numbers[2], numbers[3]});
      add_totals(read[numbers[0]].all, answer);
      add_totals(read[numbers[0]].items[numbers[1]], answer);
    }
    return read;
  }();
  return result;
}

const definition& raw() {
  const rating codes{.min = 1, .max = 5, .origin = scale_origin::raw};
  static const definition d({.name = "raw",
                             .version = "1",
                             .requirement = codes,
                             .satisfaction = codes,
                             .items = {{.id = "any"}}});
  return d;
}

const betting fixed{.weights = std::vector<double>(10, 0.1), .truncation = 0.5};

/// The first units, in the order of their number; item 0: all items.
watch_state first_units(std::size_t count, std::uint32_t most_answers, int item = 0,
                        std::size_t from = 0, std::size_t step = 1) {
  watch_state state(raw(), most_answers);
  std::size_t at = 0;
  for (const auto& [number, p] : people()) {
    const std::size_t position = at++;
    if (position < from || (position - from) % step != 0 || state.units() == count) continue;
    state.add_unit(item == 0 ? p.all : p.items.at(item));
  }
  return state;
}

Approx near(const nlohmann::json& value) {
  return Approx(value.get<double>()).epsilon(1e-9).margin(0);
}

void check_ranges(const nlohmann::json& rows, std::uint32_t most_answers, int item) {
  for (const nlohmann::json& row : rows) {
    const auto range =
        anytime_range(first_units(row["t"].get<std::size_t>(), most_answers, item), 0.05, fixed);
    REQUIRE(range.has_value());
    CHECK(range->low / 100 == near(row["mix"][0]));
    CHECK(range->high / 100 == near(row["mix"][1]));
  }
}

}  // namespace

TEST_CASE("anytime: ranges of the pooled score", "[reference]") {
  check_ranges(expected()["rows"], 22, 0);
}

TEST_CASE("anytime: ranges of single items", "[reference]") {
  for (const auto& [item, rows] : expected()["items"].items())
    check_ranges(rows, 1, std::stoi(item));
}

TEST_CASE("anytime: logarithms of the evidence", "[reference]") {
  for (const auto& [theta, sides] : expected()["log_evidence"].items())
    for (std::size_t i = 0; i < expected()["counts"].size(); ++i) {
      const watch_state state = first_units(expected()["counts"][i].get<std::size_t>(), 22);
      const double ratio = std::stod(theta);
      CHECK(log_evidence(state, ratio, direction::above, fixed) == near(sides["plus"][i]));
      CHECK(log_evidence(state, ratio, direction::below, fixed) == near(sides["minus"][i]));
    }
}

TEST_CASE("anytime: one concept against another", "[reference]") {
  for (const nlohmann::json& row : expected()["item_20_odd_above_item_9_even"]) {
    const auto count = row["n_each"].get<std::size_t>();
    const watch_state a = first_units(count, 1, 20, 0, 2);
    const watch_state b = first_units(count, 1, 9, 1, 2);
    double least = 1e300;
    for (int i = 0; i <= 480; ++i) {
      const double theta = 0.2 + 0.01 * i;
      least = (std::min)(least, log_evidence(a, theta, direction::above, fixed) +
                                    log_evidence(b, theta, direction::below, fixed));
    }
    CHECK(least == near(row["log_e"]));
    // Between the points of the grid it is lower still, but not by much.
    const double found = log_evidence_better(a, b, fixed);
    CHECK(found <= least);
    CHECK(found > least - 0.01);
  }
}

TEST_CASE("anytime: asymptotic range", "[reference]") {
  for (const nlohmann::json& row : expected()["rows"]) {
    const auto count = row["t"].get<std::size_t>();
    tally t(state_identity(raw()), {""});
    for (const auto& [number, p] : people())
      if (t.units() < count) t.add_unit(std::vector<tally::part>{{0, p.all}});
    const auto range = asymptotic_range(pooled_moments(t), 0.05);
    REQUIRE(range.has_value() == (count >= 30));
    if (!range) continue;
    CHECK(range->low / 100 == near(row["asymptotic"][0]));
    CHECK(range->high / 100 == near(row["asymptotic"][1]));
  }
}

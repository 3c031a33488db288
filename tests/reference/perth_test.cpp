#include <cmath>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "perth.hpp"
#include "xqs/score/score.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/ledger.hpp"

// The Perth parks survey against R's survey package: perth_expected.json is made by perth.R.

using namespace xqs;

namespace {

const nlohmann::json& expected() {
  static const nlohmann::json values = [] {
    std::ifstream in(perth::source + "/tests/reference/perth_expected.json");
    return nlohmann::json::parse(in);
  }();
  return values;
}

definition with(const definition& d, estimator e, std::optional<interval_method> i = {}) {
  definition_file file = d.file();
  file.estimator = e;
  file.interval = i;
  return definition(file);
}

tally fold_item(const ledger& from, const std::string& item) {
  std::vector<fold_target> plan(from.column_count());
  for (std::uint32_t c = 0; c < plan.size(); ++c)
    if (from.column(c) == item) plan[c] = {0, 0};
  std::vector<tally> one = {tally(from.identity(), {item})};
  fold(from.entries(), plan, one);
  return one[0];
}

Approx near(const nlohmann::json& value, double relative) {
  return Approx(value.get<double>()).epsilon(relative).margin(0);
}

void check_ends(const score& s, const nlohmann::json& ends) {
  CHECK(s.interval_kind == interval_kind::bounded);
  REQUIRE(s.low.has_value());
  CHECK(*s.low == near(ends[0], 1e-10));
  CHECK(*s.high == near(ends[1], 1e-10));
}

void check_estimate(const score& s, const nlohmann::json& values, double relative) {
  CHECK(*s.value == near(values["estimate"], relative));
  CHECK(*s.std_error == near(values["std_error"], relative));
}

/// The three estimators; a weighted definition has two.
void check_scores(const definition& d, const ledger& l, const nlohmann::json& values) {
  const tally pooled = fold_pooled(l, d);
  CHECK(pooled.units() == values["respondents"].get<std::uint64_t>());
  CHECK(pooled.columns()[0].answers == values["answers"].get<std::uint64_t>());

  const score fieller = score_of(pooled, with(d, estimator::pooled));
  check_estimate(fieller, values["pooled"], 1e-12);
  check_ends(fieller, values["pooled"]["fieller"]);
  CHECK(fieller.units == values["respondents"].get<std::uint64_t>());
  const score delta = score_of(pooled, with(d, estimator::pooled, interval_method::delta));
  check_estimate(delta, values["pooled"], 1e-12);
  check_ends(delta, values["pooled"]["ci_t"]);

  const score items = score_of(fold_profile(l, d), with(d, estimator::item_mean));
  check_estimate(items, values["item_mean"], 1e-12);
  check_ends(items, values["item_mean"]["ci_t"]);

  if (!values.contains("respondent_mean")) return;
  const score respondents = score_of(pooled, with(d, estimator::respondent_mean));
  check_estimate(respondents, values["respondent_mean"], 1e-10);
  check_ends(respondents, values["respondent_mean"]["ci_t"]);
}

void check_sums(const definition& d, const ledger& l, const nlohmann::json& values) {
  const tally pooled = fold_pooled(l, d);
  const double grid = static_cast<double>(d.grid());
  CHECK(to_double(pooled.sum(0)) == values["sum_requirement"].get<double>() * grid / 4);
  CHECK(to_double(pooled.sum(1)) == values["sum_satisfaction"].get<double>() * grid / 4);
}

void check_items(const definition& d, const ledger& l, const nlohmann::json& by_item) {
  REQUIRE(by_item.size() == 22);
  for (const nlohmann::json& values : by_item) {
    const std::string item = values["item"];
    INFO("item " << item);
    const score s = score_of(fold_item(l, item), with(d, estimator::pooled));
    CHECK(s.units == values["respondents"].get<std::uint64_t>());
    CHECK(*s.value == near(values["score"], 1e-12));
    CHECK(*s.std_error == near(values["std_error"], 1e-12));
    check_ends(s, values["fieller"]);
  }
}

}  // namespace

TEST_CASE("Perth: the file is the one R has read", "[reference]") {
  CHECK(perth::answers().size() == 8646);
}

TEST_CASE("Perth: four definitions, three estimators", "[reference]") {
  for (const auto& [name, key] :
       {std::pair("perth_raw_keep", "raw_codes"), std::pair("perth_default", "zero_based"),
        std::pair("perth_cap", "zero_based_capped"), std::pair("perth_keep", "zero_based_keep")}) {
    INFO(name);
    const definition d = perth::definition_named(name);
    check_scores(d, perth::ledger_of(d), expected()[key]);
  }
}

TEST_CASE("Perth: sums of points", "[reference]") {
  // zero-based scales of five codes have the grid 4, R counts in steps of 1
  for (const auto& [name, key] :
       {std::pair("perth_default", "zero_based"), std::pair("perth_cap", "zero_based_capped"),
        std::pair("perth_keep", "zero_based_keep")}) {
    const definition d = perth::definition_named(name);
    CHECK(d.grid() == 4);
    check_sums(d, perth::ledger_of(d), expected()[key]);
  }
  const definition raw = perth::definition_named("perth_raw_keep");
  CHECK(raw.grid() == 1);
  CHECK(fold_pooled(perth::ledger_of(raw), raw).sum(0) == int128(31376));
  CHECK(fold_pooled(perth::ledger_of(raw), raw).sum(1) == int128(31631));
}

TEST_CASE("Perth: each item", "[reference]") {
  const definition raw = perth::definition_named("perth_raw_keep");
  check_items(raw, perth::ledger_of(raw), expected()["raw_codes"]["by_item"]);
  const definition zero_based = perth::definition_named("perth_default");
  check_items(zero_based, perth::ledger_of(zero_based), expected()["zero_based"]["by_item"]);
}

TEST_CASE("Perth: differences of two items", "[reference]") {
  const definition d = perth::definition_named("perth_default");
  const tally t = fold_profile(perth::ledger_of(d), d);
  const auto column = [&](const std::string& item) {
    std::size_t c = 0;
    while (t.columns()[c].label != item) ++c;
    return c;
  };
  REQUIRE(expected()["contrasts"].size() == 5);
  for (const nlohmann::json& values : expected()["contrasts"]) {
    const estimate e =
        contrast_estimate(t, {{column(values["item"]), 1.0}, {column(values["other"]), -1.0}}, 1);
    CHECK(e.units == 393);
    CHECK(100 * e.value == near(values["difference"], 1e-12));
    CHECK(100 * e.std_error == near(values["std_error"], 1e-12));
  }
}

TEST_CASE("Perth: half of the answers missing", "[reference]") {
  const definition d = perth::definition_named("perth_default");
  const ledger l = perth::ledger_of(d, perth::thinned);
  check_scores(d, l, expected()["half_missing"]);
  check_sums(d, l, expected()["half_missing"]);
  const tally t = fold_pooled(l, d);
  CHECK(t.columns()[0].excluded[static_cast<std::size_t>(exclusion::zero_requirement)] == 220);
}

TEST_CASE("Perth: weighted answers", "[reference]") {
  definition_file file = perth::definition_named("perth_default").file();
  file.weight_places = 2;
  const definition d(file);
  ledger l(d);
  for (const perth::answer_row& row : perth::answers()) {
    const std::int64_t hundredths = 50 + (13 * std::stoi(row.respondent) + 7 * row.number) % 101;
    const decimal weight = *decimal::from_millionths(10'000 * hundredths);
    const answer_points points = d.points(row.requirement, row.satisfaction);
    l.add(row.respondent, row.item, weighted(points, *d.weight_units(weight)));
  }
  check_scores(d, l, expected()["weighted"]);
  CHECK(fold_pooled(l, d).sum(0) == int128(2271443));  // of points and hundredths
  CHECK(fold_pooled(l, d).sum(1) == int128(2133479));
}

TEST_CASE("Perth: one person's answers in two files are merged as ledgers", "[reference]") {
  const definition d = perth::definition_named("perth_default");
  const auto even = [](const perth::answer_row& row) { return row.number % 2 == 0; };
  const auto odd = [](const perth::answer_row& row) { return row.number % 2 == 1; };
  ledger merged = perth::ledger_of(d, even);
  merged.merge(perth::ledger_of(d, odd));
  CHECK(merged == perth::ledger_of(d));
  const score s = score_of(fold_pooled(merged, d), d);
  CHECK(s.units == 393);
  CHECK(*s.std_error == Approx(0.855845915076647).epsilon(1e-12));
}

TEST_CASE("Perth: merging tallies that share people counts them twice", "[reference]") {
  // Why the name is merge_disjoint: the same estimate, but 786 people who do not exist and a
  // standard error that is a quarter too small.
  const definition d = perth::definition_named("perth_default");
  tally merged = fold_pooled(
      perth::ledger_of(d, [](const perth::answer_row& row) { return row.number % 2 == 0; }), d);
  merged.merge_disjoint(fold_pooled(
      perth::ledger_of(d, [](const perth::answer_row& row) { return row.number % 2 == 1; }), d));
  const score s = score_of(merged, d);
  const nlohmann::json& wrong = expected()["pseudo_months"];
  CHECK(s.units == 786);
  CHECK(wrong["respondents"] == 786);
  check_estimate(s, wrong, 1e-12);
  CHECK(*s.std_error == Approx(0.652).epsilon(1e-3));
}

#include "xqs/model/definition.hpp"

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "catch.hpp"

using xqs::best_end;
using xqs::decimal;
using xqs::definition;
using xqs::definition_file;
using xqs::missing_value;
using xqs::points_table;
using xqs::rating;
using xqs::scale;
using xqs::scale_origin;
using xqs::top_box;

namespace {

using code = std::optional<decimal>;
constexpr std::nullopt_t empty = std::nullopt;

definition_file file_of(scale requirement, scale satisfaction) {
  return {.name = "t",
          .version = "1",
          .requirement = std::move(requirement),
          .satisfaction = std::move(satisfaction),
          .items = {{.id = "a"}, {.id = "b"}}};
}

definition_file five() { return file_of(rating{}, rating{}); }

/// "requirement/satisfaction" in points, or the reason for not counting.
std::string outcome(const definition& d, code requirement, code satisfaction) {
  constexpr const char* reasons[] = {"no_answer", "not_applicable", "zero_requirement"};
  const xqs::answer_points points = d.points(requirement, satisfaction);
  const std::string numbers =
      std::to_string(points.requirement) + "/" + std::to_string(points.satisfaction);
  if (!points.excluded) return numbers;
  CHECK(numbers == "0/0");
  return reasons[static_cast<std::size_t>(*points.excluded)];
}

/// The message with which a definition file is refused.
std::string refusal(const definition_file& file) {
  try {
    const definition accepted(file);
    return "no error";
  } catch (const xqs::error& problem) {
    CHECK(problem.code() == xqs::errc::invalid_definition);
    return problem.what();
  }
}

/// The same after one change to a valid file.
template <typename Change>
std::string refusal_after(Change change) {
  definition_file file = five();
  change(file);
  return refusal(file);
}

xqs::error data_error(const definition& d, code requirement, code satisfaction) {
  try {
    (void)d.points(requirement, satisfaction);
  } catch (const xqs::error& problem) {
    return problem;
  }
  return {xqs::errc::invalid_argument, "no error"};
}

}  // namespace

static_assert(std::is_copy_constructible_v<definition>);

TEST_CASE("codes become points on the grid", "[unit]") {
  const definition d(five());
  CHECK(d.grid() == 4);
  CHECK(outcome(d, 5, 5) == "4/4");
  CHECK(outcome(d, 2, 1) == "1/0");
  CHECK(outcome(d, 2, 5) == "1/4");
  CHECK(outcome(d, decimal::parse("4.0"), decimal::parse("3e0")) == "3/2");
}

TEST_CASE("unlike scales meet on a common grid", "[unit]") {
  const definition d(file_of(rating{}, rating{.max = 7}));
  CHECK(d.grid() == 12);
  CHECK(outcome(d, 2, 2) == "3/2");
  CHECK(outcome(d, 4, 5) == "9/8");
  CHECK(outcome(d, 5, 7) == "12/12");
}

TEST_CASE("raw codes, also in halves", "[unit]") {
  const rating halves{.min = 0.5, .max = 3, .step = 0.5, .origin = scale_origin::raw};
  const definition d(file_of(halves, halves));
  CHECK(d.grid() == 2);
  CHECK(outcome(d, 0.5, 3) == "1/6");
  CHECK(outcome(d, 2, 1.5) == "4/3");
}

TEST_CASE("school grades: the lowest code is the best", "[unit]") {
  const rating grades{.min = 1, .max = 6, .best = best_end::min};
  const definition d(file_of(grades, grades));
  CHECK(outcome(d, 1, 1) == "5/5");
  CHECK(outcome(d, 2, 5) == "4/1");
  CHECK(outcome(d, 6, 1) == "zero_requirement");
  const rating mirrored{.min = 1, .max = 6, .origin = scale_origin::raw, .best = best_end::min};
  CHECK(outcome(definition(file_of(mirrored, grades)), 6, 1) == "5/5");  // 1 and 1 by fifths
  CHECK(outcome(definition(file_of(mirrored, mirrored)), 1, 5) == "6/2");
}

TEST_CASE("tables of points and top boxes", "[unit]") {
  const points_table table{{{1, 0}, {2, 0.25}, {3, 1.5}}};
  const definition d(file_of(table, top_box{}));
  CHECK(d.grid() == 4);
  CHECK(outcome(d, 2, 4) == "1/4");
  CHECK(outcome(d, 3, 3) == "6/0");
  CHECK(outcome(d, 1, 5) == "zero_requirement");
  const definition finest(
      file_of(points_table{{{1, 0.0001}}}, points_table{{{1, 1}, {2, 0.9999}}}));
  CHECK(outcome(finest, 1, 1) == "1/10000");
  CHECK(outcome(finest, 1, 2) == "1/9999");
}

TEST_CASE("an answer without requirement is excluded or kept", "[unit]") {
  definition_file file = five();
  CHECK(outcome(definition(file), 1, 5) == "zero_requirement");
  CHECK(outcome(definition(file), 2, 1) == "1/0");
  file.zero_requirement = xqs::zero_requirement::keep;
  CHECK(outcome(definition(file), 1, 5) == "0/4");
  CHECK(outcome(definition(file), 1, 1) == "0/0");
}

TEST_CASE("over-fulfilment is counted or capped", "[unit]") {
  definition_file file = five();
  file.over_fulfilment = xqs::over_fulfilment::cap;
  CHECK(outcome(definition(file), 3, 5) == "2/2");
  CHECK(outcome(definition(file), 3, 3) == "2/2");
  CHECK(outcome(definition(file), 3, 2) == "2/1");
  CHECK(outcome(definition(file), 1, 5) == "zero_requirement");
  file.zero_requirement = xqs::zero_requirement::keep;
  CHECK(outcome(definition(file), 1, 5) == "0/0");
  file.satisfaction = rating{.max = 7};
  CHECK(outcome(definition(file), 4, 6) == "9/9");
  CHECK(outcome(definition(file), 4, 5) == "9/8");
}

TEST_CASE("the first reason is given, the requirement's before the satisfaction's", "[unit]") {
  definition_file file = five();
  file.missing = {{9, missing_value::not_applicable}, {-1, missing_value::no_answer}};
  const definition d(file);
  CHECK(outcome(d, empty, empty) == "no_answer");
  CHECK(outcome(d, empty, 9) == "no_answer");
  CHECK(outcome(d, -1, 9) == "no_answer");
  CHECK(outcome(d, 9, -1) == "not_applicable");
  CHECK(outcome(d, 9, 5) == "not_applicable");
  CHECK(outcome(d, 1, empty) == "zero_requirement");
  CHECK(outcome(d, 1, 9) == "zero_requirement");
  CHECK(outcome(d, 2, empty) == "no_answer");
  CHECK(outcome(d, 2, -1) == "no_answer");
  CHECK(outcome(d, 2, 9) == "not_applicable");
  file.zero_requirement = xqs::zero_requirement::keep;
  const definition keep(file);
  CHECK(outcome(keep, 1, empty) == "no_answer");
  CHECK(outcome(keep, 1, 9) == "not_applicable");
}

TEST_CASE("a code off the scale is an error that says what is allowed", "[unit]") {
  const definition d(five());
  const xqs::error wrong = data_error(d, 4, 7);
  CHECK(wrong.code() == xqs::errc::invalid_data);
  CHECK(wrong.row() == -1);
  CHECK(wrong.column() == "satisfaction");
  CHECK(wrong.value() == "7");
  CHECK(std::string(wrong.what()) ==
        "satisfaction \"7\" is not on the scale 1..5 of definition t@1; "
        "declare it under \"missing\" or fix the row");
  const xqs::error half = data_error(d, 2.5, 4);
  CHECK(half.column() == "requirement");
  CHECK(half.value() == "2.5");
  CHECK(std::string(half.what()) ==
        "requirement \"2.5\" is not on the scale 1..5 of definition t@1; "
        "declare it under \"missing\" or fix the row");
}

TEST_CASE("an off-scale error names the scale of its own side and the missing codes", "[unit]") {
  definition_file file = file_of(points_table{{{3, 1}, {1, 0}}}, rating{.max = 2, .step = 0.5});
  file.missing = {{9, missing_value::no_answer}, {-1, missing_value::not_applicable}};
  const definition d(file);
  CHECK(std::string(data_error(d, 2, 1).what()) ==
        "requirement \"2\" is not on the scale 1, 3 (missing: -1, 9) of definition t@1; "
        "declare it under \"missing\" or fix the row");
  CHECK(std::string(data_error(d, 3, 0).what()) ==
        "satisfaction \"0\" is not on the scale 1..2 step 0.5 (missing: -1, 9) of definition t@1; "
        "declare it under \"missing\" or fix the row");
}

TEST_CASE("both cells are checked before any reason counts", "[unit]") {
  const definition d(five());
  CHECK(data_error(d, empty, 7).column() == "satisfaction");
  CHECK(data_error(d, 1, 7).column() == "satisfaction");
  CHECK(data_error(d, 0, 7).column() == "requirement");
  CHECK(data_error(d, 0, empty).column() == "requirement");
  CHECK(data_error(d, -999999999.999999, 1).value() == "-999999999.999999");
  CHECK(data_error(d, 1.000001, 1).value() == "1.000001");
  CHECK(data_error(d, 5.000001, 1).value() == "5.000001");
}

TEST_CASE("items are found by id", "[unit]") {
  definition_file file = five();
  file.items = {{.id = "timely"}, {.id = "Timely"}, {.id = "10"}, {.id = "9"}};
  const definition d(file);
  CHECK(d.find_item("timely") == 0u);
  CHECK(d.find_item("Timely") == 1u);
  CHECK(d.find_item("9") == 3u);
  CHECK_FALSE(d.find_item("TIMELY").has_value());
  CHECK_FALSE(d.find_item("").has_value());
  CHECK_FALSE(d.find_item("timely ").has_value());
  CHECK_FALSE(d.find_item("zzz").has_value());
  CHECK(d.rejects("speed"));
  CHECK_FALSE(d.rejects("9"));
  file.extra_items = xqs::extra_items::allow;
  CHECK_FALSE(definition(file).rejects("speed"));
}

TEST_CASE("an unknown item is an error that lists the known ones", "[unit]") {
  const xqs::error problem = definition(five()).unknown_item("speed");
  CHECK(problem.code() == xqs::errc::invalid_data);
  CHECK(problem.column() == "item");
  CHECK(problem.value() == "speed");
  CHECK(std::string(problem.what()) == "item \"speed\" is not one of definition t@1: a, b");
  definition_file file = five();
  file.items.clear();
  for (int i = 1; i <= 31; ++i) file.items.push_back({.id = std::to_string(i)});
  CHECK(std::string(definition(file).unknown_item("x").what()) ==
        "item \"x\" is not one of definition t@1: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, "
        "15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, ...");
}

TEST_CASE("names, defaults and the interval of the estimator", "[unit]") {
  definition_file file = five();
  const definition d(file);
  CHECK(d.label() == "t@1");
  CHECK(d.provenance() == "t@1#" + d.fingerprint().hex());
  CHECK_FALSE(d.weighted());
  CHECK(d.file().level == decimal(0.95));
  CHECK(d.file().minimum_respondents == 5);
  CHECK(d.file().minimum_for_verdict == 10);
  CHECK(d.file().confidentiality == xqs::confidentiality::anonymous);
  CHECK(d.file().bands.size() == 4);
  CHECK(d.items()[1].weight == decimal(1));
  CHECK(d.interval() == xqs::interval_method::fieller);
  file.interval = xqs::interval_method::delta;
  CHECK(definition(file).interval() == xqs::interval_method::delta);
  file.interval = {};
  file.estimator = xqs::estimator::item_mean;
  CHECK(definition(file).interval() == xqs::interval_method::delta);
  file.estimator = xqs::estimator::respondent_mean;
  CHECK(definition(file).interval() == xqs::interval_method::delta);
  file.estimator = xqs::estimator::pooled;
  file.weight_places = 6;
  CHECK(definition(file).weighted());
}

TEST_CASE("weights are integers of the places of the definition", "[unit]") {
  definition_file file = five();
  const auto units = [&](int places, decimal weight) {
    file.weight_places = places;
    return definition(file).weight_units(weight);
  };
  CHECK(units(2, decimal(1)) == 100);
  CHECK(units(2, decimal(0)) == 0);
  CHECK(units(2, decimal(0.01)) == 1);
  CHECK(units(2, decimal(1.25)) == 125);
  CHECK(units(2, decimal(999999999.99)) == 99'999'999'999);
  CHECK(units(6, decimal(0.000001)) == 1);
  CHECK(units(6, decimal(999999999.999999)) == 999'999'999'999'999);
  CHECK(units(1, decimal(0.5)) == 5);
  CHECK_FALSE(units(2, decimal(0.001)).has_value());
  CHECK_FALSE(units(2, decimal(1.255)).has_value());
  CHECK_FALSE(units(1, decimal(0.25)).has_value());
  CHECK_FALSE(units(2, decimal(-1)).has_value());
  CHECK_FALSE(units(6, decimal(-0.000001)).has_value());
}

TEST_CASE("a weighted answer has that many times its points", "[unit]") {
  const definition d(five());
  CHECK(xqs::weighted(d.points(5, 4), 125) == xqs::answer_points{{}, 500, 375});
  CHECK(xqs::weighted(d.points(5, 4), 0) == xqs::answer_points{{}, 0, 0});
  const xqs::answer_points excluded = d.points(empty, 4);
  CHECK(xqs::weighted(excluded, 125) == excluded);
}

TEST_CASE("points times weight beyond 63 bits are an overflow", "[unit]") {
  const xqs::answer_points requirement{{}, 9223, 1};
  const xqs::answer_points satisfaction{{}, 1, 9223};
  CHECK(xqs::weighted(requirement, 1'000'000'000'000'000).requirement == 9'223'000'000'000'000'000);
  CHECK(xqs::weighted({{}, 1, 0}, 9'223'372'036'854'775'807).requirement ==
        9'223'372'036'854'775'807);
  for (const xqs::answer_points& points : {requirement, satisfaction}) {
    try {
      (void)xqs::weighted(points, 1'001'000'000'000'000);
      FAIL("9223 times 1.001e15 exceed 2^63 - 1");
    } catch (const xqs::error& problem) {
      CHECK(problem.code() == xqs::errc::overflow);
    }
  }
}

TEST_CASE("a definition is a value", "[unit]") {
  std::optional<definition> original(std::in_place, five());
  const definition copy = *original;
  original.reset();
  CHECK(outcome(copy, 5, 4) == "4/3");
  CHECK(copy.find_item("b") == 1u);
  CHECK(copy.items().size() == 2);
}

TEST_CASE("name and version consist of plain characters", "[unit]") {
  const std::string rule = "must consist of letters, digits, '_', '.' and '-'";
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a@b"),
                                 std::string("a#b"), std::string("a/b"), std::string("\xc3\xa4"),
                                 std::string("a\0", 2), std::string("a\n"), std::string("\xff")}) {
    INFO(bad);
    CHECK(refusal_after([&](definition_file& f) { f.name = bad; }) == "$.name: " + rule);
    CHECK(refusal_after([&](definition_file& f) { f.version = bad; }) == "$.version: " + rule);
  }
  CHECK(refusal_after([](definition_file& f) { f.name = "Aa0_.-"; }) == "no error");
  CHECK(refusal_after([](definition_file& f) { f.version = "2026.1-rc_2"; }) == "no error");
}

TEST_CASE("titles have a language tag and are UTF-8", "[unit]") {
  const auto titled = [](const char* language, const char* text) {
    return refusal_after([&](definition_file& f) { f.title = {{language, text}}; });
  };
  CHECK(titled("de-AT", "Qualit\xc3\xa4t\n\t\"\\") == "no error");
  CHECK(titled("en", "") == "no error");
  CHECK(titled("", "x") == "$.title: \"\" is not a language tag such as \"en\"");
  CHECK(titled("e n", "x") == "$.title: \"e n\" is not a language tag such as \"en\"");
  CHECK(titled("en", "\xff") == "$.title.en: is not valid UTF-8");
  CHECK(titled("en", "cut \xc3") == "$.title.en: is not valid UTF-8");
  CHECK(titled("en", "surrogate \xed\xa0\x80") == "$.title.en: is not valid UTF-8");
}

TEST_CASE("items need distinct, printable ids", "[unit]") {
  const auto with_id = [](const std::string& id) {
    return refusal_after([&](definition_file& f) { f.items[1].id = id; });
  };
  CHECK(refusal_after([](definition_file& f) { f.items.clear(); }) ==
        "$.items: needs at least one item");
  CHECK(with_id("a") == "$.items[1].id: \"a\" occurs twice");
  CHECK(with_id("") == "$.items[1].id: must not be empty");
  CHECK(with_id("x\ty") == "$.items[1].id: must not hold control characters");
  CHECK(with_id(std::string("x\0y", 3)) == "$.items[1].id: must not hold control characters");
  CHECK(with_id("x\x7f") == "$.items[1].id: must not hold control characters");
  CHECK(with_id("\xc0\xaf") == "$.items[1].id: is not valid UTF-8");
  CHECK(with_id("Verl\xc3\xa4sslich") == "no error");
  CHECK(with_id("A") == "no error");
}

TEST_CASE("items have positive weights and readable wordings", "[unit]") {
  const auto change = [](auto edit) {
    return refusal_after([&](definition_file& f) { edit(f.items[1]); });
  };
  CHECK(change([](xqs::item& i) { i.weight = 0; }) == "$.items[1].weight: must be positive");
  CHECK(change([](xqs::item& i) { i.weight = -1; }) == "$.items[1].weight: must be positive");
  CHECK(change([](xqs::item& i) { i.weight = 0.000001; }) == "no error");
  CHECK(change([](xqs::item& i) { i.title["en"] = "\xff"; }) ==
        "$.items[1].title.en: is not valid UTF-8");
  CHECK(change([](xqs::item& i) { i.requirement_question["de"] = "\xff"; }) ==
        "$.items[1].question.requirement.de: is not valid UTF-8");
  CHECK(change([](xqs::item& i) { i.satisfaction_question["d!"] = "x"; }) ==
        "$.items[1].question.satisfaction: \"d!\" is not a language tag such as \"en\"");
}

TEST_CASE("bands ascend without overlap and the last is open", "[unit]") {
  const auto banded = [](std::vector<xqs::band> bands) {
    return refusal_after([&](definition_file& f) { f.bands = std::move(bands); });
  };
  CHECK(banded({{"all"}}) == "no error");
  CHECK(banded({{"low", 0.000001}, {"mid", 100}, {"high", 250.5}, {"top"}}) == "no error");
  CHECK(banded({}) == "$.bands: needs at least one band");
  CHECK(banded({{"low", 40}}) == "$.bands[0].to: the last band is open above and has no \"to\"");
  CHECK(banded({{"low"}, {"high"}}) ==
        "$.bands[0]: needs a \"to\"; only the last band is open above");
  CHECK(banded({{"a", 60}, {"b", 40}, {"c"}}) ==
        "$.bands[1].to: bands overlap: 40 is not above 60");
  CHECK(banded({{"a", 60}, {"b", 60}, {"c"}}) ==
        "$.bands[1].to: bands overlap: 60 is not above 60");
  CHECK(banded({{"a", 40}, {"a"}}) == "$.bands[1].id: \"a\" occurs twice");
  CHECK(banded({{""}}) == "$.bands[0].id: must not be empty");
  CHECK(banded({{"x\n"}}) == "$.bands[0].id: must not hold control characters");
  CHECK(banded({{"\xff"}}) == "$.bands[0].id: is not valid UTF-8");
  CHECK(banded({{"a", {}, {{"en", "\xff"}}}}) == "$.bands[0].title.en: is not valid UTF-8");
  // The first edge is compared with zero; there is no other band to overlap with.
  for (const decimal edge : {decimal(0), decimal(-5)}) {
    const std::string message = banded({{"a", edge}, {"b"}});
    CHECK(message.rfind("$.bands[0].to: ", 0) == 0);
    CHECK(message.find("overlap") == std::string::npos);
  }
}

TEST_CASE("a code is on a scale or missing, not both", "[unit]") {
  CHECK(refusal_after([](definition_file& f) {
          f.missing = {{5, missing_value::no_answer}};
        }) == "$.missing[\"5\"]: is also a code of $.requirement");
  CHECK(refusal_after([](definition_file& f) {
          f.satisfaction = rating{.max = 9};
          f.missing = {{9, missing_value::not_applicable}};
        }) == "$.missing[\"9\"]: is also a code of $.satisfaction");
  CHECK(refusal_after([](definition_file& f) {
          f.missing = {{4.5, missing_value::no_answer}, {0, missing_value::no_answer}};
        }) == "no error");
}

TEST_CASE("impossible scales are named by their path", "[unit]") {
  const auto scaled = [](scale requirement, scale satisfaction) {
    return refusal(file_of(std::move(requirement), std::move(satisfaction)));
  };
  CHECK(scaled(rating{.min = 5, .max = 1}, rating{}) ==
        "$.requirement.rating.min: must be below max");
  CHECK(scaled(rating{}, rating{.step = 3}) ==
        "$.satisfaction.rating.step: must be positive and divide max - min");
  CHECK(scaled(rating{}, top_box{.top = 5}) ==
        "$.satisfaction.top_box.top: must be at least 1 and below the number of codes");
  CHECK(scaled(points_table{{{1, -1}}}, rating{}) ==
        "$.requirement.points[\"1\"]: must be non-negative with at most 4 decimal places");
  CHECK(scaled(points_table{}, rating{}) == "$.requirement: no code is worth more than 0 points");
  CHECK(scaled(rating{.min = 0, .max = 101}, rating{.min = 0, .max = 100}) ==
        "$: the two scales have no common grid of at most 10000 points");
  CHECK(scaled(points_table{{{1, 10'001}}}, rating{}) ==
        "$: code 1 is worth more than 10000 grid points");
}

TEST_CASE("options stay in their ranges", "[unit]") {
  const std::string level = "$.level: must be above 0 and below 1, for instance 0.95";
  for (const decimal bad : {decimal(0), decimal(1), decimal(95), decimal(-0.5)})
    CHECK(refusal_after([&](definition_file& f) { f.level = bad; }) == level);
  for (const decimal good : {decimal(0.000001), decimal(0.5), decimal(0.999999)})
    CHECK(refusal_after([&](definition_file& f) { f.level = good; }) == "no error");
  for (const int bad : {-1, 7})
    CHECK(refusal_after([&](definition_file& f) { f.weight_places = bad; }) ==
          "$.weight_places: must be 0 (no weights) to 6");
  CHECK(refusal_after([](definition_file& f) { f.minimum_respondents = 0; }) ==
        "$.minimum_respondents: must be at least 1");
  CHECK(refusal_after([](definition_file& f) { f.minimum_for_verdict = -3; }) ==
        "$.minimum_for_verdict: must be at least 1");
}

TEST_CASE("estimator, interval and weights must fit", "[unit]") {
  const auto combined = [](xqs::estimator e, std::optional<xqs::interval_method> i, int places) {
    return refusal_after([&](definition_file& f) {
      f.estimator = e;
      f.interval = i;
      f.weight_places = places;
    });
  };
  using xqs::estimator;
  using xqs::interval_method;
  CHECK(combined(estimator::pooled, interval_method::fieller, 6) == "no error");
  CHECK(combined(estimator::item_mean, {}, 2) == "no error");
  CHECK(combined(estimator::item_mean, interval_method::delta, 0) == "no error");
  CHECK(combined(estimator::respondent_mean, {}, 0) == "no error");
  CHECK(combined(estimator::respondent_mean, {}, 1) ==
        "$.estimator: a weighted definition has no respondent_mean");
  const std::string fieller = "$.interval: fieller needs the pooled estimator; use delta";
  CHECK(combined(estimator::item_mean, interval_method::fieller, 0) == fieller);
  CHECK(combined(estimator::respondent_mean, interval_method::fieller, 0) == fieller);
}

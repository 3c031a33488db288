#include "xqs/model/definition_json.hpp"

#include <chrono>
#include <clocale>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "xqs/detail/utf8.hpp"

using xqs::decimal;
using xqs::definition;
using xqs::parse_definition;
using namespace std::string_literals;

namespace {

using members = std::map<std::string, std::string>;

/// The text of a small valid file with some members set; an empty value takes the member out.
std::string file_with(const members& changes) {
  members all = {{"xqs", "1"},
                 {"name", R"("t")"},
                 {"version", R"("1")"},
                 {"requirement", R"({"rating": {"min": 1, "max": 5}})"},
                 {"satisfaction", R"({"rating": {"min": 1, "max": 5}})"},
                 {"items", R"([{"id": "a"}])"}};
  for (const auto& [key, value] : changes) all[key] = value;
  std::string text;
  for (const auto& [key, value] : all)
    if (!value.empty()) text += (text.empty() ? "{\"" : ",\n\"") + key + "\": " + value;
  return text + "}";
}

/// The message with which a text is refused; every one is printable UTF-8.
std::string refusal(const std::string& text) {
  try {
    (void)parse_definition(text);
    return "no error";
  } catch (const xqs::error& problem) {
    const std::string message = problem.what();
    CHECK(problem.code() == xqs::errc::invalid_definition);
    CHECK(xqs::detail::utf8_error_at(message) == std::string::npos);
    CHECK(message.find("json.exception") == std::string::npos);
    return message;
  }
}

std::string refusal_with(const std::string& key, const std::string& value) {
  return refusal(file_with({{key, value}}));
}

std::string load_refusal(const std::string& path) {
  try {
    (void)xqs::load_definition(path);
    return "no error";
  } catch (const xqs::error& problem) {
    CHECK(problem.code() == xqs::errc::invalid_definition);
    return problem.what();
  }
}

bool begins(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

bool ends(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

/// A JSON list of `size` elements, from their positions.
template <typename Element>
std::string list_of(int size, Element element) {
  std::string text;
  for (int i = 0; i < size; ++i) text += (i == 0 ? "" : ",") + element(std::to_string(i));
  return text;
}

const std::string full_file = R"({
  "xqs": 1, "name": "full", "version": "2026.1-b", "title": {"en": "Full", "de": "Voll \u00e4\ud83d\ude02"},
  "requirement": {"points": {"1": 0, "2": 0.5, "-3": 1.25e0}},
  "satisfaction": {"rating": {"min": 0, "max": 1, "step": 0.25, "origin": "raw", "best": "min"}},
  "missing": {"9": "not_applicable", "-1.5": "no_answer"},
  "items": [
    {"id": "timely", "title": {"en": "Timely"}, "weight": 2.5,
     "question": {"requirement": {"en": "How important?"}, "satisfaction": {"en": "How good?"}}},
    {"id": "b", "question": {}},
    {"id": "c", "question": {"satisfaction": {"de": "Wie gut?"}}}],
  "extra_items": "allow", "estimator": "item_mean", "interval": "delta", "level": 0.999999,
  "zero_requirement": "keep", "over_fulfilment": "cap", "weight_places": 6,
  "confidentiality": "identified", "minimum_respondents": 1000000, "minimum_for_verdict": 1,
  "bands": [{"id": "low", "to": 50.5, "title": {"en": "Low"}}, {"id": "high"}]
})";

}  // namespace

TEST_CASE("a file may set everything", "[unit]") {
  const definition d = parse_definition(full_file);
  const xqs::definition_file& f = d.file();
  CHECK(f.name == "full");
  CHECK(f.version == "2026.1-b");
  CHECK(f.title == xqs::localized{{"en", "Full"}, {"de", "Voll \xc3\xa4\xf0\x9f\x98\x82"}});
  const auto& table = std::get<xqs::points_table>(f.requirement).points;
  CHECK(table == std::vector<std::pair<decimal, decimal>>{{1, 0}, {2, 0.5}, {-3, 1.25}});
  const auto& rating = std::get<xqs::rating>(f.satisfaction);
  CHECK(rating.min == decimal(0));
  CHECK(rating.max == decimal(1));
  CHECK(rating.step == decimal(0.25));
  CHECK(rating.origin == xqs::scale_origin::raw);
  CHECK(rating.best == xqs::best_end::min);
  CHECK(f.missing == std::map<decimal, xqs::missing_value>{{9, xqs::missing_value::not_applicable},
                                                           {-1.5, xqs::missing_value::no_answer}});
  CHECK(f.extra_items == xqs::extra_items::allow);
  CHECK(f.estimator == xqs::estimator::item_mean);
  CHECK(f.interval == xqs::interval_method::delta);
  CHECK(f.level == decimal(0.999999));
  CHECK(f.zero_requirement == xqs::zero_requirement::keep);
  CHECK(f.over_fulfilment == xqs::over_fulfilment::cap);
  CHECK(f.weight_places == 6);
  CHECK(f.confidentiality == xqs::confidentiality::identified);
  CHECK(f.minimum_respondents == 1'000'000);
  CHECK(f.minimum_for_verdict == 1);
}

TEST_CASE("items and bands of a file", "[unit]") {
  const definition d = parse_definition(full_file);
  REQUIRE(d.items().size() == 3);
  CHECK(d.items()[0].id == "timely");
  CHECK(d.items()[0].title.at("en") == "Timely");
  CHECK(d.items()[0].weight == decimal(2.5));
  CHECK(d.items()[0].requirement_question.at("en") == "How important?");
  CHECK(d.items()[0].satisfaction_question.at("en") == "How good?");
  CHECK(d.items()[1].requirement_question.empty());
  CHECK(d.items()[1].weight == decimal(1));
  CHECK(d.items()[2].requirement_question.empty());
  CHECK(d.items()[2].satisfaction_question.at("de") == "Wie gut?");
  REQUIRE(d.file().bands.size() == 2);
  CHECK(d.file().bands[0].id == "low");
  CHECK(d.file().bands[0].to == decimal(50.5));
  CHECK(d.file().bands[0].title.at("en") == "Low");
  CHECK_FALSE(d.file().bands[1].to.has_value());
}

TEST_CASE("a file need not set more than the required keys", "[unit]") {
  const definition d = parse_definition(file_with({}));
  CHECK(d.label() == "t@1");
  CHECK(d.grid() == 4);
  CHECK(d.interval() == xqs::interval_method::fieller);
  CHECK(d.file().level == decimal(0.95));
  CHECK(d.file().minimum_respondents == 5);
  CHECK(d.file().minimum_for_verdict == 10);
  CHECK(d.file().confidentiality == xqs::confidentiality::anonymous);
  CHECK(d.file().extra_items == xqs::extra_items::reject);
  CHECK(d.file().missing.empty());
}

TEST_CASE("the three kinds of scale", "[unit]") {
  const auto grid = [](const std::string& requirement) {
    return parse_definition(file_with({{"requirement", requirement}})).grid();
  };
  CHECK(grid(R"({"rating": {"min": 1, "max": 7}})") == 12);
  CHECK(grid(R"({"points": {"1": 0.2}})") == 20);
  CHECK(grid(R"({"top_box": {"min": 0, "max": 10, "top": 2}})") == 4);
}

TEST_CASE("the bands of ceqs are the default", "[unit]") {
  const definition ceqs = xqs::preset("ceqs");
  const definition plain = parse_definition(file_with({}));
  const std::string json = ceqs.canonical_json();
  const std::string bands = json.substr(0, json.find(",\"confidentiality\""));
  CHECK(begins(plain.canonical_json(), bands));
}

TEST_CASE("a default written out changes nothing", "[unit]") {
  const definition plain = parse_definition(file_with({}));
  const std::string written = file_with(
      {{"requirement",
        R"({"rating": {"best": "max", "origin": "zero", "step": 1.0, "max": 5e0, "min": 1}})"},
       {"items", R"([{"id": "a", "title": {}, "weight": 1.000, "question": {"requirement": {}}}])"},
       {"title", "{}"},
       {"missing", "{}"},
       {"extra_items", R"("reject")"},
       {"estimator", R"("pooled")"},
       {"interval", R"("fieller")"},
       {"level", "9.5e-1"},
       {"zero_requirement", R"("exclude")"},
       {"over_fulfilment", R"("count")"},
       {"weight_places", "0"},
       {"confidentiality", R"("anonymous")"},
       {"minimum_respondents", "5"},
       {"minimum_for_verdict", "10"}});
  CHECK(parse_definition(written).fingerprint() == plain.fingerprint());
  CHECK(parse_definition(written).tally_fingerprint() == plain.tally_fingerprint());
}

TEST_CASE("canonical JSON is a file of the same fingerprint", "[unit]") {
  for (const std::string& text : {file_with({}), full_file}) {
    const definition d = parse_definition(text);
    const definition again = parse_definition(d.canonical_json());
    CHECK(again.fingerprint() == d.fingerprint());
    CHECK(again.tally_fingerprint() == d.tally_fingerprint());
    CHECK(again.canonical_json() == d.canonical_json());
  }
}

TEST_CASE("the form of the text does not matter", "[unit]") {
  const definition plain = parse_definition(file_with({}));
  const auto same = [&](const std::string& text) {
    return parse_definition(text).fingerprint() == plain.fingerprint();
  };
  CHECK(same(" \t\r\n" + file_with({}) + " \t\r\n"));
  CHECK(same("\xef\xbb\xbf" + file_with({})));
  CHECK(same(file_with({{"name", R"("\u0074")"}})));
  CHECK(same(file_with({{"items", R"([{"\u0069d": "a"}])"}})));
}

TEST_CASE("titles keep any character", "[unit]") {
  const definition d =
      parse_definition(file_with({{"title", R"({"en": "\u0000\b\"\\\/\u2028\uffff"})"}}));
  CHECK(d.file().title.at("en") == "\0\b\"\\/\xe2\x80\xa8\xef\xbf\xbf"s);
  CHECK(parse_definition(d.canonical_json()).fingerprint() == d.fingerprint());
}

TEST_CASE("an unknown key is named, with what is allowed", "[unit]") {
  CHECK(refusal_with("respondents", "5") ==
        "$.respondents: unknown key; allowed here: xqs, name, version, title, requirement, "
        "satisfaction, missing, items, extra_items, estimator, interval, level, "
        "zero_requirement, over_fulfilment, weight_places, confidentiality, "
        "minimum_respondents, minimum_for_verdict, bands");
  CHECK(refusal_with("items", R"([{"id": "a"}, {"id": "b", "wieght": 1}])") ==
        "$.items[1].wieght: unknown key; allowed here: id, title, question, weight");
  CHECK(refusal_with("items", R"([{"id": "a", "question": {"en": "?"}}])") ==
        "$.items[0].question.en: unknown key; allowed here: requirement, satisfaction");
  CHECK(refusal_with("bands", R"([{"id": "a", "from": 0}])") ==
        "$.bands[0].from: unknown key; allowed here: id, title, to");
  CHECK(refusal_with("requirement", R"({"likert": {}})") ==
        "$.requirement.likert: unknown key; allowed here: rating, points, top_box");
  CHECK(refusal_with("requirement", R"({"rating": {"min": 1, "max": 5, "top": 2}})") ==
        "$.requirement.rating.top: unknown key; allowed here: min, max, step, origin, best");
  CHECK(refusal_with("satisfaction", R"({"top_box": {"min": 1, "max": 5, "step": 1}})") ==
        "$.satisfaction.top_box.step: unknown key; allowed here: min, max, top");
}

TEST_CASE("a key that is not plain is quoted and escaped", "[unit]") {
  CHECK(begins(refusal_with("Name", "1"), "$.Name: unknown key; "));
  CHECK(begins(refusal_with("", "1"), "$[\"\"]: unknown key; "));
  CHECK(begins(refusal_with("a b", "1"), "$[\"a b\"]: unknown key; "));
  CHECK(begins(refusal_with("\xc3\xa4", "1"), "$[\"\xc3\xa4\"]: unknown key; "));
  CHECK(begins(refusal_with(R"(a\"b)", "1"), R"($["a\"b"]: unknown key; )"));
  CHECK(begins(refusal_with(R"(a\u0000b)", "1"), R"($["a\u0000b"]: unknown key; )"));
}

TEST_CASE("a duplicate key is an error wherever it stands", "[unit]") {
  CHECK(refusal(R"({"xqs": 1, "xqs": 1})") == "$.xqs: duplicate key");
  CHECK(refusal(R"({"a": 1, "\u0061": 2})") == "$.a: duplicate key");
  CHECK(refusal_with("items", R"([{"id": "a"}, {"id": "b", "id": "c"}])") ==
        "$.items[1].id: duplicate key");
  CHECK(refusal_with("items",
                     R"([{"id": "a", "question": {"requirement": {"de": "", "de": ""}}}])") ==
        "$.items[0].question.requirement.de: duplicate key");
  CHECK(refusal_with("missing", R"({"9": "no_answer", "9": "no_answer"})") ==
        "$.missing.9: duplicate key");
  CHECK(refusal_with("missing", R"({"-9": "no_answer", "-9": "no_answer"})") ==
        "$.missing[\"-9\"]: duplicate key");
  CHECK(refusal_with("requirement", R"({"points": {"1": 0, "2": 1, "1": 1}})") ==
        "$.requirement.points.1: duplicate key");
  CHECK(refusal(R"([[{"a": [0, {}, {"b": 1, "b": 1}]}]])") == "$[0][0].a[2].b: duplicate key");
}

TEST_CASE("a duplicate key is found among many", "[unit]") {
  for (const int size : {15, 16, 17, 18, 1'000}) {
    INFO(size);
    const std::string codes =
        list_of(size, [](const std::string& i) { return "\"" + i + "\": 1"; });
    for (const std::string& again : {"0"s, std::to_string(size - 1)})
      CHECK(refusal_with("requirement", "{\"points\": {" + codes + ", \"" + again + "\": 1}}") ==
            "$.requirement.points." + again + ": duplicate key");
  }
}

TEST_CASE("a missing key is named", "[unit]") {
  for (const std::string key : {"xqs", "name", "version", "requirement", "satisfaction", "items"})
    CHECK(refusal_with(key, "") == "$: needs the key \"" + key + "\"");
  CHECK(refusal("{}") == "$: needs the key \"xqs\"");
  CHECK(refusal_with("items", R"([{"title": {}}])") == "$.items[0]: needs the key \"id\"");
  CHECK(refusal_with("bands", R"([{"to": 40}])") == "$.bands[0]: needs the key \"id\"");
  CHECK(refusal_with("requirement", R"({"rating": {"max": 5}})") ==
        "$.requirement.rating: needs the key \"min\"");
  CHECK(refusal_with("requirement", R"({"rating": {"min": 5}})") ==
        "$.requirement.rating: needs the key \"max\"");
  CHECK(refusal_with("requirement", R"({"top_box": {"min": 1, "max": 5}})") ==
        "$.requirement.top_box: needs the key \"top\"");
  CHECK(refusal_with("requirement", "{}") ==
        "$.requirement: needs exactly one of rating, points, top_box");
  CHECK(refusal_with("requirement", R"({"rating": {"min": 1, "max": 5}, "points": {"1": 1}})") ==
        "$.requirement: needs exactly one of rating, points, top_box");
}

TEST_CASE("a value of the wrong type is named", "[unit]") {
  CHECK(refusal("[]") == "$: must be an object, not an array");
  CHECK(refusal("null") == "$: must be an object, not null");
  CHECK(refusal("\"ceqs\"") == "$: must be an object, not a string");
  CHECK(refusal("1") == "$: must be an object, not a number");
  CHECK(refusal("true") == "$: must be an object, not a boolean");
  CHECK(refusal_with("xqs", "\"1\"") == "$.xqs: must be a whole number, not a string");
  CHECK(refusal_with("name", "1") == "$.name: must be a string, not a number");
  CHECK(refusal_with("version", "2026.1") == "$.version: must be a string, not a number");
  CHECK(refusal_with("title", "\"T\"") == "$.title: must be an object, not a string");
  CHECK(refusal_with("title", R"({"en": null})") == "$.title.en: must be a string, not null");
  CHECK(refusal_with("title", R"({"de-AT": 1})") ==
        "$.title[\"de-AT\"]: must be a string, not a number");
  CHECK(refusal_with("requirement", "5") == "$.requirement: must be an object, not a number");
  CHECK(refusal_with("requirement", R"({"rating": []})") ==
        "$.requirement.rating: must be an object, not an array");
  CHECK(refusal_with("requirement", R"({"rating": {"min": "1", "max": 5}})") ==
        "$.requirement.rating.min: must be a number, not a string");
  CHECK(refusal_with("requirement", R"({"rating": {"min": 1, "max": 5, "origin": 0}})") ==
        "$.requirement.rating.origin: must be a string, not a number");
  CHECK(refusal_with("requirement", R"({"points": [0, 1]})") ==
        "$.requirement.points: must be an object, not an array");
  CHECK(refusal_with("requirement", R"({"points": {"1": false}})") ==
        "$.requirement.points.1: must be a number, not a boolean");
  CHECK(refusal_with("missing", "[9]") == "$.missing: must be an object, not an array");
  CHECK(refusal_with("missing", R"({"9": null})") == "$.missing.9: must be a string, not null");
  CHECK(refusal_with("items", "{}") == "$.items: must be an array, not an object");
  CHECK(refusal_with("items", R"(["a"])") == "$.items[0]: must be an object, not a string");
  CHECK(refusal_with("items", R"([{"id": 1}])") == "$.items[0].id: must be a string, not a number");
  CHECK(refusal_with("items", R"([{"id": "a", "question": "?"}])") ==
        "$.items[0].question: must be an object, not a string");
  CHECK(refusal_with("bands", "null") == "$.bands: must be an array, not null");
  CHECK(refusal_with("bands", R"([{"id": "a", "to": null}, {"id": "b"}])") ==
        "$.bands[0].to: must be a number, not null");
  CHECK(refusal_with("level", "\"0.95\"") == "$.level: must be a number, not a string");
  CHECK(refusal_with("weight_places", "null") ==
        "$.weight_places: must be a whole number, not null");
}

TEST_CASE("an unknown word is named, with the known ones", "[unit]") {
  CHECK(refusal_with("estimator", R"("Pooled")") ==
        R"($.estimator: "Pooled" is not one of "pooled", "item_mean", "respondent_mean")");
  CHECK(refusal_with("interval", R"("")") == R"($.interval: "" is not one of "fieller", "delta")");
  CHECK(refusal_with("zero_requirement", R"("drop")") ==
        R"($.zero_requirement: "drop" is not one of "exclude", "keep")");
  CHECK(refusal_with("over_fulfilment", R"("capped")") ==
        R"($.over_fulfilment: "capped" is not one of "count", "cap")");
  CHECK(refusal_with("extra_items", R"("ignore")") ==
        R"($.extra_items: "ignore" is not one of "reject", "allow")");
  CHECK(refusal_with("confidentiality", R"("none")") ==
        R"($.confidentiality: "none" is not one of "anonymous", "identified")");
  CHECK(refusal_with("missing", R"({"9": "na"})") ==
        R"($.missing.9: "na" is not one of "no_answer", "not_applicable")");
  CHECK(refusal_with("requirement", R"({"rating": {"min": 1, "max": 5, "origin": "one"}})") ==
        R"($.requirement.rating.origin: "one" is not one of "zero", "raw")");
  CHECK(refusal_with("requirement", R"({"rating": {"min": 1, "max": 5, "best": "low"}})") ==
        R"($.requirement.rating.best: "low" is not one of "max", "min")");
  CHECK(refusal_with("estimator", R"("po\u0000\"led")") ==
        R"($.estimator: "po\u0000\"led" is not one of "pooled", "item_mean", "respondent_mean")");
}

TEST_CASE("a number that is too precise or too large is named as written", "[unit]") {
  const std::string limits = " is not below 1000000000 with at most 6 decimal places";
  for (const std::string number :
       {"0.9999999", "1e-7", "0.12345678901234567890", "1e9", "-1000000000", "1e300", "1e-300",
        "12345678901234567890", "-9223372036854775808", "123456789012345678901234567890"}) {
    CHECK(refusal_with("level", number) == "$.level: " + number + limits);
    CHECK(refusal_with("items", R"([{"id": "a", "weight": )" + number + "}]") ==
          "$.items[0].weight: " + number + limits);
  }
  // Beyond what a double holds; still valid JSON.
  CHECK(refusal_with("level", "1e400") == "$.level: 1e400" + limits);
  CHECK(refusal_with("level", "-1e400") == "$.level: -1e400" + limits);
  CHECK(refusal_with("items", R"([{"id": "a"}, 1e400])") == "$.items[1]: 1e400" + limits);
  CHECK(refusal_with("level", "1e-400") == "$.level: 1e-400" + limits);
  CHECK(refusal_with("level", "0.5e" + repeated("9", 1'000)) ==
        "$.level: 0.5e" + repeated("9", 1'000) + limits);
}

TEST_CASE("a whole number is expected in a range", "[unit]") {
  const std::string places = "$.weight_places: must be a whole number from 0 to 6";
  for (const std::string number :
       {"7", "-1", "1.5", "1e-7", "4294967296", "18446744073709551616", "1e300"})
    CHECK(refusal_with("weight_places", number) == places);
  CHECK(parse_definition(file_with({{"weight_places", "6.0"}})).file().weight_places == 6);
  CHECK(parse_definition(file_with({{"weight_places", "-0"}})).file().weight_places == 0);
  CHECK(refusal_with("minimum_respondents", "0") ==
        "$.minimum_respondents: must be a whole number from 1 to 1000000");
  CHECK(refusal_with("minimum_for_verdict", "1000001") ==
        "$.minimum_for_verdict: must be a whole number from 1 to 1000000");
  CHECK(refusal_with("requirement", R"({"top_box": {"min": 1, "max": 5, "top": 0}})") ==
        "$.requirement.top_box.top: must be a whole number from 1 to 10000");
  for (const std::string number : {"0", "2", "1.5", "-1"})
    CHECK(begins(refusal_with("xqs", number), "$.xqs: must be "));
}

TEST_CASE("codes are written as plain numbers", "[unit]") {
  for (const std::string code : {"1.0", "01", "+1", "-0", "1e0", " 1", "1 ", "", "x", "0x1", "1,5",
                                 "1.2345678", "1000000000",
                                 "\xe2\x88\x92"
                                 "1"}) {
    INFO(code);
    const std::string end = ": \"" + code + "\" is not a number written plainly";
    const std::string missing = refusal_with("missing", "{\"" + code + "\": \"no_answer\"}");
    CHECK(begins(missing, "$.missing"));
    CHECK(ends(missing, end));
    const std::string points = refusal_with("requirement", "{\"points\": {\"" + code + "\": 1}}");
    CHECK(begins(points, "$.requirement.points"));
    CHECK(ends(points, end));
  }
  CHECK(refusal_with("missing", R"({"9\u0000": "no_answer"})") ==
        R"($.missing["9\u0000"]: "9\u0000" is not a number written plainly)");
}

TEST_CASE("the rules of a definition hold for files", "[unit]") {
  CHECK(refusal_with("name", R"("a b")") ==
        "$.name: must consist of letters, digits, '_', '.' and '-'");
  CHECK(refusal_with("version", R"("1\u0000")") ==
        "$.version: must consist of letters, digits, '_', '.' and '-'");
  CHECK(refusal_with("title", R"({"e\u0000n": "x"})") ==
        R"($.title: "e\u0000n" is not a language tag such as "en")");
  CHECK(refusal_with("items", "[]") == "$.items: needs at least one item");
  CHECK(refusal_with("items", R"([{"id": "a"}, {"id": "a"}])") ==
        "$.items[1].id: \"a\" occurs twice");
  CHECK(refusal_with("items", R"([{"id": "a\u0000"}])") ==
        "$.items[0].id: must not hold control characters");
  CHECK(refusal_with("items", R"([{"id": "a", "weight": 0}])") ==
        "$.items[0].weight: must be positive");
  CHECK(refusal_with("bands", R"([{"id": "a", "to": 60}, {"id": "b", "to": 40}, {"id": "c"}])") ==
        "$.bands[1].to: bands overlap: 40 is not above 60");
  CHECK(refusal_with("bands", R"([{"id": "a", "to": 60}])") ==
        "$.bands[0].to: the last band is open above and has no \"to\"");
  CHECK(refusal_with("bands", "[]") == "$.bands: needs at least one band");
  CHECK(refusal_with("requirement", R"({"rating": {"min": 5, "max": 1}})") ==
        "$.requirement.rating.min: must be below max");
  CHECK(refusal_with("satisfaction", R"({"rating": {"min": 1, "max": 5, "step": 3}})") ==
        "$.satisfaction.rating.step: must be positive and divide max - min");
  CHECK(refusal_with("satisfaction", R"({"points": {}})") ==
        "$.satisfaction: no code is worth more than 0 points");
  CHECK(refusal_with("missing", R"({"5": "no_answer"})") ==
        "$.missing[\"5\"]: is also a code of $.requirement");
  for (const std::string level : {"0", "1", "95", "-0.95"})
    CHECK(refusal_with("level", level) ==
          "$.level: must be above 0 and below 1, for instance 0.95");
  CHECK(refusal(file_with({{"estimator", R"("item_mean")"}, {"interval", R"("fieller")"}})) ==
        "$.interval: fieller needs the pooled estimator; use delta");
  CHECK(refusal(file_with({{"estimator", R"("respondent_mean")"}, {"weight_places", "2"}})) ==
        "$.estimator: a weighted definition has no respondent_mean");
}

TEST_CASE("malformed JSON is located by line and column, in bytes", "[unit]") {
  const std::pair<std::string, std::string> expected[] = {
      {"", "line 1, column 1"},
      {" ", "line 1, column 2"},
      {"{", "line 1, column 2"},
      {"{\n", "line 2, column 1"},
      {"tru\n", "line 1, column 4"},
      {"{\"a\": tru\n}", "line 1, column 10"},
      {"{\n  \"name\": \"sqr,\n}", "line 2, column 16"},
      {"{\r\n\"a\": x}", "line 2, column 6"},
      {"{\"a\": 1,}", "line 1, column 9"},
      {"{'a': 1}", "line 1, column 2"},
      {"[1 2]", "line 1, column 4"},
      {"// no comments\n{}", "line 1, column 1"},
      {"{\"a\": .5}", "line 1, column 7"},
      {"{\"a\": +5}", "line 1, column 7"},
      {"{\"a\": --5}", "line 1, column 8"},
      {"{\"a\": 05}", "line 1, column 8"},
      {"{\"a\": 0x10}", "line 1, column 8"},
      {"{\"a\": 5.}", "line 1, column 9"},
      {"{\"a\": 1e}", "line 1, column 9"},
      {"{\"a\": NaN}", "line 1, column 7"},
      {"{\"a\": \xe2\x88\x92"
       "5}",
       "line 1, column 7"},
      {"{} x", "line 1, column 4"},
      {"{}\n\n{}", "line 3, column 1"},
  };
  for (const auto& [text, place] : expected) {
    INFO("[" << text << "]");
    CHECK(begins(refusal(text), place + ": not valid JSON: "));
  }
}

TEST_CASE("malformed JSON is refused with a reason", "[unit]") {
  const auto gives = [](const std::string& text, const std::string& reason) {
    return refusal(text).find(reason) != std::string::npos;
  };
  CHECK(gives("", "unexpected end of input"));
  CHECK(gives("{\"a\": tru}", "invalid literal"));
  CHECK(gives("{\"a: b\": tru}", "invalid literal"));
  CHECK(gives("{\"a\": \"b\nc\"}", "control character"));
  CHECK(gives("{\"a\": \"b: \xff\"}", "UTF-8"));
  CHECK(gives("{\"a\": \"\\ud800\"}", "surrogate"));
  CHECK(gives("{\"a\": 5.}", "invalid number"));
  CHECK(gives("{} {}", "end of input"));
}

TEST_CASE("bytes that are not UTF-8 are refused", "[unit]") {
  for (const std::string bad :
       {"\xff", "\xc3", "\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x98"}) {
    CHECK(begins(refusal_with("title", "{\"en\": \"" + bad + "\"}"), "line "));
    CHECK(begins(refusal("{\"" + bad + "\": 1}"), "line 1, column "));
    CHECK(begins(refusal(bad), "line 1, column "));
    CHECK(begins(refusal(file_with({}) + bad), "line 6, column "));
  }
  CHECK(begins(refusal("{\"a\": \"cut \xc3"), "line 1, column "));
  CHECK(begins(refusal("\xef\xbb{}"), "line 1, column "));
  CHECK(begins(refusal("\xef\xbb\xbf\xef\xbb\xbf{}"), "line 1, column "));
  CHECK(begins(refusal("{\xef\xbb\xbf}"), "line 1, column "));
  CHECK(begins(refusal("\xff\xfe{\0}\0"s), "line 1, column "));  // UTF-16
}

TEST_CASE("half a surrogate pair is refused", "[unit]") {
  for (const std::string escape :
       {R"(\ud800)", R"(\udfff)", R"(\ud800x)", R"(\ud800\u0041)", R"(\ud800\ud800)",
        R"(\udc00\ud800)", R"(\ud8)", R"(\uXYZW)", R"(\x41)", R"(\)"}) {
    INFO(escape);
    CHECK(begins(refusal_with("title", "{\"en\": \"" + escape + "\"}"), "line "));
  }
}

TEST_CASE("a NUL byte does not end the text", "[unit]") {
  CHECK(begins(refusal("\0"s), "line 1, column 1: not valid JSON: "));
  CHECK(begins(refusal("{\0}"s), "line 1, column 2: not valid JSON: "));
  CHECK(begins(refusal("{\"a\": \"b\0c\"}"s), "line 1, column 9: not valid JSON: "));
  CHECK(begins(refusal(file_with({}) + "\0"s), "line 6, column "));
  CHECK(begins(refusal(file_with({}) + "\0{\"level\": 0.9}"s), "line 6, column "));
}

TEST_CASE("deep nesting is refused, not followed", "[unit]") {
  const std::string rule = ": more than 64 levels deep";
  const std::string arrays = refusal(repeated("[", 100'000));
  CHECK(begins(arrays, "$[0][0][0]"));
  CHECK(ends(arrays, "[0]" + rule));
  CHECK(refusal(repeated("[", 100'000) + repeated("]", 100'000)) == arrays);
  const std::string objects = refusal(repeated("{\"a\":", 100'000));
  CHECK(begins(objects, "$.a.a.a"));
  CHECK(ends(objects, ".a" + rule));
  CHECK(begins(refusal_with("title", repeated("[{\"x\":", 100'000)), "$.title[0].x[0].x"));
  CHECK(refusal(repeated("[", 64) + repeated("]", 64)) == "$: must be an object, not an array");
  CHECK(ends(refusal(repeated("[", 65) + repeated("]", 65)), rule));
}

TEST_CASE("a large file takes time in proportion", "[unit]") {
  const auto item = [](const std::string& i) { return "{\"id\": \"item " + i + "\"}"; };
  const auto seconds = [&](int size) {
    const std::string text = file_with({{"items", "[" + list_of(size, item) + "]"}});
    const auto start = std::chrono::steady_clock::now();
    const definition d = parse_definition(text);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    CHECK(d.items().size() == static_cast<std::size_t>(size));
    CHECK(d.find_item("item " + std::to_string(size - 1)) == static_cast<std::size_t>(size) - 1);
    return elapsed.count();
  };
  const double few = seconds(2'000);
  CHECK(seconds(20'000) < 50 * few);  // 100 times if quadratic
  CHECK(refusal_with("items", "[" + list_of(100'000, item) + ", {}]") ==
        "$.items[100000]: needs the key \"id\"");
}

TEST_CASE("large objects are read and checked", "[unit]") {
  constexpr int size = 20'000;
  const auto missing = [](const std::string& i) { return "\"9" + i + "\": \"no_answer\""; };
  const std::string codes = "{" + list_of(size, missing) + "}";
  CHECK(parse_definition(file_with({{"missing", codes}})).file().missing.size() == size);
  const auto points = [](const std::string& i) { return "\"" + i + "\": 1"; };
  const std::string table = "{\"points\": {" + list_of(size, points) + "}}";
  CHECK(parse_definition(file_with({{"requirement", table}})).points(size - 1, 5).requirement == 4);
  const auto unknown = [](const std::string& i) { return "\"k" + i + "\": 1"; };
  CHECK(begins(refusal("{" + list_of(size, unknown) + "}"), "$.k0: unknown key; "));
}

TEST_CASE("numbers are read alike in every locale", "[unit]") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  // Where none of these is installed there is nothing to tell apart.
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "fr_FR.utf8"}) {
    if (std::setlocale(LC_ALL, name) == nullptr) continue;
    std::string message = "no error";
    try {
      const definition d = parse_definition(file_with({{"level", "0.5"}}));
      CHECK(d.file().level == decimal(0.5));
      CHECK(d.canonical_json().find("\"level\":0.5,") != std::string::npos);
    } catch (const xqs::error& problem) {
      message = problem.what();
    }
    std::setlocale(LC_ALL, before.c_str());
    INFO(name);
    CHECK(message == "no error");
  }
}

TEST_CASE("a definition is loaded from a file", "[unit]") {
  const std::string perth = XQS_SOURCE_DIR "/examples/data/perth/";
  const definition d = xqs::load_definition(perth + "perth_raw_keep.json");
  CHECK(d.label() == "perth_raw_keep@1");
  CHECK(d.items().size() == 22);
  CHECK(d.grid() == 1);
  CHECK(begins(load_refusal(perth + "README.md"),
               perth + "README.md: line 1, column 1: not valid JSON: "));
}

TEST_CASE("a file that cannot be read is an error that names it", "[unit]") {
  const std::string root = XQS_SOURCE_DIR;
  for (const std::string& path : {root + "/no/such/file.json", root, root + "/", ""s})
    CHECK(load_refusal(path) == path + ": cannot be read");
}

TEST_CASE("the presets are complete in English and German", "[unit]") {
  const auto bilingual = [](const xqs::localized& texts) {
    return texts.size() == 2 && !texts.at("en").empty() && !texts.at("de").empty();
  };
  CHECK(xqs::preset_names() == std::vector<std::string_view>{"ceqs", "sqr", "employee_experience"});
  for (const std::string_view name : xqs::preset_names()) {
    INFO(name);
    const definition d = xqs::preset(name);
    CHECK(d.label() == std::string(name) + "@2026.1");
    CHECK(bilingual(d.file().title));
    CHECK_FALSE(d.items().empty());
    for (const xqs::item& i : d.items()) {
      INFO(i.id);
      CHECK(bilingual(i.title));
      CHECK(bilingual(i.requirement_question));
      CHECK(bilingual(i.satisfaction_question));
    }
    for (const xqs::band& b : d.file().bands) CHECK(bilingual(b.title));
    const definition again = parse_definition(d.canonical_json());
    CHECK(again.fingerprint() == d.fingerprint());
    CHECK(again.tally_fingerprint() == d.tally_fingerprint());
  }
}

TEST_CASE("what the presets promise", "[unit]") {
  const auto bands = [](const definition& d) {
    std::string text;
    for (const xqs::band& b : d.file().bands) text += b.id + (b.to ? " " + b.to->text() + " " : "");
    return text;
  };
  const definition ceqs = xqs::preset("ceqs");
  CHECK(ceqs.file().confidentiality == xqs::confidentiality::identified);
  CHECK(bands(ceqs) == "insufficient 40 borderline 60 largely_meets_requirements 80 best_practice");
  const definition sqr = xqs::preset("sqr");
  CHECK(sqr.file().confidentiality == xqs::confidentiality::anonymous);
  CHECK(bands(sqr) == "insufficient 40 deficient 60 largely_meets_requirements 80 best_practice");
  CHECK(xqs::preset("employee_experience").file().confidentiality ==
        xqs::confidentiality::anonymous);
}

TEST_CASE("an unknown preset is an error that lists them", "[unit]") {
  for (const std::string name : {"CEQS", "", "ceqs ", "ceqs.json"}) {
    try {
      (void)xqs::preset(name);
      FAIL("found " << name);
    } catch (const xqs::error& problem) {
      CHECK(problem.code() == xqs::errc::invalid_argument);
      CHECK(std::string(problem.what()) ==
            "there is no preset \"" + name +
                "\"; presets are ceqs, sqr, employee_experience (a definition file has a / or "
                "ends in .json)");
    }
  }
}

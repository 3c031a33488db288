#include "xqs/model/fingerprint.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "xqs/model/definition.hpp"

using xqs::decimal;
using xqs::definition;
using xqs::definition_file;
using xqs::fingerprint;
using xqs::missing_value;
using xqs::points_table;
using xqs::rating;
using xqs::top_box;
using xqs::detail::json_string;
using namespace std::string_view_literals;

namespace {

definition_file small() {
  return {.name = "t",
          .version = "1",
          .requirement = rating{},
          .satisfaction = points_table{{{10, 0.5}, {9, 0}, {-1, 1.25}}},
          .items = {{.id = "b", .weight = 0.5},
                    {.id = "a\"ä",
                     .title = {{"en", "A\n"}, {"de", "Ä"}},
                     .satisfaction_question = {{"en", "?"}}}},
          .missing = {{99, missing_value::no_answer}, {-9, missing_value::not_applicable}},
          .bands = {{"low", 40.5}, {"high", {}, {{"en", "High"}}}}};
}

using change = std::function<void(definition_file&)>;

definition changed(const change& apply) {
  definition_file file = small();
  apply(file);
  return definition(file);
}

/// Changes after which rows give other points or reasons, or other columns.
const std::vector<change> tally_changes = {
    [](definition_file& f) { f.requirement = rating{.max = 7}; },
    [](definition_file& f) { f.requirement = rating{.step = 0.5}; },
    [](definition_file& f) { f.requirement = rating{.origin = xqs::scale_origin::raw}; },
    [](definition_file& f) { f.requirement = rating{.best = xqs::best_end::min}; },
    [](definition_file& f) { f.requirement = rating{.min = 0}; },
    [](definition_file& f) { f.requirement = top_box{}; },
    [](definition_file& f) { f.requirement = top_box{.top = 1}; },
    [](definition_file& f) { f.requirement = top_box{.min = 0}; },
    [](definition_file& f) { f.requirement = top_box{.max = 6}; },
    [](definition_file& f) { f.satisfaction = rating{}; },
    [](definition_file& f) {
      f.satisfaction = points_table{{{10, 0.5}, {9, 0}, {-1, 1.5}}};
    },
    [](definition_file& f) {
      f.satisfaction = points_table{{{10, 0.5}, {9, 0}, {-2, 1.25}}};
    },
    [](definition_file& f) {
      f.satisfaction = points_table{{{10, 0.5}, {9, 0}}};
    },
    [](definition_file& f) { f.missing.clear(); },
    [](definition_file& f) { f.missing[99] = missing_value::not_applicable; },
    [](definition_file& f) { f.missing[98] = missing_value::no_answer; },
    [](definition_file& f) { f.items[0].id = "B"; },
    [](definition_file& f) { f.items[0].id = "b,"; },
    [](definition_file& f) { f.items.pop_back(); },
    [](definition_file& f) { f.items.push_back({.id = "c"}); },
    [](definition_file& f) { f.zero_requirement = xqs::zero_requirement::keep; },
    [](definition_file& f) { f.over_fulfilment = xqs::over_fulfilment::cap; },
    [](definition_file& f) { f.weight_places = 1; },
    [](definition_file& f) { f.weight_places = 2; },
};

/// Changes after which the same tally is read or shown in another way.
const std::vector<change> other_changes = {
    [](definition_file& f) { f.name = "u"; },
    [](definition_file& f) { f.version = "2"; },
    [](definition_file& f) { f.title["en"] = "T"; },
    [](definition_file& f) { f.title["de"] = "T"; },
    [](definition_file& f) { std::swap(f.items[0], f.items[1]); },
    [](definition_file& f) { f.items[0].title["en"] = "B"; },
    [](definition_file& f) { f.items[1].title["en"] = "A"; },
    [](definition_file& f) { f.items[0].weight = 1; },
    [](definition_file& f) { f.items[0].requirement_question["en"] = "?"; },
    [](definition_file& f) { f.items[0].satisfaction_question["en"] = "?"; },
    [](definition_file& f) { f.extra_items = xqs::extra_items::allow; },
    [](definition_file& f) { f.estimator = xqs::estimator::item_mean; },
    [](definition_file& f) { f.estimator = xqs::estimator::respondent_mean; },
    [](definition_file& f) { f.interval = xqs::interval_method::delta; },
    [](definition_file& f) { f.level = 0.9; },
    [](definition_file& f) { f.level = 0.950001; },
    [](definition_file& f) { f.confidentiality = xqs::confidentiality::identified; },
    [](definition_file& f) { f.minimum_respondents = 6; },
    [](definition_file& f) { f.minimum_for_verdict = 11; },
    [](definition_file& f) { f.bands = {{"all"}}; },
    [](definition_file& f) { f.bands = xqs::default_bands(); },
    [](definition_file& f) { f.bands[0].id = "lower"; },
    [](definition_file& f) { f.bands[0].to = 40.500001; },
    [](definition_file& f) { f.bands[0].title["en"] = "Low"; },
};

}  // namespace

// Source: RFC 8785, sections 3.2.2 and 3.2.2.2.
TEST_CASE("strings are escaped as RFC 8785 says", "[unit]") {
  CHECK(json_string("") == "\"\"");
  CHECK(json_string("€$\x0f\nA'B\"\\\\\"/") == R"("€$\u000f\nA'B\"\\\\\"/")");
  CHECK(json_string("\b\t\n\f\r") == R"("\b\t\n\f\r")");
  CHECK(json_string("\x07\x0b\x0e"sv) == R"("\u0007\u000b\u000e")");
  CHECK(json_string("\0\x01\x1f"sv) == R"("\u0000\u0001\u001f")");
  CHECK(json_string(" /\x7f") == "\" /\x7f\"");
  CHECK(json_string("\xc2\x80\xe2\x80\xa8\xf0\x9f\x98\x82") ==
        "\"\xc2\x80\xe2\x80\xa8\xf0\x9f\x98\x82\"");
}

TEST_CASE("members are sorted and nothing is padded", "[unit]") {
  CHECK(xqs::detail::json_object({}) == "{}");
  CHECK(xqs::detail::json_array({}) == "[]");
  CHECK(xqs::detail::json_array({"1", "[]"}) == "[1,[]]");
  CHECK(xqs::detail::json_object(
            {{"b", "1"}, {"a_", "2"}, {"a", "3"}, {"-1", "4"}, {"10", "5"}, {"B", "6"}}) ==
        R"({"-1":4,"10":5,"B":6,"a":3,"a_":2,"b":1})");
}

// Source: hashlib.sha256 of Python, first 32 digits.
TEST_CASE("a fingerprint is the first half of the SHA-256", "[unit]") {
  CHECK(fingerprint::of("").hex() == "e3b0c44298fc1c149afbf4c8996fb924");
  CHECK(fingerprint::of("{}").hex() == "44136fa355b3678a1146ad16f7e8649e");
  CHECK(fingerprint().hex() == "00000000000000000000000000000000");
  CHECK(fingerprint() == fingerprint());
  CHECK_FALSE(fingerprint() == fingerprint::of(""));
}

// Source: fill, canonical, tally_part and fingerprint of tests/golden/definitions/make.py.
TEST_CASE("canonical JSON of a small definition", "[unit]") {
  const definition d(small());
  CHECK(d.canonical_json() ==
        R"({"bands":[{"id":"low","title":{},"to":40.5},{"id":"high","title":{"en":"High"}}],)"
        R"("confidentiality":"anonymous","estimator":"pooled","extra_items":"reject",)"
        R"("interval":"fieller","items":[{"id":"b","question":{"requirement":{},)"
        R"("satisfaction":{}},"title":{},"weight":0.5},{"id":"a\"ä","question":{)"
        R"("requirement":{},"satisfaction":{"en":"?"}},"title":{"de":"Ä","en":"A\n"},"weight":1}],)"
        R"("level":0.95,"minimum_for_verdict":10,"minimum_respondents":5,)"
        R"("missing":{"-9":"not_applicable","99":"no_answer"},"name":"t",)"
        R"("over_fulfilment":"count","requirement":{"rating":{"best":"max","max":5,"min":1,)"
        R"("origin":"zero","step":1}},"satisfaction":{"points":{"-1":1.25,"10":0.5,"9":0}},)"
        R"("title":{},"version":"1","weight_places":0,"xqs":1,"zero_requirement":"exclude"})");
  CHECK(d.fingerprint().hex() == "4571cf5bbd0092ed9d52fab903582558");
  CHECK(xqs::tally_canonical_json(d.file()) ==
        R"({"items":["a\"ä","b"],"missing":{"-9":"not_applicable","99":"no_answer"},)"
        R"("over_fulfilment":"count","requirement":{"rating":{"best":"max","max":5,"min":1,)"
        R"("origin":"zero","step":1}},"satisfaction":{"points":{"-1":1.25,"10":0.5,"9":0}},)"
        R"("weight_places":0,"xqs_tally":1,"zero_requirement":"exclude"})");
  CHECK(d.tally_fingerprint().hex() == "25161c3fc090a55f1becaaeed06c7bf0");
}

TEST_CASE("canonical JSON of a top box and of the extremes of numbers", "[unit]") {
  definition_file file = small();
  file.requirement = top_box{.min = 0, .max = 10, .top = 2};
  file.items[0].weight = 999999999.999999;
  file.items[1].weight = 0.000001;
  file.level = 0.999999;
  const std::string json = definition(file).canonical_json();
  CHECK(json.find(R"("requirement":{"top_box":{"max":10,"min":0,"top":2}})") != std::string::npos);
  CHECK(json.find(R"("weight":999999999.999999)") != std::string::npos);
  CHECK(json.find(R"("weight":0.000001)") != std::string::npos);
  CHECK(json.find(R"("level":0.999999,)") != std::string::npos);
}

TEST_CASE("both fingerprints cover what changes a tally", "[unit]") {
  std::set<std::string> tallies = {definition(small()).tally_fingerprint().hex()};
  std::set<std::string> definitions = {definition(small()).fingerprint().hex()};
  for (const change& apply : tally_changes) {
    const definition d = changed(apply);
    INFO(d.canonical_json());
    CHECK(tallies.insert(d.tally_fingerprint().hex()).second);
    CHECK(definitions.insert(d.fingerprint().hex()).second);
  }
}

TEST_CASE("only the definition fingerprint covers the rest", "[unit]") {
  const std::string tally = definition(small()).tally_fingerprint().hex();
  std::set<std::string> definitions = {definition(small()).fingerprint().hex()};
  for (const change& apply : other_changes) {
    const definition d = changed(apply);
    INFO(d.canonical_json());
    CHECK(d.tally_fingerprint().hex() == tally);
    CHECK(definitions.insert(d.fingerprint().hex()).second);
  }
}

TEST_CASE("a default written out changes no fingerprint", "[unit]") {
  const definition plain(small());
  const auto same = [&](const change& apply) {
    const definition d = changed(apply);
    return d.fingerprint() == plain.fingerprint() &&
           d.tally_fingerprint() == plain.tally_fingerprint();
  };
  CHECK(same([](definition_file& f) { f.interval = xqs::interval_method::fieller; }));
  CHECK(same([](definition_file& f) { f.items[1].weight = decimal(1); }));
  CHECK(same([](definition_file& f) { f.level = *decimal::parse("0.9500"); }));
  CHECK(same([](definition_file& f) {
    f.satisfaction = points_table{{{-1, 1.25}, {9, 0}, {10, *decimal::parse("5e-1")}}};
  }));
  definition_file item_mean = small();
  item_mean.estimator = xqs::estimator::item_mean;
  const auto implied = definition(item_mean).fingerprint();
  item_mean.interval = xqs::interval_method::delta;
  CHECK(definition(item_mean).fingerprint() == implied);
}

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "abi.hpp"

using namespace abi;

namespace {

ledger new_ledger(const definition& d, const std::string& kind = "respondent") {
  xqs_ledger* l = nullptr;
  REQUIRE(xqs_ledger_create(d.get(), kind.data(), kind.size(), &l, nullptr) == XQS_OK);
  return ledger(l);
}

xqs_status add(const ledger& l, const std::vector<std::string>& units, const answers& a,
               xqs_error* error = nullptr) {
  std::vector<xqs_text> names;
  for (const std::string& unit : units) names.push_back({unit.data(), unit.size()});
  return xqs_ledger_add(l.get(), names.data(), &a.view, error);
}

tally folded(const definition& d, const ledger& l, std::uint32_t columns = XQS_POOLED) {
  tally t(d, columns);
  REQUIRE(xqs_ledger_fold(l.get(), columns, t.data(), t.size(), nullptr) == XQS_OK);
  return t;
}

std::vector<unsigned char> encoded(const ledger& l) {
  size_t size = 0;
  REQUIRE(xqs_ledger_encode(l.get(), nullptr, 0, &size, nullptr) == XQS_OK);
  std::vector<unsigned char> bytes(size);
  REQUIRE(xqs_ledger_encode(l.get(), bytes.data(), size, &size, nullptr) == XQS_OK);
  return bytes;
}

std::string file(const std::string& path) {
  std::ifstream in(std::string(XQS_SOURCE_DIR) + path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("abi: a survey in a ledger, against R", "[abi]") {
  // tests/reference/perth.R: zero_based, pooled and Fieller; item_mean
  const definition d = parse(file("/examples/data/perth/perth_default.json"));
  const ledger all = new_ledger(d);
  std::istringstream rows(file("/examples/data/perth/answers.csv"));
  std::string line;
  std::getline(rows, line);
  std::vector<std::string> people;
  std::vector<std::vector<answer>> given;
  while (std::getline(rows, line)) {
    std::istringstream fields(line);
    std::string id;
    std::string item;
    std::string requirement;
    std::string satisfaction;
    std::getline(fields, id, ',');
    std::getline(fields, item, ',');
    std::getline(fields, requirement, ',');
    std::getline(fields, satisfaction, ',');
    std::uint32_t number = 0;
    REQUIRE(xqs_definition_find_item(d.get(), item.data(), item.size(), &number, nullptr) ==
            XQS_OK);
    people.push_back(id);
    given.push_back({{number, std::stod(requirement), std::stod(satisfaction)}});
  }
  REQUIRE(add(all, people, answers(given)) == XQS_OK);
  const xqs_score s = score_of(d, folded(d, all));
  CHECK(s.score == near(93.8671359436867));
  CHECK(s.std_error == near(0.855845915076647));
  CHECK(s.ci_low == near(92.1954268965994));
  CHECK(s.ci_high == near(95.5613474254223));
  CHECK(s.respondents == 393);
  CHECK(s.answers == 7979);
  CHECK(s.excluded_zero_requirement == 8646 - 7979);

  std::string json = file("/examples/data/perth/perth_default.json");
  json.insert(json.find_last_of('}'), R"(, "estimator": "item_mean")");
  const definition mean = parse(json);
  const xqs_score of_items = score_of(mean, folded(d, all, XQS_PROFILE));
  CHECK(of_items.score == near(95.9586260864582));
  CHECK(of_items.std_error == near(0.903000354171103));
}

TEST_CASE("abi: scattered answers of a person, in ledgers that are merged", "[abi]") {
  const definition d = parse(hand_made("", three_items));
  const ledger a = new_ledger(d);
  const ledger b = new_ledger(d);
  REQUIRE(add(a, {"x", "y"}, answers({{{0, 10, 7}}, {{1, 8, 6}}})) == XQS_OK);
  REQUIRE(add(b, {"x", "x"}, answers({{{1, 12, 7}, {2, 9, 5}}, {{0, 1, 1}}})) == XQS_OK);
  REQUIRE(xqs_ledger_merge(a.get(), b.get(), nullptr) == XQS_OK);
  tally whole(d, XQS_PROFILE);
  REQUIRE(whole.add(d, answers({{{0, 10, 7}, {0, 1, 1}, {1, 12, 7}, {2, 9, 5}}, {{1, 8, 6}}})) ==
          XQS_OK);
  CHECK(folded(d, a, XQS_PROFILE) == whole);

  REQUIRE(xqs_ledger_subtract(a.get(), b.get(), nullptr) == XQS_OK);
  const ledger again = new_ledger(d);
  REQUIRE(add(again, {"y", "x"}, answers({{{1, 8, 6}}, {{0, 10, 7}}})) == XQS_OK);
  CHECK(encoded(a) == encoded(again));
  xqs_error error = new_error();
  CHECK(xqs_ledger_subtract(a.get(), b.get(), &error) == XQS_INVALID_ARGUMENT);
  CHECK_THAT(std::string(error.message), contains("unit \"x\""));
  CHECK(encoded(a) == encoded(again));
  REQUIRE(xqs_ledger_merge(a.get(), b.get(), nullptr) == XQS_OK);
  CHECK(folded(d, a, XQS_PROFILE) == whole);

  std::int32_t found = 7;
  REQUIRE(xqs_ledger_erase(a.get(), "x", 1, &found, nullptr) == XQS_OK);
  CHECK(found == 1);
  REQUIRE(xqs_ledger_erase(a.get(), "x", 1, &found, nullptr) == XQS_OK);
  CHECK(found == 0);
  tally rest(d, XQS_PROFILE);
  REQUIRE(rest.add(d, answers({{{1, 8, 6}}})) == XQS_OK);
  CHECK(folded(d, a, XQS_PROFILE) == rest);
}

TEST_CASE("abi: a ledger outlives the caller's definition", "[abi]") {
  definition d = parse(hand_made());
  const ledger l = new_ledger(d);
  d.reset();
  CHECK(add(l, {"x"}, answers(once({{10, 7}}))) == XQS_OK);
}

TEST_CASE("abi: what a ledger does not accept changes nothing", "[abi]") {
  const definition d = parse(hand_made());
  const ledger l = new_ledger(d);
  REQUIRE(add(l, {"x"}, answers(once({{10, 7}}))) == XQS_OK);
  const std::vector<unsigned char> before = encoded(l);
  xqs_error error = new_error();
  CHECK(add(l, {"y", "z"}, answers(once({{10, 7}, {10, 10001}})), &error) == XQS_INVALID_DATA);
  CHECK(error.row == 1);
  CHECK(std::string(error.column) == "satisfaction");
  CHECK(add(l, {"y", ""}, answers(once({{10, 7}, {10, 1}})), &error) == XQS_INVALID_DATA);
  CHECK(error.row == 1);
  CHECK(std::string(error.column) == "unit");
  CHECK(add(l, {"y", "\xff"}, answers(once({{10, 7}, {10, 1}})), &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 2);
  answers named(once({{10, 7}}));
  named.view.unit_kind = "respondent";
  named.view.unit_kind_size = 10;
  CHECK(add(l, {"y"}, named, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 3);
  const ledger other = new_ledger(parse(hand_made(R"(, "over_fulfilment": "cap")")));
  REQUIRE(add(other, {"x"}, answers(once({{10, 7}}))) == XQS_OK);
  CHECK(xqs_ledger_merge(l.get(), other.get(), &error) == XQS_INCOMPATIBLE);
  const ledger fresh = new_ledger(d);  // an empty one is of its definition already
  CHECK(xqs_ledger_merge(fresh.get(), other.get(), &error) == XQS_INCOMPATIBLE);
  CHECK(xqs_ledger_subtract(l.get(), other.get(), &error) == XQS_INCOMPATIBLE);
  CHECK(xqs_ledger_subtract(other.get(), fresh.get(), &error) == XQS_INCOMPATIBLE);
  tally t(d, XQS_POOLED);
  const tally blank = t;
  CHECK(xqs_ledger_fold(l.get(), XQS_POOLED, t.data(), t.size() - 1, &error) ==
        XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 4);
  CHECK(xqs_ledger_fold(l.get(), 7, t.data(), t.size(), &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 2);
  CHECK(t == blank);
  CHECK(encoded(l) == before);
  xqs_ledger* none = l.get();
  CHECK(xqs_ledger_create(d.get(), "", 0, &none, &error) == XQS_INVALID_ARGUMENT);
  CHECK(none == nullptr);
}

TEST_CASE("abi: ledgers to bytes and back", "[abi]") {
  const definition d = parse(hand_made("", three_items));
  const ledger l = new_ledger(d, "response");
  REQUIRE(add(l, {R"(["x","1"])", R"(["x","2"])"}, answers({{{0, 10, 7}}, {{1, 8, 6}}})) == XQS_OK);
  const std::vector<unsigned char> bytes = encoded(l);
  xqs_ledger* made = nullptr;
  REQUIRE(xqs_ledger_decode(d.get(), bytes.data(), bytes.size(), &made, nullptr) == XQS_OK);
  const ledger back(made);
  CHECK(encoded(back) == bytes);
  CHECK(folded(d, back) == folded(d, l));
  made = back.get();
  xqs_error error = new_error();
  CHECK(xqs_ledger_decode(d.get(), bytes.data(), bytes.size() - 1, &made, &error) ==
        XQS_INVALID_BYTES);
  CHECK(made == nullptr);
  CHECK(xqs_ledger_decode(d.get(), "", 0, &made, &error) == XQS_INVALID_BYTES);
}

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"
#include "xqs/analysis/exact_split.hpp"
#include "xqs/analysis/explain.hpp"

// decomposition_expected.json: every part as an exact fraction, computed elsewhere.

using namespace xqs;
using nlohmann::json;

namespace {

const json& expected() {
  static const json values = [] {
    std::ifstream in(std::string(XQS_SOURCE_DIR) + "/tests/reference/decomposition_expected.json");
    return json::parse(in);
  }();
  return values;
}

struct exact {
  std::int64_t numerator;
  std::int64_t denominator;
};

exact fraction_of(const json& text) {
  const std::string t = text;
  return {std::stoll(t), std::stoll(t.substr(t.find('/') + 1))};
}

void check_exactly(const exact_part& part, const json& text) {
  const exact e = fraction_of(text);
  INFO(text);
  CHECK(part.numerator * e.denominator == part.denominator * e.numerator);
}

void check_value(const contribution& part, double ratio) {
  CHECK(*part.value == Approx(100 * ratio).epsilon(1e-14).margin(0));
}
void check_value(const contribution& part, const json& text) {
  const exact e = fraction_of(text);
  check_value(part, static_cast<double>(e.numerator) / static_cast<double>(e.denominator));
}

/// Groups in the order of their names; absent ones are empty.
struct table {
  std::vector<std::string> names;
  two_periods totals;

  table(const json& before, const json& after) {
    for (const json& period : {before, after})
      for (const auto& [name, totals] : period.items())
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    totals = {period(before, "period0"), period(after, "period1")};
  }

  [[nodiscard]] std::vector<group_totals> period(const json& values, const char* key) const {
    const json& answers = expected()["answers"][key];
    std::vector<group_totals> result;
    for (const std::string& name : names) {
      group_totals t;
      if (values.contains(name))
        t = {values[name][1].get<std::int64_t>(), values[name][0].get<std::int64_t>(),
             answers.value(name, std::uint64_t{200})};
      result.push_back(t);
    }
    return result;
  }

  /// The same as the answers of one person, who is a census.
  [[nodiscard]] explanation explained() const {
    unit_entries entries;
    std::vector<fold_target> plan;
    for (std::uint32_t p = 0; p < 2; ++p)
      for (std::uint32_t g = 0; g < names.size(); ++g) {
        const group_totals& t = p == 0 ? totals.before[g] : totals.after[g];
        unit_totals u;
        u.requirement = static_cast<std::int64_t>(to_double(t.requirement));
        u.satisfaction = static_cast<std::int64_t>(to_double(t.satisfaction));
        u.answers = static_cast<std::uint32_t>(t.answers);
        if (u.answers > 0) entries.add(0, static_cast<std::uint32_t>(plan.size()), u);
        plan.push_back({p, g});
      }
    return explain(entries, plan, definition(hand_made::file()), {1, 1});
  }

  [[nodiscard]] exact_group_split split(std::size_t g) const {
    return split_group(totals.before[g], totals.after[g], sum_of(totals.before),
                       sum_of(totals.after));
  }
};

}  // namespace

TEST_CASE("decomposition: every part is the exact fraction", "[reference]") {
  const table t(expected()["period0"], expected()["period1"]);
  for (std::size_t g = 0; g < t.names.size(); ++g) {
    INFO(t.names[g]);
    const json& parts = expected()["split"]["groups"][t.names[g]];
    const exact_group_split s = t.split(g);
    check_exactly(s.satisfaction, parts["satisfaction"]);
    check_exactly(s.requirement, parts["requirement"]);
    check_exactly(s.mix, parts["mix"]);
    check_exactly({s.satisfaction.numerator + s.requirement.numerator, s.satisfaction.denominator},
                  parts["within"]);
    CHECK(s.without_requirement.numerator.is_zero());
  }
  const explanation e = t.explained();
  CHECK(*e.before == 77.5);
  CHECK(*e.after == Approx(77.1).epsilon(1e-15));
  check_value(e.within, expected()["within_exact"]);
  check_value(e[move_part::mix], expected()["mix_exact"]);
  check_value(e[move_part::satisfaction], expected()["split"]["satisfaction"]);
  check_value(e[move_part::requirement], expected()["split"]["requirement"]);
  check_value(e[move_part::total], -0.004);
  CHECK(*e[move_part::entry].value == 0);
  CHECK(*e[move_part::exit].value == 0);
  CHECK(*e[move_part::without_requirement].value == 0);
  CHECK(*e[move_part::mix].std_error == 0);  // a census
}

TEST_CASE("decomposition: a group enters, another leaves", "[reference]") {
  const json& values = expected()["entry_exit"];
  const table t(expected()["period0"], values["period1"]);
  const explanation e = t.explained();
  REQUIRE(e.groups.size() == 4);
  for (std::size_t g = 0; g < t.names.size(); ++g) {
    INFO(t.names[g]);
    const json& parts = values["split"]["groups"][t.names[g]];
    check_exactly(t.split(g).satisfaction, parts["satisfaction"]);
    check_exactly(t.split(g).requirement, parts["requirement"]);
    const double mix = values["groups"][t.names[g]]["mix"];
    CHECK(e.groups[g].mix == Approx(100 * mix).epsilon(1e-13));
  }
  check_value(e.within, values["within_exact"]);
  check_value(e[move_part::satisfaction], values["split"]["satisfaction"]);
  check_value(e[move_part::requirement], values["split"]["requirement"]);
  check_value(e[move_part::entry], values["groups"]["chatbot"]["mix"].get<double>());
  check_value(e[move_part::exit], values["groups"]["mailing"]["mix"].get<double>());
  const exact mix = fraction_of(values["mix_exact"]);  // with entry and exit
  CHECK(*e[move_part::mix].value + *e[move_part::entry].value + *e[move_part::exit].value ==
        Approx(100.0 * static_cast<double>(mix.numerator) / static_cast<double>(mix.denominator))
            .epsilon(1e-14));
}

TEST_CASE("decomposition: everything as one group", "[reference]") {
  table t(expected()["period0"], expected()["period1"]);
  t.names = {"all"};
  t.totals = {{sum_of(t.totals.before)}, {sum_of(t.totals.after)}};
  check_exactly(t.split(0).satisfaction, expected()["single_group"]["satisfaction"]);
  check_exactly(t.split(0).requirement, expected()["single_group"]["requirement"]);
  CHECK(t.split(0).mix.numerator.is_zero());
}

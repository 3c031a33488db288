#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.hpp"
#include "xqs/analysis/funnel.hpp"
#include "xqs/analysis/rank.hpp"
#include "xqs/analysis/shrinkage.hpp"

// Mathematics in PISA 2018: means and standard errors of 38 countries (OECD, as data set pisa2018
// of R's package csranks 1.2.3). ranking_expected.json holds what ranking.R computes from them:
// pairwise tests by Holm, the intervals of csranks, Paule-Mandel, the funnel of Spiegelhalter.

using namespace xqs;

namespace {

const nlohmann::json& expected() {
  static const nlohmann::json values = [] {
    std::ifstream in(std::string(XQS_SOURCE_DIR) + "/tests/reference/ranking_expected.json");
    return nlohmann::json::parse(in);
  }();
  return values;
}

std::vector<rank_entry> pisa() {
  std::vector<rank_entry> result;
  for (std::size_t i = 0; i < expected()["value"].size(); ++i)
    result.push_back(
        {expected()["value"][i].get<double>(), expected()["std_error"][i].get<double>()});
  return result;
}

Approx near(const nlohmann::json& value) {
  return Approx(value.get<double>()).epsilon(1e-9).margin(1e-12);
}

double check_holm(rank_family family, const std::string& name) {
  const auto ranks = rank(pisa(), {.family = family});
  double width = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    REQUIRE(ranks[i].has_value());
    CAPTURE(expected()["units"][i]);
    CHECK(ranks[i]->rank == expected()["rank"][i].get<std::uint32_t>());
    CHECK(ranks[i]->low == expected()["holm"][name + "_L"][i].get<std::uint32_t>());
    CHECK(ranks[i]->high == expected()["holm"][name + "_U"][i].get<std::uint32_t>());
    // the bootstrap is random: close is enough
    CHECK(std::abs(int(ranks[i]->low) - expected()["csranks"][name + "_L"][i].get<int>()) <= 3);
    CHECK(std::abs(int(ranks[i]->high) - expected()["csranks"][name + "_U"][i].get<int>()) <= 3);
    width += ranks[i]->high - ranks[i]->low;
  }
  return width / static_cast<double>(ranks.size());
}

}  // namespace

TEST_CASE("ranking: intervals of all ranks at once, and of each alone", "[reference]") {
  CHECK(check_holm(rank_family::simultaneous, "simul") == Approx(414.0 / 38));
  CHECK(check_holm(rank_family::per_entry, "marg") == Approx(325.0 / 38));
}

TEST_CASE("ranking: Paule-Mandel shrinkage", "[reference]") {
  const nlohmann::json& e = expected()["shrinkage"];
  const shrinkage s = shrink(pisa());
  CHECK(s.between == near(e["between"]));
  CHECK(s.mean == near(e["mean"]));
  for (std::size_t i = 0; i < s.entries.size(); ++i) {
    CHECK(s.entries[i].weight == near(e["weight"][i]));
    CHECK(s.entries[i].value == near(e["value"][i]));
    CHECK(s.entries[i].std_error == near(e["std_error"][i]));
  }
}

TEST_CASE("ranking: funnel with overdispersion", "[reference]") {
  const nlohmann::json& e = expected()["funnel"];
  const funnel f = funnel_of(pisa());
  CHECK(f.target == near(e["target"]));
  CHECK(f.overdispersion == near(e["overdispersion"]));
  CHECK(f.between == near(e["between"]));
  int below = 0;
  for (std::size_t i = 0; i < f.entries.size(); ++i) {
    CHECK(f.entries[i].z == near(e["z"][i]));
    CHECK(f.entries[i].p == near(e["p"][i]));
    CHECK(f.entries[i].side != funnel_side::above);
    if (f.entries[i].side == funnel_side::below) ++below;
  }
  CHECK(below == 4);  // those with p below .002
}

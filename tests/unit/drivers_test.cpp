#include "xqs/analysis/drivers.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Expectations are worked out by hand.

using namespace xqs;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(1e-15); }

/// Codes 0..4 as they are.
definition_file file(const std::vector<std::string>& items) {
  definition_file f = hand_made::file(items);
  f.requirement = f.satisfaction = rating{.min = 0, .max = 4, .origin = scale_origin::raw};
  return f;
}

const definition& keep() {
  static const definition d(file({"a", "b", "c"}));
  return d;
}

ledger answers(const definition& d, const std::vector<std::vector<int>>& rows) {
  ledger l(d);
  for (std::size_t u = 0; u < rows.size(); ++u)
    for (std::size_t i = 0; i + 1 < rows[u].size(); i += 2)
      l.add("u" + std::to_string(u), std::string(1, "abc"[i / 2]),
            hand_made::one_answer({rows[u][i], rows[u][i + 1]}));
  return l;
}

/// Requirement and satisfaction of a, b, c by four people.
ledger four_people() {
  return answers(keep(),
                 {{4, 1, 1, 3, 3, 3}, {3, 0, 1, 2, 3, 3}, {4, 2, 0, 1, 3, 3}, {3, 2, 2, 4, 3, 3}});
}

std::vector<driver> drivers(std::optional<std::uint64_t> population = {}) {
  return drivers_of(fold_answer_means(four_people(), keep()), keep(), population);
}

}  // namespace

TEST_CASE("drivers: means, scores and shares of the gap", "[unit]") {
  const std::vector<driver> all = drivers();
  REQUIRE(all.size() == 3);
  CHECK(all[0].item == "a");
  CHECK(*all[0].requirement == 3.5);
  CHECK(*all[0].satisfaction == 1.25);
  CHECK(*all[0].score.value == near(500.0 / 14));
  CHECK(all[0].score.units == 4);
  CHECK(all[0].score.answers == 4);
  CHECK(all[0].score.interval_kind == interval_kind::bounded);
  // R - S: 9, -6, 0; together 3
  CHECK(*all[0].gap_share == 3);
  CHECK(*all[1].gap_share == -2);
  CHECK(*all[2].gap_share == 0);
  CHECK(*all[0].gap == 9);
  CHECK(all[2].score.flags.has(flag::degenerate));
}

TEST_CASE("drivers: quadrants and confidences under the middle of the scales", "[unit]") {
  const std::vector<driver> all = drivers();
  CHECK(all[0].middle->quadrant == quadrant::core_weakness);
  CHECK(all[1].middle->quadrant == quadrant::marginal_strength);
  CHECK(all[2].middle->quadrant == quadrant::core_strength);
  // satisfaction 1, 0, 2, 2: mean 1.25, deviation .957427, t = .75/.478714 = 1.566699 with 3 df;
  // R: pt(0.75 / (sd(c(1, 0, 2, 2)) / 2), 3); the requirement gives .9931
  CHECK(*all[0].middle->confidence == near(0.892415028715225));
  // without variance there is no confidence
  CHECK_FALSE(all[2].middle->confidence);
}

TEST_CASE("drivers: the means as cut-offs", "[unit]") {
  const std::vector<driver> all = drivers();  // 2.5 and 2.25
  CHECK(all[0].mean->quadrant == quadrant::core_weakness);
  CHECK(all[1].mean->quadrant == quadrant::marginal_strength);
  CHECK(all[2].mean->quadrant == quadrant::core_strength);
  // R: s <- c(1,0,2,2) - rowMeans(cbind(c(1,0,2,2), c(3,2,1,4), 3)); pt(1 / (sd(s) / 2), 3); the
  // requirement gives .9769
  CHECK(*all[0].mean->confidence == near(0.9654315653677856));
  CHECK(all[2].mean->confidence.has_value());  // the mean of all varies
}

TEST_CASE("drivers: what to do first", "[unit]") {
  std::vector<driver> all = drivers();
  order_by_action(all, cut_off::middle);
  CHECK(all[0].item == "a");
  CHECK(all[1].item == "b");
  CHECK(all[2].item == "c");  // no confidence
}

TEST_CASE("drivers: a census knows the quadrants", "[unit]") {
  const std::vector<driver> all = drivers(4);
  CHECK(*all[0].middle->confidence == 1);
  CHECK(*all[1].middle->confidence == 0);
  CHECK(*all[0].mean->confidence == 1);
  CHECK(all[0].score.interval_kind == interval_kind::census);
}

TEST_CASE("drivers: no gap, no answers, no requirement, weights", "[unit]") {
  const ledger even = answers(keep(), {{2, 3, 2, 1}, {2, 2, 2, 2}});
  const std::vector<driver> all = drivers_of(fold_answer_means(even, keep()), keep());
  CHECK_FALSE(all[0].gap_share);
  CHECK(all[0].score.flags.has(flag::no_gap));
  CHECK_FALSE(all[2].requirement);
  CHECK_FALSE(all[2].middle);
  CHECK_FALSE(all[2].score.value);
  CHECK(all[2].score.flags.has(flag::no_requirement));

  definition_file weighted = file({"a", "b", "c"});
  weighted.weight_places = 2;
  const definition d(weighted);
  const std::vector<driver> w =
      drivers_of(fold_answer_means(answers(d, {{4, 1, 1, 3}, {3, 1, 1, 1}}), d), d);
  CHECK(w[0].score.value.has_value());
  CHECK(*w[0].gap_share == near(5.0 / 3));  // R - S: 5, -2
  CHECK_FALSE(w[0].requirement);
  CHECK_FALSE(w[0].middle);
}

TEST_CASE("drivers: tallies that do not suit", "[unit]") {
  CHECK_THROWS_AS(drivers_of(fold_profile(four_people(), keep()), keep()), error);
  const definition other(file({"a", "b"}));
  CHECK_THROWS_AS(drivers_of(fold_answer_means(four_people(), keep()), other), error);
  CHECK_THROWS_AS(drivers(3), error);
}

TEST_CASE("release: hidden items hide the shares of the others", "[unit]") {
  const std::vector<driver> all = drivers();
  const std::vector<people> enough(3, people{12, true});
  CHECK(release(all, keep(), enough)[1].shown.gap_share.has_value());
  const std::vector<people> few = {{4, true}, {12, true}, {9, true}};
  const std::vector<released_driver> shown = release(all, keep(), few);
  CHECK(shown[0].shown.item == "b");
  CHECK_FALSE(shown[0].shown.gap_share);
  CHECK(shown[0].shown.requirement.has_value());
  CHECK(shown[0].shown.middle.has_value());
  CHECK_FALSE(shown[0].shown.mean);  // from the means of all items
  CHECK(shown[1].shown.score.flags.has(flag::below_verdict_minimum));
  CHECK(shown[2].hidden);
  CHECK(shown[2].shown.item == "a");
  CHECK(shown[2].shown.score.flags.has(flag::below_minimum));
  CHECK_FALSE(shown[2].shown.score.value);
  CHECK_FALSE(shown[2].shown.requirement);
  CHECK(shown[2].shown.score.units == 0);
  CHECK(shown[2].respondents == 0);
  const std::vector<people> nobody(3, people{4, true});
  std::vector<driver> turned(all.rbegin(), all.rend());
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(release(turned, keep(), nobody)[i].shown.item == all[i].item);
}

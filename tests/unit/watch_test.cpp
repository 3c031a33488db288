#include "xqs/analysis/watch.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "watched.hpp"
#include "xqs/analysis/asymptotic_range.hpp"
#include "xqs/analysis/e_bh.hpp"
#include "xqs/analysis/evidence.hpp"
#include "xqs/analysis/watch_pair.hpp"

// Literals from tests/reference/small_watch.py.

using namespace xqs;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(0.0); }

const definition& five() {
  static const definition d = watched::five_points();
  return d;
}
const definition& keep() {
  static const definition d = watched::five_points(zero_requirement::keep);
  return d;
}

const watch_state& mixed() {
  static const watch_state s =
      watched::state(five(), 3, {{8, 10}, {6, 8, 2}, {12, 12}, {3, 9, 3}, {0, 5}});
  return s;
}
const watch_state& mixed_keep() {
  static const watch_state s = watched::state(keep(), 2, {{4, 0}, {3, 2, 2}, {6, 7}, {5, 4, 3}});
  return s;
}
const watch_state& low() {
  static const watch_state s = watched::state(five(), 5, {{2, 12, 30}, {3, 10, 20}, {5, 12, 10}});
  return s;
}
const watch_state& high() {
  static const watch_state s = watched::state(five(), 5, {{10, 12, 25}, {9, 10, 15}, {12, 11, 12}});
  return s;
}

watch_result with_evidence(double good, double bad) {
  return {.evidence_good = good, .evidence_bad = bad};
}

}  // namespace

TEST_CASE("log_evidence: the definition", "[unit]") {
  const auto above = [](const watch_state& s, double t) {
    return log_evidence(s, t, direction::above);
  };
  const auto below = [](const watch_state& s, double t) {
    return log_evidence(s, t, direction::below);
  };
  CHECK(above(mixed(), 0.3) == near(1.8366105035575343));
  CHECK(below(mixed(), 0.3) == near(-1.5316772066565771));
  CHECK(above(mixed(), 0.6) == near(-0.34255232405911938));
  CHECK(below(mixed(), 0.6) == near(-0.11041378358689679));
  CHECK(above(mixed(), 0.9) == near(-1.56035051112383));
  CHECK(below(mixed(), 0.9) == near(1.5084064610691467));
  CHECK(above(mixed(), 1.5) == near(-2.6479460136153168));
  CHECK(below(mixed(), 1.5) == near(4.7751100636692984));
  CHECK(above(mixed_keep(), 0.3) == near(3.7186817438786371));
  CHECK(below(mixed_keep(), 0.6) == near(-1.6066039856477929));
  CHECK(above(mixed_keep(), 0.9) == near(0.99538888713832465));
  CHECK(below(mixed_keep(), 1.5) == near(0.12455480914937413));
  CHECK(above(watch_state(five(), 3), 0.5) == 0);
}

TEST_CASE("log_evidence: bets that are none", "[unit]") {
  for (const betting& b :
       {betting{.weights = {}}, betting{.weights = {0.5, 0.4}}, betting{.weights = {1.5, -0.5}},
        betting{.truncation = 0}, betting{.truncation = 1}, betting{.truncation = std::nan("")}})
    CHECK_THROWS_AS(log_evidence(mixed(), 0.5, direction::above, b), error);
}

TEST_CASE("anytime_range: the ratios that are not refuted", "[unit]") {
  const score_range range = *anytime_range(low(), 0.05);
  CHECK(range.low == near(17.965883262749859));
  CHECK(range.high == near(37.362002036891767));
  const score_range loose = *anytime_range(mixed(), 0.5);
  CHECK(loose.low == near(35.73798298190198));
  CHECK(loose.high == near(87.748826565526467));
  const score_range kept = *anytime_range(mixed_keep(), 0.5);
  CHECK(kept.low == near(78.191587548555643));
  CHECK(kept.high == near(222.78921891411239));
}

TEST_CASE("anytime_range: ends at the possible ratios, or is empty", "[unit]") {
  const score_range wide = *anytime_range(watched::state(five(), 3, {{8, 10}}), 0.05);
  CHECK(wide.low == 0);
  CHECK(wide.high == 400);
  CHECK_FALSE(anytime_range(watch_state(five(), 3), 0.05).has_value());
  CHECK_FALSE(anytime_range(watched::state(keep(), 3, {{8, 0, 4}}), 0.05).has_value());
  // a requirement that may be 0 bounds no ratio, yet every range ends
  CHECK(std::isfinite(anytime_range(watched::state(keep(), 3, {{8, 0, 9}, {8, 1}}), 0.05)->high));
  for (const double alpha : {0.0, 1.0, -0.1, std::nan("")})
    CHECK_THROWS_AS(anytime_range(low(), alpha), error);
}

TEST_CASE("watch: verdicts and evidence", "[unit]") {
  const watch_result bad = watch(low(), {.good = 80, .bad = 60});
  CHECK(bad.verdict == watch_verdict::bad);
  CHECK(*bad.score == near(25));
  CHECK(bad.range->low == near(17.965883262749859));
  CHECK(*bad.evidence_bad == near(54232.446641643921));
  CHECK(*bad.evidence_good == near(0.018909888004500589));
  CHECK(bad.units == 60);

  const watch_result undecided = watch(low(), {.bad = 30});
  CHECK(undecided.verdict == watch_verdict::undecided);
  CHECK(*undecided.evidence_bad == near(3.9610379427383438));
  CHECK_FALSE(undecided.evidence_good.has_value());
  // 3.961 is enough for 2/alpha from alpha = .505 on
  CHECK(watch(low(), {.bad = 30, .alpha = 0.504}).verdict == watch_verdict::undecided);
  CHECK(watch(low(), {.bad = 30, .alpha = 0.506}).verdict == watch_verdict::bad);

  CHECK(watch(high(), {.good = 60, .bad = 40}).verdict == watch_verdict::good);
  const watch_result nobody = watch(watch_state(five(), 3), {.good = 60, .bad = 40});
  CHECK(nobody.verdict == watch_verdict::undecided);
  CHECK_FALSE(nobody.score.has_value());
  CHECK_FALSE(nobody.range.has_value());
  CHECK(*nobody.evidence_good == 1);
}

TEST_CASE("watch: rules that make no sense", "[unit]") {
  CHECK_THROWS_WITH(watch(low(), {.good = 401}),
                    "good: must be a possible score, 0 to 400 per cent");
  CHECK_THROWS_AS(watch(low(), {.bad = -1}), error);
  CHECK_THROWS_AS(watch(low(), {.bad = std::nan("")}), error);
  CHECK_THROWS_WITH(watch(low(), {.good = 40, .bad = 41}), "bad: must not be above good");
  CHECK_THROWS_AS(watch(low(), {.good = 40, .alpha = 0}), error);
  CHECK_NOTHROW(watch(low(), {.good = 40, .bad = 40}));
}

TEST_CASE("watch: a million units stay in the range of a double", "[unit]") {
  watch_state s = high();
  for (int i = 0; i < 15; ++i) s.merge_disjoint(watch_state(s));
  REQUIRE(s.units() == 52u << 15u);
  const watch_result r = watch(s, {.good = 60, .bad = 40});
  CHECK(r.verdict == watch_verdict::good);
  CHECK(*r.evidence_good == (std::numeric_limits<double>::max)());
  CHECK(*r.evidence_bad == 0);
  CHECK(r.range->low < *r.score);
  CHECK(r.range->high > *r.score);
  CHECK(r.range->high - r.range->low < 1);
}

TEST_CASE("evidence_better: the least over all ratios", "[unit]") {
  CHECK(log_evidence_better(high(), low()) == near(20.335807226944238));
  CHECK(log_evidence_better(low(), high()) == near(-6.7566194225015257));
  CHECK(evidence_better(high(), low()) == near(std::exp(20.335807226944238)));
  const watch_state kept_high = watched::state(keep(), 2, {{4, 0, 5}, {6, 4, 20}, {8, 6, 12}});
  const watch_state kept_low = watched::state(keep(), 2, {{1, 6, 20}, {2, 5, 15}, {0, 0, 3}});
  CHECK(log_evidence_better(kept_high, kept_low) == near(20.021418061900545));
}

TEST_CASE("evidence_better: nothing known, nothing required, another definition", "[unit]") {
  CHECK(evidence_better(high(), watch_state(five(), 3)) == 1);
  CHECK(evidence_better(watch_state(), low()) == 1);
  const watch_state nothing = watched::state(keep(), 2, {{4, 0, 9}});
  CHECK(evidence_better(mixed_keep(), nothing) <= 1);
  CHECK(evidence_better(nothing, mixed_keep()) > 1);  // satisfied without any requirement
  CHECK_THROWS_AS(evidence_better(low(), mixed_keep()), error);
}

TEST_CASE("e_bh: the largest of many e-values", "[unit]") {
  using bools = std::vector<bool>;
  // alpha .1, four values: the k-th largest must reach 40/k
  CHECK(e_bh({50, 20, 5, 1}, 0.1) == bools{true, true, false, false});
  CHECK(e_bh({1, 5, 50, 20}, 0.1) == bools{false, false, true, true});
  CHECK(e_bh({39, 19, 13, 10}, 0.1) == bools{true, true, true, true});
  CHECK(e_bh({39, 19, 13, 9.9}, 0.1) == bools{false, false, false, false});
  CHECK(e_bh({39, 19, 13.5, 9.9}, 0.1) == bools{true, true, true, false});
  CHECK(e_bh({}, 0.1).empty());
  CHECK_THROWS_AS(e_bh({1}, 0), error);
}

TEST_CASE("judge_together: for one concept the rule of watch, for many e-BH", "[unit]") {
  std::vector<watch_result> one = {with_evidence(40, 0.1)};
  judge_together(one, 0.05);
  CHECK(one[0].verdict == watch_verdict::good);
  one = {with_evidence(39, 0.1)};
  judge_together(one, 0.05);
  CHECK(one[0].verdict == watch_verdict::undecided);

  // without a threshold for bad the claim counts all the same
  one[0] = {.evidence_good = 39};
  judge_together(one, 0.05);
  CHECK(one[0].verdict == watch_verdict::undecided);
  one[0].evidence_good = 40;
  judge_together(one, 0.05);
  CHECK(one[0].verdict == watch_verdict::good);

  // six claims: 120, 60, 40
  std::vector<watch_result> three = {with_evidence(130, 0), with_evidence(0, 60),
                                     with_evidence(39, 0)};
  three[2].verdict = watch_verdict::good;
  judge_together(three, 0.05);
  CHECK(three[0].verdict == watch_verdict::good);
  CHECK(three[1].verdict == watch_verdict::bad);
  CHECK(three[2].verdict == watch_verdict::undecided);
}

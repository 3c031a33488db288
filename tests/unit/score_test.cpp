#include "xqs/score/score.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Literals from tests/reference/small_scores.py.

using namespace xqs;
using hand_made::one_answer;
using hand_made::total;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(1e-15); }

definition with(estimator e, interval_method i, const std::vector<std::string>& items = {"a"}) {
  definition_file f = hand_made::file(items);
  f.estimator = e;
  f.interval = i;
  return definition(f);
}

const definition& fieller() {
  static const definition d = with(estimator::pooled, interval_method::fieller);
  return d;
}
const definition& delta() {
  static const definition d = with(estimator::pooled, interval_method::delta);
  return d;
}
const definition& respondent_mean() {
  static const definition d = with(estimator::respondent_mean, interval_method::delta);
  return d;
}
/// Weights 1, 2 and 0.5.
const definition& item_mean() {
  static const definition d([] {
    definition_file f = hand_made::file({"a", "b", "c"});
    f.estimator = estimator::item_mean;
    f.items[1].weight = 2;
    f.items[2].weight = 0.5;
    return f;
  }());
  return d;
}

score pooled_score(const definition& d, const std::vector<total>& units,
                   std::optional<std::uint64_t> population = {}) {
  return score_of(hand_made::pooled(d, units), d, population);
}

score items_score(const std::vector<std::vector<total>>& units,
                  std::optional<std::uint64_t> population = {}) {
  return score_of(hand_made::profile(item_mean(), {"a", "b", "c"}, units), item_mean(), population);
}

void check_bands(const score& s, const std::vector<double>& expected) {
  REQUIRE(s.band_confidence.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(s.band_confidence[i] == near(expected[i]));
  const double sum = std::accumulate(s.band_confidence.begin(), s.band_confidence.end(), 0.0);
  CHECK(sum == near(1));
}

void check_no_interval(const score& s, interval_kind kind) {
  CHECK(s.interval_kind == kind);
  CHECK_FALSE(s.low.has_value());
  CHECK_FALSE(s.high.has_value());
  CHECK(s.band_confidence.empty());
  CHECK_FALSE(s.confidence().has_value());
  CHECK_FALSE(s.confirmed);
}

const std::vector<total> five = {{10, 7}, {8, 6}, {12, 7}, {9, 5}, {11, 9}};
const std::vector<std::vector<total>> full = {{{4, 3}, {2, 1}, {1, 1}},
                                              {{3, 3}, {4, 1}, {3, 1}},
                                              {{4, 2}, {1, 1}, {2, 2}},
                                              {{2, 2}, {3, 2}, {4, 2}}};

}  // namespace

TEST_CASE("score: pooled with a bounded interval", "[unit]") {
  const score s = pooled_score(fieller(), five);
  CHECK(*s.value == near(68));
  CHECK(*s.std_error == near(5.130302135352264));
  CHECK(s.interval_kind == interval_kind::bounded);
  CHECK(*s.low == near(53.790461037271992));
  CHECK(*s.high == near(82.850952927013853));
  CHECK(s.units == 5);
  CHECK(s.answers == 5);
  CHECK(s.band == 2u);
  check_bands(s, {0.0030611283190859097, 0.092811050351625754, 0.86115907132928834, 0.04296875});
  CHECK(*s.confidence() == near(0.86115907132928834));
  CHECK_FALSE(s.confirmed);
  CHECK(s.flags.names().empty());

  const score d = pooled_score(delta(), five);
  CHECK(*d.std_error == near(5.130302135352264));
  CHECK(*d.low == near(53.755997748115414));
  CHECK(*d.high == near(82.244002251884586));
  check_bands(
      d, {0.0027391517204953767, 0.094221025190106491, 0.8633090921782637, 0.039730730911134432});
}

TEST_CASE("score: finite population", "[unit]") {
  const score f = pooled_score(fieller(), five, 20);
  CHECK(*f.value == near(68));
  CHECK(*f.std_error == near(4.4429719783046123));
  CHECK(*f.low == near(55.717953382678548));
  CHECK(*f.high == near(80.758333697036798));
  check_bands(
      f, {0.0018159255605331434, 0.070319776265662001, 0.89842184607849147, 0.029442452095313385});
  const score d = pooled_score(delta(), five, 20);
  CHECK(*d.low == near(55.664332198305198));
  CHECK(*d.high == near(80.335667801694802));
  check_bands(
      d, {0.0016202660142293792, 0.07144818836612066, 0.89990944257856743, 0.027022103041082526});
  CHECK_THROWS_AS(pooled_score(fieller(), five, 4), error);
  CHECK_THROWS_AS(pooled_score(delta(), five, 0), error);
}

TEST_CASE("score: census", "[unit]") {
  for (const definition* d : {&fieller(), &delta()}) {
    const score s = pooled_score(*d, five, 5);
    CHECK(s.interval_kind == interval_kind::census);
    CHECK(*s.value == near(68));
    CHECK(*s.std_error == 0);
    CHECK(*s.low == *s.value);
    CHECK(*s.high == *s.value);
    check_bands(s, {0, 0, 1, 0});
    CHECK(*s.confidence() == 1);
    CHECK(s.confirmed);
  }
  // everybody is one person, or everybody answers alike: still everybody
  CHECK(pooled_score(fieller(), {{4, 3}}, 1).interval_kind == interval_kind::census);
  const score alike = pooled_score(fieller(), {{3, 2}, {3, 2}}, 2);
  CHECK(alike.interval_kind == interval_kind::census);
  CHECK_FALSE(alike.flags.has(flag::degenerate));
  CHECK(items_score(full, 4).interval_kind == interval_kind::census);
}

TEST_CASE("score: one unit has no interval", "[unit]") {
  const score s = pooled_score(fieller(), {{4, 3}});
  CHECK(*s.value == 75);
  CHECK_FALSE(s.std_error.has_value());
  CHECK(s.band == 2u);
  CHECK(s.units == 1);
  check_no_interval(s, interval_kind::none);
  CHECK_FALSE(s.flags.has(flag::degenerate));
  check_no_interval(pooled_score(respondent_mean(), {{4, 3}}), interval_kind::none);
  check_no_interval(items_score({full[0]}), interval_kind::none);
}

TEST_CASE("score: two units", "[unit]") {
  const score s = pooled_score(fieller(), {{4, 2}, {6, 5}});
  CHECK(*s.value == near(70));
  CHECK(*s.std_error == near(16));
  CHECK(s.band == 2u);
  check_no_interval(s, interval_kind::exclusive);

  const score d = pooled_score(delta(), {{4, 2}, {6, 5}});
  CHECK(*d.low == near(-133.29927577879527));  // not clipped
  CHECK(*d.high == near(273.29927577879527));
  check_bands(d,
              {0.15595826075473865, 0.1662340547559086, 0.35561536897870551, 0.32219231551064725});

  // bounded, with an edge beyond the line through both units: its confidence is exactly 1
  const score line = pooled_score(fieller(), {{100, 20}, {110, 27}});
  CHECK(*line.low == near(-50.572062390020495));
  CHECK(*line.high == near(40.331871896370337));
  check_bands(line, {0.97424742540609643, 0.021723550710241054, 0.0040290238836625113, 0});
}

TEST_CASE("score: exclusive and unbounded", "[unit]") {
  const score exclusive = pooled_score(fieller(), {{1, 4}, {20, 2}, {2, 6}});
  CHECK(*exclusive.value == near(52.173913043478261));
  CHECK(*exclusive.std_error == near(55.290339715673209));
  CHECK(exclusive.band == 1u);
  check_no_interval(exclusive, interval_kind::exclusive);
  const score unbounded = pooled_score(fieller(), {{1, 1}, {20, 2}, {2, 6}});
  CHECK(*unbounded.std_error == near(41.771377368223555));
  check_no_interval(unbounded, interval_kind::unbounded);
}

TEST_CASE("score: everybody alike is degenerate", "[unit]") {
  for (const auto& units : {std::vector<total>{{3, 2}, {3, 2}, {3, 2}, {3, 2}},
                            std::vector<total>{{2, 1}, {4, 2}, {6, 3}}}) {
    for (const definition* d : {&fieller(), &delta(), &respondent_mean()}) {
      const score s = pooled_score(*d, units);
      CHECK(s.value.has_value());
      CHECK(s.flags.has(flag::degenerate));
      check_no_interval(s, interval_kind::degenerate);
    }
  }
  const score items = items_score({full[0], full[0], full[0]});
  CHECK(items.flags.has(flag::degenerate));
  check_no_interval(items, interval_kind::degenerate);
  // equal quotients but unequal requirements: no variance of either estimator
  CHECK(*pooled_score(respondent_mean(), {{2, 1}, {4, 2}}).value == 50);
}

TEST_CASE("score: nothing required", "[unit]") {
  for (const definition* d : {&fieller(), &delta(), &respondent_mean()}) {
    const score s = pooled_score(*d, {{0, 1}, {0, 2}});
    CHECK_FALSE(s.value.has_value());
    CHECK_FALSE(s.std_error.has_value());
    CHECK_FALSE(s.band.has_value());
    CHECK(s.flags.names() == std::vector<std::string_view>{"no_requirement"});
    CHECK(s.answers == 2);
    check_no_interval(s, interval_kind::none);
  }
  const score items = items_score({{{0, 1}, {0, 2}, {0, 0}}, {{0, 1}, {0, 2}, {0, 0}}});
  CHECK_FALSE(items.value.has_value());
  CHECK(items.flags.names() == std::vector<std::string_view>{"no_requirement"});
  CHECK(score_of(tally(), fieller()).flags.has(flag::no_requirement));
  CHECK(score_of(tally(), fieller()).units == 0);
  CHECK(score_of(tally(), item_mean()).flags.has(flag::no_requirement));
}

TEST_CASE("score: an edge beyond the turning point takes the confidence there", "[unit]") {
  const score below = pooled_score(fieller(), {{1, 4}, {9, 8}, {2, 5}, {8, 9}, {4, 5}});
  CHECK(*below.value == near(129.16666666666667));
  CHECK(*below.low == near(92.236831614086296));
  CHECK(*below.high == near(977.427020601443));
  check_bands(below, {0.00017786016426372832, 6.577425612283514e-5, 0.0037062590052600965,
                      0.99605010657435334});
  CHECK(below.confirmed);
  CHECK(below.flags.has(flag::over_100));

  const score above = pooled_score(fieller(), {{100, 18}, {110, 20}, {120, 30}});
  CHECK(*above.low == near(7.6935669050362817));
  CHECK(*above.high == near(29.284475521461671));
  check_bands(above, {0.99661668419536068, 0.0029106142099560408, 0.00012077475185515567,
                      0.00035192684282812073});
  CHECK(above.confirmed);
}

TEST_CASE("score: the mean of items needs columns that are items", "[unit]") {
  const auto refusal = [](const std::vector<std::string>& labels) -> std::string {
    const std::vector<total> unit(labels.size(), {4, 3});
    try {
      (void)score_of(hand_made::profile(item_mean(), labels, {unit, unit}), item_mean());
    } catch (const error& problem) {
      CHECK(problem.code() == errc::invalid_argument);
      return problem.what();
    }
    return "no error";
  };
  CHECK(refusal({"a", "b"}) == "no error");
  CHECK(refusal({"extra"}) == "no error");  // an item scored apart
  CHECK(refusal({"a", "extra"}) == "item_mean needs columns that are items, not \"extra\"");
  CHECK(refusal({"", "a"}) == "item_mean needs a tally with a column per item");
  CHECK(refusal({""}) == "item_mean needs a tally with a column per item");
}

TEST_CASE("score: mean of items, weighted", "[unit]") {
  const score s = items_score(full);
  CHECK(*s.value == near(59.120879120879121));
  CHECK(*s.std_error == near(7.5000519433827006));
  CHECK(*s.low == near(35.252366524224939));
  CHECK(*s.high == near(82.989391717533302));
  CHECK(s.units == 4);
  CHECK(s.answers == 12);
  check_bands(
      s, {0.041992229347536359, 0.50095955975032641, 0.42266368079636944, 0.034384530105767792});
  CHECK_FALSE(s.flags.has(flag::item_missing));

  const score finite = items_score(full, 10);
  CHECK(*finite.std_error == near(5.8095152544823544));
  CHECK(*finite.low == near(40.632408763762402));
  CHECK(*finite.high == near(77.609349477995839));
}

TEST_CASE("score: an item without requirement leaves the mean", "[unit]") {
  const score s = items_score({{{4, 3}, {2, 1}, {0, 1}},
                               {{3, 3}, {4, 1}, {0, 0}},
                               {{4, 2}, {1, 1}, {0, 2}},
                               {{2, 2}, {3, 2}, {0, 0}}});
  CHECK(s.flags.has(flag::item_missing));
  CHECK(*s.value == near(58.974358974358974));
  CHECK(*s.std_error == near(7.7196029494370958));
  CHECK(*s.low == near(34.407137089665662));
  CHECK(*s.high == near(83.541580859052287));
  check_bands(
      s, {0.045516837296671593, 0.50312634211388535, 0.41519414869741571, 0.03616267189202735});
}

TEST_CASE("score: a single item left is a column with its own units", "[unit]") {
  tally t = hand_made::profile(item_mean(), {"a", "b", "c"}, {{{4, 3}}, {{3, 3}}, {{2, 1}}});
  t.add_unit(std::vector<tally::part>{{2, one_answer({0, 1})}});
  REQUIRE(t.units() == 4);
  const score s = score_of(t, item_mean());
  CHECK(s.units == 3);
  CHECK(s.flags.has(flag::item_missing));
  CHECK(*s.value == near(77.777777777777778));
  CHECK(*s.std_error == near(11.905741680238216));
  CHECK(*s.low == near(26.551505837608849));
  CHECK(*s.high == near(129.00404971794671));
  check_bands(
      s, {0.043305963516625015, 0.093668313686991746, 0.42844956409892342, 0.43457615869745982});
}

TEST_CASE("score: mean of respondents", "[unit]") {
  const score s = pooled_score(respondent_mean(), five);
  CHECK(*s.value == near(68.141414141409768));
  CHECK(*s.std_error == near(4.9605987589171368));
  CHECK(*s.low == near(54.36858399836403));
  CHECK(*s.high == near(81.914244284455506));
  check_bands(
      s, {0.0023815993716097601, 0.085666752986027614, 0.87439042343042042, 0.037561224211942202});
  const score finite = pooled_score(respondent_mean(), five, 20);
  CHECK(*finite.std_error == near(4.2960045432037986));
  CHECK(*finite.low == near(56.213793355524095));
  CHECK(*finite.high == near(80.069034927295442));

  // a respondent without requirement has no quotient and is no unit of this estimator
  const score one_out = pooled_score(respondent_mean(), {{4, 3}, {0, 2}, {3, 1}, {5, 5}});
  CHECK(one_out.units == 3);
  CHECK(one_out.answers == 4);
  CHECK(*one_out.value == near(69.444444444434339));
  CHECK(*one_out.std_error == near(19.444444444453828));
  CHECK(*one_out.low == near(-14.218247522956722));
  CHECK(*one_out.high == near(153.1071364118254));
}

TEST_CASE("score: pooled of a profile is pooled of the summed column", "[unit]") {
  std::vector<total> sums;
  for (const auto& unit : full) {
    total sum = {0, 0};
    for (const total& t : unit) sum = {sum.first + t.first, sum.second + t.second};
    sums.push_back(sum);
  }
  const definition d = with(estimator::pooled, interval_method::fieller, {"a", "b", "c"});
  const score a = score_of(hand_made::profile(d, {"a", "b", "c"}, full), d);
  const score b = pooled_score(d, sums);
  CHECK(*a.value == *b.value);
  CHECK(*a.std_error == *b.std_error);
  CHECK(*a.low == *b.low);
  CHECK(*a.high == *b.high);
  CHECK(a.band_confidence == b.band_confidence);
}

TEST_CASE("score: the level of the definition", "[unit]") {
  definition_file f = hand_made::file();
  f.interval = interval_method::delta;
  f.level = 0.99;
  const definition d(f);
  const score s = pooled_score(d, five);
  CHECK(*s.low == near(68 - 4.6040948713499932 * 5.130302135352264));
  CHECK(*s.high == near(68 + 4.6040948713499932 * 5.130302135352264));
}

TEST_CASE("score: exclusions are carried along", "[unit]") {
  tally t = hand_made::profile(item_mean(), {"a", "b", "c"}, full);
  unit_totals excluded;
  excluded.excluded = {1, 2, 3};
  t.add_unit(std::vector<tally::part>{{0, excluded}, {2, excluded}});
  const score s = score_of(t, item_mean());
  CHECK(s.units == 4);
  CHECK(s.answers == 12);
  CHECK(s.excluded[0] == 2);
  CHECK(s.excluded[1] == 4);
  CHECK(s.excluded[2] == 6);
}

TEST_CASE("score: a tally of another definition or of the wrong columns", "[unit]") {
  const tally t = hand_made::pooled(fieller(), five);
  definition_file f = hand_made::file();
  f.zero_requirement = zero_requirement::exclude;
  const definition other(f);
  try {
    (void)score_of(t, other);
    FAIL("another definition");
  } catch (const error& problem) {
    CHECK(problem.code() == errc::incompatible);
    const std::string message = problem.what();
    CHECK(message.find(other.tally_fingerprint().hex()) != std::string::npos);
    CHECK(message.find(fieller().tally_fingerprint().hex()) != std::string::npos);
  }
  const definition by_item = with(estimator::item_mean, interval_method::delta);
  CHECK_THROWS_AS(score_of(t, by_item), error);
  CHECK_NOTHROW(score_of(t, respondent_mean()));  // changes no tally
}

TEST_CASE("score: confirmed when the interval lies in the band, confidences sum to 1", "[unit]") {
  std::mt19937_64 random(7);
  const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
  constexpr double open = std::numeric_limits<double>::infinity();
  const std::vector<double> edges = {-open, 40, 60, 80, open};
  int bounded = 0;
  int confirmed = 0;
  for (int i = 0; i < 600; ++i) {
    std::vector<total> units;
    const std::int64_t spread = 1 + below(9);
    const std::int64_t base = below(5);
    for (std::int64_t n = 2 + below(18); n > 0; --n) {
      const std::int64_t r = base + below(10);
      units.emplace_back(r,
                         (r * (2 + i % 9) + below(10 * static_cast<std::uint64_t>(spread))) / 10);
    }
    const definition& d = *std::vector{&fieller(), &delta(), &respondent_mean()}[random() % 3];
    const score s = pooled_score(d, units);
    INFO("random tally " << i);
    if (s.interval_kind != interval_kind::bounded) continue;
    ++bounded;
    double sum = 0;
    for (const double c : s.band_confidence) {
      CHECK(c >= -1e-15);
      sum += c;
    }
    CHECK(sum == near(1));
    CHECK(*s.low <= *s.value);
    CHECK(*s.value <= *s.high);
    const double room = std::min(*s.low - edges[*s.band], edges[*s.band + 1] - *s.high);
    if (std::abs(room) < 1e-9) continue;
    CHECK(s.confirmed == (room > 0));
    confirmed += s.confirmed ? 1 : 0;
  }
  CHECK(bounded > 400);
  CHECK(confirmed > 40);
}

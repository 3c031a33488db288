#include "xqs/score/band.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"
#include "xqs/score/score.hpp"

// Expectations are worked out by hand.

using namespace xqs;

namespace {

ratio_moments ratio(std::int64_t satisfaction, std::int64_t requirement) {
  return {.units = 1, .x = requirement, .y = satisfaction};
}

std::string band_name(const ratio_moments& m) {
  const std::vector<band> bands = default_bands();
  return bands[band_of(m, bands)].id;
}

/// The band of a scored tally of one column.
std::string pooled_band(const std::vector<hand_made::total>& units) {
  static const definition d(hand_made::file());
  const score s = score_of(hand_made::pooled(d, units), d);
  return d.file().bands[*s.band].id;
}

score respondent_score(const std::vector<hand_made::total>& units) {
  static const definition d([] {
    definition_file f = hand_made::file();
    f.estimator = estimator::respondent_mean;
    return f;
  }());
  return score_of(hand_made::pooled(d, units), d);
}

score item_score(const std::vector<std::vector<hand_made::total>>& units) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < units[0].size(); ++i) ids.push_back(std::string(1, char('a' + i)));
  definition_file f = hand_made::file(ids);
  f.estimator = estimator::item_mean;
  const definition d(f);
  return score_of(hand_made::profile(d, ids, units), d);
}

}  // namespace

TEST_CASE("bands: the upper edge belongs to the lower band", "[unit]") {
  CHECK(band_name(ratio(0, 1)) == "insufficient");
  CHECK(band_name(ratio(2, 5)) == "insufficient");
  CHECK(band_name(ratio(41, 100)) == "borderline");
  CHECK(band_name(ratio(3, 5)) == "borderline");
  CHECK(band_name(ratio(61, 100)) == "largely_meets_requirements");
  CHECK(band_name(ratio(4, 5)) == "largely_meets_requirements");
  CHECK(band_name(ratio(81, 100)) == "best_practice");
  CHECK(band_name(ratio(5, 1)) == "best_practice");
}

TEST_CASE("bands: edges are compared as integers", "[unit]") {
  constexpr std::int64_t x = 5'000'000'000'000'000;  // one more satisfaction is lost in a double
  CHECK(band_name(ratio(3 * (x / 5), x)) == "borderline");
  CHECK(band_name(ratio(3 * (x / 5) + 1, x)) == "largely_meets_requirements");

  const std::vector<band> bands = {
      {"low", *decimal::parse("40.3")}, {"middle", *decimal::parse("66.666666")}, {"high", {}}};
  CHECK(band_of(ratio(403, 1000), bands) == 0);
  CHECK(band_of(ratio(403'000'001, 1'000'000'000), bands) == 1);
  CHECK(band_of(ratio(66'666'666, 100'000'000), bands) == 1);
  CHECK(band_of(ratio(2, 3), bands) == 2);
  CHECK(band_of(ratio(7, 1), {{"all", {}}}) == 0);
}

TEST_CASE("bands: edges hit by a pooled score", "[unit]") {
  CHECK(pooled_band({{3, 1}, {2, 1}}) == "insufficient");
  CHECK(pooled_band({{7, 5}, {3, 1}}) == "borderline");
  CHECK(pooled_band({{7, 5}, {3, 3}}) == "largely_meets_requirements");
  CHECK(pooled_band({{7, 5}, {2, 3}}) == "best_practice");
}

TEST_CASE("bands: edges hit by a mean of respondents", "[unit]") {
  // 3/5 is no multiple of 2^-40 and is rounded up; a thousand of it add up
  CHECK(respondent_score(std::vector<hand_made::total>(1000, {5, 3})).band == 1u);
  CHECK(respondent_score({{5, 3}}).band == 1u);
  CHECK(respondent_score({{5, 3}, {10, 6}, {15, 9}}).band == 1u);
  CHECK(respondent_score({{2, 1}, {10, 7}}).band == 1u);
  CHECK(respondent_score({{3, 1}, {15, 13}}).band == 1u);  // 1/3 and 13/15
  CHECK(respondent_score({{5, 2}, {5, 2}}).band == 0u);
  CHECK(respondent_score({{3, 2}, {15, 14}}).band == 2u);  // 2/3 and 14/15: 80
  // what is above the edge by more than the rounding is above it
  CHECK(respondent_score({{1000, 600}, {1000, 600}, {9999, 6000}}).band == 2u);
  CHECK(respondent_score({{1'000'000'000'000, 600'000'000'001}}).band == 2u);
}

TEST_CASE("bands: edges hit by a mean of items", "[unit]") {
  CHECK(item_score({{{10, 1}, {10, 7}, {1, 1}}}).band == 1u);   // 0.1, 0.7 and 1
  CHECK(item_score({{{10, 3}, {10, 6}, {10, 9}}}).band == 1u);  // 60.00000000000001 in doubles
  CHECK(item_score({{{10, 4}, {10, 6}, {10, 8}}}).band == 1u);
  CHECK(item_score({{{10, 7}, {2, 1}}}).band == 1u);
  CHECK(item_score({{{3, 1}, {15, 13}}}).band == 1u);
  CHECK(item_score({{{10, 1}, {10, 2}, {10, 9}}}).band == 0u);
  CHECK(item_score({{{10, 9}, {10, 7}}}).band == 2u);
  CHECK(item_score({{{9999, 6000}, {10, 6}}}).band == 2u);
}

TEST_CASE("bands: exactly 100 is not over 100", "[unit]") {
  const definition d(hand_made::file());
  const auto over = [&](const std::vector<hand_made::total>& units) {
    return score_of(hand_made::pooled(d, units), d).flags.has(flag::over_100);
  };
  CHECK_FALSE(over({{3, 3}, {7, 7}}));
  CHECK_FALSE(over({{3, 4}, {7, 6}}));
  CHECK(over({{3, 4}, {9999, 9999}}));

  // 6/5 and 4/5, 4/3 and 2/3: rounded quotients whose mean is 1
  CHECK_FALSE(respondent_score({{5, 6}, {5, 4}}).flags.has(flag::over_100));
  CHECK_FALSE(respondent_score({{3, 4}, {3, 2}}).flags.has(flag::over_100));
  CHECK_FALSE(respondent_score({{3, 3}, {7, 7}}).flags.has(flag::over_100));
  CHECK_FALSE(respondent_score({{3, 4}, {3, 4}, {3, 1}}).flags.has(flag::over_100));
  CHECK(respondent_score({{9999, 10'000}, {3, 3}}).flags.has(flag::over_100));

  CHECK_FALSE(item_score({{{3, 3}, {7, 7}, {9, 9}}}).flags.has(flag::over_100));
  CHECK_FALSE(item_score({{{3, 4}, {3, 4}, {3, 1}}}).flags.has(flag::over_100));
  CHECK(item_score({{{9999, 10'000}, {3, 3}}}).flags.has(flag::over_100));
}

TEST_CASE("edge_confidences: shared edges, 0 below and 1 above", "[unit]") {
  std::vector<double> asked;
  const std::vector<band_edges> edges = edge_confidences(default_bands(), [&](double ratio) {
    asked.push_back(ratio);
    return ratio * ratio;
  });
  CHECK(asked == std::vector<double>{0.4, 0.6, 0.8});
  REQUIRE(edges.size() == 4);
  CHECK(edges[0].lower == 0);
  CHECK(edges[0].upper == Approx(0.16));
  CHECK(edges[1].lower == edges[0].upper);
  CHECK(edges[2].upper == edges[3].lower);
  CHECK(edges[3].upper == 1);
}

TEST_CASE("7 of 25 is at most 28 %, which it is not in doubles", "[unit]") {
  CHECK(100 * (7.0 / 25.0) > 28.0);
  const ratio_moments m{.units = 1, .x = 25, .y = 7};
  CHECK(at_most(m, 28));
  CHECK_FALSE(at_most(m, 27.999999));
  const ratio_moments large{
      .units = 1, .x = 10'000'000'000'000'000'000u, .y = 2'800'000'000'000'000'000};
  CHECK(at_most(large, 28));
  CHECK_FALSE(at_most(large, 27.999999));
}

TEST_CASE("at_most: sums and edges about as large as words hold", "[unit]") {
  struct last {
    std::uint64_t x;
    std::uint64_t y;  // the most that is at most the edge; Python: x * edge * 10**6 // 10**8
    decimal edge;
  };
  for (const last& of :
       {last{68'719'476'735, 68'719'476'735, 100}, last{68'719'476'736, 68'719'476'736, 100},
        last{25'000'000'000, 67'108'863'750, 268.435455},
        last{25'000'000'000, 67'108'864'000, 268.435456}}) {
    CAPTURE(of.x, of.y);
    CHECK(at_most(ratio_moments{.units = 1, .x = of.x, .y = of.y}, of.edge));
    CHECK_FALSE(at_most(ratio_moments{.units = 1, .x = of.x, .y = of.y + 1}, of.edge));
  }
}

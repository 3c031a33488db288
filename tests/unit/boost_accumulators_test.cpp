#include "xqs/boost/accumulators.hpp"

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/count.hpp>
#include <boost/accumulators/statistics/covariance.hpp>
#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/stats.hpp>
#include <boost/accumulators/statistics/variance.hpp>
#include <boost/accumulators/statistics/variates/covariate.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

using namespace xqs;
namespace acc = boost::accumulators;
namespace xacc = xqs::accumulators;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(0); }

const definition& keep() {
  static const definition d(hand_made::file());
  return d;
}

/// Requirement and satisfaction of five units.
const std::vector<hand_made::total> five = {{10, 7}, {8, 6}, {12, 7}, {9, 5}, {11, 9}};

}  // namespace

TEST_CASE("experience_score: beside the library's own statistics", "[unit]") {
  acc::accumulator_set<double, acc::stats<xacc::tag::experience_score, acc::tag::mean,
                                          acc::tag::variance, acc::tag::count>>
      set(xacc::definition = keep());
  for (const auto& [r, s] : five) set(s, xacc::requirement = r);
  const score s = xacc::experience_score(set);
  CHECK(*s.value == near(68));  // as in estimator_test.cpp
  CHECK(*s.std_error == near(5.130302135352264));
  CHECK(s.units == 5);
  CHECK(s.answers == 5);
  CHECK(acc::mean(set) == near(6.8));
  CHECK(acc::count(set) == 5);
}

TEST_CASE("experience_score: Boost's variances and covariance as oracle", "[unit]") {
  using residuals = acc::tag::covariance<double, acc::tag::covariate1>;
  acc::accumulator_set<double, acc::stats<xacc::tag::experience_score, acc::tag::mean,
                                          acc::tag::variance, residuals>>
      satisfied(xacc::definition = keep());
  acc::accumulator_set<double, acc::stats<acc::tag::mean, acc::tag::variance>> required;
  for (const auto& [r, s] : five) {
    satisfied(s, xacc::requirement = r, acc::covariate1 = static_cast<double>(r));
    required(static_cast<double>(r));
  }
  const score s = xacc::experience_score(satisfied);
  const double t = acc::mean(satisfied) / acc::mean(required);
  CHECK(*s.value == near(100 * t));
  // V = n/(n-1) sum (S_u - t R_u)^2 / X^2, from population variances
  const double n = 5;
  const double square = acc::variance(satisfied) -
                        2 * t * acc::covariance(satisfied, acc::covariate1) +
                        t * t * acc::variance(required);
  CHECK(*s.std_error == near(100 * std::sqrt(square / (n - 1)) / acc::mean(required)));
}

TEST_CASE("experience_score: answers, whole sample types, and points that are none", "[unit]") {
  acc::accumulator_set<int, acc::stats<xacc::tag::experience_score, acc::tag::count>> set(
      xacc::definition = keep());
  set(3, xacc::requirement = 4, xacc::answers = 2);
  set(1, xacc::requirement = 2.0);
  CHECK(xacc::experience_score(set).answers == 3);
  CHECK_THROWS_AS(set(1, xacc::requirement = 0.5), error);
  CHECK_THROWS_AS(set(-1, xacc::requirement = 1), error);
  CHECK(xacc::experience_score(set).units == 2);
}

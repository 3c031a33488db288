#include "xqs/score/student_t.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "catch.hpp"

namespace {

using namespace xqs;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

Approx near(double value, double relative) { return Approx(value).epsilon(relative).margin(0.0); }

struct row {
  double df;
  double x;
  double expected;
};

const std::vector<double> many_df = {0.5, 1.0,   1.7,    2.0, 3.0, 5.5, 9.0,  31.9, 32.0,
                                     100, 391.4, 1234.5, 1e4, 1e6, 1e8, 1e10, 1e13};

}  // namespace

TEST_CASE("upper tail: high-precision values", "[reference]") {
  // mpmath 1.3, 40 digits: betainc(df/2, 1/2, 0, df/(df+t*t), regularized=True)/2, and
  // erfc(t/sqrt(2))/2 for infinite df
  const std::vector<row> rows = {
      {0.5, 3, 0.183654077992971724},         {1, 1e100, 3.18309886183790672e-101},
      {2.5, 2.25, 0.0637805174669048456},     {7.25, 2.5, 0.0199327603794572893},
      {9, 30, 1.24185235207913122e-10},       {40, 2, 0.0261611716075246075},
      {391, 3.5, 0.00025942834757892462},     {1000, 36, 5.47910061118269948e-183},
      {10000.5, 2.6, 0.00466804102735744117}, {1e6, 20, 2.86654352369518592e-89},
      {infinity, 1, 0.158655253931457051},    {infinity, 2.5, 0.00620966532577613517},
      {infinity, 5, 2.86651571879193912e-7},  {infinity, 10, 7.61985302416052607e-24},
      {infinity, 20, 2.7536241186062337e-89}, {infinity, 37, 5.72557122252457682e-300},
  };
  for (const auto& [df, t, expected] : rows) {
    CAPTURE(df, t);
    CHECK(student_t_upper_tail(t, df) == near(expected, 2e-13));
    CHECK(student_t_cdf(-t, df) == near(expected, 2e-13));
    CHECK(student_t_cdf(t, df) == near(1.0 - expected, 1e-15));
  }
}

TEST_CASE("quantile: published table", "[reference]") {
  // The usual printed table, e.g. Abramowitz & Stegun table 26.10
  const std::vector<row> rows = {
      {1, 0.95, 6.314},        {1, 0.975, 12.706},       {2, 0.975, 4.303},
      {5, 0.99, 3.365},        {10, 0.975, 2.228},       {10, 0.995, 3.169},
      {30, 0.975, 2.042},      {60, 0.975, 2.000},       {120, 0.995, 2.617},
      {infinity, 0.95, 1.645}, {infinity, 0.975, 1.960}, {infinity, 0.995, 2.576},
  };
  for (const auto& [df, p, expected] : rows) {
    CAPTURE(df, p);
    CHECK(std::abs(student_t_quantile(p, df) - expected) < 0.0005001);
  }
}

TEST_CASE("quantile: values of R 4.2.2", "[reference]") {
  // sprintf("%.17g", qt(p, df)); qnorm(p) for infinite df
  const std::vector<row> rows = {
      {1, 0.975, 12.706204736174694},
      {2, 0.975, 4.3026527297494619},
      {5, 0.9, 1.4758840488244804},
      {9, 0.975, 2.2621571627982049},
      {30, 0.995, 2.7499956535672254},
      {392, 0.975, 1.9660341073487397},
      {2.5, 0.975, 3.5746548420036919},
      {7.25, 0.975, 2.3481948491053708},
      {391.4, 0.975, 1.9660434409269922},
      {1e5, 0.975, 1.9599877075346088},
      {1e10, 0.975, 1.9599639847772807},
      {12.5, 1e-12, -26.820950708728031},
      {12.5, 1e-6, -8.2809373972214821},
      {12.5, 0.2, -0.87132970440529178},
      {infinity, 1e-300, -37.047096299361201},
      {infinity, 1e-12, -7.0344838253011321},
      {infinity, 0.001, -3.0902323061678132},
      {infinity, 0.025, -1.9599639845400538},
      {infinity, 0.45, -0.12566134685507399},
  };
  for (const auto& [df, p, expected] : rows) {
    CAPTURE(df, p);
    CHECK(student_t_quantile(p, df) == near(expected, 5e-14));
  }
}

TEST_CASE("closed forms of 1 and 2 degrees of freedom", "[reference]") {
  for (const double t : {1e-200, 1e-8, 0.5, 1.0, 2.0, 3.0, 1e3, 1e8, 1e150, 1e300}) {
    CAPTURE(t);
    CHECK(student_t_upper_tail(t, 1.0) == near(std::atan(1.0 / t) / std::numbers::pi, 1e-13));
    if (t < 1e150) {
      const double root = std::sqrt(2.0 + t * t);
      CHECK(student_t_upper_tail(t, 2.0) == near(1.0 / (root * (root + t)), 1e-13));
    }
  }
  for (const double p : {1e-290, 1e-100, 1e-12, 0.01, 0.1, 0.3, 0.4}) {
    CAPTURE(p);
    CHECK(student_t_quantile(p, 1.0) == near(-1.0 / std::tan(std::numbers::pi * p), 1e-13));
    CHECK(student_t_quantile(p, 2.0) ==
          near((2.0 * p - 1.0) / std::sqrt(2.0 * p * (1.0 - p)), 1e-13));
  }
  CHECK(student_t_quantile(1e-300, 1.0) == near(-1e300 / std::numbers::pi, 1e-13));
}

TEST_CASE("agrees with Boost.Math", "[reference]") {
  for (const double df : many_df) {
    const boost::math::students_t oracle(df);
    for (const double t : {0.0, 0.1, 0.7, 1.3, 2.0, 2.45, 2.55, 3.0, 5.0, 10.0, 30.0, 37.0}) {
      CAPTURE(df, t);
      const double upper = boost::math::cdf(boost::math::complement(oracle, t));
      CHECK(student_t_upper_tail(t, df) == near(upper, 1e-12));
      CHECK(student_t_cdf(t, df) == near(boost::math::cdf(oracle, t), 1e-14));
    }
    for (const double p : {1e-12, 1e-6, 1e-3, 0.025, 0.2, 0.4, 0.499, 0.75, 0.999, 1.0 - 1e-9}) {
      CAPTURE(df, p);
      CHECK(student_t_quantile(p, df) == near(boost::math::quantile(oracle, p), 1e-13));
    }
  }
}

TEST_CASE("normal distribution agrees with Boost.Math and erfc", "[reference]") {
  const boost::math::normal oracle;
  for (const double z : {0.0, 1e-9, 0.3, 1.0, 2.4999, 2.5001, 4.0, 12.0, 25.0, 37.0}) {
    CAPTURE(z);
    CHECK(normal_upper_tail(z) == near(std::erfc(z / std::numbers::sqrt2) / 2.0, 1e-12));
    CHECK(normal_cdf(z) == near(boost::math::cdf(oracle, z), 1e-15));
    CHECK(normal_cdf(-z) == near(boost::math::cdf(boost::math::complement(oracle, z)), 1e-12));
  }
  for (const double p : {1e-300, 1e-100, 1e-12, 1e-3, 0.1, 0.45, 0.4999999, 0.9, 1.0 - 1e-12}) {
    CAPTURE(p);
    CHECK(normal_quantile(p) == near(boost::math::quantile(oracle, p), 1e-13));
  }
}

TEST_CASE("quantile and tail invert each other, far out and near the median", "[reference]") {
  for (const double df : many_df) {
    for (const double q : {1e-290, 1e-200, 1e-50, 1e-20, 1e-5, 0.07, 0.24, 0.42, 0.4999}) {
      CAPTURE(df, q);
      const double t = -student_t_quantile(q, df);
      if (std::isinf(t)) continue;  // beyond the largest double: only for small df
      CHECK(student_t_upper_tail(t, df) == near(q, 1e-12));
    }
    const double offset = 0x1p-50;  // P(0 < T < t) is t f(0) there, and f(0) = offset / t
    const double peak = offset / student_t_quantile(0.5 + offset, df);
    CHECK(peak == near(boost::math::pdf(boost::math::students_t(df), 0.0), 1e-13));
  }
}

TEST_CASE("limits", "[reference]") {
  CHECK(student_t_cdf(0.0, 3.0) == 0.5);
  CHECK(student_t_quantile(0.5, 3.0) == 0.0);
  CHECK(student_t_upper_tail(infinity, 3.0) == 0.0);
  CHECK(student_t_upper_tail(-infinity, infinity) == 1.0);
  CHECK(student_t_upper_tail(1e308, infinity) == 0.0);
  CHECK(student_t_quantile(1e-300, 0.5) == -infinity);
  CHECK(student_t_quantile(0.975, 1e300) == normal_quantile(0.975));
  CHECK(student_t_cdf(1.0, 1e-300) == near(0.5, 1e-15));
  CHECK(student_t_quantile(0.9, 1e-300) == infinity);
}

TEST_CASE("arguments outside the domain are refused", "[reference]") {
  for (const double df : {0.0, -1.0, -infinity, not_a_number}) {
    CHECK_THROWS_AS(student_t_cdf(1.0, df), error);
    CHECK_THROWS_AS(student_t_upper_tail(1.0, df), error);
    CHECK_THROWS_AS(student_t_quantile(0.5, df), error);
  }
  for (const double p : {0.0, 1.0, -0.1, 1.1, not_a_number}) {
    CHECK_THROWS_AS(student_t_quantile(p, 5.0), error);
    CHECK_THROWS_AS(normal_quantile(p), error);
  }
  CHECK_THROWS_AS(student_t_cdf(not_a_number, 5.0), error);
  CHECK_THROWS_AS(normal_upper_tail(not_a_number), error);
}

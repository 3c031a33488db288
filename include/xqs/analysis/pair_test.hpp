#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "xqs/score/student_t.hpp"

namespace xqs::detail {

/// An entry of a ranking as the test of a pair needs it.
struct ranked {
  double value;
  double variance;
  double inverse_df;  ///< 1/(n - 1); 0 for normal quantiles
  double quartic;     ///< variance^2 inverse_df: its part in Welch's degrees of freedom
};

/// The variance of a difference and 1 over its degrees of freedom.
struct pair_variance {
  double variance;
  double inverse_df;
};

/// Of two entries without shared people. Source: Welch, Biometrika 34 (1947) 28-35.
inline pair_variance independent(const ranked& a, const ranked& b) {
  const double v = a.variance + b.variance;
  return {v, v > 0 ? (a.quartic + b.quartic) / (v * v) : 0};
}

/// Two-sided p of a difference by t. Two censuses differ for sure, or not at all.
inline double two_sided_p(double difference, const pair_variance& v) {
  if (difference == 0) return 1;
  if (v.variance == 0) return 0;
  return 2 * student_t_upper_tail(std::abs(difference) / std::sqrt(v.variance), 1 / v.inverse_df);
}

inline double two_sided_p(const ranked& a, const ranked& b) {
  return two_sided_p(a.value - b.value, independent(a, b));
}

/// What the people of two entries add to the variance of the difference.
struct people_parts {
  double only_a = 0;  ///< sum of squared residuals of those in a only
  double only_b = 0;
  double shared = 0;  ///< sum of squared differences of residuals of those in both
  std::size_t count_a = 0;
  std::size_t count_b = 0;
  std::size_t count_shared = 0;
};

/// Welch's formula on three parts instead of two, a part of m people having m - 1 degrees of
/// freedom, at least 1; never fewer in all than the smaller n - 1.
inline pair_variance overlapping(const people_parts& p, double larger_inverse_df) {
  const auto part = [](double v, std::size_t people) {
    return people == 0 ? 0 : v * v / (std::max)(static_cast<double>(people) - 1, 1.0);
  };
  const double v = p.only_a + p.only_b + p.shared;
  if (!(v > 0)) return {0, 0};
  const double sum =
      part(p.only_a, p.count_a) + part(p.only_b, p.count_b) + part(p.shared, p.count_shared);
  return {v, (std::min)(sum / (v * v), larger_inverse_df)};
}

}  // namespace xqs::detail

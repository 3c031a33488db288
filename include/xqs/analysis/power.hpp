#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "xqs/error.hpp"
#include "xqs/score/student_t.hpp"

namespace xqs {

/// Whether two waves ask the same people or other ones.
enum class waves : std::uint8_t { independent, paired };

namespace detail {

/// P(T > t) for the noncentral t distribution, to about 1e-10. With T = (Z + shift)/s and df s^2
/// chi-square it is the mean of Phi(shift - t s) over s, here by Simpson's rule over ten standard
/// deviations of s, normalised by the same rule. Any df >= 1.
inline double noncentral_t_upper_tail(double t, double df, double shift) {
  const int steps = df < 20 ? 2000 : 400;  // few degrees: a steep step in a wide range
  const double reach = 10 / std::sqrt(2 * df);
  const double low = (std::max)(0.0, 1 - reach);
  const double width = (1 + reach - low) / steps;
  double mass = 0;
  double tail = 0;
  for (int i = 0; i <= steps; ++i) {
    const double s = low + i * width;
    const double logarithm = df == 1 ? 0 : (df - 1) * std::log(s);
    const double simpson = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
    const double density = simpson * std::exp(logarithm - df * (s * s - 1) / 2);
    mass += density;
    tail += density * normal_cdf(shift - t * s);
  }
  return tail / mass;
}

}  // namespace detail

/// The chance that the two-sided t test at `level` finds a change in its direction, with
/// `respondents` in each wave.
///
/// `change` in the unit of `std_deviation`: that of one respondent's (linearised) score if the
/// waves are independent, of one respondent's difference if they are paired. At least two
/// respondents; `level` in (0, 1). As power.t.test of R.
[[nodiscard]] inline double power_of(double change, double std_deviation, std::uint64_t respondents,
                                     waves w, double level) {
  const auto n = static_cast<double>(respondents);
  const bool paired = w == waves::paired;
  const double df = paired ? n - 1 : 2 * (n - 1);
  const double shift = std::abs(change) / std_deviation * std::sqrt(paired ? n : n / 2);
  return detail::noncentral_t_upper_tail(-student_t_quantile((1 - level) / 2, df), df, shift);
}

/// The fewest respondents in each wave, at least two, with which a change is found with
/// probability `power`; see `power_of`. Empty for no change, or beyond 2^50.
///
/// Errors: errc::invalid_argument for a level or power outside (0, 1).
[[nodiscard]] inline std::optional<std::uint64_t> needed_respondents(double change,
                                                                     double std_deviation, waves w,
                                                                     double level,
                                                                     double power = 0.8) {
  if (!(power > 0 && power < 1))
    throw error(errc::invalid_argument, "a power must be above 0 and below 1");
  if (!(std::abs(change) > 0) || !(std_deviation >= 0)) return std::nullopt;
  // As many as known variances would take; Student's t takes a few more: about `more`, as in
  // Guenther, The American Statistician 35 (1981) 243-244.
  const double tail = normal_quantile((1 - level) / 2);
  const double start = (w == waves::paired ? 1 : 2) *
                       std::pow((normal_quantile(power) - tail) * std_deviation / change, 2);
  const double more = tail * tail / (w == waves::paired ? 2 : 4);
  if (!(start < 0x1p50)) return std::nullopt;
  const auto enough = [&](std::uint64_t n) {
    return power_of(change, std_deviation, n, w, level) >= power;
  };
  std::uint64_t n = (std::max)(std::uint64_t{2}, static_cast<std::uint64_t>(start));
  if (std_deviation == 0) return n;
  if (start < 0x1p20)  // beyond, one respondent more or less is a matter of rounding
    n = (std::max)(n, static_cast<std::uint64_t>(std::ceil(start + more)));
  while (n > 2 && enough(n - 1)) --n;
  while (!enough(n)) ++n;
  return n;
}

}  // namespace xqs

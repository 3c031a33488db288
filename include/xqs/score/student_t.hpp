#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "xqs/error.hpp"

namespace xqs {
namespace detail {

/// Student's t distribution, split at t >= 0: P(T > t) = 1/2 - P(0 < T <= t).
///
/// All formulas hold for infinite df too, where they become those of the normal distribution.
class student_t {
 public:
  struct areas {
    double central;  ///< P(0 < T <= t)
    double upper;    ///< P(T > t)
    double mills;    ///< P(T > t) / (t f(t)), f the density
  };

  explicit student_t(double df) : df_(usable(df)), peak_(density_at_zero(df_)) {}

  [[nodiscard]] double df() const { return df_; }

  /// Areas on both sides of a finite t >= 0. Each is accurate relative to itself where it is the
  /// smaller one. Work is bounded for any df: at most about 70 cheap terms.
  [[nodiscard]] areas at(double t) const { return in_body(t) ? body(t) : tail(t); }

  /// Whether `central` (else `upper`) is the area that is computed, the other its complement.
  [[nodiscard]] bool in_body(double t) const { return t * t < (std::min)(6.25, df_); }

 private:
  /// Beyond these limits results no longer differ from those at the limit.
  static double usable(double df) {
    if (!(df > 0.0))
      throw error(errc::invalid_argument,
                  "degrees of freedom must be above 0 (infinity: the normal distribution)");
    return df > 1e22 ? std::numeric_limits<double>::infinity() : (std::max)(df, 1e-20);
  }

  /// f(0) = Gamma((df+1)/2) / (Gamma(df/2) sqrt(pi df)), by the recurrence up to df >= 32 and
  /// there the difference of two Stirling series in 1/df (DLMF 5.5.1, 5.11.8), to 2e-16.
  /// A difference of two log-gammas would cancel for large df.
  static double density_at_zero(double df) {
    double large = df;
    double product = 1.0;
    for (; large < 32.0; large += 2.0) product *= large / (large + 1.0);
    if (large > df) product *= std::sqrt(large / df);
    const double h = 1.0 / large;
    const double g = h * h;
    const double series =
        h * (-1.0 / 4 + g * (1.0 / 24 + g * (-1.0 / 20 + g * (17.0 / 112 - g * 31.0 / 36))));
    return product * std::exp(series) / std::sqrt(2.0 * std::numbers::pi);
  }

  /// (1 + t^2/df)^(e/2 - df/2), which is exp(-t^2/2) for infinite df.
  [[nodiscard]] double power(double t, double e) const {
    if (std::isinf(df_)) return std::exp(-0.5 * t * t);
    const double square = t * t / df_;
    const double logarithm =
        std::isinf(square) ? 2.0 * std::log(t) - std::log(df_) : std::log1p(square);
    return std::exp(0.5 * (e - df_) * logarithm);
  }

  /// P(0 < T <= t) = t f(t) (1 + (df+1)/3 y + (df+1)(df+3)/(3 5) y^2 + ...), y = t^2/(df+t^2):
  /// DLMF 8.17.8 (A&S 26.5.4), for infinite df A&S 26.2.11. Only positive terms.
  [[nodiscard]] areas body(double t) const {
    const double h = 1.0 / df_;
    const double x = t * t / (1.0 + t * t * h);
    double sum = 1.0;
    double term = 1.0;
    for (double k = 1.0; term > 1e-17 * sum; k += 4.0) {  // two terms, by one division
      const double inverse = 1.0 / ((k + 2.0) * (k + 4.0));
      const double first = x * (1.0 + k * h);
      const double second = x * (1.0 + (k + 2.0) * h);
      sum += term * (first * (k + 4.0) * inverse);
      term *= first * second * inverse;
      sum += term;
    }
    const double slope = t * peak_ * power(t, -1.0);
    const double central = slope * sum;
    return {central, 0.5 - central, (0.5 - central) / slope};
  }

  /// P(T > t) = t f(t) (1/t^2 + h) / F with h = 1/df and the continued fraction
  /// F = 1 + v/(1+2h + 2(1+h)v/(1+4h + 3(1+2h)v/(1+6h + ...))), v = 1/t^2.
  /// This is Gauss's fraction (DLMF 15.7.1) of 2F1(1, 1/2; df/2+1; -df/t^2), and for infinite df
  /// Laplace's (A&S 26.2.14). Unlike the usual fraction of the incomplete beta (DLMF 8.17.22) its
  /// elements are positive, and it does not slow down as df grows.
  [[nodiscard]] areas tail(double t) const {
    const double h = 1.0 / df_;
    const double v = 1.0 / t / t;
    const double fraction = tail_fraction(h, v);
    const double upper = peak_ * power(t, 1.0) / t / fraction;
    return {0.5 - upper, upper, (v + h) / fraction};
  }

  /// The same with denominators of 1, by the recurrence of its convergents a/b (DLMF 1.12(ii)):
  /// nothing cancels, no step waits for a division, and neither a nor b gets beyond 1e32, whatever
  /// df is. How much a step changes is known exactly: `product` / (b b_before).
  static double tail_fraction(double h, double v) {
    const auto denominator = [h](double k) { return 1.0 + 2.0 * k * h; };
    double last = denominator(1.0);
    double product = v / last;
    double a_before = 1.0;
    double b_before = 1.0;
    double a = 1.0 + product;
    double b = 1.0;
    for (double k = 2.0; product > 1e-16 * a * b_before; k += 1.0) {
      const double next = denominator(k);
      const double numerator = k * (1.0 + (k - 1.0) * h) * v / (last * next);
      last = next;
      product *= numerator;
      a_before = std::exchange(a, a + numerator * a_before);
      b_before = std::exchange(b, b + numerator * b_before);
    }
    return a / b;
  }

  double df_;
  double peak_;
};

/// Upper-tail quantile of the normal distribution for 0 < q < 1/2, to 4.5e-4 (A&S 26.2.23); near
/// 1/2 not below the tangent at 0, so that it stays positive.
inline double rough_normal_quantile(double q) {
  const double s = std::sqrt(-2.0 * std::log(q));
  const double z = s - (2.515517 + s * (0.802853 + s * 0.010328)) /
                           (1.0 + s * (1.432788 + s * (0.189269 + s * 0.001308)));
  return (std::max)(z, (0.5 - q) * std::sqrt(2.0 * std::numbers::pi));
}

/// A lower bound (as far as z is exact) of the t with the upper tail of z: Wallace, Bounds on
/// normal approximations to Student's and the chi-square distributions, Ann. Math. Stat. 30 (1959)
/// 1121.
inline double start_quantile(double z, double df) {
  if (std::isinf(df)) return z;
  return std::sqrt(df) * std::sqrt(std::expm1((std::min)(z * z / df, 700.0)));
}

/// The t > 0 with P(T > t) = q, 0 < q < 1/2; infinity where t is beyond the largest double.
///
/// Halley's method for log P(T > t) as a function of y = asinh(t/sqrt(df)), where the density is
/// proportional to cosh(y)^-df and so the upper tail is log-concave, nearly linear in heavy tails
/// (P(T > t) becomes a multiple of exp(-df y)). The step in y is taken by the addition theorem of
/// sinh, so y itself is not needed. Two or three evaluations for df >= 0.5; the limits on a step
/// matter only below, where rounding errors grow like 1/df.
inline double upper_quantile(double q, const student_t& distribution) {
  double t = start_quantile(rough_normal_quantile(q), distribution.df());
  for (int i = 0; i < 20; ++i) {
    const auto [central, upper, mills] = distribution.at(t);
    const double excess = distribution.in_body(t) ? (0.5 - q) - central : upper - q;
    const double log_ratio = std::log1p(std::clamp(excess / q, -1.0 + 1e-9, 1e300));
    const double newton = log_ratio * mills;
    const double slope = 1.0 / distribution.df() + 1.0 / t / t;
    const double halley = newton / (std::max)(1.0 + 0.5 * (log_ratio - newton / slope), 0.5);
    const double step = (std::max)(halley, -0.5);
    const double tanh_y = 1.0 / std::sqrt(1.0 + distribution.df() / t / t);
    t *= tanh_y > 0.0 ? std::cosh(step * tanh_y) + std::sinh(step * tanh_y) / tanh_y : 1.0 + step;
    if (std::isinf(t) || std::abs(step) < 1e-5) break;  // cubic: the error is now below 1e-15
  }
  return t;
}

/// As `student_t_upper_tail`.
inline double upper_tail(double t, const student_t& distribution) {
  if (std::isnan(t)) throw error(errc::invalid_argument, "t must be a number, not NaN");
  if (std::isinf(t)) return t > 0.0 ? 0.0 : 1.0;
  return t >= 0.0 ? distribution.at(t).upper : 0.5 + distribution.at(-t).central;
}

/// As `student_t_quantile`.
inline double quantile(double p, const student_t& distribution) {
  if (!(p > 0.0 && p < 1.0))
    throw error(errc::invalid_argument, "a probability must be above 0 and below 1");
  if (p == 0.5) return 0.0;
  return p < 0.5 ? -upper_quantile(p, distribution) : upper_quantile(1.0 - p, distribution);
}

}  // namespace detail

/// P(T > t) for Student's t with `df` degrees of freedom (real, above 0; infinity: normal).
///
/// Relative error below 1e-12 for df >= 0.5 and results down to 1e-300. Infinite t is allowed.
/// Errors: `invalid_argument` if t is NaN or df is not above 0.
[[nodiscard]] inline double student_t_upper_tail(double t, double df) {
  return detail::upper_tail(t, detail::student_t(df));
}

/// P(T <= t); else as `student_t_upper_tail`.
[[nodiscard]] inline double student_t_cdf(double t, double df) {
  return student_t_upper_tail(-t, df);
}

/// The t with P(T <= t) = p, 0 < p < 1. Quantiles beyond the largest double are infinite.
///
/// Relative error below 1e-13 for df >= 0.5 and p >= 1e-100 (1e-12 for smaller p, and growing like
/// 1/df for smaller df). For an upper tail below 1e-16 use -student_t_quantile(tail, df).
/// Errors: `invalid_argument` if p is not between 0 and 1, or df is not above 0.
[[nodiscard]] inline double student_t_quantile(double p, double df) {
  return detail::quantile(p, detail::student_t(df));
}

/// The standard normal distribution: Student's t with infinite `df`.
[[nodiscard]] inline double normal_upper_tail(double z) {
  return student_t_upper_tail(z, std::numeric_limits<double>::infinity());
}

[[nodiscard]] inline double normal_cdf(double z) { return normal_upper_tail(-z); }

[[nodiscard]] inline double normal_quantile(double p) {
  return student_t_quantile(p, std::numeric_limits<double>::infinity());
}

}  // namespace xqs

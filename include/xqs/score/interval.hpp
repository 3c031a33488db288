#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "xqs/model/choice.hpp"
#include "xqs/model/decimal.hpp"
#include "xqs/score/estimator.hpp"
#include "xqs/score/moments.hpp"
#include "xqs/score/ratio_products.hpp"
#include "xqs/score/student_t.hpp"

namespace xqs {

/// What an interval is. Only `bounded` and `census` have ends.
enum class interval_kind : std::uint8_t {
  none,        ///< fewer than two units, or nothing was required
  bounded,     ///< two ends
  exclusive,   ///< the requirement may be zero: everything but a stretch is compatible
  unbounded,   ///< everything is compatible
  degenerate,  ///< the variance is exactly zero: nothing is known about the uncertainty
  census,      ///< everybody answered: there is none
};
template <>
inline constexpr std::array<std::string_view, 6> choice_names<interval_kind> = {
    "none", "bounded", "exclusive", "unbounded", "degenerate", "census"};

/// Ends as ratios, never clipped.
struct interval {
  interval_kind kind = interval_kind::none;
  std::optional<double> low = {};
  std::optional<double> high = {};
};

namespace detail {

/// (1 - level)/2.
[[nodiscard]] inline double tail_of(decimal level) {
  return static_cast<double>(decimal::one - level.millionths()) /
         static_cast<double>(2 * decimal::one);
}

}  // namespace detail

/// The t quantile that leaves (1 - level)/2 above it, with n - 1 degrees of freedom.
[[nodiscard]] inline double critical_value(std::uint64_t units, decimal level) {
  return -student_t_quantile(detail::tail_of(level), static_cast<double>(units) - 1);
}

/// estimate -+ k SE. Needs at least two units.
[[nodiscard]] inline interval delta_interval(const estimate& e, double k) {
  return {interval_kind::bounded, e.value - k * e.std_error, e.value + k * e.std_error};
}

/// The pivot of Fieller: (Y - theta X)/SE(Y - theta X) is compared with the t distribution, so
/// theta is in the interval when theta^2 A - 2 theta B + C <= 0. Needs n >= 2 and X > 0.
///
/// Holds for skewed ratios and few respondents where the delta method falls short; see the coverage
/// table in docs/method.md, section 11, for where it does not.
/// Source: Fieller, JRSS B 16 (1954) 175-185; von Luxburg & Franz, Statistica Sinica 19 (2009).
class fieller_pivot {
 public:
  fieller_pivot(const ratio_moments& m, double population_factor)
      : fieller_pivot(products_of(m), population_factor) {}
  fieller_pivot(const ratio_products& of, double population_factor)
      : x_(of.x),
        y_(of.y),
        scale_(population_factor / (static_cast<double>(of.units) - 1)),
        spread_(detail::variance_factor(of.units, population_factor) * of.squares),
        xx_(of.xx),
        xy_(of.xy),
        yy_(of.yy),
        determinant_(scale_ * scale_ * of.determinant) {
    if (of.slope != 0) turning_point_ = of.offset / of.slope;
  }

  [[nodiscard]] xqs::interval interval(double k) const {
    const double k2 = k * k;
    const double a = x_ * x_ - k2 * scale_ * xx_;
    const double b = x_ * y_ - k2 * scale_ * xy_;
    const double discriminant = k2 * spread_ - k2 * k2 * determinant_;  // B^2 - AC, uncancelled
    if (!(a > 0)) return {discriminant >= 0 ? interval_kind::exclusive : interval_kind::unbounded};
    const double root = std::sqrt((std::max)(discriminant, 0.0));
    return {interval_kind::bounded, (b - root) / a, (b + root) / a};
  }

  /// (edge X - Y)/SE(Y - edge X); beyond its one turning point the value there.
  [[nodiscard]] double operator()(double edge) const {
    const double t = y_ / x_;
    if (turning_point_ && (*turning_point_ > t ? edge > *turning_point_ : edge < *turning_point_))
      return std::copysign(std::sqrt(spread_ / determinant_), *turning_point_ - t);
    const double distance = edge * x_ - y_;
    return distance == 0 ? 0 : distance / std::sqrt(variance_of_distance(edge));
  }

 private:
  /// Vy - 2 edge Vxy + edge^2 Vx, as a sum of squares so that nothing cancels.
  [[nodiscard]] double variance_of_distance(double edge) const {
    const double vx = scale_ * xx_;
    if (vx == 0) return scale_ * yy_;
    const double from_centre = edge - xy_ / xx_;
    return vx * from_centre * from_centre + determinant_ / vx;
  }

  double x_;
  double y_;
  double scale_;   // turns n (n - 1) covariances into n/(n-1) sums of centred products
  double spread_;  // X^2 V(t), exact up to the last rounding
  double xx_;      // n (n - 1) covariances, likewise
  double xy_;
  double yy_;
  double determinant_;  // Vx Vy - Vxy^2, likewise
  std::optional<double> turning_point_;
};

}  // namespace xqs

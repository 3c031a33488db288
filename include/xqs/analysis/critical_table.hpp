#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "xqs/score/student_t.hpp"

namespace xqs::detail {

/// A stretch of numbers.
struct stretch {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void include(double x) {
    low = (std::min)(low, x);
    high = (std::max)(high, x);
  }
};

/// Equal steps over a stretch; a place on it is a number of steps from the left.
class ruler {
 public:
  ruler(stretch s, std::size_t steps)
      : low_(s.low), steps_(s.high > s.low ? steps : 0), width_(s.high - s.low) {
    if (steps_ > 0) scale_ = static_cast<double>(steps_) / width_;
  }
  [[nodiscard]] std::size_t marks() const { return steps_ + 1; }
  [[nodiscard]] double mark(std::size_t i) const {
    return steps_ == 0 ? low_
                       : low_ + width_ * static_cast<double>(i) / static_cast<double>(steps_);
  }
  /// The mark at or below x, and the one at or above it; rounding never shifts them inwards.
  [[nodiscard]] std::size_t below(double x) const { return clamp((x - low_) * scale_ - 1e-6); }
  [[nodiscard]] std::size_t above(double x) const {
    return clamp((x - low_) * scale_ + (1 + 1e-6));
  }

 private:
  [[nodiscard]] std::size_t clamp(double steps) const {
    return steps > 0 ? static_cast<std::size_t>((std::min)(steps, static_cast<double>(steps_))) : 0;
  }
  double low_;
  std::size_t steps_;
  double width_;
  double scale_ = 0;
};

/// Bounds on squared two-sided critical values of t, over stretches of p and of 1/df.
///
/// The critical value falls with p and rises with 1/df, so the value at a corner bounds all values
/// of a cell; nothing is interpolated. Where the bounds do not decide, p itself has to. Costs a
/// quantile a mark.
class critical_table {
 public:
  /// `cells`: about how many.
  critical_table(stretch p, stretch inverse_df, std::size_t cells)
      : p_({std::log(p.low), std::log(p.high)}, p_steps(p, cells)),
        inverse_df_(inverse_df, std::clamp<std::size_t>(cells / p_.marks(), 16, 2048)) {
    for (std::size_t i = 0; i < p_.marks(); ++i)
      for (std::size_t j = 0; j < inverse_df_.marks(); ++j)
        squares_.push_back(
            square(p_.marks() == 1 ? p.low : std::exp(p_.mark(i)), inverse_df_.mark(j)));
  }

  /// Marks of p for `at_most` and `at_least`.
  [[nodiscard]] std::size_t p_below(double p) const { return p_.below(std::log(p)); }
  [[nodiscard]] std::size_t p_above(double p) const { return p_.above(std::log(p)); }

  /// A lower bound of the square for every p up to mark `p_above` and from `inverse_df` on.
  [[nodiscard]] double at_least(std::size_t p_above, double inverse_df) const {
    return (1 - slack) * squares_[p_above * inverse_df_.marks() + inverse_df_.below(inverse_df)];
  }
  /// An upper bound of the square for every p from mark `p_below` on and up to `inverse_df`.
  [[nodiscard]] double at_most(std::size_t p_below, double inverse_df) const {
    return (1 + slack) * squares_[p_below * inverse_df_.marks() + inverse_df_.above(inverse_df)];
  }

 private:
  static constexpr double slack = 1e-9;  // far more than the errors of quantiles and marks

  /// Of half a per cent, as long as there are not too many.
  static std::size_t p_steps(stretch p, std::size_t cells) {
    const double most = (std::max)(static_cast<double>(cells) / 256, 8.0);
    return static_cast<std::size_t>(std::clamp(std::log(p.high / p.low) / 0.005, 1.0, most));
  }
  static double square(double p, double inverse_df) {
    if (p >= 1) return 0;
    const double k = student_t_quantile(p / 2, 1 / inverse_df);
    return k * k;
  }

  ruler p_;
  ruler inverse_df_;
  std::vector<double> squares_;
};

}  // namespace xqs::detail

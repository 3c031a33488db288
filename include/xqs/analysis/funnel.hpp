#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "xqs/analysis/rank_entry.hpp"
#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"
#include "xqs/model/choice.hpp"
#include "xqs/score/student_t.hpp"

namespace xqs {

/// Where an entry lies in a funnel plot.
enum class funnel_side : std::uint8_t { below, within, above };
template <>
inline constexpr std::array<std::string_view, 3> choice_names<funnel_side> = {"below", "within",
                                                                              "above"};

struct funnel_entry {
  double z = 0;  ///< (value - target)/sqrt(V + between)
  double p = 1;  ///< two-sided, normal; not adjusted for the number of entries
  funnel_side side = funnel_side::within;
};

struct funnel {
  double target = 0;          ///< mean of all, weighted by 1/V
  double overdispersion = 1;  ///< phi, mean square of the winsorised z without `between`
  double between = 0;         ///< additive variance that accounts for it
  std::vector<funnel_entry> entries = {};
};

namespace detail {

/// The quantile with linear interpolation between order statistics (type 7 of Hyndman & Fan).
inline double sample_quantile(const std::vector<double>& ascending, double p) {
  const double at = p * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = (std::min)(below + 1, ascending.size() - 1);
  return ascending[below] + (at - std::floor(at)) * (ascending[above] - ascending[below]);
}

/// Mean square after the lowest and the highest tenth have been drawn in to its edge.
inline double winsorised_square(const std::vector<double>& z) {
  std::vector<double> ascending;
  for (const std::uint32_t at :
       order(z.size(), [&](std::uint32_t a, std::uint32_t b) { return z[a] < z[b]; }))
    ascending.push_back(z[at]);
  const double low = sample_quantile(ascending, 0.1);
  const double high = sample_quantile(ascending, 0.9);
  double sum = 0;
  for (const double x : ascending) sum += std::clamp(x, low, high) * std::clamp(x, low, high);
  return sum / static_cast<double>(z.size());
}

inline funnel_entry in_funnel(const rank_entry& e, const funnel& f, double k) {
  const double v = e.std_error * e.std_error + f.between;
  const double z = v > 0 ? (e.value - f.target) / std::sqrt(v) : 0;
  const funnel_side side =
      z > k ? funnel_side::above : (z < -k ? funnel_side::below : funnel_side::within);
  return {z, 2 * normal_upper_tail(std::abs(z)), side};
}

}  // namespace detail

/// Compares every entry with the mean of all, allowing for the usual differences between entries:
/// an additive variance estimated from z values whose outer tenths are winsorised, so that the
/// exceptional do not hide themselves. `level`: of the limits, two-sided; .998 is about three
/// standard errors. Entries without a variance of their own are to borrow it first; a census adds
/// nothing to target and overdispersion. O(entries log entries).
///
/// Errors: errc::invalid_argument for a level that is none.
/// Source: Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in
/// Medicine 24 (2005) 1185-1202; Handling over-dispersion of performance indicators, Quality and
/// Safety in Health Care 14 (2005) 347-351.
[[nodiscard]] inline funnel funnel_of(const std::vector<rank_entry>& entries,
                                      double level = 0.998) {
  if (!(level > 0 && level < 1))
    throw error(errc::invalid_argument, "level must be above 0 and below 1");
  double weights = 0;
  double squared_weights = 0;
  funnel result;
  for (const rank_entry& e : entries) {
    if (e.std_error == 0) continue;
    const double w = 1 / (e.std_error * e.std_error);
    weights += w;
    squared_weights += w * w;
    result.target += w * e.value;
  }
  if (weights > 0) {
    result.target /= weights;
    std::vector<double> z;
    for (const rank_entry& e : entries)
      if (e.std_error > 0) z.push_back((e.value - result.target) / e.std_error);
    const auto n = static_cast<double>(z.size());
    result.overdispersion = detail::winsorised_square(z);
    const double excess = n * result.overdispersion - (n - 1);
    if (excess > 0 && n > 1) result.between = excess / (weights - squared_weights / weights);
  }
  const double k = -normal_quantile((1 - level) / 2);
  for (const rank_entry& e : entries) result.entries.push_back(detail::in_funnel(e, result, k));
  return result;
}

}  // namespace xqs

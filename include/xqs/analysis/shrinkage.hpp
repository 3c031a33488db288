#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "xqs/analysis/rank_entry.hpp"

namespace xqs {

/// An estimate drawn towards the mean of all, for display: the less is known, the more.
struct shrunken_value {
  double value = 0;      ///< weight mean + (1 - weight) value
  double std_error = 0;  ///< the uncertainty of the mean included, that of tau^2 not
  double weight = 0;     ///< of the mean: V/(V + tau^2), 0..1
};

struct shrinkage {
  double between = 0;  ///< tau^2, the variance of the true values
  double mean = 0;
  std::vector<shrunken_value> entries = {};
};

namespace detail {

/// Sums over entries with weights 1/(V + tau^2).
struct weighted_sums {
  double weights = 0;
  double mean = 0;
  double squares = 0;    ///< weighted, around the mean
  double steepness = 0;  ///< minus the derivative of `squares` by tau^2
};

inline weighted_sums sums_at(const std::vector<rank_entry>& entries, double between) {
  weighted_sums s;
  for (const rank_entry& e : entries) {
    if (e.census) continue;
    const double w = 1 / (e.std_error * e.std_error + between);
    s.weights += w;
    s.mean += w * e.value;
  }
  s.mean /= s.weights;
  for (const rank_entry& e : entries) {
    if (e.census) continue;
    const double w = 1 / (e.std_error * e.std_error + between);
    const double distance = e.value - s.mean;
    s.squares += w * distance * distance;
    s.steepness += w * w * distance * distance;
  }
  return s;
}

/// Where to start: 0, or where some variance is 0 just above it.
inline double least_between(const std::vector<rank_entry>& entries) {
  double squares = 0;
  bool exact = false;
  for (const rank_entry& e : entries) {
    if (e.census) continue;
    exact = exact || e.std_error == 0;
    squares += (e.value - entries[0].value) * (e.value - entries[0].value);
  }
  if (!exact) return 0;
  return squares > 0 ? 1e-12 * squares / static_cast<double>(entries.size()) : 1;
}

}  // namespace detail

/// Shrinks entries by the tau^2 of Paule and Mandel, at which the weighted squares around the mean
/// are as many as their degrees of freedom, or 0 where they are fewer already. Entries without a
/// variance of their own are to borrow it first (`borrow_variance`). A census is exact: it keeps
/// its value, and is no part of mean and tau^2, whose errors it does not have. O(entries) for each
/// of some ten Newton steps, which climb to tau^2 from below.
///
/// Source: Paule & Mandel, Journal of Research of the National Bureau of Standards 87 (1982)
/// 377-385; DerSimonian & Kacker, Contemporary Clinical Trials 28 (2007) 105-114.
[[nodiscard]] inline shrinkage shrink(const std::vector<rank_entry>& entries) {
  shrinkage result;
  const auto sampled =
      std::count_if(entries.begin(), entries.end(), [](const rank_entry& e) { return !e.census; });
  if (sampled == 0) {
    for (const rank_entry& e : entries) result.entries.push_back({e.value, 0, 0});
    return result;
  }
  const double df = static_cast<double>(sampled) - 1;
  result.between = detail::least_between(entries);
  detail::weighted_sums s = detail::sums_at(entries, result.between);
  for (int i = 0; i < 200 && s.squares > df; ++i) {
    const double step = (s.squares - df) / s.steepness;
    if (!(step > 1e-15 * result.between)) break;
    result.between += step;
    s = detail::sums_at(entries, result.between);
  }
  result.mean = s.mean;
  for (const rank_entry& e : entries) {
    if (e.census) {
      result.entries.push_back({e.value, 0, 0});
      continue;
    }
    const double v = e.std_error * e.std_error;
    const double weight = v / (v + result.between);
    result.entries.push_back({weight * s.mean + (1 - weight) * e.value,
                              std::sqrt(v * (1 - weight) + weight * weight / s.weights), weight});
  }
  return result;
}

}  // namespace xqs

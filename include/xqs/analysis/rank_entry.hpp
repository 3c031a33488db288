#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "xqs/error.hpp"
#include "xqs/model/choice.hpp"

namespace xqs {

/// One of several things to be ranked: a rep, a department, a country. Larger values are better.
struct rank_entry {
  double value = 0;      ///< an estimate, in per cent or whatever the values have in common
  double std_error = 0;  ///< 0: no variance of its own, unless `census`
  /// n - 1; infinite where nothing is known about the precision of std_error: normal quantiles.
  double df = std::numeric_limits<double>::infinity();
  bool census = false;  ///< everybody answered: the value is exact
};

/// For which statements together the error is limited.
enum class rank_family {
  simultaneous,  ///< all ranks at once: J (J - 1)/2 comparisons
  per_entry,     ///< the rank of one entry, whichever is looked at: J - 1 comparisons each
};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<rank_family> = {"simultaneous",
                                                                              "per_entry"};

enum class rank_adjustment { holm, bonferroni };
template <>
inline constexpr std::array<std::string_view, 2> choice_names<rank_adjustment> = {"holm",
                                                                                  "bonferroni"};

namespace detail {

inline void require_entry(const rank_entry& e, std::size_t at) {
  const bool usable = std::isfinite(e.value) && std::isfinite(e.std_error) && e.std_error >= 0 &&
                      (e.df == 0 || e.df >= 1);
  if (!usable)
    throw error(static_cast<std::int64_t>(at), "std_error", "",
                "an entry of a ranking needs a finite value, a finite standard error of at least 0 "
                "and degrees of freedom of 0 (one respondent) or at least 1");
}

inline bool has_variance(const rank_entry& e) { return e.census || (e.std_error > 0 && e.df > 0); }

/// Variance of one respondent, pooled within entries: sum (n-1) n V / sum (n-1). Where some n is
/// unknown, the mean of V instead.
inline double pooled_variance(const std::vector<rank_entry>& entries, bool n_known) {
  double sum = 0;
  double weights = 0;
  for (const rank_entry& e : entries) {
    if (e.census || e.df == 0) continue;
    const double weight = n_known ? e.df : 1;
    sum += weight * (n_known ? e.df + 1 : 1) * e.std_error * e.std_error;
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

}  // namespace detail

/// Which entries have no variance of their own: all respondents agree, or there is only one.
[[nodiscard]] inline std::vector<bool> without_variance(const std::vector<rank_entry>& entries) {
  std::vector<bool> result;
  result.reserve(entries.size());
  for (const rank_entry& e : entries) result.push_back(!detail::has_variance(e));
  return result;
}

/// Gives entries without a variance of their own the pooled within-entry variance of a respondent,
/// divided by their n, with their own n - 1 degrees of freedom, at least 1. Where nobody has a
/// variance, the standard error stays 0: nothing is known. O(entries).
///
/// Errors: errc::invalid_data for an entry that is not finite; the row is its position.
inline void borrow_variance(std::vector<rank_entry>& entries) {
  bool n_known = true;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    detail::require_entry(entries[i], i);
    n_known = n_known && std::isfinite(entries[i].df);
  }
  const double pooled = detail::pooled_variance(entries, n_known);
  for (rank_entry& e : entries) {
    if (detail::has_variance(e)) continue;
    e.std_error = std::sqrt(n_known ? pooled / (e.df + 1) : pooled);
    e.df = (std::max)(e.df, 1.0);
  }
}

}  // namespace xqs

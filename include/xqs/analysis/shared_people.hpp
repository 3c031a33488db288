#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "xqs/analysis/pair_test.hpp"
#include "xqs/error.hpp"
#include "xqs/score/student_t.hpp"

namespace xqs {

/// What one person adds to the estimate of one entry of a ranking: the linearised residual, times
/// sqrt(n/(n-1)), so that the variance of the estimate is the sum of their squares. At most one a
/// person and entry.
struct rank_residual {
  std::uint32_t person;
  std::uint32_t entry;
  double value;
};

namespace detail {

inline bool precedes(const rank_residual& a, const rank_residual& b) {
  return a.person != b.person ? a.person < b.person : a.entry < b.entry;
}

/// A pair whose people overlap, so that its p is not that of independent entries.
struct shared_pair {
  std::uint32_t a;
  std::uint32_t b;
  double p_independent;
  double p;
};

/// Positions by a number below `limit`, with the start of each; a counting sort.
struct grouped {
  std::vector<std::uint32_t> starts;
  std::vector<std::uint32_t> positions;

  template <typename NumberOf>
  grouped(std::size_t count, std::uint32_t limit, const NumberOf& number_of)
      : starts(std::size_t{limit} + 2), positions(count) {
    for (std::size_t i = 0; i < count; ++i) ++starts[std::size_t{number_of(i)} + 2];
    for (std::size_t g = 2; g < starts.size(); ++g) starts[g] += starts[g - 1];
    for (std::uint32_t i = 0; i < count; ++i)
      positions[starts[std::size_t{number_of(i)} + 1]++] = i;
  }
  [[nodiscard]] std::uint32_t begin(std::uint32_t number) const { return starts[number]; }
  [[nodiscard]] std::uint32_t end(std::uint32_t number) const {
    return starts[std::size_t{number} + 1];
  }
};

/// What the people that two entries share add up to.
struct overlap {
  std::size_t people = 0;
  double aa = 0;
  double bb = 0;
  double differences = 0;
};

inline pair_variance shared_variance(const ranked& a, const ranked& b, std::size_t people_a,
                                     std::size_t people_b, const overlap& o) {
  people_parts parts;
  parts.count_shared = o.people;
  parts.count_a = people_a - o.people;
  parts.count_b = people_b - o.people;
  // What cancels without anybody left is rounding.
  parts.only_a = parts.count_a > 0 ? (std::max)(a.variance - o.aa, 0.0) : 0;
  parts.only_b = parts.count_b > 0 ? (std::max)(b.variance - o.bb, 0.0) : 0;
  parts.shared = o.differences;
  return overlapping(parts, (std::max)(a.inverse_df, b.inverse_df));
}

/// `v` as from `shared_variance`.
inline double shared_p(const ranked& a, const ranked& b, const pair_variance& v) {
  const double apart = a.variance + b.variance;  // 0 of two censuses, which are exact
  if (apart > 0 && v.variance <= std::ldexp(apart, -40)) return 1;  // degenerate: no verdict
  return two_sided_p(a.value - b.value, v);
}

/// Finds the pairs that share people, by the people they share.
class shared_pairs {
 public:
  /// `residuals`, which ascend by person and entry, must outlive this. O(residuals + sum over
  /// people of (entries of that person)^2). Pairs whose p is above `alpha` anyway, shared or not,
  /// are left out.
  ///
  /// Errors: errc::invalid_argument for an entry that is none.
  shared_pairs(const std::vector<ranked>& entries, const std::vector<rank_residual>& residuals,
               double alpha)
      : entries_(entries),
        residuals_(residuals),
        by_entry_(residuals.size(), entry_limit(),
                  [&](std::size_t i) { return residuals[i].entry; }),
        overlaps_(entries.size()),
        quantile_(normal_quantile(alpha / 2)) {
    for (std::uint32_t a = 0; a < entries.size(); ++a) add(a, alpha);
  }

  [[nodiscard]] const std::vector<shared_pair>& all() const { return pairs_; }

 private:
  [[nodiscard]] std::uint32_t entry_limit() const {
    for (const rank_residual& r : residuals_)
      if (r.entry >= entries_.size())
        throw error(errc::invalid_argument, "a residual of an entry that is not ranked");
    return static_cast<std::uint32_t>(entries_.size());
  }
  [[nodiscard]] std::size_t people(std::uint32_t entry) const {
    return by_entry_.end(entry) - by_entry_.begin(entry);
  }

  /// Meets the later entries of each of its people; the earlier ones met it before.
  void add(std::uint32_t a, double alpha) {
    for (std::uint32_t i = by_entry_.begin(a); i < by_entry_.end(a); ++i) {
      const std::size_t at = by_entry_.positions[i];
      const rank_residual& mine = residuals_[at];
      for (std::size_t j = at + 1; j < residuals_.size(); ++j) {
        if (residuals_[j].person != mine.person) break;
        meet(mine.value, residuals_[j]);
      }
    }
    for (const std::uint32_t b : met_) {
      compare(a, b, alpha);
      overlaps_[b] = {};
    }
    met_.clear();
  }

  /// No area of Student's t is smaller than that of the normal distribution, which is told by its
  /// quantile: most pairs need no area.
  void compare(std::uint32_t a, std::uint32_t b, double alpha) {
    const ranked& one = entries_[a];
    const ranked& other = entries_[b];
    const pair_variance shared = shared_variance(one, other, people(a), people(b), overlaps_[b]);
    const pair_variance apart = independent(one, other);
    const double t = (one.value - other.value) / quantile_;
    if (t * t < (std::min)(shared.variance, apart.variance) * (1 - 1e-9)) return;
    const double p = shared_p(one, other, shared);
    const double p_independent = two_sided_p(one.value - other.value, apart);
    if (p <= alpha || p_independent <= alpha) pairs_.push_back({a, b, p_independent, p});
  }

  void meet(double mine, const rank_residual& other) {
    overlap& o = overlaps_[other.entry];
    if (o.people++ == 0) met_.push_back(other.entry);
    o.aa += mine * mine;
    o.bb += other.value * other.value;
    o.differences += (mine - other.value) * (mine - other.value);
  }

  const std::vector<ranked>& entries_;
  const std::vector<rank_residual>& residuals_;
  grouped by_entry_;
  std::vector<overlap> overlaps_;
  double quantile_;  ///< of the normal distribution, with alpha/2 below
  std::vector<std::uint32_t> met_;
  std::vector<shared_pair> pairs_;
};

}  // namespace detail
}  // namespace xqs

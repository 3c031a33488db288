#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "xqs/analysis/critical_table.hpp"
#include "xqs/analysis/pair_test.hpp"
#include "xqs/detail/order.hpp"

namespace xqs::detail {

/// Which p count on the side of one entry.
struct cutoff {
  double p;             ///< the largest that counts
  double last;          ///< the largest that is listed as next to it; at least p
  bool counted = true;  ///< false: nothing is counted for this entry
};

/// Entries that are tested alike: similar variances, degrees of freedom and cutoffs. They ascend by
/// value.
struct stratum {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool counted = true;  ///< of all entries, or of none
  stretch variance = {};
  stretch inverse_df = {};
  stretch p = {};
  stretch last = {};
};

/// Splits entries into strata of about sqrt(J)/2 each, so that within two of them the critical
/// difference varies little. O(J log^2 J).
class rank_strata {
 public:
  rank_strata(const std::vector<ranked>& entries, const std::vector<cutoff>& cutoffs)
      : entries_(entries), cutoffs_(cutoffs) {
    const double size = std::sqrt(static_cast<double>(entries.size())) / 2;
    largest_ = (std::max)(static_cast<std::uint32_t>(size), std::uint32_t{8});
    for (const bool counted : {true, false}) {
      const auto begin = static_cast<std::uint32_t>(positions_.size());
      for (std::uint32_t i = 0; i < entries.size(); ++i)
        if (cutoffs[i].counted == counted) positions_.push_back(i);
      if (begin < positions_.size())
        split_up(described(begin, static_cast<std::uint32_t>(positions_.size())));
    }
  }

  [[nodiscard]] const std::vector<stratum>& all() const { return strata_; }
  /// The entry at a place; strata are stretches of places.
  [[nodiscard]] const std::vector<std::uint32_t>& entry_at() const { return positions_; }

 private:
  [[nodiscard]] stratum described(std::uint32_t begin, std::uint32_t end) const {
    stratum s{begin, end, cutoffs_[positions_[begin]].counted};
    for (std::uint32_t at = begin; at < end; ++at) {
      s.variance.include(entries_[positions_[at]].variance);
      s.inverse_df.include(entries_[positions_[at]].inverse_df);
      s.p.include(cutoffs_[positions_[at]].p);
      s.last.include(cutoffs_[positions_[at]].last);
    }
    return s;
  }

  void split_up(const stratum& whole) {
    std::vector<stratum> open = {whole};
    while (!open.empty()) {
      const stratum s = open.back();
      open.pop_back();
      if (s.end - s.begin <= largest_) {
        sort(s, &ranked::value);
        strata_.push_back(s);
        continue;
      }
      split(s);
      const std::uint32_t middle = s.begin + (s.end - s.begin) / 2;
      open.push_back(described(middle, s.end));
      open.push_back(described(s.begin, middle));
    }
  }

  /// By what makes the critical differences of a stratum vary most.
  void split(const stratum& s) {
    const auto log_ratio = [](double high, double low) {
      return high > low ? std::log(high / low) : 0;
    };
    const auto critical = [](double at, double inverse_df) {
      return -student_t_quantile(at / 2, 1 / inverse_df);
    };
    const double p = s.p.low;
    const double by_variance = log_ratio(s.variance.high, s.variance.low) / 2;
    const double by_df = log_ratio(critical(p, s.inverse_df.high), critical(p, s.inverse_df.low));
    const double by_p = log_ratio(critical(p, 0), critical(s.p.high, 0));
    if (by_variance >= (std::max)(by_df, by_p)) return sort(s, &ranked::variance);
    if (by_df >= by_p) return sort(s, &ranked::inverse_df);
    sort(s, [&](std::uint32_t a, std::uint32_t b) { return cutoffs_[a].p < cutoffs_[b].p; });
  }

  void sort(const stratum& s, double ranked::*member) {
    sort(s, [&](std::uint32_t a, std::uint32_t b) {
      return entries_[a].*member < entries_[b].*member;
    });
  }

  template <typename Before>
  void sort(const stratum& s, const Before& before) {
    const std::vector<std::uint32_t> old(positions_.begin() + s.begin, positions_.begin() + s.end);
    std::uint32_t at = s.begin;
    for (const std::uint32_t i : order(
             old.size(), [&](std::uint32_t a, std::uint32_t b) { return before(old[a], old[b]); }))
      positions_[at++] = old[i];
  }

  const std::vector<ranked>& entries_;
  const std::vector<cutoff>& cutoffs_;
  std::vector<std::uint32_t> positions_;
  std::uint32_t largest_ = 8;
  std::vector<stratum> strata_;
};

}  // namespace xqs::detail

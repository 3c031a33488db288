#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "xqs/analysis/pair_sweep.hpp"
#include "xqs/analysis/pair_test.hpp"
#include "xqs/analysis/rank_entry.hpp"
#include "xqs/analysis/shared_people.hpp"
#include "xqs/analysis/workers.hpp"

namespace xqs {

namespace detail {

/// Which p count, by Holm, without sorting all of them.
///
/// Holm's step-down stops at the first k whose p_(k+1) exceeds alpha/(m - k), so it rejects exactly
/// the p up to the least c with c = alpha/(m - #{p <= c}). Counting at c = alpha/m, then at
/// alpha/(m - count), and so on, climbs to that c from below: a few sweeps, of which the last also
/// lists the pairs next to the cutoff, among which the climb ends.
/// Source: Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
class holm_climb {
 public:
  holm_climb(const std::vector<ranked>& entries, const std::vector<shared_pair>& shared,
             double alpha, rank_family family, const workers& who)
      : entries_(entries), shared_(shared), alpha_(alpha), family_(family), who_(who) {
    const auto j = static_cast<double>(entries.size());
    comparisons_ = family == rank_family::simultaneous ? j * (j - 1) / 2 : j - 1;
    const double first = alpha / comparisons_;
    cutoffs_.assign(entries.size(), {first, first});
    counts_ = {std::vector<std::int64_t>(entries.size()),
               std::vector<std::int64_t>(entries.size())};
  }

  /// Counts at the first cutoff.
  [[nodiscard]] pair_counts bonferroni() {
    sweep(pair_sweep::effort::exact);
    count_candidates(cutoffs_);
    return std::move(counts_);
  }

  [[nodiscard]] pair_counts holm() {
    // Rough counts are too small, so they lead to cutoffs that are not too large: a cheap start.
    for (int i = 0; i < 4; ++i) {
      sweep(pair_sweep::effort::rough);
      const std::vector<double> next = next_cutoffs();
      double step = 0;
      for (std::size_t e = 0; e < next.size(); ++e) {
        step = (std::max)(step, next[e] / cutoffs_[e].p);
        cutoffs_[e] = {next[e], next[e]};
      }
      if (step < 1.6) break;
    }
    do {
      sweep(pair_sweep::effort::exact);
    } while (!settled());
    return std::move(counts_);
  }

 private:
  /// Whether a candidate counts for either side already.
  struct side {
    bool low = false;
    bool high = false;
  };

  void sweep(pair_sweep::effort e) {
    sweep_result found = pair_sweep(entries_, cutoffs_).run(e, who_);
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (cutoffs_[i].counted) {
        counts_.above[i] = found.counts.above[i];
        counts_.below[i] = found.counts.below[i];
      }
    candidates_ = std::move(found.candidates);
    complete_ = found.complete;
    correct_shared();
  }

  /// The sweep took people that are shared for others; their pairs become candidates, whose p is
  /// known. A rough sweep may have counted fewer of them than are taken out here.
  void correct_shared() {
    if (!candidates_.empty() && !shared_.empty()) drop_shared();
    counted_.clear();
    for (const pair_candidate& c : candidates_)
      counted_.push_back({c.p <= cutoffs_[c.low].p, c.p <= cutoffs_[c.high].p});
    const auto take_out = [&](const shared_pair& s, std::uint32_t at, std::int64_t& count) {
      if (!cutoffs_[at].counted) return true;
      if (s.p_independent <= cutoffs_[at].p) count = (std::max)(count - 1, std::int64_t{0});
      return false;
    };
    for (const shared_pair& s : shared_) {
      const bool a_low = entries_[s.a].value < entries_[s.b].value;
      const auto [low, high] = a_low ? std::pair(s.a, s.b) : std::pair(s.b, s.a);
      counted_.push_back(
          {take_out(s, low, counts_.above[low]), take_out(s, high, counts_.below[high])});
      candidates_.push_back({low, high, s.p});
    }
  }

  /// Takes pairs with shared people out of the candidates of the sweep.
  void drop_shared() {
    const auto key = [](std::uint32_t a, std::uint32_t b) {
      return std::uint64_t{(std::min)(a, b)} << 32u | (std::max)(a, b);
    };
    std::vector<std::uint64_t> keys;
    for (const shared_pair& s : shared_) keys.push_back(key(s.a, s.b));
    const std::vector<std::uint32_t> order = detail::order(
        keys.size(), [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
    std::vector<pair_candidate> kept;
    for (const pair_candidate& c : candidates_) {
      const auto at =
          std::lower_bound(order.begin(), order.end(), key(c.low, c.high),
                           [&](std::uint32_t i, std::uint64_t k) { return keys[i] < k; });
      if (at == order.end() || keys[*at] != key(c.low, c.high)) kept.push_back(c);
    }
    candidates_ = std::move(kept);
  }

  /// Climbs on among the candidates. An entry is done when its cutoff stays within what was listed;
  /// the others are counted again. Whether all are done.
  bool settled() {
    std::vector<cutoff> reached = cutoffs_;
    do {
      const std::vector<double> next = next_cutoffs();
      for (std::size_t i = 0; i < reached.size(); ++i) reached[i].p = next[i];
    } while (count_candidates(reached));
    double expected = 0;
    bool done = true;
    for (std::size_t i = 0; i < reached.size(); ++i) {
      const bool listed = complete_ && reached[i].p < cutoffs_[i].last * (1 - 1e-9);
      reached[i].counted = reached[i].p != cutoffs_[i].p && !listed;
      done = done && !reached[i].counted;
      if (reached[i].counted) expected += std::log(reached[i].p / cutoffs_[i].p);
    }
    // The next step will be shorter than the last one: list pairs as far as another such step, but
    // not too many. A p is 5 % more frequent per unit of its logarithm, or so.
    expected *= 0.05 * static_cast<double>(reached.size());
    const double share = (std::min)(1.0, 2e6 / expected);
    for (std::size_t i = 0; i < reached.size(); ++i)
      reached[i].last =
          (std::min)(reached[i].p * std::pow(reached[i].p / cutoffs_[i].p, share), 1.0);
    cutoffs_ = std::move(reached);
    return done;
  }

  /// Whether any candidate counted that did not before.
  bool count_candidates(const std::vector<cutoff>& cutoffs) {
    bool more = false;
    const auto count = [&](bool& counted, double p, std::uint32_t at, std::int64_t& sum) {
      if (counted || p > cutoffs[at].p) return;
      counted = more = true;
      ++sum;
    };
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const pair_candidate& c = candidates_[i];
      count(counted_[i].low, c.p, c.low, counts_.above[c.low]);
      count(counted_[i].high, c.p, c.high, counts_.below[c.high]);
    }
    return more;
  }

  /// alpha/(comparisons not rejected yet); where all are rejected, the cutoff stays.
  [[nodiscard]] std::vector<double> next_cutoffs() const {
    std::int64_t total = 0;
    for (const std::int64_t above : counts_.above) total += above;
    std::vector<double> next;
    for (std::size_t i = 0; i < cutoffs_.size(); ++i) {
      const std::int64_t rejected =
          family_ == rank_family::simultaneous ? total : counts_.above[i] + counts_.below[i];
      const double left = (std::max)(comparisons_ - static_cast<double>(rejected), 1.0);
      next.push_back((std::max)(cutoffs_[i].p, alpha_ / left));
    }
    return next;
  }

  const std::vector<ranked>& entries_;
  const std::vector<shared_pair>& shared_;
  double alpha_;
  rank_family family_;
  workers who_;
  double comparisons_;
  std::vector<cutoff> cutoffs_;
  pair_counts counts_;
  std::vector<pair_candidate> candidates_;
  std::vector<side> counted_;  ///< by candidate
  bool complete_ = true;
};

}  // namespace detail
}  // namespace xqs

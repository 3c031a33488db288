#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "xqs/analysis/critical_table.hpp"
#include "xqs/analysis/pair_test.hpp"
#include "xqs/analysis/rank_strata.hpp"
#include "xqs/analysis/workers.hpp"

namespace xqs::detail {

/// A pair whose p is next to the cutoff of at least one side.
struct pair_candidate {
  std::uint32_t low;   ///< the entry with the smaller value
  std::uint32_t high;  ///< the entry with the larger one
  double p;
};

/// How many entries each one is significantly below and above.
struct pair_counts {
  std::vector<std::int64_t> above;  ///< entries significantly above this one
  std::vector<std::int64_t> below;
};

struct sweep_result {
  pair_counts counts;
  std::vector<pair_candidate> candidates;
  bool complete = true;  ///< false: more candidates than can be kept, so none are
};

/// Counts, over all pairs of independent entries and without storing them, which p are at most the
/// cutoff of either side, and lists those whose p are next to it.
///
/// Entries are in strata within which a critical difference varies little. For two strata it is
/// bounded once; while one stratum is walked through, two marks in the other move along, and what
/// lies beyond the outer mark is significant, before the inner one not. Only pairs between the
/// marks are tested, by a table of bounds and, where that does not decide, by p itself. So the
/// counts are exactly those of all p. O(J sqrt(J)) for marks, plus the pairs between them: a share
/// of J^2/2 that falls like 1/J^(1/4).
class pair_sweep {
 public:
  enum class effort { rough, exact };  ///< rough: pairs between the marks do not count

  pair_sweep(const std::vector<ranked>& entries, const std::vector<cutoff>& cutoffs)
      : strata_(entries, cutoffs),
        table_(all_cutoffs(cutoffs), all_inverse_df(entries),
               std::clamp<std::size_t>(2 * entries.size(), 64, 200'000)) {
    for (const std::uint32_t e : strata_.entry_at()) {
      places_.push_back(entries[e]);
      values_.push_back(entries[e].value);
      const cutoff& c = cutoffs[e];
      limits_.push_back({c.p, c.last, table_.p_below(c.p), table_.p_above(c.last)});
    }
  }

  [[nodiscard]] sweep_result run(effort e, const workers& who) const {
    std::vector<part> parts(who.count, part(places_.size()));
    auto task = [&](std::size_t worker) {
      const std::vector<stratum>& strata = strata_.all();
      for (std::size_t i = worker; i < strata.size(); i += who.count)
        for (const stratum& higher : strata) compare(strata[i], higher, e, parts[worker]);
    };
    share_out(who, task);
    return collected(parts);
  }

 private:
  struct limit {
    double p;
    double last;
    std::size_t mark_p;
    std::size_t mark_last;
  };
  /// What one worker found, by place.
  struct part {
    std::vector<std::int64_t> above;
    std::vector<std::int64_t> below;         ///< of single entries
    std::vector<std::int64_t> below_onward;  ///< of an entry and all after it in its stratum
    std::vector<pair_candidate> candidates;
    bool complete = true;
    explicit part(std::size_t n) : above(n), below(n), below_onward(n) {}
  };
  static constexpr std::size_t most_candidates = 6'000'000;

  static stretch all_cutoffs(const std::vector<cutoff>& cutoffs) {
    stretch s;
    for (const cutoff& c : cutoffs)
      if (c.counted) {
        s.include(c.p);
        s.include(c.last);
      }
    return s;
  }
  /// Of pairs: at least half the smallest, at most the largest of single entries.
  static stretch all_inverse_df(const std::vector<ranked>& entries) {
    stretch s;
    for (const ranked& e : entries) {
      s.include(e.inverse_df);
      s.include(e.inverse_df / 2);
    }
    return s;
  }

  /// Bounds of 1/df of Welch for two strata: w^2 a + (1 - w)^2 b with w the share of the variance.
  static stretch welch(const stratum& p, const stratum& q) {
    const auto share = [](double a, double b) { return a + b > 0 ? a / (a + b) : 0.5; };
    const stretch w{share(p.variance.low, q.variance.high), share(p.variance.high, q.variance.low)};
    const auto at = [](double x, double a, double b) { return x * x * a + (1 - x) * (1 - x) * b; };
    const auto [a, b] = std::pair(p.inverse_df.low, q.inverse_df.low);
    const double flattest = std::clamp(share(b, a), w.low, w.high);
    return {at(flattest, a, b), (std::max)(at(w.low, p.inverse_df.high, q.inverse_df.high),
                                           at(w.high, p.inverse_df.high, q.inverse_df.high))};
  }

  /// Differences below the first count for nobody, those from the second on for both sides.
  [[nodiscard]] stretch critical_differences(const stratum& p, const stratum& q) const {
    const stretch df = welch(p, q);
    stretch limits;
    for (const stratum* s : {&p, &q})
      if (s->counted) {
        limits.include(s->p.low);
        limits.include(s->last.high);
      }
    const double low = table_.at_least(table_.p_above(limits.high), df.low * (1 - 1e-9)) *
                       (p.variance.low + q.variance.low);
    const double high = table_.at_most(table_.p_below(limits.low), df.high * (1 + 1e-9)) *
                        (p.variance.high + q.variance.high);
    constexpr double least = (std::numeric_limits<double>::min)();  // equal values never differ
    return {(std::max)(std::sqrt(low) * (1 - 1e-9), least),
            (std::max)(std::sqrt(high) * (1 + 1e-9), least)};
  }

  /// Pairs with the larger value in `q`.
  void compare(const stratum& p, const stratum& q, effort e, part& found) const {
    if (!p.counted && !q.counted) return;
    if (values_[q.end - 1] <= values_[p.begin]) return;
    const stretch critical = critical_differences(p, q);
    if (values_[q.end - 1] - values_[p.begin] < critical.low) return;
    std::uint32_t inner = q.begin;
    std::uint32_t outer = q.begin;
    for (std::uint32_t at = p.begin; at < p.end; ++at) {
      const double value = values_[at];
      while (inner < q.end && values_[inner] - value < critical.low) ++inner;
      while (outer < q.end && values_[outer] - value < critical.high) ++outer;
      if (inner == q.end) return;  // larger values have nobody above them either
      found.above[at] += q.end - outer;
      if (outer < q.end) ++found.below_onward[outer];
      if (e == effort::exact)
        for (std::uint32_t other = inner; other < outer; ++other) test(p, at, q, other, found);
    }
  }

  enum class answer { significant, candidate, neither };

  /// p is computed at most once, and only where the bounds leave it open.
  [[nodiscard]] answer decide(const limit& l, double square, const pair_variance& v,
                              double difference, double& p) const {
    if (square >= table_.at_most(l.mark_p, v.inverse_df) * v.variance) return answer::significant;
    if (square < table_.at_least(l.mark_last, v.inverse_df) * v.variance) return answer::neither;
    if (p < 0) p = two_sided_p(difference, v);
    if (p <= l.p) return answer::significant;
    return p <= l.last ? answer::candidate : answer::neither;
  }

  void test(const stratum& lower, std::uint32_t low, const stratum& higher, std::uint32_t high,
            part& found) const {
    const double difference = places_[high].value - places_[low].value;
    const pair_variance v = independent(places_[low], places_[high]);
    const auto of = [&](const stratum& s, std::uint32_t at, double& p) {
      return s.counted ? decide(limits_[at], difference * difference, v, difference, p)
                       : answer::neither;
    };
    double p = -1;
    const answer for_low = of(lower, low, p);
    const answer for_high = of(higher, high, p);
    found.above[low] += for_low == answer::significant ? 1 : 0;
    found.below[high] += for_high == answer::significant ? 1 : 0;
    if (for_low != answer::candidate && for_high != answer::candidate) return;
    if (found.candidates.size() == most_candidates) found.complete = false;
    if (found.complete)
      found.candidates.push_back({strata_.entry_at()[low], strata_.entry_at()[high], p});
  }

  [[nodiscard]] sweep_result collected(std::vector<part>& parts) const {
    sweep_result result;
    result.counts.above.resize(places_.size());
    result.counts.below.resize(places_.size());
    for (part& found : parts) {
      for (const stratum& s : strata_.all()) {
        std::int64_t onward = 0;
        for (std::uint32_t at = s.begin; at < s.end; ++at) {
          onward += found.below_onward[at];
          result.counts.above[strata_.entry_at()[at]] += found.above[at];
          result.counts.below[strata_.entry_at()[at]] += found.below[at] + onward;
        }
      }
      result.complete = result.complete && found.complete;
      result.candidates.insert(result.candidates.end(), found.candidates.begin(),
                               found.candidates.end());
      found = part(0);
    }
    if (!result.complete) result.candidates.clear();
    return result;
  }

  rank_strata strata_;
  critical_table table_;
  std::vector<ranked> places_;
  std::vector<double> values_;  // by themselves, since walking needs nothing else
  std::vector<limit> limits_;
};

}  // namespace xqs::detail

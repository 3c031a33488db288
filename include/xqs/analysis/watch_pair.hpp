#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "xqs/analysis/evidence.hpp"
#include "xqs/analysis/watch_state.hpp"

namespace xqs {

namespace detail {

/// The sum of a falling and a rising function, to be minimised. On any stretch it is at least the
/// falling one at the right end plus the rising one at the left end.
template <typename Falling, typename Rising>
class falling_and_rising {
 public:
  falling_and_rising(const Falling& falling, const Rising& rising)
      : falling_(falling), rising_(rising) {}

  /// The least value on a stretch: branch and bound leaves nothing out that is lower by more than
  /// `slack`, then golden sections settle the best place found.
  [[nodiscard]] double least(double low, double high, double slack) {
    std::vector<stretch> open = {{at(low), at(high)}};
    while (!open.empty()) {
      const auto [a, b] = open.back();
      open.pop_back();
      const double middle = a.x + (b.x - a.x) / 2;
      if (b.falling + a.rising >= least_ - slack || middle == a.x || middle == b.x) continue;
      const place m = at(middle);
      const bool left_first = b.rising > a.falling;
      open.push_back(left_first ? stretch{m, b} : stretch{a, m});
      open.push_back(left_first ? stretch{a, m} : stretch{m, b});
    }
    settle(low, high);
    return least_;
  }

 private:
  struct place {
    double x;
    double falling;
    double rising;
  };
  struct stretch {
    place a;
    place b;
  };

  place at(double x) {
    const place p{x, falling_(x), rising_(x)};
    const double value = p.falling + p.rising;
    if (value < least_) {
      reach_ = std::abs(x - best_);
      least_ = value;
      best_ = x;
    }
    return p;
  }
  double value(double x) {
    const place p = at(x);
    return p.falling + p.rising;
  }

  void settle(double low, double high) {
    const double reach = reach_;
    double a = (std::max)(low, best_ - reach);
    double b = (std::min)(high, best_ + reach);
    constexpr double golden = std::numbers::phi - 1;
    for (int i = 0; i < 100 && b - a > 1e-12 * b; ++i) {
      const double left = b - golden * (b - a);
      const double right = a + golden * (b - a);
      if (value(left) < value(right))
        b = right;
      else
        a = left;
    }
  }

  const Falling& falling_;
  const Rising& rising_;
  double best_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
  double reach_ = 0;  // how far the best place moved last
};

/// Where the requirement may be 0 there is no largest ratio; but beyond the one returned the rising
/// part outweighs whatever the falling one can still lose. A rising part that is `flat` never does.
template <typename Falling, typename Rising>
double enough(const Falling& falling, const Rising& rising, bool flat) {
  constexpr double beyond = 1e100;
  if (flat) return beyond;
  const double bottom = falling(beyond);
  double high = 1;
  double least = falling(high) + rising(high);
  while (rising(high) + bottom < least) {
    high *= 2;
    least = (std::min)(least, falling(high) + rising(high));
  }
  return high;
}

}  // namespace detail

/// Logarithm of the evidence that concept `a` scores higher than concept `b`, whose units are
/// others: the least over theta of log W+ of `a` plus log W- of `b`. If `a` is not better, some
/// theta lies between the two, and there both are fair; so it ever reaches log(1/alpha) with
/// probability at most alpha. The least value is found to within 0.1 % of the e-value. Without
/// units on a side at most 0. O(some hundred (entries) bets).
///
/// Errors: errc::incompatible for concepts of different definitions or unit kinds;
/// errc::invalid_argument for bets that are none.
[[nodiscard]] inline double log_evidence_better(const watch_state& a, const watch_state& b,
                                                const betting& bets = {}) {
  detail::require_betting(bets);
  if (a.empty() || b.empty()) return 0;
  detail::require_same(a.identity(), b.identity());
  const auto above = [&](double t) { return log_evidence(a, t, direction::above, bets); };
  const auto below = [&](double t) { return log_evidence(b, t, direction::below, bets); };
  double high = a.points().highest_ratio();
  if (!std::isfinite(high)) high = detail::enough(above, below, b.requirement().is_zero());
  return detail::falling_and_rising(above, below).least(a.points().lowest_ratio(), high, 1e-3);
}

/// The same as an e-value; beyond the largest double that.
[[nodiscard]] inline double evidence_better(const watch_state& a, const watch_state& b,
                                            const betting& bets = {}) {
  return detail::e_value(log_evidence_better(a, b, bets));
}

}  // namespace xqs

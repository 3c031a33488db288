#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "xqs/analysis/watch_state.hpp"
#include "xqs/error.hpp"

namespace xqs {

/// How evidence is gathered; to be fixed before looking.
///
/// Bet j stakes 2/(K (s_hi - s_lo)) 2^-j of the wealth, K being the most answers of a unit, and is
/// cut where one unit could take more than `truncation` of what there is. Large bets find large
/// differences early, small ones find small differences at all.
struct betting {
  /// Share of the wealth of each bet j = 0, 1, ...: positive, of sum 1.
  std::vector<double> weights = {1.0 / 2,  1.0 / 4,   1.0 / 8,   1.0 / 16,  1.0 / 32,
                                 1.0 / 64, 1.0 / 128, 1.0 / 256, 1.0 / 512, 1.0 / 512};
  double truncation = 0.9;  ///< above 0, below 1
};

/// Which way a ratio is claimed to differ from a threshold.
enum class direction { above, below };

namespace detail {

inline void require_betting(const betting& b) {
  double total = 0;
  bool positive = true;
  for (const double w : b.weights) {
    positive = positive && w > 0;
    total += w;
  }
  if (!positive || !(std::abs(total - 1) < 1e-9))
    throw error(errc::invalid_argument, "the weights of bets must be positive, of sum 1");
  if (!(b.truncation > 0 && b.truncation < 1))
    throw error(errc::invalid_argument, "the truncation of bets must be above 0 and below 1");
}

/// The largest stake at which no unit can take more than `truncation` of the wealth.
inline double largest_bet(const watch_state& s, double theta, direction d, double truncation) {
  const point_range& p = s.points();
  const double worst = d == direction::above ? static_cast<double>(p.satisfaction_low) -
                                                   theta * static_cast<double>(p.requirement_high)
                                             : theta * static_cast<double>(p.requirement_low) -
                                                   static_cast<double>(p.satisfaction_high);
  if (worst >= 0) return std::numeric_limits<double>::infinity();
  return truncation / (-worst * s.most_answers());
}

/// Logarithm of what a wealth of 1 staked on `bet` has become: sum of log(1 +- bet Z_u).
inline double log_wealth(const watch_state& s, double theta, direction d, double bet) {
  const double stake = d == direction::above ? bet : -bet;
  double sum = 0;
  for (const watch_state::entry& e : s.entries()) {
    const double z =
        static_cast<double>(e.satisfaction) - theta * static_cast<double>(e.requirement);
    sum += static_cast<double>(e.units) * std::log1p(stake * z);
  }
  return sum;
}

/// The same for each bet.
inline std::vector<double> log_wealths(const watch_state& s, double theta, direction d,
                                       const betting& b) {
  const auto spread =
      static_cast<double>(s.points().satisfaction_high - s.points().satisfaction_low);
  const double largest = largest_bet(s, theta, d, b.truncation);
  double bet = 2 / (spread * s.most_answers());
  std::vector<double> result;
  for (std::size_t j = 0; j < b.weights.size(); ++j, bet /= 2) {
    const bool repeats = j > 0 && bet >= largest;  // cut like the bet before it
    result.push_back(repeats ? result.back() : log_wealth(s, theta, d, (std::min)(bet, largest)));
  }
  return result;
}

/// log of sum weight_j exp(log_wealth_j), without leaving the range of a double.
inline double log_mixture(const std::vector<double>& log_wealths, const betting& b) {
  const double most = *std::max_element(log_wealths.begin(), log_wealths.end());
  double sum = 0;
  for (std::size_t j = 0; j < log_wealths.size(); ++j)
    sum += b.weights[j] * std::exp(log_wealths[j] - most);
  return most + std::log(sum);
}

/// An e-value from its logarithm; beyond the largest double that.
inline double e_value(double log_evidence) {
  return (std::min)(std::exp(log_evidence), (std::numeric_limits<double>::max)());
}

}  // namespace detail

/// Logarithm of the evidence that the ratio S/R is above (or below) `theta`, a ratio:
/// W+(theta) = sum_j weight_j prod_u (1 + bet_j Z_u) with Z_u = S_u - theta R_u, and W-(theta) with
/// (1 - bet_j Z_u).
///
/// While the ratio is not on that side, W is at most 1 in expectation whenever one looks, so it
/// ever reaches 1/alpha with probability at most alpha (Ville). Falls with theta for `above`, rises
/// for `below`. Without units 0. Assumes independent, complete units and no drift. O(entries bets).
///
/// Errors: errc::invalid_argument for weights or a truncation that are none.
/// Source: Waudby-Smith & Ramdas, Estimating means of bounded random variables by betting, JRSS B
/// 86 (2024) 1-27.
[[nodiscard]] inline double log_evidence(const watch_state& s, double theta, direction d,
                                         const betting& b = {}) {
  detail::require_betting(b);
  if (s.empty()) return 0;
  return detail::log_mixture(detail::log_wealths(s, theta, d, b), b);
}

}  // namespace xqs

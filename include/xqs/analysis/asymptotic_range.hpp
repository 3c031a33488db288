#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "xqs/analysis/watch.hpp"
#include "xqs/error.hpp"
#include "xqs/score/estimator.hpp"
#include "xqs/score/moments.hpp"

namespace xqs {

/// Fewest units of an asymptotic range.
inline constexpr std::uint64_t asymptotic_minimum = 30;

/// A range of scores, in per cent, that may be looked at again and again, from the moments of a
/// tally alone. **Asymptotic**: its promise of 1 - alpha holds in the limit of many units only,
/// where `anytime_range` promises it always. Narrowest at about `tightest_at` units, which is to be
/// fixed before looking. Empty for fewer than 30 units, without requirement, or without variance.
///
/// Half-width sigma sqrt(2 (n rho^2 + 1)/(n^2 rho^2) log(sqrt(n rho^2 + 1)/alpha)) with
/// sigma^2 = n sum e_u^2 and rho = sqrt((-2 log alpha + log(1 - 2 log alpha))/tightest_at).
///
/// Errors: errc::invalid_argument for an alpha that is none, or tightest_at below 1.
/// Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, Time-uniform central limit theory and
/// asymptotic confidence sequences, Annals of Statistics 52 (2024) 2613-2640; the boundary is that
/// of Howard, Ramdas, McAuliffe & Sekhon, Annals of Statistics 49 (2021) 1055-1080.
[[nodiscard]] inline std::optional<score_range> asymptotic_range(const ratio_moments& m,
                                                                 double alpha,
                                                                 double tightest_at = 100) {
  detail::require_alpha(alpha);
  if (!(tightest_at >= 1)) throw error(errc::invalid_argument, "tightest_at: must be at least 1");
  if (m.units < asymptotic_minimum || m.x.is_zero()) return std::nullopt;
  const estimate e = ratio_estimate(m, 1);
  if (e.degenerate) return std::nullopt;
  const auto n = static_cast<double>(m.units);
  const double sigma = e.std_error * std::sqrt(n - 1);
  const double rho2 = (-2 * std::log(alpha) + std::log1p(-2 * std::log(alpha))) / tightest_at;
  const double growth = n * rho2 + 1;
  const double width =
      sigma * std::sqrt(2 * growth / (n * n * rho2) * std::log(std::sqrt(growth) / alpha));
  return score_range{100 * (e.value - width), 100 * (e.value + width)};
}

}  // namespace xqs

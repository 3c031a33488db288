#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "xqs/score/estimator.hpp"
#include "xqs/score/moments.hpp"
#include "xqs/tally/tally.hpp"

namespace xqs {

/// A weighted column of a contrast.
struct contrast_term {
  std::size_t column;
  double coefficient;
};

/// The columns of a contrast that are estimated from the units of one group.
struct contrast_part {
  std::vector<contrast_term> terms;
  std::uint64_t units = 0;       ///< n_g
  double population_factor = 1;  ///< 1 - n_g/N_g; 0 is a census, which adds no uncertainty
};

namespace detail {

/// a_c a_d E_cd, E exact and rounded once.
inline double residual_product(const tally& t, const contrast_term& a, const contrast_term& b) {
  const double scale = to_double(t.sum(2 * a.column)) * to_double(t.sum(2 * b.column));
  const double products = to_double(residual_products(t, a.column, b.column));
  return a.coefficient * b.coefficient * (products / scale / scale);
}

/// The units behind the degrees of freedom: the fewest of a part that is not a census.
inline std::uint64_t fewest_units(std::span<const contrast_part> parts) {
  std::uint64_t fewest = 0;
  for (const bool census : {false, true}) {
    for (const contrast_part& part : parts)
      if ((part.population_factor == 0) == census && (fewest == 0 || part.units < fewest))
        fewest = part.units;
    if (fewest > 0) break;
  }
  return fewest;
}

/// f_g = sqrt(n_g/(n_g-1) (1 - n_g/N_g)), which scales the residuals of a group.
inline double residual_factor(const contrast_part& part) {
  return part.population_factor == 0
             ? 0
             : std::sqrt(variance_factor(part.units, part.population_factor));
}

}  // namespace detail

/// The sum of a_c t_c over columns of a tally, and its linearisation variance
///
///   V = sum over units of (sum over groups g of f_g e_ug)^2,  e_ug = sum over c in g of a_c e_uc,
///   e_uc = (S_uc - t_c R_uc)/R_c,                       f_g^2 = n_g/(n_g-1) (1 - n_g/N_g).
///
/// So people who are in several groups count with their covariance; groups without common people
/// add their variances. A column, a mean of items, a difference of items, groups or periods are all
/// this one formula. Each sum of e_uc e_ud is exact and rounded once. Needs sum R_c > 0.
/// O(terms^2).
///
/// Degrees of freedom are those of the smallest group (`units` - 1). Degenerate when V is at most
/// 2^-40 of what its single columns would give: then all that is left is rounding.
/// Source: linearisation as in Cochran, Sampling Techniques, 3rd ed. (1977), ch. 6; Welch's problem
/// of two variances is answered by the smaller n.
[[nodiscard]] inline estimate contrast_estimate(const tally& t,
                                                std::span<const contrast_part> parts) {
  estimate result{.units = detail::fewest_units(parts)};
  std::vector<contrast_term> scaled;  // by f_g
  for (const contrast_part& part : parts) {
    const double f = result.units < 2 ? 0 : detail::residual_factor(part);
    double value = 0;
    for (const contrast_term& a : part.terms) {
      value += a.coefficient * to_double(t.sum(2 * a.column + 1)) / to_double(t.sum(2 * a.column));
      if (f > 0) scaled.push_back({a.column, f * a.coefficient});
    }
    result.value += value;
  }
  double variance = 0;
  double diagonal = 0;
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    diagonal += detail::residual_product(t, scaled[i], scaled[i]);
    for (std::size_t j = 0; j < i; ++j)
      variance += 2 * detail::residual_product(t, scaled[i], scaled[j]);
  }
  variance += diagonal;
  result.degenerate = !scaled.empty() && variance <= std::ldexp(diagonal, -40);
  if (!result.degenerate) result.std_error = std::sqrt(variance);
  return result;
}

/// A contrast of columns of one group, which is all of the tally.
[[nodiscard]] inline estimate contrast_estimate(const tally& t, std::vector<contrast_term> terms,
                                                double population_factor) {
  const contrast_part whole{std::move(terms), t.units(), population_factor};
  return contrast_estimate(t, {&whole, 1});
}

}  // namespace xqs

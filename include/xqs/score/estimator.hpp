#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "xqs/error.hpp"
#include "xqs/score/moments.hpp"
#include "xqs/score/ratio_products.hpp"

namespace xqs {

/// A number and its uncertainty, as ratios: 1 is the requirement fulfilled.
struct estimate {
  double value = 0;
  double std_error = 0;     ///< 0 with fewer than two units
  std::uint64_t units = 0;  ///< n; n - 1 degrees of freedom
  bool degenerate = false;  ///< the variance is exactly zero though there are two units or more
};

/// 1 - n/N, the share of a finite population that was not asked; 1 without a population.
///
/// Errors: errc::invalid_argument when more units answered than there are.
[[nodiscard]] inline double population_factor(std::uint64_t units,
                                              std::optional<std::uint64_t> population) {
  if (!population) return 1;
  if (units > *population)
    throw error(errc::invalid_argument,
                "more units answered than the population of " + std::to_string(*population));
  return static_cast<double>(*population - units) / static_cast<double>(*population);
}

namespace detail {

/// n/(n-1), times the population factor.
inline double variance_factor(std::uint64_t units, double population_factor) {
  const auto n = static_cast<double>(units);
  return n / (n - 1) * population_factor;
}

}  // namespace detail

/// The ratio of one column and its linearisation variance n/(n-1) sum of e_u^2 with
/// e_u = (S_u - t R_u)/X. Needs X > 0.
///
/// Source: Cochran, Sampling Techniques, 3rd ed. (1977), ch. 6; svyratio of R's survey package.
[[nodiscard]] inline estimate ratio_estimate(const ratio_products& of, double population_factor) {
  estimate result{.value = of.y / of.x, .units = of.units};
  if (of.units < 2) return result;
  const double factor = detail::variance_factor(of.units, population_factor);
  result.std_error = std::sqrt(factor * of.squares) / (of.x * of.x);
  result.degenerate = of.squares == 0;
  return result;
}

[[nodiscard]] inline estimate ratio_estimate(const ratio_moments& m, double population_factor) {
  return ratio_estimate(products_of(m), population_factor);
}

}  // namespace xqs

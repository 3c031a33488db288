#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"

namespace xqs {
namespace detail {

/// The positions of p values in ascending order. Errors: errc::invalid_argument outside 0..1.
inline std::vector<std::uint32_t> ascending(std::span<const double> p) {
  for (const double value : p)
    if (!(value >= 0 && value <= 1))
      throw error(errc::invalid_argument, "a p value must be between 0 and 1");
  return order(p.size(), [&](std::uint32_t a, std::uint32_t b) { return p[a] < p[b]; });
}

}  // namespace detail

/// Holm's step-down adjustment: comparing the results with alpha keeps the chance of even one false
/// alarm among all comparisons at alpha, however they depend on each other. Same order as `p`.
/// O(m log m).
///
/// Errors: errc::invalid_argument for a value outside 0..1.
/// Source: Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
[[nodiscard]] inline std::vector<double> holm(std::span<const double> p) {
  std::vector<double> adjusted(p.size());
  double largest = 0;
  std::size_t left = p.size();
  for (const std::uint32_t at : detail::ascending(p)) {
    largest = (std::max)(largest, static_cast<double>(left--) * p[at]);
    adjusted[at] = (std::min)(largest, 1.0);
  }
  return adjusted;
}

/// The step-up adjustment of Benjamini and Hochberg: comparing the results with alpha keeps the
/// expected share of false alarms among the alarms at alpha, for comparisons that are independent
/// or positively dependent. Same order as `p`. O(m log m).
///
/// Errors: errc::invalid_argument for a value outside 0..1.
/// Source: Benjamini & Hochberg, JRSS B 57 (1995) 289-300.
[[nodiscard]] inline std::vector<double> benjamini_hochberg(std::span<const double> p) {
  std::vector<double> adjusted(p.size());
  const std::vector<std::uint32_t> order = detail::ascending(p);
  double least = 1;
  for (std::size_t rank = p.size(); rank > 0; --rank) {
    const std::uint32_t at = order[rank - 1];
    least = (std::min)(least, p[at] * static_cast<double>(p.size()) / static_cast<double>(rank));
    adjusted[at] = least;
  }
  return adjusted;
}

}  // namespace xqs

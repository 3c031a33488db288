#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "xqs/analysis/watch.hpp"
#include "xqs/detail/order.hpp"

namespace xqs {

/// Which of several hypotheses the e-values refute, the expected share of wrong ones among them
/// being at most `alpha` however the e-values depend on each other: the k largest, k being the most
/// for which the k-th largest is at least (number of e-values)/(k alpha). O(n log n).
///
/// Errors: errc::invalid_argument for an alpha that is none.
/// Source: Wang & Ramdas, False discovery rate control with e-values, JRSS B 84 (2022) 822-852.
[[nodiscard]] inline std::vector<bool> e_bh(const std::vector<double>& e_values, double alpha) {
  detail::require_alpha(alpha);
  const auto larger = [&](std::uint32_t a, std::uint32_t b) { return e_values[a] > e_values[b]; };
  const std::vector<std::uint32_t> order = detail::order(e_values.size(), larger);
  const auto count = static_cast<double>(e_values.size());
  std::size_t refuted = 0;
  for (std::size_t k = 1; k <= order.size(); ++k)
    if (e_values[order[k - 1]] * (static_cast<double>(k) * alpha) >= count) refuted = k;
  std::vector<bool> result(e_values.size());
  for (std::size_t k = 0; k < refuted; ++k) result[order[k]] = true;
  return result;
}

/// Replaces the verdicts of several concepts by those of e-BH over two claims each, good and bad:
/// among the verdicts good or bad, the expected share of wrong ones is at most `alpha`. A claim
/// without a threshold counts, with evidence of 0, so that one concept alone is judged as `watch`
/// does. O(concepts log concepts).
///
/// Errors: errc::invalid_argument for an alpha that is none.
inline void judge_together(std::vector<watch_result>& concepts, double alpha) {
  std::vector<double> e_values;
  for (const watch_result& c : concepts) {
    e_values.push_back(c.evidence_good.value_or(0));
    e_values.push_back(c.evidence_bad.value_or(0));
  }
  const std::vector<bool> refuted = e_bh(e_values, alpha);
  for (std::size_t i = 0; i < concepts.size(); ++i)
    concepts[i].verdict = refuted[2 * i]       ? watch_verdict::good
                          : refuted[2 * i + 1] ? watch_verdict::bad
                                               : watch_verdict::undecided;
}

}  // namespace xqs

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

/// Replaces the verdicts of several concepts by those of e-BH over all their thresholds: among the
/// verdicts good or bad, the expected share of wrong ones is at most `alpha`. For one concept with
/// both thresholds it is the rule of `watch`. O(concepts log concepts).
///
/// Errors: errc::invalid_argument for an alpha that is none.
inline void judge_together(std::vector<watch_result>& concepts, double alpha) {
  struct claim {
    std::size_t concept_at;
    watch_verdict verdict;
  };
  std::vector<claim> claims;
  std::vector<double> e_values;
  const auto add = [&](std::size_t at, std::optional<double> evidence, watch_verdict verdict) {
    if (!evidence) return;
    claims.push_back({at, verdict});
    e_values.push_back(*evidence);
  };
  for (std::size_t i = 0; i < concepts.size(); ++i) {
    add(i, concepts[i].evidence_good, watch_verdict::good);
    add(i, concepts[i].evidence_bad, watch_verdict::bad);
  }
  const std::vector<bool> refuted = e_bh(e_values, alpha);
  for (watch_result& c : concepts) c.verdict = watch_verdict::undecided;
  for (std::size_t i = 0; i < claims.size(); ++i)
    if (refuted[i]) concepts[claims[i].concept_at].verdict = claims[i].verdict;
}

}  // namespace xqs

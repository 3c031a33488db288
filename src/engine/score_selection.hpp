#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <vector>

#include "engine/query_document.hpp"

namespace xqs::engine {

/// Positions of the cells to print, by their scores, empty where there is none: all in order, or
/// the highest or lowest scores first.
[[nodiscard]] inline std::vector<std::size_t> selection(
    const std::vector<std::optional<double>>& scores, const query_document& request) {
  std::vector<std::size_t> chosen(scores.size());
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  const auto limit = request.top ? request.top : request.bottom;
  if (!limit) return chosen;
  std::erase_if(chosen, [&](std::size_t i) { return !scores[i]; });
  std::stable_sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
    return request.top ? *scores[a] > *scores[b] : *scores[a] < *scores[b];
  });
  if (chosen.size() > *limit) chosen.resize(*limit);
  return chosen;
}

}  // namespace xqs::engine

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "xqs/score/moments.hpp"
#include "xqs/tally/totals.hpp"

namespace xqs::engine {

/// What the score of one column is made of.
struct column_integers {
  std::uint64_t units = 0;  ///< with answers
  std::uint64_t answers = 0;
  std::array<std::uint64_t, exclusion_count> excluded{};
  ratio_moments moments = {};
};

/// What of a column is above 0.
struct column_contents {
  bool rows = false;
  bool answers = false;
  bool requirement = false;
  bool satisfaction = false;
};

/// `sums`: of requirements, and of satisfactions.
template <typename Counts, typename Sums>
[[nodiscard]] column_contents contents_of(const Counts& counts, const Sums& sums) {
  const bool left_out = std::any_of(counts.excluded.begin(), counts.excluded.end(),
                                    [](std::uint64_t count) { return count > 0; });
  return {counts.answers > 0 || left_out, counts.answers > 0, sums[0] > 0, sums[1] > 0};
}

}  // namespace xqs::engine

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/cells.hpp"

namespace xqs::engine {

/// Counts distinct people with an answer that counts, over several cells of a set.
class headcount {
 public:
  explicit headcount(const cell_set& set) : present_(set.presences()) {
    std::erase_if(present_, [](const presence& p) { return !p.counted; });
    std::sort(present_.begin(), present_.end(),
              [](const presence& a, const presence& b) { return a.person < b.person; });
  }

  /// In any of the cells for whose numbers `in` holds. O(people in cells).
  template <typename In>
  [[nodiscard]] std::uint64_t operator()(In in) const {
    std::uint64_t count = 0;
    bool found = false;
    for (std::size_t i = 0; i < present_.size(); ++i) {
      if (i > 0 && present_[i].person != present_[i - 1].person) found = false;
      if (found || !in(present_[i].cell)) continue;
      found = true;
      ++count;
    }
    return count;
  }

 private:
  std::vector<presence> present_;
};

}  // namespace xqs::engine

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace xqs::detail {

/// One std::sort for all headers: every further instantiation costs every includer compile time.
inline std::vector<std::uint32_t> sorted_positions(std::size_t count,
                                                   bool (*before)(const void*, std::uint32_t,
                                                                  std::uint32_t),
                                                   const void* context) {
  std::vector<std::uint32_t> positions(count);
  for (std::uint32_t i = 0; i < positions.size(); ++i) positions[i] = i;
  std::sort(positions.begin(), positions.end(),
            [=](std::uint32_t a, std::uint32_t b) { return before(context, a, b); });
  return positions;
}

/// The positions 0 .. count - 1 in the order of `before(a, b)`, a strict weak order of positions.
template <typename Before>
std::vector<std::uint32_t> order(std::size_t count, const Before& before) {
  return sorted_positions(
      count,
      [](const void* context, std::uint32_t a, std::uint32_t b) {
        return (*static_cast<const Before*>(context))(a, b);
      },
      &before);
}

}  // namespace xqs::detail

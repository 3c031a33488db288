#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "xqs/detail/pair_index.hpp"

namespace xqs::engine {

/// Numbers the pairs of a batch by a `pair_index`, which is asked once a pair where a table of all
/// pairs is small beside the rows that ask, and else each time. `a` is below `a_count`; `b` is
/// below `b_count`, or none.
class pair_table {
 public:
  pair_table(detail::pair_index& pairs, std::size_t a_count, std::size_t b_count, std::size_t rows)
      : pairs_(pairs), width_(b_count + 1) {
    if (a_count <= rows / width_) numbers_.assign(a_count * width_, detail::pair_index::none);
  }

  std::uint32_t operator()(std::uint32_t a, std::uint32_t b) {
    if (numbers_.empty()) return pairs_.intern(a, b);
    std::uint32_t& number = numbers_[a * width_ + (std::min)(std::size_t{b}, width_ - 1)];
    if (number == detail::pair_index::none) number = pairs_.intern(a, b);
    return number;
  }

 private:
  detail::pair_index& pairs_;
  std::size_t width_;
  std::vector<std::uint32_t> numbers_;
};

}  // namespace xqs::engine

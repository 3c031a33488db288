#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "xqs/detail/pair_index.hpp"

namespace xqs::engine {

/// Distinct pairs of numbers, marked or not, made for first numbers that mostly are in one pair:
/// that one is kept by its first number, in four bytes and without hashing; further ones are
/// hashed. First numbers may have gaps, and each may be none.
class sparse_pairs {
 public:
  static constexpr std::uint32_t none = detail::pair_index::none;

  /// Adds a pair, if it is new, and marks it, if `marked`: whether it was not marked before.
  bool add(std::uint32_t first, std::uint32_t second, bool marked) {
    if (first == none || second >= most_single) return add_further(first, second, marked);
    if (first >= singles_.size()) singles_.resize(std::size_t{first} + 1, none);
    std::uint32_t& single = singles_[first];
    if (single == none) single = second << 1u;
    if (single >> 1u != second) return add_further(first, second, marked);
    const bool is_new = marked && single % 2 == 0;
    single |= marked ? 1u : 0u;
    return is_new;
  }

  /// Clears `known` of those of many pairs that are not there or, where `marked(i)`, not marked; of
  /// some others, too. For several threads, while none is added.
  template <typename Marked>
  void find(std::span<const std::uint32_t> first, std::span<const std::uint32_t> second,
            Marked marked, std::uint8_t* known) const {
    if (singles_.empty()) return (void)std::fill_n(known, first.size(), std::uint8_t{0});
    for (std::size_t i = 0; i < first.size(); ++i) {  // without a branch that waits for memory
      const bool is_below = first[i] < singles_.size();
      const std::uint32_t single = singles_[is_below ? first[i] : 0] | (marked(i) ? 0u : 1u);
      std::uint32_t is_there = is_below ? 1 : 0;
      is_there &= second[i] < most_single ? 1u : 0u;
      is_there &= single == (second[i] << 1u | 1u) ? 1u : 0u;
      known[i] = static_cast<std::uint8_t>(known[i] & is_there);
    }
  }

  /// Calls `visit(first, second, marked)` for each pair, in no particular order.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t first = 0; first < singles_.size(); ++first)
      if (singles_[first] != none) visit(first, singles_[first] >> 1u, singles_[first] % 2 == 1);
    for (std::uint32_t pair = 0; pair < is_marked_.size(); ++pair)
      visit(further_[pair].first, further_[pair].second, is_marked_[pair] != 0);
  }

 private:
  static constexpr std::uint32_t most_single = (1u << 31u) - 1;

  bool add_further(std::uint32_t first, std::uint32_t second, bool marked) {
    const std::uint32_t pair = further_.intern(first, second);
    if (pair >= is_marked_.size()) is_marked_.resize(std::size_t{pair} + 1);
    const bool is_new = marked && is_marked_[pair] == 0;
    if (marked) is_marked_[pair] = 1;
    return is_new;
  }

  std::vector<std::uint32_t> singles_;  ///< by first number: the second, and the mark
  detail::pair_index further_;
  std::vector<std::uint8_t> is_marked_;
};

}  // namespace xqs::engine

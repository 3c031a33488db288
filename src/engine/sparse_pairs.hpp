#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "xqs/detail/pair_index.hpp"

namespace xqs::engine {

/// Distinct pairs of numbers, a mark each, made for first numbers that mostly are in one pair: that
/// one is kept by its first number, in eight bytes and without hashing; further ones are hashed.
/// First numbers may have gaps, and be none.
class sparse_pairs {
 public:
  static constexpr std::uint32_t none = detail::pair_index::none;

  /// The mark of a pair, which is added, with 0, if it is new. Until the next call.
  std::uint32_t& operator()(std::uint32_t first, std::uint32_t second) {
    if (first == none || second == none) return further(first, second);
    if (first >= singles_.size()) make_room(first);
    single& s = singles_[first];
    if (s.second == none) s.second = second;
    return s.second == second ? s.mark : further(first, second);
  }

  /// Clears `known` of those of many pairs that are not there with a mark of `mark(i)` or more; of
  /// some that are, too. For several threads, while none is added.
  template <typename Mark>
  void find(std::span<const std::uint32_t> first, std::span<const std::uint32_t> second, Mark mark,
            std::uint8_t* known) const {
    if (singles_.empty()) return (void)std::fill_n(known, first.size(), 0);
    for (std::size_t i = 0; i < first.size(); ++i) {  // without a branch that waits for memory
      const bool is_below = first[i] < singles_.size();
      const single s = singles_[is_below ? first[i] : 0];
      known[i] &=
          static_cast<std::uint8_t>(is_below & (s.second == second[i]) & (s.mark >= mark(i)));
    }
  }

  /// Calls `visit(first, second, mark)` for each pair, in no particular order.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t first = 0; first < singles_.size(); ++first)
      if (singles_[first].second != none)
        visit(first, singles_[first].second, singles_[first].mark);
    for (std::uint32_t pair = 0; pair < marks_.size(); ++pair)
      visit(further_[pair].first, further_[pair].second, marks_[pair]);
  }

 private:
  struct single {
    std::uint32_t second = none;
    std::uint32_t mark = 0;
  };

  std::uint32_t& further(std::uint32_t first, std::uint32_t second) {
    const std::uint32_t pair = further_.intern(first, second);
    if (pair >= marks_.size()) marks_.resize(std::size_t{pair} + 1);
    return marks_[pair];
  }
  void make_room(std::uint32_t first) { singles_.resize(std::size_t{first} + 1); }

  std::vector<single> singles_;  ///< by first number
  detail::pair_index further_;
  std::vector<std::uint32_t> marks_;
};

}  // namespace xqs::engine

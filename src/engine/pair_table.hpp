#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "xqs/detail/pair_index.hpp"

namespace xqs::engine {

/// The numbers of a `pair_index` as a table of all pairs, where that is small beside the rows that
/// ask; else the index is asked each time.
class pair_table {
 public:
  explicit pair_table(detail::pair_index& pairs) : pairs_(&pairs) {}

  /// Before `rows` more rows, whose pairs, and those of the index, have `a` below `a_count`, and
  /// `b` below `b_count` or none.
  void make_room(std::size_t a_count, std::size_t b_count, std::size_t rows) {
    rows_ += rows;
    const std::size_t width = (std::max)(width_, std::bit_ceil(b_count + 1));
    if (width == width_ && a_count * width <= numbers_.size()) return;
    numbers_.clear();
    if (width > rows_ || a_count > rows_ / width) return;  // each table is paid for by new rows
    width_ = width;
    numbers_.assign(std::bit_ceil(a_count) * width, detail::pair_index::none);
    rows_ = 0;
    for (std::uint32_t number = 0; number < pairs_->size(); ++number) {
      const auto [a, b] = (*pairs_)[number];
      numbers_[place(a, b)] = number;
    }
  }
  /// The numbers of pairs: whether all are known; those that are not have none. Without `a` they
  /// are pairs with 0; `to` may be `a`. For several threads, while no pair is added.
  bool find(const std::uint32_t* a, const std::uint32_t* b, std::size_t count,
            std::uint32_t* to) const {
    if (numbers_.empty())
      return find(a, b, count, to,
                  [this](std::uint32_t x, std::uint32_t y) { return pairs_->find(x, y); });
    return find(a, b, count, to,
                [table = numbers_.data(), shift = std::countr_zero(width_),
                 last = static_cast<std::uint32_t>(width_ - 1)](std::size_t x, std::uint32_t y) {
                  return table[(x << shift) + (std::min)(y, last)];
                });
  }
  /// The number of a pair, which is added if it is new.
  std::uint32_t operator()(std::uint32_t a, std::uint32_t b) {
    if (numbers_.empty()) return pairs_->intern(a, b);
    std::uint32_t& number = numbers_[place(a, b)];
    if (number == detail::pair_index::none) number = pairs_->intern(a, b);
    return number;
  }

 private:
  [[nodiscard]] std::size_t place(std::uint32_t a, std::uint32_t b) const {
    return a * width_ + (std::min)(std::size_t{b}, width_ - 1);
  }
  template <typename NumberOf>
  static bool find(const std::uint32_t* a, const std::uint32_t* b, std::size_t count,
                   std::uint32_t* to, NumberOf number_of) {
    std::uint32_t most = 0;  // without a branch a row
    const auto find_all = [&](auto a_at) {
      for (std::size_t i = 0; i < count; ++i) {
        to[i] = number_of(a_at(i), b[i]);
        most = (std::max)(most, to[i]);
      }
    };
    if (a == nullptr)
      find_all([](std::size_t) { return std::uint32_t{0}; });
    else
      find_all([a](std::size_t i) { return a[i]; });
    return most != detail::pair_index::none;
  }

  detail::pair_index* pairs_;
  std::size_t width_ = 0;
  std::vector<std::uint32_t> numbers_;
  std::size_t rows_ = 0;  ///< since the table was made
};

}  // namespace xqs::engine

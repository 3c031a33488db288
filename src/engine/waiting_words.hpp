#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/read_ahead.hpp"

namespace xqs::engine {

/// Words of eight bytes that wait in the order in which they come. They grow by pieces, so that
/// none is ever copied, and many take little more memory than they need.
class waiting_words {
 public:
  waiting_words() = default;
  waiting_words(waiting_words&& other) noexcept { swap(other); }
  waiting_words& operator=(waiting_words&& other) noexcept {
    waiting_words emptied(std::move(other));
    swap(emptied);
    return *this;
  }

  void push_back(std::uint64_t word) {
    if (next_ == end_) add_piece();
    *next_++ = word;
    read_ahead<64>(next_);  // the next line of memory, which comes while others are pushed to
  }
  [[nodiscard]] std::size_t size() const { return room() - static_cast<std::size_t>(end_ - next_); }
  [[nodiscard]] bool empty() const { return pieces_.empty(); }
  /// Calls `use` with spans that are all of them, in their order.
  template <typename Use>
  void for_each_piece(Use use) const {
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
      const bool is_last = p + 1 == pieces_.size();
      use(std::span<const std::uint64_t>(
          pieces_[p].get(), size_of(p) - (is_last ? static_cast<std::size_t>(end_ - next_) : 0)));
    }
  }
  /// Leaves out those behind the first `size`, if there are any.
  void shrink(std::size_t size) {
    if (size >= this->size()) return;
    while (!pieces_.empty() && room() - size_of(pieces_.size() - 1) >= size) pieces_.pop_back();
    end_ = pieces_.empty() ? nullptr : pieces_.back().get() + size_of(pieces_.size() - 1);
    next_ = pieces_.empty() ? nullptr : end_ - (room() - size);
  }

 private:
  static constexpr std::size_t first_piece = 64;  // words; there may be many of few words
  static constexpr std::size_t further_piece = 512;

  static std::size_t size_of(std::size_t position) {
    return position == 0 ? first_piece : further_piece;
  }
  /// How many words there is room for.
  [[nodiscard]] std::size_t room() const {
    return pieces_.empty() ? 0 : first_piece + (pieces_.size() - 1) * further_piece;
  }
  void swap(waiting_words& other) noexcept {
    pieces_.swap(other.pieces_);
    std::swap(next_, other.next_);
    std::swap(end_, other.end_);
  }
  void add_piece() {
    const std::size_t size = size_of(pieces_.size());
    std::unique_ptr<std::uint64_t[]> piece(new std::uint64_t[size]);  // not set to 0
    pieces_.push_back(std::move(piece));
    next_ = pieces_.back().get();
    end_ = next_ + size;
  }

  std::vector<std::unique_ptr<std::uint64_t[]>> pieces_;
  std::uint64_t* next_ = nullptr;  ///< where the next word goes
  std::uint64_t* end_ = nullptr;   ///< of the last piece
};

}  // namespace xqs::engine

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "xqs/error.hpp"

namespace xqs::detail {

/// Pieces of memory in 32-bit words that are never given back one by one. It grows without copying,
/// so that a large one never needs twice its memory. At most 2^32 - 1 words, 16 GiB.
class word_arena {
 public:
  static constexpr std::uint32_t none = 0xffffffffu;
  static constexpr std::size_t most_words = std::size_t{1} << 18;  ///< of one piece

  /// A piece of zeros. Amortised O(size).
  ///
  /// Errors: errc::overflow where the arena is full; nothing is changed.
  [[nodiscard]] std::uint32_t allocate(std::size_t size) {
    if (blocks_.empty() || blocks_.back().size() + size > most_words) add_block();
    const std::size_t at = (blocks_.size() - 1) * most_words + blocks_.back().size();
    blocks_.back().resize(blocks_.back().size() + size);
    return static_cast<std::uint32_t>(at);
  }
  [[nodiscard]] std::uint32_t* operator[](std::uint32_t at) {
    return blocks_[at / most_words].data() + at % most_words;
  }
  [[nodiscard]] const std::uint32_t* operator[](std::uint32_t at) const {
    return blocks_[at / most_words].data() + at % most_words;
  }

 private:
  void add_block() {
    if (blocks_.size() * most_words >= none)
      throw error(errc::overflow, "more than 16 GiB of totals");
    blocks_.emplace_back();
    if (blocks_.size() > 1) blocks_.back().reserve(most_words);  // most arenas are small
  }

  std::vector<std::vector<std::uint32_t>> blocks_;
};

}  // namespace xqs::detail

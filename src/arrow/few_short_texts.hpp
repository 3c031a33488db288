#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "xqs/engine/cell_column.hpp"

namespace xqs::arrow {

/// The texts of a column, as bands are: each is put with what is behind it, whatever its size, so
/// that no branch a row is guessed wrong.
class few_short_texts {
 public:
  static constexpr std::size_t longest = 32;
  [[nodiscard]] static bool fit(const cell_column& from) {
    constexpr std::uint32_t few = 64;
    return from.text_count() <= few && from.longest_text() <= longest;
  }
  /// Needs texts that fit.
  explicit few_short_texts(const cell_column& from) : texts_(from.text_count()) {
    for (std::uint32_t number = 0; number < texts_.size(); ++number) {
      const std::string_view text = from.text(number);
      std::copy(text.begin(), text.end(), texts_[number].bytes.begin());
      texts_[number].size = text.size();
    }
  }
  /// Needs room for the longest. Returns the end.
  char* put(std::uint32_t number, char* to) const {
    std::memcpy(to, texts_[number].bytes.data(), longest);
    return to + texts_[number].size;
  }

 private:
  struct short_text {
    std::array<char, longest> bytes{};
    std::size_t size = 0;
  };
  std::vector<short_text> texts_;
};

}  // namespace xqs::arrow

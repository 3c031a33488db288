#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/array_rows.hpp"
#include "arrow/unusable.hpp"
#include "xqs/engine/column.hpp"

namespace xqs::arrow {

/// What a column of a batch needs where the caller's buffers are not as the engine takes them.
struct column_storage {
  std::vector<std::uint8_t> valid;
  std::vector<std::int64_t> integers;  ///< or offsets of text
  std::vector<double> numbers;
  std::vector<char> bytes;
  std::vector<std::string_view> pieces;  ///< of the caller's bytes
  std::vector<std::uint32_t> codes;      ///< of values in a dictionary
};

/// Text in the storage: that which `text_of` gives for a row, and none for nulls.
template <typename TextOf>
text_values store_text(const array_rows& from, column_storage& to, TextOf text_of) {
  to.integers.reserve(from.size() + 1);
  to.integers.assign(1, 0);
  for (std::size_t row = 0; row < from.size(); ++row) {
    if (!from.is_null(row)) {
      const auto& text = text_of(row);
      to.bytes.insert(to.bytes.end(), text.begin(), text.end());
    }
    to.integers.push_back(static_cast<std::int64_t>(to.bytes.size()));
  }
  return {to.integers.data(), to.bytes.data()};
}

inline constexpr std::size_t most_shared = std::size_t{4} << 30;

/// Bytes of text that many rows may refer to, written out: a few must not become all the memory
/// there is.
///
/// Errors: unusable for more than 4 GiB.
template <typename TextOf>
std::size_t shared_size(const array_rows& from, TextOf text_of) {
  std::size_t size = 0;
  for (std::size_t row = 0; row < from.size(); ++row) {
    if (!from.is_null(row)) size += text_of(row).size();
    if (size > most_shared)
      throw from.problem<unusable>(
          "has more than 4 GiB of text, written out; push fewer rows at once");
  }
  return size;
}

}  // namespace xqs::arrow

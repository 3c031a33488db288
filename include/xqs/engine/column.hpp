#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "xqs/error.hpp"

namespace xqs {

/// UTF-8 text: value i is bytes[offsets[i] .. offsets[i + 1]). With `codes` these are the values of
/// a dictionary that has `size` of them, and value i is that of codes[i]; a code beyond it is of a
/// row that is null.
struct text_values {
  const std::int64_t* offsets;
  const char* bytes;
  const std::uint32_t* codes = nullptr;
  std::uint32_t size = 0;
};

/// One named column of a batch: a view, which owns none of its values. Numbers hold answer codes
/// and other measures; keys (respondent, item, groups) are text or integers.
struct column {
  std::string name;
  std::variant<text_values, const std::int64_t*, const double*> values;
  const std::uint8_t* valid = nullptr;  ///< one byte a row, 0 is null; without: no nulls
  /// Why there are no values, if so: thrown where they are needed.
  std::optional<error> refusal = {};
};

/// Rows in columns of equal length.
struct batch {
  std::vector<column> columns;
  std::size_t rows = 0;
  /// Of numbers in text: '.', ',' or '\0', as the first number with either shows.
  char decimal_mark = '.';
};

}  // namespace xqs

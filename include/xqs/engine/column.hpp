#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "xqs/error.hpp"

namespace xqs {

/// UTF-8 text: value i is bytes[offsets[i] .. offsets[i + 1]), or the same of `narrow_offsets`, or
/// it is pieces[i], if there are such. With `codes` these are the values of a dictionary that has
/// `size` of them, and value i is that of codes[i], which may be beyond it only where the column
/// says that the row is null.
///
/// `unchecked`: nobody has looked yet whether it is UTF-8. A query then refuses what is not, in
/// any row that is not null; of keys it looks at values that are new to it.
struct text_values {
  const std::int64_t* offsets;
  const char* bytes;
  const std::uint32_t* codes = nullptr;
  std::uint32_t size = 0;
  const std::int32_t* narrow_offsets = nullptr;
  const std::string_view* pieces = nullptr;
  bool unchecked = false;
};

/// Whole numbers of any width, where they stand.
class integer_values {
  using pointers = std::variant<const std::int8_t*, const std::uint8_t*, const std::int16_t*,
                                const std::uint16_t*, const std::int32_t*, const std::uint32_t*,
                                const std::int64_t*>;

 public:
  template <typename Integer>
  requires std::is_constructible_v<pointers, const Integer*> integer_values(const Integer* values)
      : values_(values) {}  // implicit on purpose: a pointer is a column
  /// Calls `visit` with the pointer, of its own type: what loops over many rows are made of.
  template <typename Visit>
  decltype(auto) visit(Visit visit) const {
    return std::visit(visit, values_);
  }
  [[nodiscard]] std::int64_t operator[](std::size_t row) const {
    return visit([row](const auto* values) { return static_cast<std::int64_t>(values[row]); });
  }

 private:
  pointers values_;
};

/// One named column of a batch: a view, which owns none of its values. Numbers hold answer codes
/// and other measures; keys (respondent, item, groups) are text or integers.
struct column {
  std::string name;
  std::variant<text_values, integer_values, const double*> values;
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

#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "xqs/engine/column.hpp"
#include "xqs/error.hpp"

/// Single values of a batch.
namespace xqs::engine {

/// An error about a row of the batch at hand.
inline error row_error(std::size_t row, const std::string& column, std::string_view value,
                       const std::string& message) {
  return {static_cast<std::int64_t>(row), column, std::string(value), message};
}

/// Null, or NaN, which is how data frames write a missing number.
inline bool is_null(const column& c, std::size_t row) {
  if (c.valid != nullptr && c.valid[row] == 0) return true;
  const auto* numbers = std::get_if<const double*>(&c.values);
  return numbers != nullptr && std::isnan((*numbers)[row]);
}

/// Text at a place of its own, or of an entry of a dictionary.
inline std::string_view entry_at(const text_values& t, std::size_t at) {
  if (t.pieces != nullptr) return t.pieces[at];
  if (t.bytes == nullptr) return {};  // of empty texts there may be no bytes
  const auto between = [&t](std::int64_t first, std::int64_t last) {
    return std::string_view(t.bytes + first, static_cast<std::size_t>(last - first));
  };
  return t.narrow_offsets == nullptr ? between(t.offsets[at], t.offsets[at + 1])
                                     : between(t.narrow_offsets[at], t.narrow_offsets[at + 1]);
}

inline std::string_view text_at(const text_values& t, std::size_t row) {
  if (t.codes == nullptr) return entry_at(t, row);
  return t.codes[row] < t.size ? entry_at(t, t.codes[row]) : std::string_view();
}

/// Text as R and Excel write a missing number. In keys it would be a person called NA.
inline bool is_missing_text(std::string_view text) { return text.empty() || text == "NA"; }

/// The cells of a column as text; numbers in their shortest form.
class cell_text {
 public:
  explicit cell_text(const column& c) : column_(c) {}

  /// Valid until the next call.
  std::string_view operator()(std::size_t row) {
    if (const auto* text = std::get_if<text_values>(&column_.values)) return text_at(*text, row);
    if (const auto* integers = std::get_if<integer_values>(&column_.values))
      return written((*integers)[row]);
    return written(std::get<const double*>(column_.values)[row]);
  }

 private:
  template <typename Number>
  std::string_view written(Number number) {
    const char* end = std::to_chars(buffer_, buffer_ + sizeof buffer_, number).ptr;
    return {buffer_, static_cast<std::size_t>(end - buffer_)};
  }

  const column& column_;
  char buffer_[32];
};

}  // namespace xqs::engine

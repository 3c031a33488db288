#include "engine/key_column.hpp"

#include <variant>

#include "engine/values.hpp"

namespace xqs::engine {

void key_column::require_key(const column& c) {
  if (std::holds_alternative<const double*>(c.values))
    throw error(-1, c.name, "",
                "column " + c.name +
                    " holds floating-point numbers, which cannot be keys; convert it to integers "
                    "or text");
}

void key_column::append_text(const column& c, std::size_t rows) {
  numbers_.reserve(numbers_.size() + rows);
  cell_text text(c);
  std::uint32_t last = null;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string_view value = is_null(c, row) ? std::string_view() : text(row);
    if (value.empty()) {
      numbers_.push_back(null);
      continue;
    }
    if (last == null || (*values_)[last] != value) last = values_->intern(value);  // in runs
    numbers_.push_back(last);
  }
  not_available_ = values_->find("NA");
}

void key_column::pick(const key_column& from, const std::vector<std::uint32_t>& rows) {
  numbers_.clear();
  for (const std::uint32_t row : rows) numbers_.push_back(row == null ? null : from[row]);
  not_available_ = from.not_available_;
}

}  // namespace xqs::engine

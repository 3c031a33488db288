#include "engine/key_column.hpp"

#include <charconv>
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
  if (const auto* integers = std::get_if<const std::int64_t*>(&c.values))
    append_integers(c, *integers, rows);
  else if (std::holds_alternative<const double*>(c.values))
    append_numbers(c, rows);
  else if (const auto& text = std::get<text_values>(c.values); text.codes != nullptr)
    append_coded(c, text, rows);
  else
    append_text(c, text, rows);
  not_available_ = values_->find("NA");
}

/// As text, in which they mean the same; that is written once for each of them.
void key_column::append_integers(const column& c, const std::int64_t* values, std::size_t rows) {
  const auto intern = [&](std::int64_t value) {
    char text[32];
    const char* end = std::to_chars(text, text + sizeof text, value).ptr;
    return values_->intern({text, static_cast<std::size_t>(end - text)});
  };
  for (std::size_t row = 0; row < rows; ++row)
    numbers_.push_back(is_null(c, row) ? null : integers_(values[row], intern));
}

void key_column::append_numbers(const column& c, std::size_t rows) {
  cell_text text(c);
  for (std::size_t row = 0; row < rows; ++row)
    numbers_.push_back(is_null(c, row) ? null : values_->intern(text(row)));
}

void key_column::append_coded(const column& c, const text_values& values, std::size_t rows) {
  constexpr std::uint32_t unread = null - 1;  // which is no number
  std::vector<std::uint32_t> number_of(values.size, unread);
  for (std::size_t row = 0; row < rows; ++row) {
    if (is_null(c, row)) {
      numbers_.push_back(null);
      continue;
    }
    std::uint32_t& number = number_of[values.codes[row]];
    if (number == unread) number = number_of_text(text_at(values, row));
    numbers_.push_back(number);
  }
}

void key_column::append_text(const column& c, const text_values& values, std::size_t rows) {
  std::uint32_t last = null;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string_view value = is_null(c, row) ? std::string_view() : entry_at(values, row);
    const bool repeats = last != null && (*values_)[last] == value;  // in runs
    const std::uint32_t number = repeats ? last : number_of_text(value);
    if (number != null) last = number;
    numbers_.push_back(number);
  }
}

void key_column::pick(const key_column& from, const std::vector<std::uint32_t>& rows) {
  numbers_.clear();
  for (const std::uint32_t row : rows) numbers_.push_back(row == null ? null : from[row]);
  not_available_ = from.not_available_;
}

}  // namespace xqs::engine

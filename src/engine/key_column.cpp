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
  const std::size_t before = numbers_.size();
  numbers_.resize(before + rows);
  std::visit([&](const auto& values) { number(c, values, numbers_.data() + before, rows); },
             c.values);
  not_available_ = values_->are_integers() ? null : values_->find("NA");
}

void key_column::number(const column& c, const integer_values& values, std::uint32_t* to,
                        std::size_t rows) {
  values.visit([&](const auto* integers) {
    if (c.valid == nullptr)
      values_->intern(integers, rows, to);
    else
      for (std::size_t row = 0; row < rows; ++row)
        to[row] = c.valid[row] == 0 ? null : values_->intern(std::int64_t{integers[row]});
  });
}

void key_column::number(const column& c, const double*, std::uint32_t* to, std::size_t rows) {
  cell_text text(c);
  for (std::size_t row = 0; row < rows; ++row)
    to[row] = is_null(c, row) ? null : values_->intern(text(row));
}

void key_column::number(const column& c, const text_values& values, std::uint32_t* to,
                        std::size_t rows) {
  if (values.codes != nullptr) return number_coded(c, values, to, rows);
  std::uint32_t last = null;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string_view value = is_null(c, row) ? std::string_view() : entry_at(values, row);
    const bool repeats =  // long ones in runs
        value.size() > short_texts::longest && last != null && (*values_)[last] == value;
    to[row] = repeats ? last : number_of_text(value);
    if (to[row] != null) last = to[row];
  }
}

/// Each value of the dictionary that a row has, once.
void key_column::number_coded(const column& c, const text_values& values, std::uint32_t* to,
                              std::size_t rows) {
  constexpr std::uint32_t unread = null - 1;  // which is no number
  std::vector<std::uint32_t> number_of(values.size, unread);
  const auto number = [&](std::size_t row) {
    std::uint32_t& known = number_of[values.codes[row]];
    if (known == unread) known = number_of_text(entry_at(values, values.codes[row]));
    return known;
  };
  if (c.valid == nullptr)
    for (std::size_t row = 0; row < rows; ++row) to[row] = number(row);
  else
    for (std::size_t row = 0; row < rows; ++row) to[row] = c.valid[row] == 0 ? null : number(row);
}

bool key_column::any_missing() const {
  bool any = false;  // without a branch a row
  for (const std::uint32_t number : numbers_) any |= number == null || number == not_available_;
  return any;
}

bool key_column::any_null() const {
  bool any = false;
  for (const std::uint32_t number : numbers_) any |= number == null;
  return any;
}

void key_column::pick(const key_column& from, const std::vector<std::uint32_t>& rows) {
  numbers_.clear();
  for (const std::uint32_t row : rows) numbers_.push_back(row == null ? null : from[row]);
  not_available_ = from.not_available_;
}

}  // namespace xqs::engine

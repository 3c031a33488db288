#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "xqs/engine/cell.hpp"

namespace xqs {

/// The cells of a column: each is null or of the column's one type, and takes no memory of its own.
/// Text and flags stand apart from the rows, which refer to them by number, so that what many rows
/// say is there once.
class cell_column {
 public:
  [[nodiscard]] std::size_t size() const { return valid_.size(); }
  /// Empty until a value, a kept text, kept flags or `add_nulls` give it.
  [[nodiscard]] std::optional<column_type> type() const { return type_; }
  /// Needs row < size().
  [[nodiscard]] cell operator[](std::size_t row) const;

  /// A byte a cell: 0 for null.
  [[nodiscard]] std::span<const std::uint8_t> valid() const { return valid_; }
  /// The values in the form of the column's type, 0 for null; empty for other types.
  [[nodiscard]] std::span<const std::int64_t> integers() const { return integers_; }
  [[nodiscard]] std::span<const double> numbers() const { return numbers_; }
  [[nodiscard]] std::span<const std::uint8_t> booleans() const { return booleans_; }
  /// Numbers of `text` or `flags`.
  [[nodiscard]] std::span<const std::uint32_t> references() const { return references_; }
  /// A kept text. Those of numbers that follow each other stand one behind the other.
  [[nodiscard]] std::string_view text(std::uint32_t number) const {
    const std::size_t begin = number == 0 ? 0 : text_ends_[number - 1];
    return {text_.data() + begin, text_ends_[number] - begin};
  }
  /// How many are kept.
  [[nodiscard]] std::uint32_t text_count() const {
    return static_cast<std::uint32_t>(text_ends_.size());
  }
  /// The size of the longest that is kept, whether a cell refers to it or not. O(kept).
  [[nodiscard]] std::size_t longest_text() const;
  [[nodiscard]] const flag_names& flags(std::uint32_t number) const { return flags_[number]; }

  /// Whether a cell may be added: null, or of the column's type.
  [[nodiscard]] bool takes(const cell& value) const;
  /// Adds a cell. Amortised O(1) beside what a text takes.
  ///
  /// Errors: errc::invalid_argument for a value of another type than those before; nothing is
  /// changed.
  void push_back(const cell& value);
  void add_null();
  void add(std::int64_t value) { add_to(column_type::integer, integers_, value); }
  void add(double value) { add_to(column_type::number, numbers_, value); }
  void add(bool value) {
    add_to(column_type::boolean, booleans_, static_cast<std::uint8_t>(value ? 1 : 0));
  }
  /// Adds a cell that refers to what is kept. Errors as above.
  void add_reference(std::uint32_t number) { add_to(*type_, references_, number); }
  /// Keeps a text, or flags, to which cells may refer. Returns its number. Errors as above.
  std::uint32_t keep(std::string_view text);
  std::uint32_t keep(const flag_names& flags);

  /// Adds cells that are null, and may be set to values of a type afterwards: different ones by
  /// several threads at once. Errors as above.
  void add_nulls(column_type type, std::size_t count);
  /// Sets a cell. Needs row < size(), and the type of the value.
  void set(std::size_t row, std::int64_t value) { set_in(integers_, row, value); }
  void set(std::size_t row, double value) { set_in(numbers_, row, value); }
  void set(std::size_t row, bool value) {
    set_in(booleans_, row, static_cast<std::uint8_t>(value ? 1 : 0));
  }
  void set_reference(std::size_t row, std::uint32_t number) { set_in(references_, row, number); }

  /// Leaves out the cells behind the first `size`, if there are any.
  void shrink(std::size_t size);

  /// The same cells, wherever their text stands.
  friend bool operator==(const cell_column& a, const cell_column& b);

 private:
  void become(column_type type);
  template <typename Value>
  void add_to(column_type type, std::vector<Value>& values, Value value) {
    if (type_ != type) become(type);
    values.push_back(value);
    valid_.push_back(1);
  }
  template <typename Value>
  void set_in(std::vector<Value>& values, std::size_t row, Value value) {
    values[row] = value;
    valid_[row] = 1;
  }
  /// Calls `use` with the vector that cells of this type are in.
  template <typename Use>
  void use_values(Use use);

  std::optional<column_type> type_;
  std::vector<std::uint8_t> valid_;
  std::vector<std::int64_t> integers_;
  std::vector<double> numbers_;
  std::vector<std::uint8_t> booleans_;
  std::vector<std::uint32_t> references_;
  std::string text_;
  std::vector<std::size_t> text_ends_;
  std::vector<flag_names> flags_;
};

}  // namespace xqs

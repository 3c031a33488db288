#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/key_values.hpp"
#include "xqs/engine/column.hpp"

namespace xqs::engine {

/// A key column, its values numbered; null has the number `null`.
class key_column {
 public:
  static constexpr std::uint32_t null = key_values::none;

  explicit key_column(std::string name) : name_(std::move(name)), values_(&own_) {}
  /// Shares the values of another column, which must outlive it.
  key_column(std::string name, key_column& values)
      : name_(std::move(name)), values_(values.values_) {}
  key_column(const key_column&) = delete;
  key_column& operator=(const key_column&) = delete;
  ~key_column() = default;

  /// Numbers the values of the next rows in place of those before, or after them.
  ///
  /// Errors: errc::invalid_data for floating-point keys, before anything is changed.
  void read(const column& c, std::size_t rows) {
    require_key(c);
    numbers_.clear();
    append(c, rows);
  }
  void append(const column& c, std::size_t rows) {
    require_key(c);
    append_text(c, rows);
  }
  /// The same for values that are shown only, and may be floating-point numbers.
  void append_text(const column& c, std::size_t rows);
  /// Takes the rows of the column whose values are shared; `null` stands for no row.
  void pick(const key_column& from, const std::vector<std::uint32_t>& rows);
  /// Its numbers may have gaps.
  void allow_gaps() { values_->allow_gaps(); }
  /// The number of a value, which is added if it is new.
  std::uint32_t intern(std::string_view value) { return values_->intern(value); }
  void clear() { numbers_.clear(); }
  void push_back(std::uint32_t number) { numbers_.push_back(number); }

  /// Errors: errc::invalid_data for floating-point keys.
  static void require_key(const column& c);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint32_t operator[](std::size_t row) const { return numbers_[row]; }
  [[nodiscard]] std::string_view text(std::uint32_t number) const { return (*values_)[number]; }
  [[nodiscard]] std::uint32_t size() const { return values_->size(); }
  [[nodiscard]] const std::vector<std::uint32_t>& numbers() const { return numbers_; }
  /// Whether a row has no key: null, or NA, as R writes it, which would become a person's name.
  [[nodiscard]] bool is_missing(std::size_t row) const {
    return numbers_[row] == null || numbers_[row] == not_available_;
  }
  [[nodiscard]] bool any_missing() const;
  [[nodiscard]] bool any_null() const;

 private:
  void number(const column& c, const integer_values& values, std::uint32_t* to, std::size_t rows);
  void number(const column& c, const double* values, std::uint32_t* to, std::size_t rows);
  void number(const column& c, const text_values& values, std::uint32_t* to, std::size_t rows);
  void number_coded(const column& c, const text_values& values, std::uint32_t* to,
                    std::size_t rows);
  /// Empty text is null.
  std::uint32_t number_of_text(std::string_view value) {
    return value.empty() ? null : values_->intern(value);
  }

  std::string name_;
  key_values own_;
  key_values* values_;
  std::uint32_t not_available_ = null;  // the number of "NA"
  std::vector<std::uint32_t> numbers_;
};

}  // namespace xqs::engine

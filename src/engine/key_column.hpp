#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/crew.hpp"
#include "engine/key_values.hpp"
#include "engine/untouched_vector.hpp"
#include "xqs/engine/column.hpp"

namespace xqs::engine {

/// A key column, its values numbered; null has the number `null`.
class key_column {
 public:
  static constexpr std::uint32_t null = key_values::none;

  explicit key_column(std::string name) : name_(std::move(name)), values_(&own_) {}
  /// Shares the values of another column, which must outlive it, and learns none.
  key_column(std::string name, key_column& values)
      : name_(std::move(name)), values_(values.values_) {}
  key_column(const key_column&) = delete;
  key_column& operator=(const key_column&) = delete;
  ~key_column() = default;

  /// Begins with the next rows, in place of those before: `c`, which stays until the end, or rows
  /// of the column whose values are shared, where `null` stands for no row. Then come blocks of
  /// rows, to look up or to learn, and the end.
  ///
  /// Errors: errc::invalid_data for floating-point keys, before anything is changed.
  void begin(const column& c, std::size_t rows);
  void begin(const key_column& from, const std::vector<std::uint32_t>& rows);
  /// Whether all values of some rows have numbers already. For several threads.
  bool look_up(row_range rows);
  /// The same; the rows themselves may be left without their numbers, until `number_all`.
  bool knows(row_range rows);
  void number_all();
  /// Numbers the values of some rows. Errors: errc::invalid_data for unchecked text that is not
  /// UTF-8; other values may have been numbered.
  void learn(row_range rows);
  void end();
  /// Numbers further rows at once, whose values are shown only, and may be floating-point numbers.
  void append_text(const column& c, std::size_t rows);
  /// Its numbers may have gaps.
  void allow(const key_values::gaps& allowed) { values_->allow(allowed); }
  /// The number of a value, which is added if it is new.
  std::uint32_t intern(std::string_view value) { return values_->intern(value); }
  /// For numbers given one by one.
  void clear() {
    numbers_.clear();
    viewed_ = nullptr;
    may_have_null_ = true;
  }
  void push_back(std::uint32_t number) { numbers_.push_back(number); }

  /// Errors: errc::invalid_data for floating-point keys.
  static void require_key(const column& c);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint32_t operator[](std::size_t row) const { return numbers()[row]; }
  [[nodiscard]] std::string_view text(std::uint32_t number) const { return (*values_)[number]; }
  /// Calls `use` with a text that is needed once.
  template <typename Use>
  auto use_text(std::uint32_t number, Use use) const {
    return values_->use_text(number, use);
  }
  [[nodiscard]] std::uint32_t size() const { return values_->size(); }
  /// Among the numbers below this there may be some that no value has; further ones have all one.
  [[nodiscard]] std::uint32_t may_be_gaps() const { return values_->may_be_gaps(); }
  /// The values of all rows where they stand, if they are numbers of their own as far as is seen,
  /// which `owns` then tells of some of them; else null.
  [[nodiscard]] const std::uint32_t* standing() const { return viewed_; }
  /// Whether integers with these bits are known to be their own numbers.
  [[nodiscard]] bool owns(std::uint64_t bits) const { return values_->owns(bits); }
  /// Whether each value is the integer that is its number.
  [[nodiscard]] bool are_own_numbers() const { return values_->are_own(); }
  /// Of all rows, until the values of the column are gone, since they may be those; what is learned
  /// may move them.
  [[nodiscard]] std::span<const std::uint32_t> numbers() const {
    return viewed_ == nullptr ? std::span(numbers_) : std::span(viewed_, numbers_.size());
  }
  /// Whether a row has no key: null, or NA, as R writes it, which would become a person's name.
  [[nodiscard]] bool is_missing(std::size_t row) const {
    return (*this)[row] == null || (*this)[row] == not_available_;
  }
  /// Whether no row is null, where that is seen at a glance.
  [[nodiscard]] bool surely_has_all() const { return are_numbers_ && from_ == nullptr; }
  [[nodiscard]] static bool has_null(std::span<const std::uint32_t> numbers);
  /// Whether none of some rows that `knows` has found is null.
  [[nodiscard]] bool has_all(row_range rows) const {
    return plain_integers() != nullptr || !has_null(numbers().subspan(rows.first, rows.size()));
  }
  [[nodiscard]] bool any_missing() const;
  [[nodiscard]] bool any_null() const;

 private:
  void begin_text(const column& c, std::size_t rows);
  void expect_numbers(std::size_t rows);
  [[nodiscard]] std::uint64_t bits_of(row_range rows) const;
  void copy_numbers();
  [[nodiscard]] const integer_values* plain_integers() const;
  void learn_dictionary(const column& c, const text_values& values, std::size_t rows);
  void learn(const column& c, row_range rows, std::uint32_t* to);
  bool look_up(const column& c, const integer_values& values, row_range rows,
               std::uint32_t* to) const;
  template <typename NumberOf>
  bool number_text(const column& c, const text_values& values, row_range rows, std::uint32_t* to,
                   NumberOf number_of) const;
  void finish(const column& c);

  std::string name_;
  key_values own_;
  key_values* values_;
  std::uint32_t not_available_ = null;  // the number of "NA"
  bool may_have_null_ = false;
  untouched_vector<std::uint32_t> numbers_;  ///< not written to where others are viewed

  // Of the rows at hand:
  const column* column_ = nullptr;
  const key_column* from_ = nullptr;
  const std::vector<std::uint32_t>* rows_from_ = nullptr;
  bool are_numbers_ = false;  ///< integers, none null, that are their own numbers as far as is seen
  const std::uint32_t* viewed_ = nullptr;  ///< them, if they stand as numbers do
  std::vector<std::uint32_t> dictionary_;  ///< numbers of its values that rows have
};

}  // namespace xqs::engine

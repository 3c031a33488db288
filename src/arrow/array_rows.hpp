#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/c_data.hpp"
#include "xqs/error.hpp"

namespace xqs::arrow {

/// Values in the caller's buffer, whose place in memory may be any.
template <typename T>
class packed_values {
 public:
  packed_values() = default;
  packed_values(const void* buffer, std::size_t first)
      : bytes_(static_cast<const char*>(buffer) + first * sizeof(T)) {}

  T operator[](std::size_t at) const {
    T value;
    std::memcpy(&value, bytes_ + at * sizeof(T), sizeof value);
    return value;
  }
  [[nodiscard]] bool is_aligned() const {
    return reinterpret_cast<std::uintptr_t>(bytes_) % alignof(T) == 0;
  }
  /// For those that are aligned.
  [[nodiscard]] const T* data() const { return reinterpret_cast<const T*>(bytes_); }

 private:
  const char* bytes_ = nullptr;
};

inline bool bit_at(const std::uint8_t* bits, std::size_t at) {
  return (bits[at / 8] >> (at % 8) & 1) != 0;
}

/// Calls a task for each number below `count`, several at a time.
using task_runner =
    std::function<void(std::size_t count, const std::function<void(std::size_t)>& task)>;

/// Consecutive rows of an array of the caller. What its struct says of lengths, nulls and buffers
/// has been checked for consistency; that the buffers are as long as it says must be believed.
class array_rows {
 public:
  /// Rows `first` to `first + rows` behind the array's own offset. `name` is the column's.
  ///
  /// Errors: errc::invalid_data naming the column.
  array_rows(std::string name, const ArrowArray* from, std::int64_t first, std::int64_t rows);
  /// The same, whose checks may be run several at a time.
  array_rows(std::string name, const ArrowArray* from, std::int64_t first, std::int64_t rows,
             const task_runner& run)
      : array_rows(std::move(name), from, first, rows) {
    run_ = run;
  }
  /// All rows of the dictionary of a column.
  static array_rows of_dictionary(const std::string& name, const ArrowArray* from);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const ArrowArray& array() const { return *array_; }
  [[nodiscard]] std::size_t size() const { return rows_; }
  /// The place of the first row in the buffers.
  [[nodiscard]] std::size_t first() const { return first_; }
  /// How many rows the array has behind these.
  [[nodiscard]] std::size_t behind() const {
    return static_cast<std::size_t>(array_->offset + array_->length) - first_ - rows_;
  }

  /// Says which buffers there are, of which the first is the validity bitmap.
  void require_buffers(std::int64_t exactly) const;
  void require_buffers_from(std::int64_t least) const;
  /// Reads the validity bitmap: for all types but null. O(size).
  void read_validity();
  [[nodiscard]] bool may_have_nulls() const { return validity_ != nullptr; }
  [[nodiscard]] bool is_null(std::size_t row) const {
    return validity_ != nullptr && !bit_at(validity_, first_ + row);
  }
  /// A byte a row, 0 is null; empty where there are no nulls.
  [[nodiscard]] std::vector<std::uint8_t> valid_bytes() const;

  /// Whether `check(first, last)` is true of the rows, in parts of some thousands.
  template <typename Check>
  [[nodiscard]] bool all(Check check) const {
    constexpr std::size_t part = 8'192;
    std::vector<std::uint8_t> right((rows_ + part - 1) / part);
    const auto check_part = [&](std::size_t p) {
      right[p] = check(p * part, (std::min)(rows_, (p + 1) * part)) ? 1 : 0;
    };
    if (run_ && right.size() > 1)
      run_(right.size(), check_part);
    else
      for (std::size_t p = 0; p < right.size(); ++p) check_part(p);
    return std::find(right.begin(), right.end(), 0) == right.end();
  }

  /// The values of a buffer from the first row on; none may be read where there are no rows.
  template <typename T>
  [[nodiscard]] packed_values<T> values(std::int64_t buffer) const {
    if (rows_ == 0) return {};
    return {required(buffer), first_};
  }
  /// A buffer that must be there.
  [[nodiscard]] const void* required(std::int64_t buffer) const;

  /// An error about the array as a whole, or about a row and its value. `problem` goes on from
  /// the name of the column.
  template <typename Error = error>
  [[nodiscard]] Error problem(const std::string& problem) const {
    return {-1, name_, "", subject() + " " + problem};
  }
  template <typename Error = error>
  [[nodiscard]] Error problem(std::size_t row, std::string_view value,
                              const std::string& problem) const {
    return {is_dictionary_ ? -1 : static_cast<std::int64_t>(row), name_, std::string(value),
            subject() + " " + problem};
  }

 private:
  array_rows(std::string name, const ArrowArray* from, bool is_dictionary);
  [[nodiscard]] std::string subject() const;
  void check() const;

  std::string name_;
  bool is_dictionary_;
  const ArrowArray* array_;
  std::size_t first_ = 0;
  std::size_t rows_ = 0;
  const std::uint8_t* validity_ = nullptr;
  task_runner run_;
};

}  // namespace xqs::arrow

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "xqs/engine/column.hpp"

/// How a column holds its values: integers as narrow as they are, or in 32 bits, as numbers of
/// keys.
enum class form { text, dictionary, integers, integers_32, doubles };

/// Columns and what they are views of.
class stored_batch {
 public:
  explicit stored_batch(std::size_t rows) { view_.rows = rows; }

  /// Values are texts or whole numbers. Null where `value(row)` is empty; what says so is there
  /// only where one is.
  template <typename Value>
  void add(const std::string& name, form how, Value value) {
    storage& to = stored_.emplace_back();
    to.offsets = {0};
    for (std::size_t row = 0; row < view_.rows; ++row) {
      const auto v = value(row);
      to.valid.push_back(v ? 1 : 0);
      if (how == form::text || how == form::dictionary) append(to, v ? text_of(*v) : "");
      if (how == form::integers || how == form::integers_32)
        to.integers.push_back(v ? whole(*v) : 99);
      if (how == form::doubles) to.doubles.push_back(v ? number(*v) : 99);
      if (how == form::dictionary)  // what a null's code says does not matter
        to.codes.push_back(v ? static_cast<std::uint32_t>(view_.rows - 1 - row) : 0xffffffffu);
    }
    xqs::column made{.name = name, .values = xqs::text_values{to.offsets.data(), to.bytes.data()}};
    if (how == form::dictionary) made.values = reversed(to);
    if (how == form::integers) made.values = narrowest(to);
    if (how == form::integers_32) made.values = in_32_bits(to);
    if (how == form::doubles) made.values = static_cast<const double*>(to.doubles.data());
    const bool any_null = std::find(to.valid.begin(), to.valid.end(), 0) != to.valid.end();
    if (any_null) made.valid = to.valid.data();
    view_.columns.push_back(made);
  }
  [[nodiscard]] const xqs::batch& view() const { return view_; }

 private:
  struct storage {
    std::string bytes;
    std::vector<std::int64_t> offsets, integers;
    std::vector<std::int8_t> bytes_wide;
    std::vector<std::uint16_t> words_wide;
    std::vector<std::int32_t> ints_wide;
    std::vector<double> doubles;
    std::vector<std::uint8_t> valid;
    std::vector<std::uint32_t> codes;
  };

  static const std::string& text_of(const std::string& text) { return text; }
  static std::string text_of(std::int64_t value) { return std::to_string(value); }
  static std::int64_t whole(const std::string& text) { return std::stoll(text); }
  static std::int64_t whole(std::int64_t value) { return value; }
  static double number(const std::string& text) { return std::stod(text); }
  static double number(std::int64_t value) { return static_cast<double>(value); }
  /// As few bytes as hold all of them.
  static xqs::integer_values narrowest(storage& to) {
    to.bytes_wide.assign(to.integers.begin(), to.integers.end());
    to.words_wide.assign(to.integers.begin(), to.integers.end());
    if (std::equal(to.integers.begin(), to.integers.end(), to.bytes_wide.begin()))
      return static_cast<const std::int8_t*>(to.bytes_wide.data());
    if (std::equal(to.integers.begin(), to.integers.end(), to.words_wide.begin()))
      return static_cast<const std::uint16_t*>(to.words_wide.data());
    return static_cast<const std::int64_t*>(to.integers.data());
  }
  static xqs::integer_values in_32_bits(storage& to) {
    to.ints_wide.assign(to.integers.begin(), to.integers.end());
    return static_cast<const std::int32_t*>(to.ints_wide.data());
  }
  static void append(storage& to, const std::string& text) {
    to.bytes += text;
    to.offsets.push_back(static_cast<std::int64_t>(to.bytes.size()));
  }
  /// A dictionary that has the values from last to first, some of them several times.
  static xqs::text_values reversed(storage& to) {
    const storage from = to;
    to.bytes.clear();
    to.offsets = {0};
    for (std::size_t row = from.valid.size(); row-- > 0;)
      append(to, from.bytes.substr(
                     static_cast<std::size_t>(from.offsets[row]),
                     static_cast<std::size_t>(from.offsets[row + 1] - from.offsets[row])));
    return {to.offsets.data(), to.bytes.data(), to.codes.data(),
            static_cast<std::uint32_t>(to.codes.size())};
  }

  std::deque<storage> stored_;
  xqs::batch view_;
};

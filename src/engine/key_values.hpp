#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/integer_numbers.hpp"
#include "engine/short_texts.hpp"
#include "xqs/detail/dictionary.hpp"

namespace xqs::engine {

/// An integer as text, in a buffer of its own.
class written_integer {
 public:
  explicit written_integer(std::int64_t value)
      : size_(std::to_chars(text_, text_ + sizeof text_, value).ptr - text_) {}
  [[nodiscard]] std::string_view text() const { return {text_, static_cast<std::size_t>(size_)}; }

 private:
  char text_[32];
  std::ptrdiff_t size_;
};

/// The distinct values of key columns, numbered in the order of their first appearance. An integer
/// means the same as its text; while there are integers only, nothing is written out until somebody
/// asks for it. Reading text is therefore not for several threads.
class key_values {
 public:
  static constexpr std::uint32_t none = detail::dictionary::none;

  /// Which integers may be their own numbers, so that nothing is looked up, at the price of gaps:
  /// those below so many times the values so far, or below the values so far.
  struct gaps {
    std::uint64_t per_value;
    std::uint64_t most_per_value;  ///< and below this
    std::uint64_t most;            ///< in any case
  };
  /// From now on there may be such gaps. Before the first value.
  void allow(const gaps& allowed) {
    if (allowed.per_value > gaps_.per_value) gaps_ = allowed;
  }

  /// The number of a text, which is added if it is new.
  std::uint32_t intern(std::string_view text) {
    const std::uint32_t known = short_.find(text);
    return known != none ? known : add(text);
  }
  /// Its number, or none. For several threads, while no value is added.
  [[nodiscard]] std::uint32_t find(std::string_view text) const {
    const std::uint32_t known = short_.find(text);
    return known != none ? known : find_other(text);
  }
  /// The numbers of many texts, `text_at(i)`; of some that are known it says none, too. Of the
  /// first `padded` texts all bytes up to the longest short one may be read.
  template <typename TextAt>
  void find_short(std::size_t count, std::size_t padded, TextAt text_at, std::uint32_t* to) const {
    short_.find(count, padded, text_at, to);
  }
  static constexpr std::size_t longest_short = short_texts::longest;
  /// The number of an integer, which is added if it is new. Amortised O(1).
  std::uint32_t intern(std::int64_t value) {
    if (static_cast<std::uint64_t>(value) < own_limit_) return own(value);
    const std::uint32_t known = integers_.find_small(value);
    return known != none ? known : add(value);
  }
  /// Its number, or none. For several threads, while no value is added.
  [[nodiscard]] std::uint32_t find(std::int64_t value) const {
    if (static_cast<std::uint64_t>(value) < own_end_) return static_cast<std::uint32_t>(value);
    if (static_cast<std::uint64_t>(value) < own_limit_) return none;
    const std::uint32_t known = integers_.find(value);
    return known == none && text_.size() > 0 ? find_written(value) : known;
  }
  /// The numbers of many integers: whether all have one; those that have not have none.
  template <typename Integer>
  bool find(const Integer* values, std::size_t count, std::uint32_t* to) const;
  /// Whether all of many integers have a number, where that is seen at a glance.
  template <typename Integer>
  [[nodiscard]] bool surely_has(const Integer* values, std::size_t count) const;
  /// Before so many integers, of which none is null, with these bits: whether all of them are their
  /// own numbers.
  bool expect(std::uint64_t bits, std::size_t count);
  /// Whether integers with these bits are known to be their own numbers.
  [[nodiscard]] bool owns(std::uint64_t bits) const { return bits < own_end_; }
  /// Before texts: integers so far are written out, so that texts can be found by several threads.
  void expect_text() { spell_out(); }

  /// The text of a number, until further values are added.
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const;
  /// Calls `use` with it, once: of an integer that is its own number nothing is kept for further
  /// times.
  template <typename Use>
  auto use_text(std::uint32_t number, Use use) const {
    return number < own_limit_ ? use(written_integer(number).text()) : use((*this)[number]);
  }
  /// All numbers are below.
  [[nodiscard]] std::uint32_t size() const {
    const auto others = static_cast<std::uint32_t>(text_.size() + unwritten_.size());
    return others > 0 ? own_limit_ + others : own_end_;
  }
  /// Among the numbers below this there may be some that no value has; further ones have all one.
  [[nodiscard]] std::uint32_t may_be_gaps() const { return (std::min)(size(), own_limit_); }
  /// Whether all values so far are integers that are their own numbers.
  [[nodiscard]] bool are_own() const { return text_.size() + unwritten_.size() == 0; }
  /// Whether all values so far are integers.
  [[nodiscard]] bool are_integers() const { return text_.size() == 0; }

 private:
  std::uint32_t own(std::int64_t value) {
    own_end_ = (std::max)(own_end_, static_cast<std::uint32_t>(value) + 1);
    return static_cast<std::uint32_t>(value);
  }
  void make_room_for_own(std::size_t count);
  [[nodiscard]] std::uint32_t find_written(std::int64_t value) const;
  std::uint32_t add(std::int64_t value);
  std::uint32_t add(std::string_view text);
  [[nodiscard]] std::uint32_t number_of(std::string_view text);
  [[nodiscard]] std::uint32_t find_other(std::string_view text) const;
  [[nodiscard]] std::int64_t own_in(std::string_view text) const;
  void spell_out() const;
  void spell_out_own() const;

  gaps gaps_ = {};
  std::uint32_t own_limit_ = 0;  ///< integers below it are their own numbers; behind, the others
  std::uint32_t own_end_ = 0;
  std::uint64_t asked_ = 0;
  integer_numbers integers_;
  short_texts short_;
  // Either all others are in one of these, or all are in the other.
  mutable std::vector<std::int64_t> unwritten_;
  mutable detail::dictionary text_;
  mutable std::string own_text_;
  mutable std::vector<std::size_t> own_ends_;
};

template <typename Integer>
bool key_values::surely_has(const Integer* values, std::size_t count) const {
  using bits = std::make_unsigned_t<Integer>;
  bits most = 0;  // which is large if any is below 0
  for (std::size_t i = 0; i < count; ++i) most = (std::max)(most, static_cast<bits>(values[i]));
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
  return own_limit_ == 0 && most <= largest && most < integers_.dense();
}

template <typename Integer>
bool key_values::find(const Integer* values, std::size_t count, std::uint32_t* to) const {
  const auto find_all = [&](auto find) {
    std::uint32_t most = 0;  // without a branch a value
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = find(std::int64_t{values[i]});
      most = (std::max)(most, to[i]);
    }
    return most != none;
  };
  const auto in_table = [this](std::int64_t value) { return integers_.find_small(value); };
  if (own_limit_ == 0 && find_all(in_table)) return true;
  return find_all([this](std::int64_t value) { return find(value); });
}

}  // namespace xqs::engine

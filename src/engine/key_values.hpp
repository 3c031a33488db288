#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/integer_numbers.hpp"
#include "engine/short_texts.hpp"
#include "xqs/detail/dictionary.hpp"

namespace xqs::engine {

/// The distinct values of key columns, numbered in the order of their first appearance. An integer
/// means the same as its text; while there are integers only, nothing is written out until somebody
/// asks for it. Reading text is therefore not for several threads.
class key_values {
 public:
  static constexpr std::uint32_t none = detail::dictionary::none;

  /// From now on small integers may be their own numbers, so that nothing is looked up: for keys
  /// of which there are many, and gaps do no harm. Before the first value.
  void allow_gaps() { may_have_gaps_ = true; }

  /// The number of a text, which is added if it is new.
  std::uint32_t intern(std::string_view text) {
    return recent_(text, [this](std::string_view other) { return add(other); });
  }
  /// Its number, or none.
  [[nodiscard]] std::uint32_t find(std::string_view text) const;
  /// The number of an integer, which is added if it is new. Amortised O(1).
  std::uint32_t intern(std::int64_t value) {
    if (static_cast<std::uint64_t>(value) < own_limit_) return own(value);
    const std::uint32_t known = integers_.find_small(value);
    return known != none ? known : add(value);
  }
  /// The numbers of many integers.
  template <typename Integer>
  void intern(const Integer* values, std::size_t count, std::uint32_t* to);

  /// The text of a number, until further values are added.
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const;
  /// One more than the largest number.
  [[nodiscard]] std::uint32_t size() const {
    const auto others = static_cast<std::uint32_t>(text_.size() + unwritten_.size());
    return others > 0 ? own_limit_ + others : own_end_;
  }
  /// Whether all values so far are integers.
  [[nodiscard]] bool are_integers() const { return text_.size() == 0; }

 private:
  std::uint32_t own(std::int64_t value) {
    own_end_ = (std::max)(own_end_, static_cast<std::uint32_t>(value) + 1);
    return static_cast<std::uint32_t>(value);
  }
  void make_room_for_own(std::size_t count);
  std::uint32_t add(std::int64_t value);
  std::uint32_t add(std::string_view text);
  [[nodiscard]] std::int64_t own_in(std::string_view text) const;
  void spell_out() const;
  void spell_out_own() const;

  bool may_have_gaps_ = false;
  std::uint32_t own_limit_ = 0;  ///< integers below it are their own numbers; behind, the others
  std::uint32_t own_end_ = 0;
  std::size_t asked_ = 0;
  integer_numbers integers_;
  short_texts recent_;
  // Either all others are in one of these, or all are in the other.
  mutable std::vector<std::int64_t> unwritten_;
  mutable detail::dictionary text_;
  mutable std::string own_text_;
  mutable std::vector<std::size_t> own_ends_;
};

template <typename Integer>
void key_values::intern(const Integer* values, std::size_t count, std::uint32_t* to) {
  make_room_for_own(count);
  std::uint64_t most = 0;
  for (std::size_t i = 0; own_limit_ > 0 && i < count; ++i) {
    most = (std::max)(most, static_cast<std::uint64_t>(values[i]));  // which is huge below 0
    to[i] = static_cast<std::uint32_t>(values[i]);
  }
  if (own_limit_ > 0 && count > 0 && most < own_limit_)
    (void)own(static_cast<std::int64_t>(most));
  else
    for (std::size_t i = 0; i < count; ++i) to[i] = intern(static_cast<std::int64_t>(values[i]));
}

}  // namespace xqs::engine

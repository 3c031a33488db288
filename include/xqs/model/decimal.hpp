#pragma once

#include <cmath>
#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "xqs/error.hpp"

namespace xqs {

/// An exact decimal with at most six places: answer codes, points, band edges, levels, weights.
///
/// Below 10^9 in absolute value, so at most fifteen significant digits: the nearest double reads
/// back as the same decimal. Constructing from any other number is errc::invalid_argument.
class decimal {
 public:
  static constexpr std::int64_t one = 1'000'000;  ///< millionths in 1

  constexpr decimal() = default;
  template <std::integral Integer>
  constexpr decimal(Integer whole)  // implicit on purpose: codes are mostly small integers
      : millionths_(in_range(whole) ? static_cast<std::int64_t>(whole) * one : out_of_range()) {}
  decimal(double number) {
    const auto exact = from(number);
    millionths_ = exact ? exact->millionths_ : out_of_range();
  }

  /// The decimal whose nearest double is `number`, if there is one.
  [[nodiscard]] static std::optional<decimal> from(double number) {
    if (!(std::abs(number) < 1e9)) return std::nullopt;
    const std::int64_t scaled = std::llround(number * static_cast<double>(one));
    if (static_cast<double>(scaled) / static_cast<double>(one) != number) return std::nullopt;
    return from_millionths(scaled);
  }
  template <std::integral Integer>
  [[nodiscard]] static std::optional<decimal> from(Integer whole) {
    return in_range(whole) ? std::optional(decimal(whole)) : std::nullopt;
  }
  [[nodiscard]] static constexpr std::optional<decimal> from_millionths(std::int64_t value) {
    if (value <= -limit || value >= limit) return std::nullopt;
    decimal result;
    result.millionths_ = value;
    return result;
  }
  /// Reads "4", "-1", "4.50", "1e3"; blanks around are ignored. Never rounds.
  [[nodiscard]] static constexpr std::optional<decimal> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t millionths() const { return millionths_; }
  [[nodiscard]] double value() const {
    return static_cast<double>(millionths_) / static_cast<double>(one);
  }
  /// Shortest decimal text, as RFC 8785 writes the same number.
  [[nodiscard]] std::string text() const;

  friend constexpr auto operator<=>(const decimal&, const decimal&) = default;

 private:
  static constexpr std::int64_t limit = 1'000'000'000 * one;

  template <std::integral Integer>
  static constexpr bool in_range(Integer whole) {
    return std::cmp_less(whole, 1'000'000'000) && std::cmp_greater(whole, -1'000'000'000);
  }
  [[noreturn]] static std::int64_t out_of_range() {
    throw error(errc::invalid_argument,
                "not a decimal below 1000000000 with at most 6 decimal places");
  }

  std::int64_t millionths_ = 0;
};

constexpr std::optional<decimal> decimal::parse(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (negative || text.front() == '+')) text.remove_prefix(1);

  std::int64_t digits = 0;
  int exponent = 0;  // value = digits * 10^exponent
  bool any = false;
  bool point = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (digits >= limit && c == '0' && point) continue;  // "4.0000000000000000"
      if (digits >= limit) return std::nullopt;            // 16 digits: more than a decimal holds
      digits = digits * 10 + (c - '0');
      exponent -= point ? 1 : 0;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    std::string_view power = text.substr(at + 1);
    const bool down = !power.empty() && power.front() == '-';
    if (!power.empty() && (down || power.front() == '+')) power.remove_prefix(1);
    if (power.empty() || power.size() > 3) return std::nullopt;
    int value = 0;
    for (const char c : power) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    exponent += down ? -value : value;
  }
  if (digits == 0) return decimal();
  for (; exponent > -6; --exponent) {
    if (digits >= limit) return std::nullopt;
    digits *= 10;
  }
  for (; exponent < -6; ++exponent) {
    if (digits % 10 != 0) return std::nullopt;
    digits /= 10;
  }
  return from_millionths(negative ? -digits : digits);
}

inline std::string decimal::text() const {
  const std::int64_t magnitude = millionths_ < 0 ? -millionths_ : millionths_;
  std::string result = (millionths_ < 0 ? "-" : "") + std::to_string(magnitude / one);
  std::int64_t rest = magnitude % one;
  if (rest == 0) return result;
  result += '.';
  for (std::int64_t place = one / 10; rest > 0; place /= 10) {
    result += static_cast<char>('0' + rest / place);
    rest %= place;
  }
  return result;
}

}  // namespace xqs

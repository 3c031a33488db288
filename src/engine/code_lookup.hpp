#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/values.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The points of answers whose codes are small whole numbers, as most are, or none: a table by the
/// positions of the two codes.
class code_lookup {
 public:
  static constexpr std::uint8_t no_answer = 11;  ///< the position of no code; 0 to 10: of these
  static constexpr std::uint8_t other = 12;      ///< of all other codes
  static constexpr std::size_t positions = 12;   ///< but for `other`
  static constexpr std::size_t pairs = (positions + 1) * (positions + 1);

  static constexpr std::uint32_t unknown = pairs - 1;  ///< a pair that is not in the table

  explicit code_lookup(const definition& d) {
    std::array<bool, positions> of_satisfaction{};
    for (std::uint8_t s = 0; s < positions; ++s)
      of_satisfaction[s] = is_known(d, std::nullopt, code_at(s));
    for (std::uint8_t r = 0; r < positions; ++r) {
      if (!is_known(d, code_at(r), std::nullopt)) continue;
      for (std::uint8_t s = 0; s < positions; ++s) {
        known_[pair(r, s)] = of_satisfaction[s];
        if (of_satisfaction[s]) points_[pair(r, s)] = d.points(code_at(r), code_at(s));
      }
    }
  }

  static std::uint8_t position(double code) {
    if (!(code >= 0 && code < no_answer)) return other;
    const auto whole = static_cast<std::uint8_t>(code);
    return static_cast<double>(whole) == code ? whole : other;
  }
  static std::uint8_t position(std::int64_t code) {
    return code >= 0 && code < no_answer ? static_cast<std::uint8_t>(code) : other;
  }
  /// Of a code as it mostly stands in text.
  static std::uint8_t position(std::string_view code) {
    const bool is_digit = code.size() == 1 && code[0] >= '0' && code[0] <= '9';
    if (is_digit) return static_cast<std::uint8_t>(code[0] - '0');
    return is_missing_text(code) ? no_answer : other;
  }

  static constexpr std::size_t pair(std::uint8_t requirement, std::uint8_t satisfaction) {
    return requirement * (positions + 1) + satisfaction;
  }
  /// Null where the definition must be asked.
  [[nodiscard]] const answer_points* find(std::size_t pair) const {
    return known_[pair] ? &points_[pair] : nullptr;
  }
  [[nodiscard]] const answer_points* find(double requirement, double satisfaction) const {
    return find(pair(position(requirement), position(satisfaction)));
  }

 private:
  static std::optional<decimal> code_at(std::uint8_t position) {
    return position == no_answer ? std::nullopt : std::optional(decimal(position));
  }
  static bool is_known(const definition& d, std::optional<decimal> requirement,
                       std::optional<decimal> satisfaction) {
    try {
      (void)d.points(requirement, satisfaction);
      return true;
    } catch (const error&) {
      return false;
    }
  }

  std::array<bool, pairs> known_{};
  std::array<answer_points, pairs> points_{};
};

}  // namespace xqs::engine

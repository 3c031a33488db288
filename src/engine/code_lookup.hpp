#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/values.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The points of answers whose codes are small whole numbers, as most are: a table by the positions
/// of the two codes. Different pairs of codes may be of one kind, the same points.
class code_lookup {
 public:
  static constexpr std::uint8_t no_answer = 11;  ///< the position of no code; 0 to 10: of these
  static constexpr std::uint8_t other = 12;      ///< of all other codes
  static constexpr std::size_t positions = 12;   ///< but for `other`
  static constexpr std::size_t pairs = (positions + 1) * (positions + 1);

  explicit code_lookup(const definition& d) {
    kind_of_.fill(unread);
    std::array<bool, positions> of_satisfaction{};
    for (std::uint8_t s = 0; s < positions; ++s)
      of_satisfaction[s] = is_known(d, std::nullopt, code_at(s));
    for (std::uint8_t r = 0; r < positions; ++r) {
      if (!is_known(d, code_at(r), std::nullopt)) continue;
      for (std::uint8_t s = 0; s < positions; ++s)
        if (of_satisfaction[s]) number(pair(r, s), d.points(code_at(r), code_at(s)));
    }
    for (std::uint8_t& kind : kind_of_)
      if (kind == unread) kind = unknown();
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
  /// The position among `kinds` of a pair's points, or `unknown`.
  [[nodiscard]] std::uint8_t kind(std::size_t pair) const { return kind_of_[pair]; }
  [[nodiscard]] const std::vector<answer_points>& kinds() const { return kinds_; }
  /// Where the definition must be asked.
  [[nodiscard]] std::uint8_t unknown() const { return static_cast<std::uint8_t>(kinds_.size()); }
  /// Null for an unknown pair.
  [[nodiscard]] const answer_points* find(double requirement, double satisfaction) const {
    const std::uint8_t of = kind(pair(position(requirement), position(satisfaction)));
    return of == unknown() ? nullptr : &kinds_[of];
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

  void number(std::size_t pair, const answer_points& points) {
    const auto at = std::find(kinds_.begin(), kinds_.end(), points);
    kind_of_[pair] = static_cast<std::uint8_t>(at - kinds_.begin());
    if (at == kinds_.end()) kinds_.push_back(points);
  }

  static constexpr std::uint8_t unread = 0xff;  // more than there are kinds
  std::array<std::uint8_t, pairs> kind_of_{};
  std::vector<answer_points> kinds_;
};

}  // namespace xqs::engine

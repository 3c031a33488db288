#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/values.hpp"
#include "engine/wide_registers.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The points of answers whose codes are small whole numbers, as most are: by the positions of the
/// two codes, of which each has its share in the number of their kind.
class code_lookup {
 public:
  static constexpr std::uint8_t codes = 11;      ///< 0 to 10, at these positions
  static constexpr std::uint8_t other = 14;      ///< the position of all other codes
  static constexpr std::uint8_t no_answer = 15;  ///< and of no code
  static constexpr std::size_t positions = 16;

  explicit code_lookup(const definition& d) {
    requirement_.fill(off);
    satisfaction_.fill(off);
    std::vector<std::uint8_t> satisfactions;
    for (const std::uint8_t s : common) {
      if (!is_known(d, std::nullopt, code_at(s))) continue;
      satisfaction_[s] = static_cast<std::uint8_t>(satisfactions.size());
      satisfactions.push_back(s);
    }
    for (const std::uint8_t r : common) {
      if (!is_known(d, code_at(r), std::nullopt)) continue;
      requirement_[r] = unknown();
      for (const std::uint8_t s : satisfactions) kinds_.push_back(d.points(code_at(r), code_at(s)));
    }
  }

  /// The positions of many codes, a byte each; one beyond `most` is `most`. So codes that are bytes
  /// are their own positions, up to `other`.
  struct code_positions {
    const std::uint8_t* bytes;
    std::uint8_t most = no_answer;

    std::uint8_t operator[](std::size_t i) const { return (std::min)(bytes[i], most); }
    [[nodiscard]] code_positions from(std::size_t first) const { return {bytes + first, most}; }
  };

  static std::uint8_t position(double code) {
    if (!(code >= 0 && code < codes)) return other;
    const auto whole = static_cast<std::uint8_t>(code);
    return static_cast<double>(whole) == code ? whole : other;
  }
  /// Positions between the codes and `other` are of other codes as well.
  template <std::integral Integer>
  static std::uint8_t position(Integer code) {
    using bits = std::make_unsigned_t<Integer>;  // of negative codes they are large
    return static_cast<std::uint8_t>((std::min)(static_cast<bits>(code), bits{other}));
  }
  /// Of a code as it mostly stands in text.
  static std::uint8_t position(std::string_view code) {
    const bool is_digit = code.size() == 1 && code[0] >= '0' && code[0] <= '9';
    if (is_digit) return static_cast<std::uint8_t>(code[0] - '0');
    return is_missing_text(code) ? no_answer : other;
  }

  /// The position among `kinds` of the points of two codes, or `unknown`.
  [[nodiscard]] std::uint8_t kind(std::uint8_t requirement, std::uint8_t satisfaction) const {
    const unsigned sum = unsigned{requirement_[requirement]} + satisfaction_[satisfaction];
    return static_cast<std::uint8_t>((std::min)(sum, unsigned{unknown()}));
  }
  /// The same of many answers: whether all are known. `wide`: many at once, where the machine can.
  bool find(code_positions requirements, code_positions satisfactions, std::size_t count,
            std::uint8_t* to, bool wide = has_wide_registers()) const;
  [[nodiscard]] const std::vector<answer_points>& kinds() const { return kinds_; }
  /// Where the definition must be asked.
  [[nodiscard]] std::uint8_t unknown() const { return static_cast<std::uint8_t>(kinds_.size()); }
  /// Null for an unknown pair.
  [[nodiscard]] const answer_points* find(double requirement, double satisfaction) const {
    const std::uint8_t of = kind(position(requirement), position(satisfaction));
    return of == unknown() ? nullptr : &kinds_[of];
  }

 private:
  static constexpr std::array<std::uint8_t, codes + 1> common = {0, 1, 2, 3, 4,  5,
                                                                 6, 7, 8, 9, 10, no_answer};

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

  struct found {
    std::size_t count = 0;
    bool all_known = true;
  };
  found find_widely(code_positions requirements, code_positions satisfactions, std::size_t count,
                    std::uint8_t* to) const;

  static constexpr std::uint8_t off = 0xff;  // more than there are kinds
  using parts = std::array<std::uint8_t, positions>;
  alignas(positions) parts requirement_{};  ///< by position: what it adds to the number of a kind
  alignas(positions) parts satisfaction_{};
  std::vector<answer_points> kinds_;  ///< by requirement, then satisfaction
};

}  // namespace xqs::engine

#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::c {

/// The points of answers whose codes are small whole numbers, as most are, by position.
class code_lookup {
 public:
  explicit code_lookup(const definition& d) {
    for (std::size_t code = 0; code < codes; ++code) {
      known_requirement_[code] = is_known(d, decimal(code), std::nullopt);
      known_satisfaction_[code] = is_known(d, std::nullopt, decimal(code));
    }
    for (std::size_t r = 0; r < codes; ++r)
      for (std::size_t s = 0; s < codes; ++s)
        if (known_requirement_[r] && known_satisfaction_[s])
          points_[r][s] = d.points(decimal(r), decimal(s));
  }

  /// Null where the definition must be asked.
  [[nodiscard]] const answer_points* find(double requirement, double satisfaction) const {
    const std::size_t r = position(requirement);
    const std::size_t s = position(satisfaction);
    const bool known = r < codes && s < codes && known_requirement_[r] && known_satisfaction_[s];
    return known ? &points_[r][s] : nullptr;
  }

 private:
  static constexpr std::size_t codes = 11;  // 0 to 10

  static bool is_known(const definition& d, std::optional<decimal> requirement,
                       std::optional<decimal> satisfaction) {
    try {
      (void)d.points(requirement, satisfaction);
      return true;
    } catch (const error&) {
      return false;
    }
  }

  static std::size_t position(double code) {
    if (!(code >= 0 && code < codes)) return codes;
    const auto whole = static_cast<std::size_t>(code);
    return static_cast<double>(whole) == code ? whole : codes;
  }

  std::array<bool, codes> known_requirement_{};
  std::array<bool, codes> known_satisfaction_{};
  std::array<std::array<answer_points, codes>, codes> points_{};
};

}  // namespace xqs::c

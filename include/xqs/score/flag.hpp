#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "xqs/model/choice.hpp"

namespace xqs {

/// What a reader of a result must know besides the number. A closed list, in the order of printing.
enum class flag : std::uint8_t {
  item_missing,    ///< an item without requirement left the mean of items
  extra_item,      ///< answers to items outside the definition, scored apart
  over_100,        ///< satisfaction exceeds the requirement; also a sign of a reversed scale
  no_requirement,  ///< nothing was required, so there is no score
  no_gap,          ///< requirement and satisfaction are equal, so there are no shares of a gap
  below_minimum,   ///< too few respondents to be shown
  suppressed,      ///< hidden so that other cells cannot give back a small one
  below_verdict_minimum,  ///< too few respondents for a verdict
  single_respondent,      ///< one known person
  respondents_unknown,    ///< no respondent column: every response counts as a person
  unit_response,          ///< the unit of uncertainty is the response, not the person
  independence_assumed,   ///< stored tallies, compared as if no person were in both
  variance_borrowed,      ///< no variance of its own; the pooled one is used
  degenerate,             ///< the variance is exactly zero
  early_feedback,         ///< feedback dated before its touchpoint
};

template <>
inline constexpr std::array<std::string_view, 15> choice_names<flag> = {"item_missing",
                                                                        "extra_item",
                                                                        "over_100",
                                                                        "no_requirement",
                                                                        "no_gap",
                                                                        "below_minimum",
                                                                        "suppressed",
                                                                        "below_verdict_minimum",
                                                                        "single_respondent",
                                                                        "respondents_unknown",
                                                                        "unit_response",
                                                                        "independence_assumed",
                                                                        "variance_borrowed",
                                                                        "degenerate",
                                                                        "early_feedback"};

class flag_set {
 public:
  constexpr void add(flag f) { bits_ |= bit(f); }
  [[nodiscard]] constexpr bool has(flag f) const { return (bits_ & bit(f)) != 0; }
  [[nodiscard]] std::vector<std::string_view> names() const {
    std::vector<std::string_view> result;
    for (std::size_t i = 0; i < choice_names<flag>.size(); ++i)
      if (has(static_cast<flag>(i))) result.push_back(choice_names<flag>[i]);
    return result;
  }
  friend constexpr flag_set operator|(flag_set a, flag_set b) {
    a.bits_ |= b.bits_;
    return a;
  }
  friend constexpr bool operator==(flag_set, flag_set) = default;

 private:
  static constexpr std::uint32_t bit(flag f) { return 1u << static_cast<unsigned>(f); }
  std::uint32_t bits_ = 0;
};

}  // namespace xqs

#pragma once

#include <cstddef>
#include <cstdint>

#include "xqs/tally/totals.hpp"

namespace xqs::engine {

/// Totals of a few answers in 31 bits: requirement, satisfaction, answers, and exclusions by
/// reason.
class packed_sum {
 public:
  static bool fits(const unit_totals& sum) {
    bool few = sum.answers < 1u << answers_bits;
    for (const std::uint32_t count : sum.excluded) few = few && count < 1u << excluded_bits;
    return few && sum.requirement < 1 << points_bits && sum.satisfaction < 1 << points_bits;
  }
  static std::uint32_t pack(const unit_totals& sum) {
    std::uint32_t bits = sum.answers;
    for (const std::uint32_t count : sum.excluded) bits = bits << excluded_bits | count;
    bits = bits << points_bits | static_cast<std::uint32_t>(sum.satisfaction);
    return bits << points_bits | static_cast<std::uint32_t>(sum.requirement);
  }
  static unit_totals unpack(std::uint32_t bits) {
    const auto take = [&](std::uint32_t count) {
      const std::uint32_t taken = bits & ((1u << count) - 1);
      bits >>= count;
      return taken;
    };
    unit_totals sum;
    sum.requirement = take(points_bits);
    sum.satisfaction = take(points_bits);
    for (std::size_t i = exclusion_count; i-- > 0;) sum.excluded[i] = take(excluded_bits);
    sum.answers = take(answers_bits);
    return sum;
  }

 private:
  static constexpr std::uint32_t points_bits = 9;
  static constexpr std::uint32_t answers_bits = 4;
  static constexpr std::uint32_t excluded_bits = 3;
  static_assert(2 * points_bits + answers_bits + exclusion_count * excluded_bits == 31);
};

}  // namespace xqs::engine

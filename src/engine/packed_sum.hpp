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
  /// What stands for totals that do not fit.
  static constexpr std::uint32_t none = 1u << 31;
  /// Packed sums add up like numbers. Of several additions: whether none was of `none`, and no part
  /// grew into the next.
  class sum {
   public:
    sum() = default;
    explicit sum(std::uint32_t first) : value_(first), problems_(first & none) {}
    void add(std::uint32_t other) {
      const std::uint32_t next = value_ + other;
      problems_ |= ((value_ ^ other ^ next) & first_bits) | (other & none);
      value_ = next;
    }
    [[nodiscard]] bool is_right() const { return problems_ == 0; }
    [[nodiscard]] std::uint32_t value() const { return value_; }

   private:
    std::uint32_t value_ = 0;
    std::uint32_t problems_ = 0;
  };
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
  /// The first of each part but the lowest, and the one behind them: where carries go.
  static constexpr std::uint32_t first_bits =
      1u << points_bits | 0b1001001u << 2 * points_bits | 1u << (2 * points_bits + 9) | none;
  static_assert(2 * points_bits + answers_bits + exclusion_count * excluded_bits == 31);
};

}  // namespace xqs::engine

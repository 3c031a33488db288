#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "xqs/tally/tally.hpp"
#include "xqs/tally/wide_int.hpp"
#include "xqs/tally/wide_ratio.hpp"

namespace xqs {

/// The totals of a group in a period, in points.
struct group_totals {
  int128 requirement = {};
  int128 satisfaction = {};
  std::uint64_t answers = 0;

  group_totals& operator+=(const group_totals& other) {
    requirement += other.requirement;
    satisfaction += other.satisfaction;
    answers += other.answers;
    return *this;
  }
};

/// Two periods of the same groups.
struct two_periods {
  std::vector<group_totals> before;
  std::vector<group_totals> after;
};

/// A rational number that holds any product of totals that a split needs.
struct exact_part {
  wide_int<896> numerator = {};
  wide_int<896> denominator = 1;

  [[nodiscard]] wide_int<320> fixed() const { return fixed_point(numerator, denominator); }
};

/// The parts of one group: the exact fractions of
///
///   satisfaction = (w0 + w1)/2 (s1 - s0) (1/r0 + 1/r1)/2,
///   requirement  = (w0 + w1)/2 (s0 + s1) (1/r1 - 1/r0)/2   (both over the same denominator; their
///                  sum is the within part (w0 + w1)/2 (theta1 - theta0)_g),
///   mix          = ((theta0 + theta1)_g/2 - (theta0 + theta1)/2) (w1 - w0),
///   without_requirement = S_g1/R_1 - S_g0/R_0, of periods in which the group requires nothing,
///
/// with w = R_g/R, theta_g = S_g/R_g, s = S_g/answers, r = R_g/answers. A group that requires
/// nothing in a period is absent there: it takes theta, s and r of the other one.
struct exact_group_split {
  exact_part satisfaction = {};
  exact_part requirement = {};
  exact_part mix = {};
  exact_part without_requirement = {};
};

/// Needs a requirement in both periods.
[[nodiscard]] inline exact_group_split split_group(const group_totals& before,
                                                   const group_totals& after,
                                                   const group_totals& all_before,
                                                   const group_totals& all_after) {
  const bool present_before = !before.requirement.is_zero();
  const bool present_after = !after.requirement.is_zero();
  const int128& x0 = all_before.requirement;
  const int128& x1 = all_after.requirement;
  const auto x0x1 = x0 * x1;
  exact_group_split result;
  result.without_requirement = {(present_after ? wide_int<256>() : after.satisfaction * x0) -
                                    (present_before ? wide_int<256>() : before.satisfaction * x1),
                                x0x1};
  if (!present_before && !present_after) return result;

  const group_totals& g0 = present_before ? before : after;
  const group_totals& g1 = present_after ? after : before;
  const auto [r0, s0, a0] = g0;
  const auto [r1, s1, a1] = g1;
  const auto r0r1 = r0 * r1;
  // w0 + w1 and w1 - w0, times x0 x1
  const wide_int<320> weights = wide_int<320>(before.requirement * x1) + after.requirement * x0;
  const wide_int<320> shift = wide_int<320>(after.requirement * x0) - before.requirement * x1;

  const auto s0a1 = s0 * a1;
  const auto s1a0 = s1 * a0;
  const auto r0a1 = r0 * a1;
  const auto r1a0 = r1 * a0;
  const auto within_denominator = r0r1 * x0x1 * int128(a0) * (4 * int128(a1));
  using wide = wide_int<256>;
  result.satisfaction = {weights * (wide(s1a0) - s0a1) * (wide(r1a0) + r0a1), within_denominator};
  result.requirement = {weights * (wide(s0a1) + s1a0) * (wide(r0a1) - r1a0), within_denominator};
  // (theta0 + theta1)_g - (theta0 + theta1), times r0 r1 x0 x1
  const wide_int<576> excess =
      wide_int<576>((wide_int<320>(s0 * r1) + s1 * r0) * x0x1) -
      (wide_int<320>(all_before.satisfaction * x1) + all_after.satisfaction * x0) * r0r1;
  result.mix = {excess * shift, r0r1 * x0x1 * (2 * wide_int<320>(x0x1))};
  return result;
}

[[nodiscard]] inline group_totals sum_of(const std::vector<group_totals>& groups) {
  group_totals all;
  for (const group_totals& g : groups) all += g;
  return all;
}

}  // namespace xqs

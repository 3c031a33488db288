#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "xqs/tally/wide_int.hpp"

namespace xqs {
namespace detail {

/// Bits of a non-negative integer without leading zeros.
template <int Bits>
[[nodiscard]] constexpr int bit_length(const wide_int<Bits>& value) noexcept {
  for (std::size_t i = value.limbs().size(); i-- > 0;)
    if (value.limbs()[i] != 0)
      return static_cast<int>(64 * i) + 64 - std::countl_zero(value.limbs()[i]);
  return 0;
}

/// value 2^bits, modulo 2^Bits.
template <int Bits>
[[nodiscard]] constexpr wide_int<Bits> shifted_left(const wide_int<Bits>& value,
                                                    int bits) noexcept {
  typename wide_int<Bits>::limb_array limbs{};
  const auto whole = static_cast<std::size_t>(bits / 64);
  const int rest = bits % 64;
  for (std::size_t i = whole; i < limbs.size(); ++i) {
    limbs[i] = value.limbs()[i - whole] << rest;
    if (rest > 0 && i > whole) limbs[i] |= value.limbs()[i - whole - 1] >> (64 - rest);
  }
  return wide_int<Bits>::from_limbs(limbs);
}

template <int Bits>
struct wide_quotient {
  wide_int<Bits> quotient;
  wide_int<Bits> remainder;
};

/// Long division, bit by bit. Needs numerator >= 0, denominator > 0 and a spare bit above both.
/// O(bits of the quotient, times Bits).
template <int Bits>
[[nodiscard]] constexpr wide_quotient<Bits> divide(const wide_int<Bits>& numerator,
                                                   const wide_int<Bits>& denominator) noexcept {
  wide_quotient<Bits> result{{}, numerator};
  for (int shift = bit_length(numerator) - bit_length(denominator); shift >= 0; --shift) {
    const wide_int<Bits> multiple = shifted_left(denominator, shift);
    result.quotient += result.quotient;
    if (result.remainder < multiple) continue;
    result.remainder -= multiple;
    result.quotient += 1;
  }
  return result;
}

}  // namespace detail

/// The double nearest to a rational number: rounded once, ties to even. Needs denominator > 0.
/// O(Bits).
template <int Bits>
[[nodiscard]] double nearest_ratio(const wide_int<Bits>& numerator,
                                   const wide_int<Bits>& denominator) noexcept {
  using wider = wide_int<Bits + 128>;
  const wider magnitude = numerator.is_negative() ? -wider(numerator) : wider(numerator);
  // 66 bits of quotient and one that stands for all below, which decides only about ties.
  const int missing = 66 + detail::bit_length(denominator) - detail::bit_length(magnitude);
  const int shift = missing > 0 ? missing : 0;
  const auto [quotient, remainder] =
      detail::divide(detail::shifted_left(magnitude, shift), wider(denominator));
  const wider rounded = quotient + quotient + (remainder.is_zero() ? 0 : 1);
  const double ratio = std::ldexp(to_double(rounded), -shift - 1);
  return numerator.is_negative() ? -ratio : ratio;
}

/// A rational number as an integer of 2^-128, towards zero: sums of such numbers are exact and do
/// not depend on their order. Needs denominator > 0. O(Bits).
///
/// Errors: errc::overflow from 2^191 on.
template <int Bits>
[[nodiscard]] wide_int<320> fixed_point(const wide_int<Bits>& numerator,
                                        const wide_int<Bits>& denominator) {
  using wider = wide_int<Bits + 192>;
  const wider magnitude = numerator.is_negative() ? -wider(numerator) : wider(numerator);
  const auto quotient = narrow<320>(
      detail::divide(detail::shifted_left(magnitude, 128), wider(denominator)).quotient);
  return numerator.is_negative() ? -quotient : quotient;
}

}  // namespace xqs

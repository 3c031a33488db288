#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

/// Arithmetic on arrays of 64-bit limbs: what wide_int is made of.
namespace xqs::detail {

/// Unsigned integers of N limbs, the least significant first.
template <std::size_t N>
using limb_array = std::array<std::uint64_t, N>;

struct limb_product {
  std::uint64_t low;
  std::uint64_t high;
};

struct limb_quotient {
  std::uint64_t quotient;
  std::uint64_t remainder;
};

/// Adds `term` and `carry` (0 or 1) to `limb` and returns the carry out (0 or 1).
constexpr std::uint64_t add_with_carry(std::uint64_t& limb, std::uint64_t term,
                                       std::uint64_t carry) noexcept {
  const std::uint64_t sum = limb + term;
  limb = sum + carry;
  return static_cast<std::uint64_t>(sum < term) | static_cast<std::uint64_t>(limb < sum);
}

/// Takes `term` and `borrow` (0 or 1) from `limb` and returns the borrow out (0 or 1).
constexpr std::uint64_t subtract_with_borrow(std::uint64_t& limb, std::uint64_t term,
                                             std::uint64_t borrow) noexcept {
  const std::uint64_t before = limb;
  const std::uint64_t difference = before - term;
  limb = difference - borrow;
  return static_cast<std::uint64_t>(before < term) |
         static_cast<std::uint64_t>(difference < borrow);
}

// The only code that depends on the compiler. XQS_NO_INT128 selects the portable branch.
#if defined(__SIZEOF_INT128__) && !defined(XQS_NO_INT128)

__extension__ typedef unsigned __int128 uint128;

/// a b + c + d, which always fits two limbs.
constexpr limb_product multiply_add(std::uint64_t a, std::uint64_t b, std::uint64_t c,
                                    std::uint64_t d) noexcept {
  const uint128 product = static_cast<uint128>(a) * b + c + d;
  return {static_cast<std::uint64_t>(product), static_cast<std::uint64_t>(product >> 64)};
}

/// (2^64 high + low) / denominator. Needs high < denominator, so that the quotient fits a limb.
constexpr limb_quotient divide_limb(std::uint64_t high, std::uint64_t low,
                                    std::uint64_t denominator) noexcept {
  const uint128 numerator = static_cast<uint128>(high) << 64 | low;
  return {static_cast<std::uint64_t>(numerator / denominator),
          static_cast<std::uint64_t>(numerator % denominator)};
}

/// Totals of 128 bits are the hot path, and GCC chains add and adc only for its own wide type.
constexpr void add(limb_array<2>& value, const limb_array<2>& term) noexcept {
  const uint128 sum = (static_cast<uint128>(value[1]) << 64 | value[0]) +
                      (static_cast<uint128>(term[1]) << 64 | term[0]);
  value = {static_cast<std::uint64_t>(sum), static_cast<std::uint64_t>(sum >> 64)};
}

#else

/// a b + c + d, which always fits two limbs.
constexpr limb_product multiply_add(std::uint64_t a, std::uint64_t b, std::uint64_t c,
                                    std::uint64_t d) noexcept {
  constexpr std::uint64_t half = 0xffffffffu;
  const std::uint64_t lowest = (a & half) * (b & half);
  // Neither sum can overflow: (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1.
  const std::uint64_t first = (a >> 32) * (b & half) + (lowest >> 32);
  const std::uint64_t second = (a & half) * (b >> 32) + (first & half);
  limb_product product{second << 32 | (lowest & half),
                       (a >> 32) * (b >> 32) + (first >> 32) + (second >> 32)};
  product.high += add_with_carry(product.low, c, 0);
  product.high += add_with_carry(product.low, d, 0);
  return product;
}

/// (2^64 high + low) / denominator, bit by bit. Needs high < denominator, so that the quotient
/// fits a limb.
constexpr limb_quotient divide_limb(std::uint64_t high, std::uint64_t low,
                                    std::uint64_t denominator) noexcept {
  for (int bit = 0; bit < 64; ++bit) {
    const bool beyond = high >> 63 != 0;  // the shifted remainder has a 65th bit
    high = high << 1 | low >> 63;
    low <<= 1;
    if (beyond || high >= denominator) {
      high -= denominator;
      low |= 1;
    }
  }
  return {low, high};
}

#endif

/// Adds `term` to `value`, modulo 2^(64 N).
template <std::size_t N>
constexpr void add(limb_array<N>& value, const limb_array<N>& term) noexcept {
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < N; ++i) carry = add_with_carry(value[i], term[i], carry);
}

/// Takes `term` from the highest M limbs of `value`, modulo 2^(64 N).
template <std::size_t N, std::size_t M>
constexpr void subtract_high(limb_array<N>& value, const limb_array<M>& term) noexcept {
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < M; ++i) {
    borrow = subtract_with_borrow(value[N - M + i], term[i], borrow);
  }
}

/// Exact product of two's complement integers whose signs are given (an unsigned factor is never
/// negative). O(N M).
template <std::size_t N, std::size_t M>
constexpr limb_array<N + M> multiply(const limb_array<N>& a, bool a_negative,
                                     const limb_array<M>& b, bool b_negative) noexcept {
  limb_array<N + M> product{};
  for (std::size_t i = 0; i < N; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < M; ++j) {
      const limb_product term = multiply_add(a[i], b[j], product[i + j], carry);
      product[i + j] = term.low;
      carry = term.high;
    }
    product[i + M] = carry;
  }
  // A negative a was read as a + 2^(64 N), which added 2^(64 N) b; likewise for b.
  if (a_negative) subtract_high(product, b);
  if (b_negative) subtract_high(product, a);
  return product;
}

/// Divides `value` in place and returns the remainder. Needs denominator > 0. O(N).
template <std::size_t N>
constexpr std::uint64_t divide(limb_array<N>& value, std::uint64_t denominator) noexcept {
  std::uint64_t remainder = 0;
  for (std::size_t i = N; i-- > 0;) {
    const limb_quotient step = divide_limb(remainder, value[i], denominator);
    value[i] = step.quotient;
    remainder = step.remainder;
  }
  return remainder;
}

template <class T>
concept built_in_integer = std::integral<T> && sizeof(T) <= sizeof(std::uint64_t);

template <built_in_integer I>
constexpr bool is_negative(I value) noexcept {
  if constexpr (std::is_signed_v<I>) return value < 0;
  return false;
}

}  // namespace xqs::detail

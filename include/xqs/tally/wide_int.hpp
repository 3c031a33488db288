#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "xqs/detail/limbs.hpp"
#include "xqs/error.hpp"

namespace xqs {

/// Signed two's complement integer of `Bits` bits: a regular value, 0 by default.
///
/// Sums wrap modulo 2^Bits; `add_overflow` and `sub_overflow` are the checked variants. Products
/// are as wide as both factors together and therefore exact. Every operation is O(Bits), a product
/// O(A B).
template <int Bits>
class wide_int {
  static_assert(Bits >= 128 && Bits % 64 == 0, "a multiple of 64, at least 128");

 public:
  static constexpr std::size_t limb_count = Bits / 64;
  using limb_array = detail::limb_array<limb_count>;

  constexpr wide_int() noexcept = default;

  template <detail::built_in_integer I>
  constexpr wide_int(I value) noexcept {
    if (detail::is_negative(value)) limbs_.fill(~std::uint64_t{0});
    limbs_[0] = static_cast<std::uint64_t>(value);
  }

  template <int Narrower>
  requires(Narrower < Bits) constexpr wide_int(const wide_int<Narrower>& value) noexcept {
    if (value.is_negative()) limbs_.fill(~std::uint64_t{0});
    for (std::size_t i = 0; i < value.limbs().size(); ++i) limbs_[i] = value.limbs()[i];
  }

  /// The limbs of the two's complement, the least significant first.
  [[nodiscard]] constexpr const limb_array& limbs() const noexcept { return limbs_; }
  [[nodiscard]] static constexpr wide_int from_limbs(const limb_array& limbs) noexcept {
    wide_int value;
    value.limbs_ = limbs;
    return value;
  }

  [[nodiscard]] constexpr bool is_negative() const noexcept { return limbs_.back() >> 63 != 0; }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return *this == wide_int(); }

  constexpr wide_int& operator+=(const wide_int& term) noexcept {
    detail::add(limbs_, term.limbs_);
    return *this;
  }

  constexpr wide_int& operator-=(const wide_int& term) noexcept {
    detail::subtract_high(limbs_, term.limbs_);
    return *this;
  }

  // Friends, so that either side may be a built-in integer or a narrower wide_int.
  friend constexpr wide_int operator+(wide_int a, const wide_int& b) noexcept { return a += b; }
  friend constexpr wide_int operator-(wide_int a, const wide_int& b) noexcept { return a -= b; }
  friend constexpr wide_int operator-(const wide_int& a) noexcept { return wide_int() - a; }

  friend constexpr bool operator==(const wide_int& a, const wide_int& b) noexcept {
    std::uint64_t differing = 0;  // without a call, as compilers make of comparing arrays
    for (std::size_t i = 0; i < limb_count; ++i) differing |= a.limbs_[i] ^ b.limbs_[i];
    return differing == 0;
  }
  friend constexpr std::strong_ordering operator<=>(const wide_int& a, const wide_int& b) noexcept {
    if (a.is_negative() != b.is_negative()) return b.is_negative() <=> a.is_negative();
    for (std::size_t i = limb_count; i-- > 0;) {
      if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] <=> b.limbs_[i];
    }
    return std::strong_ordering::equal;
  }

 private:
  limb_array limbs_{};
};

/// Exact product, as wide as both factors together.
template <int A, int B>
[[nodiscard]] constexpr wide_int<A + B> operator*(const wide_int<A>& a,
                                                  const wide_int<B>& b) noexcept {
  return wide_int<A + B>::from_limbs(
      detail::multiply(a.limbs(), a.is_negative(), b.limbs(), b.is_negative()));
}

/// Exact product; a built-in integer counts as 64 bits.
template <int A, detail::built_in_integer I>
[[nodiscard]] constexpr wide_int<A + 64> operator*(const wide_int<A>& a, I b) noexcept {
  const detail::limb_array<1> factor{static_cast<std::uint64_t>(b)};
  return wide_int<A + 64>::from_limbs(
      detail::multiply(a.limbs(), a.is_negative(), factor, detail::is_negative(b)));
}

template <detail::built_in_integer I, int A>
[[nodiscard]] constexpr wide_int<A + 64> operator*(I a, const wide_int<A>& b) noexcept {
  return b * a;
}

/// Adds `term` to `sum`. True on overflow; `sum` is unchanged then.
template <int Bits>
[[nodiscard]] constexpr bool add_overflow(
    wide_int<Bits>& sum, const std::type_identity_t<wide_int<Bits>>& term) noexcept {
  const wide_int<Bits> result = sum + term;
  const bool overflow =
      sum.is_negative() == term.is_negative() && result.is_negative() != sum.is_negative();
  if (!overflow) sum = result;
  return overflow;
}

/// Takes `term` from `sum`. True on overflow; `sum` is unchanged then.
template <int Bits>
[[nodiscard]] constexpr bool sub_overflow(
    wide_int<Bits>& sum, const std::type_identity_t<wide_int<Bits>>& term) noexcept {
  const wide_int<Bits> result = sum - term;
  const bool overflow =
      sum.is_negative() != term.is_negative() && result.is_negative() != sum.is_negative();
  if (!overflow) sum = result;
  return overflow;
}

/// The same number in `To` bits. Throws errc::overflow if it does not fit.
template <int To, int From>
requires(To < From) [[nodiscard]] constexpr wide_int<To> narrow(const wide_int<From>& value) {
  typename wide_int<To>::limb_array limbs{};
  for (std::size_t i = 0; i < limbs.size(); ++i) limbs[i] = value.limbs()[i];
  const auto narrowed = wide_int<To>::from_limbs(limbs);
  if (narrowed != value) {
    throw error(errc::overflow, "a total does not fit " + std::to_string(To) + " bits");
  }
  return narrowed;
}

namespace detail {

/// value 2^exponent, exponent >= 0: as std::ldexp, which takes its time.
[[nodiscard]] inline double scaled(double value, int exponent) noexcept {
  if (exponent > std::numeric_limits<double>::max_exponent - 1) return std::ldexp(value, exponent);
  return value * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + exponent) << 52);
}

}  // namespace detail

/// The nearest double, ties to even: the exact value rounded once. Infinite only beyond the range
/// of double, which needs Bits > 1024.
template <int Bits>
[[nodiscard]] double to_double(const wide_int<Bits>& value) noexcept {
  const auto magnitude = (value.is_negative() ? -value : value).limbs();
  std::size_t top = magnitude.size() - 1;
  while (top > 0 && magnitude[top] == 0) --top;
  std::uint64_t leading = magnitude[top];
  int exponent = 0;
  if (top > 0) {
    const int shift = std::countl_zero(leading);
    std::uint64_t below = magnitude[top - 1];
    if (shift > 0) leading = leading << shift | below >> (64 - shift);
    below <<= shift;
    for (std::size_t i = 0; i + 1 < top; ++i) below |= magnitude[i];
    // The lowest of 64 leading bits stands for all bits below, which decide only about ties.
    if (below != 0) leading |= 1;
    exponent = static_cast<int>(64 * top) - shift;
  }
  const double rounded = detail::scaled(static_cast<double>(leading), exponent);
  return value.is_negative() ? -rounded : rounded;
}

/// Decimal digits, with a leading minus if negative. O(Bits^2).
template <int Bits>
[[nodiscard]] std::string to_string(const wide_int<Bits>& value) {
  constexpr std::uint64_t chunk = 10'000'000'000'000'000'000u;  // the most digits of one limb
  auto rest = (value.is_negative() ? -value : value).limbs();
  std::string text;
  while (rest != typename wide_int<Bits>::limb_array{}) {
    std::uint64_t digits = detail::divide(rest, chunk);
    for (int i = 0; i < 19; ++i, digits /= 10) {
      text.insert(0, 1, static_cast<char>('0' + digits % 10));
    }
  }
  text.erase(0, (std::min)(text.find_first_not_of('0'), text.size()));
  if (text.empty()) return "0";
  return value.is_negative() ? "-" + text : text;
}

namespace detail {

/// The quotient rounded to the nearest integer, ties to even. Needs numerator >= 0 and
/// denominator > 0.
[[nodiscard]] constexpr wide_int<128> divide_round_half_even(const wide_int<128>& numerator,
                                                             std::uint64_t denominator) noexcept {
  auto quotient = numerator.limbs();
  const std::uint64_t remainder = divide(quotient, denominator);
  const std::uint64_t missing = denominator - remainder;
  const bool odd = (quotient[0] & 1) != 0;
  const bool up = remainder > missing || (remainder == missing && odd);
  return wide_int<128>::from_limbs(quotient) + up;
}

}  // namespace detail

}  // namespace xqs

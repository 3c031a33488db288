#pragma once

#include <concepts>
#include <cstdint>

#include "xqs/score/moments.hpp"
#include "xqs/tally/tally_integers.hpp"
#include "xqs/tally/wide_int.hpp"

namespace xqs {

/// What variances and intervals take of the moments of a ratio: integers, exact until each is
/// rounded once.
struct ratio_products {
  std::uint64_t units;  ///< n
  double x;             ///< X
  double y;             ///< Y
  double squares;       ///< sum of (X S_u - Y R_u)^2: X^4 times that of the squared residuals e_u
  double xx;            ///< n Sxx - X^2: n (n - 1) times a variance
  double xy;            ///< likewise
  double yy;            ///< likewise
  double determinant;   ///< xx yy - xy^2
  double slope;         ///< X xy - Y xx
  double offset;        ///< X yy - Y xy
};

namespace detail {

/// An integer of one word, whose products take more of them.
struct single_word {
  std::int64_t value;
};
[[nodiscard]] inline double to_double(single_word a) { return static_cast<double>(a.value); }
[[nodiscard]] inline int128 operator*(single_word a, single_word b) {
  return product(a.value, b.value);
}
template <int Bits>
[[nodiscard]] wide_int<Bits + 64> operator*(single_word a, const wide_int<Bits>& b) {
  return b * a.value;
}

template <typename Integer>
[[nodiscard]] double rounded(const Integer& value) {
  if constexpr (std::integral<Integer>)
    return static_cast<double>(value);
  else
    return to_double(value);
}

/// Of integers that grow where products do, or that are so small that these fit. Of sums up to
/// 2^127 and moments up to 2^191 squares are below 2^191 (|X| + |Y|)^2, 2^447: products of 448 bits
/// hold them.
template <typename Sum, typename Moment>
[[nodiscard]] ratio_products products_of(std::uint64_t units, const Sum& n, const Sum& x,
                                         const Sum& y, const Moment& sum_xx, const Moment& sum_xy,
                                         const Moment& sum_yy) {
  const auto mixed = x * (y * sum_xy);
  const auto squares = x * (x * sum_yy) - mixed - mixed + y * (y * sum_xx);
  const auto xx = n * sum_xx - x * x;
  const auto xy = n * sum_xy - x * y;
  const auto yy = n * sum_yy - y * y;
  return {.units = units,
          .x = rounded(x),
          .y = rounded(y),
          .squares = rounded(squares),
          .xx = rounded(xx),
          .xy = rounded(xy),
          .yy = rounded(yy),
          .determinant = rounded(xx * yy - xy * xy),
          .slope = rounded(x * xy - y * xx),
          .offset = rounded(x * yy - y * xy)};
}

}  // namespace detail

/// Those of any moments. Moments of some thousand units mostly fit words, and so do their products;
/// those of many more fit words as well, and their products a few of them.
[[nodiscard]] inline ratio_products products_of(const ratio_moments& m) {
  std::uint64_t beyond = 0;  // words
  const auto lowest = [&beyond](const auto& wide) {
    for (std::size_t i = 1; i < wide.limbs().size(); ++i) beyond |= wide.limbs()[i];
    return wide.limbs()[0];
  };
  const std::uint64_t x = lowest(m.x), y = lowest(m.y);
  const std::uint64_t xx = lowest(m.xx), xy = lowest(m.xy), yy = lowest(m.yy);
  const std::uint64_t most = m.units | x | y | xx | xy | yy;  // at least the largest
  const auto in_words = [&](auto word) {
    const auto as = [](std::uint64_t value) {
      return decltype(word){static_cast<std::int64_t>(value)};
    };
    return detail::products_of(m.units, as(m.units), as(x), as(y), as(xx), as(xy), as(yy));
  };
  // Then xx, xy and yy of the result are below 2^31, so that the determinant fits, and of the
  // squares both what is added and what is subtracted is below 2^62.
  if (beyond == 0 && (x | y) >> 15 == 0 && most >> 31 == 0 && (m.units | 1) * most >> 31 == 0)
    return in_words(std::int64_t{});
  if (beyond == 0 && most >> 62 == 0) return in_words(detail::single_word{});
  return detail::products_of(m.units, int128(m.units), m.x, m.y, m.xx, m.xy, m.yy);
}

}  // namespace xqs

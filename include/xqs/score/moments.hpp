#pragma once

#include <cstddef>
#include <cstdint>

#include "xqs/tally/tally.hpp"
#include "xqs/tally/wide_int.hpp"

namespace xqs {

/// The exact sums behind one ratio t = Y/X: X = sum of R_u, Y = sum of S_u over n units.
struct ratio_moments {
  std::uint64_t units = 0;
  int128 x = {};
  int128 y = {};
  int192 xx = {};
  int192 xy = {};
  int192 yy = {};
  /// Each y is rounded to the nearest integer (respondents' quotients), so Y may be off by n/2.
  bool rounded = false;
};

/// Of one column, over its own units.
[[nodiscard]] inline ratio_moments column_moments(const tally& t, std::size_t column) {
  const std::size_t r = 2 * column;
  return {t.columns()[column].units, t.sum(r), t.sum(r + 1), t.moment(r, r), t.moment(r, r + 1),
          t.moment(r + 1, r + 1)};
}

/// Of all columns summed. O(C^2).
[[nodiscard]] inline ratio_moments pooled_moments(const tally& t) {
  ratio_moments m{.units = t.units()};
  const std::size_t columns = t.columns().size();
  for (std::size_t r = 0; r < 2 * columns; r += 2) {
    m.x += t.sum(r);
    m.y += t.sum(r + 1);
    for (std::size_t s = 0; s < 2 * columns; s += 2) {
      m.xx += t.moment(r, s);
      m.xy += t.moment(r, s + 1);
      m.yy += t.moment(r + 1, s + 1);
    }
  }
  return m;
}

/// Of the quotients q_u: their mean is the pooled ratio of the column (2^40, q_u).
[[nodiscard]] inline ratio_moments quotient_moments(const tally::quotient_moments& q) {
  const int128 one = std::int64_t{1} << quotient_places;
  const int128 units = q.units;
  return {q.units,
          narrow<128>(units * one),
          q.sum,
          narrow<192>(units * one * one),
          narrow<192>(q.sum * one),
          q.sum_of_squares,
          true};
}

[[nodiscard]] inline ratio_moments quotient_moments(const tally& t) {
  return quotient_moments(t.quotients());
}

/// Sum over units of (X_c S_uc - Y_c R_uc)(X_d S_ud - Y_d R_ud) for two columns of a tally,
/// exactly: (X_c X_d)^2 E_cd.
[[nodiscard]] inline wide_int<512> residual_products(const tally& t, std::size_t c, std::size_t d) {
  const std::size_t r = 2 * c;
  const std::size_t s = 2 * d;
  return wide_int<512>(t.sum(r) * t.sum(s) * t.moment(r + 1, s + 1)) -
         t.sum(r) * t.sum(s + 1) * t.moment(r + 1, s) -
         t.sum(r + 1) * t.sum(s) * t.moment(r, s + 1) +
         t.sum(r + 1) * t.sum(s + 1) * t.moment(r, s);
}

/// n times the sum of products minus the product of sums, exactly: n (n - 1) covariances.
[[nodiscard]] inline wide_int<320> centred(std::uint64_t units, const int192& products,
                                           const int128& a, const int128& b) {
  return wide_int<320>(int128(units) * products) - a * b;
}

}  // namespace xqs

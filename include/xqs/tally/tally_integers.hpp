#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "xqs/error.hpp"
#include "xqs/tally/totals.hpp"
#include "xqs/tally/wide_int.hpp"

namespace xqs {

using int128 = wide_int<128>;
using int192 = wide_int<192>;

/// Bits after the point of a respondent's quotient S/R, rounded half to even.
inline constexpr int quotient_places = 40;

/// One unit's totals in one column of a tally.
struct unit_part {
  std::uint32_t column;
  unit_totals totals;
};

namespace detail {

/// Product of two totals; both are non-negative.
inline int128 product(std::int64_t a, std::int64_t b) {
  const limb_product p =
      multiply_add(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b), 0, 0);
  return int128::from_limbs({p.low, p.high});
}

[[noreturn]] inline void tally_overflow() {
  throw error(errc::overflow, "a total of the tally would exceed its range");
}

/// Totals over the columns of one unit. Errors: errc::overflow.
inline unit_totals total_of(std::span<const unit_part> parts) {
  unit_totals total;
  for (const unit_part& p : parts) add_totals(total, p.totals);
  return total;
}

/// S/R in units of 2^-40, half to even. Errors: errc::overflow from 2^63 on.
inline std::int64_t quotient(std::int64_t satisfaction, std::int64_t requirement) {
  if (satisfaction < std::int64_t{1} << (63 - quotient_places)) {  // nearly always: one division
    const auto divisor = static_cast<std::uint64_t>(requirement);
    const std::uint64_t shifted = static_cast<std::uint64_t>(satisfaction) << quotient_places;
    const std::uint64_t q = shifted / divisor;
    const std::uint64_t remainder = shifted % divisor;
    const std::uint64_t missing = divisor - remainder;
    const bool up = remainder > missing || (remainder == missing && q % 2 == 1);
    return static_cast<std::int64_t>(q + (up ? 1 : 0));
  }
  const int128 shifted = product(satisfaction, std::int64_t{1} << quotient_places);
  const int128 q = divide_round_half_even(shifted, static_cast<std::uint64_t>(requirement));
  if (q > int128((std::numeric_limits<std::int64_t>::max)())) tally_overflow();
  return static_cast<std::int64_t>(q.limbs()[0]);
}

template <typename Wide>
bool wide_sum_fits(Wide sum, const Wide& term) {
  return !add_overflow(sum, term);
}

/// Calls `visit(mine, theirs)` for every integer of two states of the same columns and groups, in
/// the order of their bytes.
template <typename Mine, typename Theirs, typename Visit>
void visit_integers(Mine& mine, Theirs& theirs, Visit visit) {
  visit(mine.units, theirs.units);
  for (std::size_t c = 0; c < mine.columns.size(); ++c) {
    visit(mine.columns[c].units, theirs.columns[c].units);
    visit(mine.columns[c].answers, theirs.columns[c].answers);
    for (std::size_t i = 0; i < exclusion_count; ++i)
      visit(mine.columns[c].excluded[i], theirs.columns[c].excluded[i]);
  }
  for (std::size_t g = 0; g < mine.groups.size(); ++g)
    visit(mine.groups[g].units, theirs.groups[g].units);
  for (std::size_t i = 0; i < mine.sums.size(); ++i) visit(mine.sums[i], theirs.sums[i]);
  for (std::size_t i = 0; i < mine.moments.size(); ++i) visit(mine.moments[i], theirs.moments[i]);
  visit(mine.quotients.units, theirs.quotients.units);
  visit(mine.quotients.sum, theirs.quotients.sum);
  visit(mine.quotients.sum_of_squares, theirs.quotients.sum_of_squares);
}

/// The integers of a tally and the arithmetic on them, wherever they stand: in the vectors of a
/// `tally`, or in memory that a host owns. The parameters are the number of units, the sequences of
/// columns (`units`, `answers`, `excluded`), of groups (`units`), of sums and of moments, and the
/// quotients (`units`, `sum`, `sum_of_squares`), as values or as views.
template <typename Count, typename Columns, typename Groups, typename Sums, typename Quotients,
          typename Moments = Sums>
struct tally_integers {
  Count units;
  Columns columns;
  Groups groups;
  Sums sums;
  Moments moments;
  Quotients quotients;

  friend bool operator==(const tally_integers&, const tally_integers&) = default;

  [[nodiscard]] bool empty() const {
    if (units != 0) return false;
    for (const auto& c : columns) {
      bool any = c.answers != 0;
      for (const auto& count : c.excluded) any = any || count != 0;
      if (any) return false;
    }
    return true;
  }

  /// Sum over units of the product of components i and j.
  [[nodiscard]] const auto& moment(std::size_t i, std::size_t j) const {
    return i <= j ? moments[triangle(i, j)] : moments[triangle(j, i)];
  }

  /// Adds one complete unit. Errors as `tally::add_unit`; nothing is changed.
  void add_unit(std::span<const unit_part> parts, bool weighted);
  /// Adds `count` complete units, each of the same part. Errors as above; nothing is changed.
  void add_units(const unit_part& each, std::uint64_t count, bool weighted);

  /// Adds those of other units, which have the same columns and groups.
  ///
  /// Errors: errc::overflow; nothing is changed.
  template <typename Other>
  void merge(const Other& other) {
    if (!merge_fits(other)) tally_overflow();
    visit_integers(*this, other, [](auto& mine, const auto& theirs) { mine += theirs; });
  }

  /// Takes back what was added.
  ///
  /// Errors: errc::invalid_argument where a count or a moment would become negative; nothing is
  /// changed.
  template <typename Other>
  void subtract(const Other& other) {
    if (!covers(other))
      throw error(errc::invalid_argument,
                  "cannot subtract a tally that was not added: a count or a moment would become "
                  "negative");
    visit_integers(*this, other, [](auto& mine, const auto& theirs) { mine -= theirs; });
  }

 private:
  [[nodiscard]] bool has_ample_room(const unit_part& each, std::uint64_t count) const;
  void add_many(const unit_part& each, std::uint64_t count, bool weighted);
  /// Position in the row-major upper triangle of components i <= j.
  [[nodiscard]] std::size_t triangle(std::size_t i, std::size_t j) const {
    return i * sums.size() - i * (i + 1) / 2 + j;
  }
  void count_groups(std::span<const unit_part> parts);
  void require_room(std::span<const unit_part> parts, std::int64_t quotient,
                    bool has_quotient) const;
  template <typename Other>
  [[nodiscard]] bool merge_fits(const Other& other) const;
  template <typename Other>
  [[nodiscard]] bool covers(const Other& other) const;
  template <typename Other>
  [[nodiscard]] std::uint64_t units_left_in_group_of(std::size_t column, const Other& other) const;
};

// The components of x_u are non-negative integers, so no sum of x exceeds the sum of x^2, and by
// Cauchy-Schwarz no moment exceeds the larger of its two diagonals: checking counts and diagonals
// is enough.
template <typename N, typename C, typename G, typename S, typename Q, typename M>
void tally_integers<N, C, G, S, Q, M>::require_room(std::span<const unit_part> parts,
                                                    std::int64_t quotient,
                                                    bool has_quotient) const {
  bool fits = sum_fits<std::uint64_t>(units, 1);
  for (const unit_part& p : parts) {
    const auto& c = columns[p.column];
    const std::size_t r = 2 * std::size_t{p.column};
    fits =
        fits && sum_fits<std::uint64_t>(c.answers, p.totals.answers) &&
        wide_sum_fits<int128>(moment(r, r), product(p.totals.requirement, p.totals.requirement)) &&
        wide_sum_fits<int128>(moment(r + 1, r + 1),
                              product(p.totals.satisfaction, p.totals.satisfaction));
    for (std::size_t i = 0; i < exclusion_count; ++i)
      fits = fits && sum_fits<std::uint64_t>(c.excluded[i], p.totals.excluded[i]);
  }
  if (has_quotient)
    fits = fits && wide_sum_fits<int192>(quotients.sum_of_squares, product(quotient, quotient));
  if (!fits) tally_overflow();
}

template <typename N, typename C, typename G, typename S, typename Q, typename M>
void tally_integers<N, C, G, S, Q, M>::add_unit(std::span<const unit_part> parts, bool weighted) {
  if (parts.size() == 1 && has_ample_room(parts[0], 1)) return add_many(parts[0], 1, weighted);
  for (std::size_t k = 0; k < parts.size(); ++k)
    if (parts[k].column >= columns.size() || (k > 0 && parts[k].column <= parts[k - 1].column))
      throw error(errc::invalid_argument, "the columns of a unit must ascend, within the tally's");
  const unit_totals total = total_of(parts);
  const bool has_quotient = !weighted && total.requirement > 0;
  const std::int64_t q = has_quotient ? quotient(total.satisfaction, total.requirement) : 0;
  require_room(parts, q, has_quotient);

  units += total.answers > 0 ? 1 : 0;
  count_groups(parts);
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const unit_totals& a = parts[k].totals;
    auto& counts = columns[parts[k].column];
    counts.units += a.answers > 0 ? 1 : 0;
    counts.answers += a.answers;
    for (std::size_t i = 0; i < exclusion_count; ++i) counts.excluded[i] += a.excluded[i];
    const std::size_t r = 2 * std::size_t{parts[k].column};
    sums[r] += a.requirement;
    sums[r + 1] += a.satisfaction;
    moments[triangle(r, r)] += product(a.requirement, a.requirement);
    moments[triangle(r, r + 1)] += product(a.requirement, a.satisfaction);
    moments[triangle(r + 1, r + 1)] += product(a.satisfaction, a.satisfaction);
    for (std::size_t l = k + 1; l < parts.size(); ++l) {
      const unit_totals& b = parts[l].totals;
      const std::size_t s = 2 * std::size_t{parts[l].column};
      moments[triangle(r, s)] += product(a.requirement, b.requirement);
      moments[triangle(r, s + 1)] += product(a.requirement, b.satisfaction);
      moments[triangle(r + 1, s)] += product(a.satisfaction, b.requirement);
      moments[triangle(r + 1, s + 1)] += product(a.satisfaction, b.satisfaction);
    }
  }
  if (has_quotient) {
    quotients.units += 1;
    quotients.sum += q;
    quotients.sum_of_squares += int192(product(q, q));
  }
}

/// Whether small units can be added, or `count` of them, without a thought for the range: nothing
/// is beyond a quarter of it, and nothing added beyond a quarter either.
template <typename N, typename C, typename G, typename S, typename Q, typename M>
bool tally_integers<N, C, G, S, Q, M>::has_ample_room(const unit_part& each,
                                                      std::uint64_t count) const {
  constexpr std::int64_t small_total = std::int64_t{1} << 30;
  constexpr std::uint64_t few = std::uint64_t{1} << 30;
  constexpr std::uint64_t quarter = std::uint64_t{1} << 61;
  const unit_totals& t = each.totals;
  if (each.column >= columns.size() || count > few || t.requirement > small_total ||
      t.satisfaction > small_total)
    return false;
  const auto& of = columns[each.column];
  const std::size_t r = 2 * std::size_t{each.column};
  std::uint64_t all = std::uint64_t{units} | of.answers;
  for (const auto& excluded : of.excluded) all |= excluded;
  const auto top = [](const auto& wide) { return wide.limbs().back(); };
  all |= top(int128(moment(r, r))) | top(int128(moment(r + 1, r + 1))) |
         top(int192(quotients.sum_of_squares));
  return all < quarter;
}

template <typename N, typename C, typename G, typename S, typename Q, typename M>
void tally_integers<N, C, G, S, Q, M>::add_units(const unit_part& each, std::uint64_t count,
                                                 bool weighted) {
  if (has_ample_room(each, count)) return add_many(each, count, weighted);
  tally_integers sum = *this;
  while (count > 0) {
    const std::uint64_t some = (std::min)(count, std::uint64_t{1} << 30);
    const bool many = sum.has_ample_room(each, some);
    if (many)
      sum.add_many(each, some, weighted);
    else
      sum.add_unit(std::span(&each, 1), weighted);
    count -= many ? some : 1;
  }
  *this = std::move(sum);
}

template <typename N, typename C, typename G, typename S, typename Q, typename M>
void tally_integers<N, C, G, S, Q, M>::add_many(const unit_part& each, std::uint64_t count,
                                                bool weighted) {
  const unit_totals& t = each.totals;
  const bool has_quotient = !weighted && t.requirement > 0;
  const std::int64_t q = has_quotient ? quotient(t.satisfaction, t.requirement) : 0;
  const std::size_t r = 2 * std::size_t{each.column};
  auto& of = columns[each.column];
  const std::uint64_t counted = t.answers > 0 ? count : 0;
  units += counted;
  if (!groups.empty()) groups[each.column / (columns.size() / groups.size())].units += counted;
  of.units += counted;
  of.answers += count * t.answers;
  for (std::size_t i = 0; i < exclusion_count; ++i) of.excluded[i] += count * t.excluded[i];
  const auto n = static_cast<std::int64_t>(count);
  sums[r] += product(n, t.requirement);
  sums[r + 1] += product(n, t.satisfaction);
  moments[triangle(r, r)] += product(t.requirement * t.requirement, n);
  moments[triangle(r, r + 1)] += product(t.requirement * t.satisfaction, n);
  moments[triangle(r + 1, r + 1)] += product(t.satisfaction * t.satisfaction, n);
  if (!has_quotient) return;
  quotients.units += count;
  quotients.sum += product(q, n);
  quotients.sum_of_squares += product(q, q) * count;
}

/// Counts a unit once in each group in which it has a valid answer.
template <typename N, typename C, typename G, typename S, typename Q, typename M>
void tally_integers<N, C, G, S, Q, M>::count_groups(std::span<const unit_part> parts) {
  if (groups.empty()) return;
  const std::size_t per_group = columns.size() / groups.size();
  std::size_t counted = groups.size();
  for (const unit_part& p : parts) {
    const std::size_t group = p.column / per_group;
    if (p.totals.answers == 0 || group == counted) continue;
    ++groups[group].units;
    counted = group;
  }
}

template <typename N, typename C, typename G, typename S, typename Q, typename M>
template <typename Other>
bool tally_integers<N, C, G, S, Q, M>::merge_fits(const Other& other) const {
  bool fits = sum_fits<std::uint64_t>(units, other.units) &&
              wide_sum_fits<int192>(quotients.sum_of_squares, other.quotients.sum_of_squares);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    fits = fits && sum_fits<std::uint64_t>(columns[c].answers, other.columns[c].answers);
    for (std::size_t i = 0; i < exclusion_count; ++i)
      fits = fits && sum_fits<std::uint64_t>(columns[c].excluded[i], other.columns[c].excluded[i]);
  }
  for (std::size_t i = 0; i < sums.size(); ++i)
    fits = fits && wide_sum_fits<int128>(moment(i, i), other.moment(i, i));
  return fits;
}

template <typename N, typename C, typename G, typename S, typename Q, typename M>
template <typename Other>
std::uint64_t tally_integers<N, C, G, S, Q, M>::units_left_in_group_of(std::size_t column,
                                                                       const Other& other) const {
  const std::size_t group = column / (columns.size() / groups.size());
  return groups[group].units - other.groups[group].units;
}

/// Whether everything that cannot be negative stays so when `other` is taken away.
template <typename N, typename C, typename G, typename S, typename Q, typename M>
template <typename Other>
bool tally_integers<N, C, G, S, Q, M>::covers(const Other& other) const {
  const auto at_least = [](const int128& a, const int128& b) { return a >= b; };
  bool enough = units >= other.units && quotients.units >= other.quotients.units &&
                at_least(quotients.sum, other.quotients.sum) &&
                int192(quotients.sum_of_squares) >= int192(other.quotients.sum_of_squares);
  const std::uint64_t left = units - other.units;
  for (std::size_t g = 0; g < groups.size(); ++g)
    enough = enough && groups[g].units >= other.groups[g].units &&
             groups[g].units - other.groups[g].units <= left;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto& a = columns[c];
    const auto& b = other.columns[c];
    const std::uint64_t in_group = groups.empty() ? left : units_left_in_group_of(c, other);
    enough =
        enough && a.units >= b.units && a.answers >= b.answers && a.units - b.units <= in_group;
    // No points may remain without a unit.
    for (std::size_t i = 2 * c; a.units == b.units && i < 2 * c + 2; ++i)
      enough = enough && int128(sums[i]) == int128(other.sums[i]) &&
               int128(moment(i, i)) == int128(other.moment(i, i));
    for (std::size_t i = 0; i < exclusion_count; ++i)
      enough = enough && a.excluded[i] >= b.excluded[i];
  }
  for (std::size_t i = 0; i < sums.size(); ++i)
    enough =
        enough && at_least(sums[i], other.sums[i]) && at_least(moment(i, i), other.moment(i, i));
  return enough;
}

}  // namespace detail
}  // namespace xqs

#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xqs/error.hpp"
#include "xqs/tally/totals.hpp"
#include "xqs/tally/wide_int.hpp"

namespace xqs {

using int128 = wide_int<128>;
using int192 = wide_int<192>;

/// Bits after the point of a respondent's quotient S/R, rounded half to even.
inline constexpr int quotient_places = 40;

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

struct tally_integers;

inline std::vector<std::string> repeated(const std::vector<std::string>& labels,
                                         std::size_t times) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < times; ++i) all.insert(all.end(), labels.begin(), labels.end());
  return all;
}

}  // namespace detail

/// The exact moments of complete units: small, and mergeable where units are disjoint.
///
/// With x_u = (R_u1, S_u1, ..., R_uC, S_uC) the totals of unit u in C columns, a tally holds the
/// number of units, the sum of x_u, the upper triangle of the sum of x_u x_u', counts per column,
/// and the first two moments of the quotients q_u = S_u / R_u over all columns. Everything is an
/// integer, so any order of additions gives the same state. A tally whose counts are all zero is
/// empty: equal to any other empty one, and it merges with anything.
///
/// A *joint* tally has the same columns for each of several groups or periods of one request, group
/// by group, and counts the units of each: column c of group g is column g C + c.
///
/// Range: unweighted, at most 100 answers a unit, 2^40 units are exact for certain; whatever leaves
/// the range is errc::overflow and changes nothing.
class tally {
 public:
  struct column_counts {
    std::string label;
    std::uint64_t units = 0;  ///< with at least one valid answer in this column
    std::uint64_t answers = 0;
    std::array<std::uint64_t, exclusion_count> excluded{};
    friend bool operator==(const column_counts&, const column_counts&) = default;
  };
  struct group_counts {
    std::string label;
    std::uint64_t units = 0;  ///< with at least one valid answer in any column of the group
    friend bool operator==(const group_counts&, const group_counts&) = default;
  };
  /// First and second moment of the quotients, in units of 2^-40 and 2^-80.
  struct quotient_moments {
    std::uint64_t units = 0;  ///< with R_u > 0
    int128 sum;
    int192 sum_of_squares;
    friend bool operator==(const quotient_moments&, const quotient_moments&) = default;
  };
  /// One unit's totals in one column of the tally.
  struct part {
    std::uint32_t column;
    unit_totals totals;
  };

  tally() = default;
  tally(state_identity identity, const std::vector<std::string>& labels)
      : identity_(std::move(identity)),
        columns_(labels.size()),
        sums_(2 * labels.size()),
        moments_(labels.size() * (2 * labels.size() + 1)) {
    for (std::size_t c = 0; c < labels.size(); ++c) columns_[c].label = labels[c];
  }
  /// A joint tally: all of `labels` for each of `groups`.
  tally(state_identity identity, const std::vector<std::string>& labels,
        const std::vector<std::string>& groups)
      : tally(std::move(identity), detail::repeated(labels, groups.size())) {
    groups_.resize(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) groups_[g].label = groups[g];
  }

  /// Adds one complete unit: its totals by ascending, distinct column. O(parts^2).
  ///
  /// Errors: errc::invalid_argument for columns out of order or range; errc::overflow; nothing is
  /// changed.
  void add_unit(std::span<const part> parts);

  /// Adds a tally of **other** units. That the units differ cannot be checked here: merging two
  /// tallies that share people counts them twice and makes the standard error too small. Merge
  /// ledgers where people may be shared. O(C^2).
  ///
  /// Errors: errc::incompatible (definition, unit kind, columns), errc::overflow; nothing is
  /// changed.
  void merge_disjoint(const tally& other);

  /// Takes back what was added. Restores the state exactly. O(C^2).
  ///
  /// Errors: errc::incompatible; errc::invalid_argument where a count or a moment would become
  /// negative; nothing is changed.
  void subtract(const tally& other);

  [[nodiscard]] bool empty() const;
  [[nodiscard]] const state_identity& identity() const { return identity_; }
  /// Units with at least one valid answer in any column.
  [[nodiscard]] std::uint64_t units() const { return units_; }
  [[nodiscard]] const std::vector<column_counts>& columns() const { return columns_; }
  /// The groups of a joint tally; none if it is not one.
  [[nodiscard]] const std::vector<group_counts>& groups() const { return groups_; }
  [[nodiscard]] const quotient_moments& quotients() const { return quotients_; }
  /// Sum over units of component i; R_c is component 2c, S_c is 2c + 1.
  [[nodiscard]] const int128& sum(std::size_t i) const { return sums_[i]; }
  /// Sum over units of the product of components i and j.
  [[nodiscard]] const int128& moment(std::size_t i, std::size_t j) const {
    return i <= j ? moments_[triangle(i, j)] : moments_[triangle(j, i)];
  }

  friend bool operator==(const tally& a, const tally& b) {
    if (a.empty() || b.empty()) return a.empty() && b.empty();
    return a.identity_ == b.identity_ && a.units_ == b.units_ && a.columns_ == b.columns_ &&
           a.groups_ == b.groups_ && a.sums_ == b.sums_ && a.moments_ == b.moments_ &&
           a.quotients_ == b.quotients_;
  }

 private:
  /// Position in the row-major upper triangle of components i <= j.
  [[nodiscard]] std::size_t triangle(std::size_t i, std::size_t j) const {
    return i * sums_.size() - i * (i + 1) / 2 + j;
  }
  void require_same(const tally& other) const;
  void count_groups(std::span<const part> parts);
  void require_room(std::span<const part> parts, std::int64_t quotient, bool has_quotient) const;
  [[nodiscard]] bool merge_fits(const tally& other) const;
  [[nodiscard]] bool covers(const tally& other) const;
  [[nodiscard]] std::uint64_t units_left_in_group_of(std::size_t column, const tally& other) const;
  template <typename Tally, typename Combine>
  static void combine(Tally& mine, const tally& theirs, Combine combine);
  friend struct detail::tally_integers;

  state_identity identity_;
  std::uint64_t units_ = 0;
  std::vector<column_counts> columns_;
  std::vector<group_counts> groups_;
  std::vector<int128> sums_;
  std::vector<int128> moments_;
  quotient_moments quotients_;
};

namespace detail {

/// Totals over the columns of one unit. Errors: errc::overflow.
inline unit_totals total_of(std::span<const tally::part> parts) {
  unit_totals total;
  for (const tally::part& p : parts) add_totals(total, p.totals);
  return total;
}

/// S/R in units of 2^-40, half to even. Errors: errc::overflow from 2^63 on.
inline std::int64_t quotient(std::int64_t satisfaction, std::int64_t requirement) {
  const int128 shifted = product(satisfaction, std::int64_t{1} << quotient_places);
  const int128 q = divide_round_half_even(shifted, static_cast<std::uint64_t>(requirement));
  if (q > int128((std::numeric_limits<std::int64_t>::max)())) tally_overflow();
  return static_cast<std::int64_t>(q.limbs()[0]);
}

template <typename Wide>
bool wide_sum_fits(Wide sum, const Wide& term) {
  return !add_overflow(sum, term);
}

}  // namespace detail

inline bool tally::empty() const {
  if (units_ != 0) return false;
  for (const column_counts& c : columns_)
    if (c.answers != 0 || c.excluded != decltype(c.excluded){}) return false;
  return true;
}

// The components of x_u are non-negative integers, so no sum of x exceeds the sum of x^2, and by
// Cauchy-Schwarz no moment exceeds the larger of its two diagonals: checking counts and diagonals
// is enough.
inline void tally::require_room(std::span<const part> parts, std::int64_t quotient,
                                bool has_quotient) const {
  bool fits = detail::sum_fits(units_, std::uint64_t{1});
  for (const part& p : parts) {
    const column_counts& c = columns_[p.column];
    const std::size_t r = 2 * std::size_t{p.column};
    fits = fits && detail::sum_fits(c.answers, std::uint64_t{p.totals.answers}) &&
           detail::wide_sum_fits(moment(r, r),
                                 detail::product(p.totals.requirement, p.totals.requirement)) &&
           detail::wide_sum_fits(moment(r + 1, r + 1),
                                 detail::product(p.totals.satisfaction, p.totals.satisfaction));
    for (std::size_t i = 0; i < exclusion_count; ++i)
      fits = fits && detail::sum_fits(c.excluded[i], std::uint64_t{p.totals.excluded[i]});
  }
  if (has_quotient)
    fits = fits && detail::wide_sum_fits(quotients_.sum_of_squares,
                                         int192(detail::product(quotient, quotient)));
  if (!fits) detail::tally_overflow();
}

inline void tally::add_unit(std::span<const part> parts) {
  for (std::size_t k = 0; k < parts.size(); ++k)
    if (parts[k].column >= columns_.size() || (k > 0 && parts[k].column <= parts[k - 1].column))
      throw error(errc::invalid_argument, "the columns of a unit must ascend, within the tally's");
  const unit_totals total = detail::total_of(parts);
  const bool has_quotient = !identity_.weighted && total.requirement > 0;
  const std::int64_t q = has_quotient ? detail::quotient(total.satisfaction, total.requirement) : 0;
  require_room(parts, q, has_quotient);

  units_ += total.answers > 0 ? 1 : 0;
  count_groups(parts);
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const unit_totals& a = parts[k].totals;
    column_counts& counts = columns_[parts[k].column];
    counts.units += a.answers > 0 ? 1 : 0;
    counts.answers += a.answers;
    for (std::size_t i = 0; i < exclusion_count; ++i) counts.excluded[i] += a.excluded[i];
    const std::size_t r = 2 * std::size_t{parts[k].column};
    sums_[r] += a.requirement;
    sums_[r + 1] += a.satisfaction;
    moments_[triangle(r, r)] += detail::product(a.requirement, a.requirement);
    moments_[triangle(r, r + 1)] += detail::product(a.requirement, a.satisfaction);
    moments_[triangle(r + 1, r + 1)] += detail::product(a.satisfaction, a.satisfaction);
    for (std::size_t l = k + 1; l < parts.size(); ++l) {
      const unit_totals& b = parts[l].totals;
      const std::size_t s = 2 * std::size_t{parts[l].column};
      moments_[triangle(r, s)] += detail::product(a.requirement, b.requirement);
      moments_[triangle(r, s + 1)] += detail::product(a.requirement, b.satisfaction);
      moments_[triangle(r + 1, s)] += detail::product(a.satisfaction, b.requirement);
      moments_[triangle(r + 1, s + 1)] += detail::product(a.satisfaction, b.satisfaction);
    }
  }
  if (has_quotient) {
    ++quotients_.units;
    quotients_.sum += q;
    quotients_.sum_of_squares += int192(detail::product(q, q));
  }
}

/// Counts a unit once in each group in which it has a valid answer.
inline void tally::count_groups(std::span<const part> parts) {
  if (groups_.empty()) return;
  const std::size_t columns = columns_.size() / groups_.size();
  std::size_t counted = groups_.size();
  for (const part& p : parts) {
    const std::size_t group = p.column / columns;
    if (p.totals.answers == 0 || group == counted) continue;
    ++groups_[group].units;
    counted = group;
  }
}

inline void tally::require_same(const tally& other) const {
  detail::require_same(identity_, other.identity_);
  bool same = columns_.size() == other.columns_.size();
  for (std::size_t c = 0; same && c < columns_.size(); ++c)
    if (columns_[c].label != other.columns_[c].label)
      throw error(errc::incompatible, "tallies of different columns (\"" + columns_[c].label +
                                          "\" and \"" + other.columns_[c].label +
                                          "\") do not merge");
  if (!same)
    throw error(errc::incompatible, "tallies of " + std::to_string(columns_.size()) + " and " +
                                        std::to_string(other.columns_.size()) +
                                        " columns do not merge");
  same = groups_.size() == other.groups_.size();
  for (std::size_t g = 0; same && g < groups_.size(); ++g)
    if (groups_[g].label != other.groups_[g].label)
      throw error(errc::incompatible, "tallies of different groups (\"" + groups_[g].label +
                                          "\" and \"" + other.groups_[g].label +
                                          "\") do not merge");
  if (!same)
    throw error(errc::incompatible, "tallies of " + std::to_string(groups_.size()) + " and " +
                                        std::to_string(other.groups_.size()) +
                                        " groups do not merge");
}

inline bool tally::merge_fits(const tally& other) const {
  bool fits = detail::sum_fits(units_, other.units_) &&
              detail::wide_sum_fits(quotients_.sum_of_squares, other.quotients_.sum_of_squares);
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    fits = fits && detail::sum_fits(columns_[c].answers, other.columns_[c].answers);
    for (std::size_t i = 0; i < exclusion_count; ++i)
      fits = fits && detail::sum_fits(columns_[c].excluded[i], other.columns_[c].excluded[i]);
  }
  for (std::size_t i = 0; i < sums_.size(); ++i)
    fits = fits && detail::wide_sum_fits(moment(i, i), other.moment(i, i));
  return fits;
}

inline std::uint64_t tally::units_left_in_group_of(std::size_t column, const tally& other) const {
  const std::size_t group = column / (columns_.size() / groups_.size());
  return groups_[group].units - other.groups_[group].units;
}

/// Whether everything that cannot be negative stays so when `other` is taken away.
inline bool tally::covers(const tally& other) const {
  bool enough = units_ >= other.units_ && quotients_.units >= other.quotients_.units &&
                quotients_.sum >= other.quotients_.sum &&
                quotients_.sum_of_squares >= other.quotients_.sum_of_squares;
  const std::uint64_t left = units_ - other.units_;
  for (std::size_t g = 0; g < groups_.size(); ++g)
    enough = enough && groups_[g].units >= other.groups_[g].units &&
             groups_[g].units - other.groups_[g].units <= left;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const column_counts& a = columns_[c];
    const column_counts& b = other.columns_[c];
    const std::uint64_t in_group = groups_.empty() ? left : units_left_in_group_of(c, other);
    enough =
        enough && a.units >= b.units && a.answers >= b.answers && a.units - b.units <= in_group;
    // No points may remain without a unit.
    for (std::size_t i = 2 * c; a.units == b.units && i < 2 * c + 2; ++i)
      enough = enough && sums_[i] == other.sums_[i] && moment(i, i) == other.moment(i, i);
    for (std::size_t i = 0; i < exclusion_count; ++i)
      enough = enough && a.excluded[i] >= b.excluded[i];
  }
  for (std::size_t i = 0; i < sums_.size(); ++i)
    enough = enough && sums_[i] >= other.sums_[i] && moment(i, i) >= other.moment(i, i);
  return enough;
}

/// Calls `combine(mine, theirs)` for every integer of the state, in the order of its bytes.
template <typename Tally, typename Combine>
void tally::combine(Tally& mine, const tally& theirs, Combine combine) {
  combine(mine.units_, theirs.units_);
  for (std::size_t c = 0; c < mine.columns_.size(); ++c) {
    combine(mine.columns_[c].units, theirs.columns_[c].units);
    combine(mine.columns_[c].answers, theirs.columns_[c].answers);
    for (std::size_t i = 0; i < exclusion_count; ++i)
      combine(mine.columns_[c].excluded[i], theirs.columns_[c].excluded[i]);
  }
  for (std::size_t g = 0; g < mine.groups_.size(); ++g)
    combine(mine.groups_[g].units, theirs.groups_[g].units);
  for (std::size_t i = 0; i < mine.sums_.size(); ++i) combine(mine.sums_[i], theirs.sums_[i]);
  for (std::size_t i = 0; i < mine.moments_.size(); ++i)
    combine(mine.moments_[i], theirs.moments_[i]);
  combine(mine.quotients_.units, theirs.quotients_.units);
  combine(mine.quotients_.sum, theirs.quotients_.sum);
  combine(mine.quotients_.sum_of_squares, theirs.quotients_.sum_of_squares);
}

inline void tally::merge_disjoint(const tally& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
    return;
  }
  require_same(other);
  if (!merge_fits(other)) detail::tally_overflow();
  combine(*this, other, [](auto& mine, const auto& theirs) { mine += theirs; });
}

inline void tally::subtract(const tally& other) {
  if (other.empty()) return;
  require_same(other);
  if (!covers(other))
    throw error(errc::invalid_argument,
                "cannot subtract a tally that was not added: a count or a moment would become "
                "negative");
  combine(*this, other, [](auto& mine, const auto& theirs) { mine -= theirs; });
}

}  // namespace xqs

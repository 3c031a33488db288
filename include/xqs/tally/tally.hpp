#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xqs/error.hpp"
#include "xqs/tally/tally_integers.hpp"
#include "xqs/tally/totals.hpp"

namespace xqs {

namespace detail {

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
  using part = unit_part;
  using integers =
      detail::tally_integers<std::uint64_t, std::vector<column_counts>, std::vector<group_counts>,
                             std::vector<int128>, quotient_moments>;

  tally() = default;
  tally(state_identity identity, const std::vector<std::string>& labels)
      : identity_(std::move(identity)) {
    all_.columns.resize(labels.size());
    all_.sums.resize(2 * labels.size());
    all_.moments.resize(labels.size() * (2 * labels.size() + 1));
    for (std::size_t c = 0; c < labels.size(); ++c) all_.columns[c].label = labels[c];
  }
  /// A joint tally: all of `labels` for each of `groups`.
  tally(state_identity identity, const std::vector<std::string>& labels,
        const std::vector<std::string>& groups)
      : tally(std::move(identity), detail::repeated(labels, groups.size())) {
    all_.groups.resize(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) all_.groups[g].label = groups[g];
  }

  /// From integers that a tally held before: `all` is taken as it is.
  tally(state_identity identity, integers all)
      : identity_(std::move(identity)), all_(std::move(all)) {}

  /// Adds one complete unit: its totals by ascending, distinct column. O(parts^2).
  ///
  /// Errors: errc::invalid_argument for columns out of order or range; errc::overflow; nothing is
  /// changed.
  void add_unit(std::span<const part> parts) { all_.add_unit(parts, identity_.weighted); }

  /// Adds many units, each with the same totals in one column and none in others.
  ///
  /// Errors: as `add_unit`; nothing is changed.
  void add_units(const part& each, std::uint64_t count) {
    all_.add_units(each, count, identity_.weighted);
  }

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

  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] const integers& all() const { return all_; }
  [[nodiscard]] const state_identity& identity() const { return identity_; }
  /// Units with at least one valid answer in any column.
  [[nodiscard]] std::uint64_t units() const { return all_.units; }
  [[nodiscard]] const std::vector<column_counts>& columns() const { return all_.columns; }
  /// The groups of a joint tally; none if it is not one.
  [[nodiscard]] const std::vector<group_counts>& groups() const { return all_.groups; }
  [[nodiscard]] const quotient_moments& quotients() const { return all_.quotients; }
  /// Sum over units of component i; R_c is component 2c, S_c is 2c + 1.
  [[nodiscard]] const int128& sum(std::size_t i) const { return all_.sums[i]; }
  /// Sum over units of the product of components i and j.
  [[nodiscard]] const int128& moment(std::size_t i, std::size_t j) const {
    return all_.moment(i, j);
  }

  friend bool operator==(const tally& a, const tally& b) {
    if (a.empty() || b.empty()) return a.empty() && b.empty();
    return a.identity_ == b.identity_ && a.all_ == b.all_;
  }

 private:
  void require_same(const tally& other) const;

  state_identity identity_;
  integers all_{};
};

inline void tally::require_same(const tally& other) const {
  detail::require_same(identity_, other.identity_);
  bool same = columns().size() == other.columns().size();
  for (std::size_t c = 0; same && c < columns().size(); ++c)
    if (columns()[c].label != other.columns()[c].label)
      throw error(errc::incompatible, "tallies of different columns (\"" + columns()[c].label +
                                          "\" and \"" + other.columns()[c].label +
                                          "\") do not merge");
  if (!same)
    throw error(errc::incompatible, "tallies of " + std::to_string(columns().size()) + " and " +
                                        std::to_string(other.columns().size()) +
                                        " columns do not merge");
  same = groups().size() == other.groups().size();
  for (std::size_t g = 0; same && g < groups().size(); ++g)
    if (groups()[g].label != other.groups()[g].label)
      throw error(errc::incompatible, "tallies of different groups (\"" + groups()[g].label +
                                          "\" and \"" + other.groups()[g].label +
                                          "\") do not merge");
  if (!same)
    throw error(errc::incompatible, "tallies of " + std::to_string(groups().size()) + " and " +
                                        std::to_string(other.groups().size()) +
                                        " groups do not merge");
}

inline void tally::merge_disjoint(const tally& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
    return;
  }
  require_same(other);
  all_.merge(other.all_);
}

inline void tally::subtract(const tally& other) {
  if (other.empty()) return;
  require_same(other);
  all_.subtract(other.all_);
}

}  // namespace xqs

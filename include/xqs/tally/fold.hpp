#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/tally/ledger.hpp"
#include "xqs/tally/tally.hpp"

namespace xqs {

/// Where a column of a ledger goes in a fold: a column of one of the tallies, or nowhere.
struct fold_target {
  static constexpr std::uint32_t nowhere = 0xffffffffu;
  std::uint32_t tally = nowhere;
  std::uint32_t column = 0;
};

namespace detail {

inline bool fits(const fold_target& target, const std::vector<tally>& tallies) {
  return target.tally == fold_target::nowhere ||
         (target.tally < tallies.size() && target.column < tallies[target.tally].columns().size());
}

/// One unit on its way into the tallies.
struct routed_part {
  std::uint32_t tally;
  xqs::tally::part part;
};

inline bool before(const routed_part& a, const routed_part& b) {
  return a.tally != b.tally ? a.tally < b.tally : a.part.column < b.part.column;
}

inline void sort_many(std::vector<routed_part>& parts) {
  std::vector<routed_part> sorted;
  sorted.reserve(parts.size());
  const auto by_target = [&](std::uint32_t a, std::uint32_t b) {
    return before(parts[a], parts[b]);
  };
  for (const std::uint32_t at : order(parts.size(), by_target)) sorted.push_back(parts[at]);
  parts.swap(sorted);
}

/// Sorts the parts of a unit: mostly a few, for which no memory is to be asked.
inline void sort_parts(std::vector<routed_part>& parts) {
  constexpr std::size_t few = 16;
  if (parts.size() > few) return sort_many(parts);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (!before(parts[i], parts[i - 1])) continue;
    const routed_part moved = parts[i];
    std::size_t to = i;
    for (; to > 0 && before(moved, parts[to - 1]); --to) parts[to] = parts[to - 1];
    parts[to] = moved;
  }
}

/// Adds a unit to each tally it has parts for; parts of one column are summed first. `unit` is
/// scratch.
inline void add_routed(std::vector<routed_part>& parts, std::vector<tally>& tallies,
                       std::vector<tally::part>& unit) {
  sort_parts(parts);
  unit.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const routed_part& p = parts[i];
    if (!unit.empty() && unit.back().column == p.part.column)
      add_totals(unit.back().totals, p.part.totals);
    else
      unit.push_back(p.part);
    if (i + 1 == parts.size() || parts[i + 1].tally != p.tally) {
      tallies[p.tally].add_unit(unit);
      unit.clear();
    }
  }
}

/// Adds each unit to the tallies whole; `route(entry, parts)` says what an entry adds to them.
template <typename Route>
void fold_units(const unit_entries& from, std::vector<tally>& tallies, Route route) {
  std::vector<routed_part> parts;
  std::vector<tally::part> unit;
  from.for_each([&](const unit_entries::entry& e) { route(e, parts); },
                [&] {
                  add_routed(parts, tallies, unit);
                  parts.clear();
                });
}

}  // namespace detail

/// Folds the entries of a ledger into tallies, `plan` saying where each of its columns goes. This
/// one function makes pooled tallies (all columns to one), profiles (each item to its own), one
/// tally a group, joint tallies (each group a column) and coarser groups from finer ones, units
/// kept whole. O(entries log columns-of-a-unit) for single columns.
///
/// Errors: errc::invalid_argument for a plan that does not fit, before anything is folded;
/// errc::overflow, and `tallies` is then incomplete.
inline void fold(const unit_entries& from, std::span<const fold_target> plan,
                 std::vector<tally>& tallies) {
  from.for_each([&](const unit_entries::entry& e) {
    if (e.column >= plan.size() || !detail::fits(plan[e.column], tallies))
      throw error(errc::invalid_argument, "the plan of a fold must say where each column goes");
  });
  detail::fold_units(from, tallies,
                     [&](const unit_entries::entry& e, std::vector<detail::routed_part>& parts) {
                       const fold_target& target = plan[e.column];
                       if (target.tally != fold_target::nowhere)
                         parts.push_back({target.tally, {target.column, e.totals}});
                     });
}

/// The item ids of a definition in byte order: the columns of its profile.
[[nodiscard]] inline std::vector<std::string> profile_labels(const definition& d) {
  std::vector<std::string> ids;
  for (const std::uint32_t position : order_by_id(d.items())) ids.push_back(d.items()[position].id);
  return ids;
}

/// The plan of a fold of a ledger with a column per item to its profile. Columns that are no items
/// of the definition (extra items) are left out.
[[nodiscard]] inline std::vector<fold_target> profile_plan(const ledger& from,
                                                           const definition& d) {
  const std::vector<std::string> labels = profile_labels(d);
  std::vector<fold_target> plan(from.column_count());
  for (std::uint32_t c = 0; c < plan.size(); ++c) {
    const auto at = std::lower_bound(labels.begin(), labels.end(), from.column(c));
    if (at != labels.end() && *at == from.column(c))
      plan[c] = {0, static_cast<std::uint32_t>(at - labels.begin())};
  }
  return plan;
}

/// A tally with a column per item, from a ledger with a column per item.
[[nodiscard]] inline tally fold_profile(const ledger& from, const definition& d) {
  std::vector<tally> one = {tally(from.identity(), profile_labels(d))};
  fold(from.entries(), profile_plan(from, d), one);
  return std::move(one.front());
}

/// A tally of one column, the items of a definition summed; extra items are left out. The column's
/// label is empty, which no item is.
[[nodiscard]] inline tally fold_pooled(const ledger& from, const definition& d) {
  std::vector<fold_target> plan(from.column_count());
  for (std::uint32_t c = 0; c < plan.size(); ++c)
    if (d.find_item(from.column(c))) plan[c] = {0, 0};
  std::vector<tally> one = {tally(from.identity(), {""})};
  fold(from.entries(), plan, one);
  return std::move(one.front());
}

}  // namespace xqs

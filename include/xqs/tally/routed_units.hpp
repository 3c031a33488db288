#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "xqs/tally/fold.hpp"
#include "xqs/tally/unit_entries.hpp"

namespace xqs::detail {

/// Sums what belongs to one column of one tally. `parts` are sorted.
///
/// Errors: errc::overflow.
inline void sum_equal(std::vector<routed_part>& parts) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (kept > 0 && !before(parts[kept - 1], parts[i]))
      add_totals(parts[kept - 1].part.totals, parts[i].part.totals);
    else
      parts[kept++] = parts[i];
  parts.resize(kept);
}

/// Calls `visit(unit, parts)` for each unit that has parts, in ascending order: `target_of(entry)`
/// says where its entries go, and what goes to one place is summed. Units are left out for whose
/// parts, in any order, `wants(parts)` is false. O(entries log entries-of-a-unit).
///
/// `Units`: `unit_entries`, or what goes through entries as these do, unit by unit.
/// Errors: errc::overflow, and what the functions throw.
template <typename Units, typename TargetOf, typename Wants, typename Visit>
void for_each_routed(const Units& from, TargetOf target_of, Wants wants, Visit visit) {
  std::vector<routed_part> parts;
  std::uint32_t unit = 0;
  from.for_each(
      [&](const unit_entries::entry& e) {
        const fold_target to = target_of(e);
        if (to.tally == fold_target::nowhere) return;
        parts.push_back({to.tally, {to.column, e.totals}});
        unit = e.unit;
      },
      [&] {
        if (!parts.empty() && wants(parts)) {
          sort_parts(parts);
          sum_equal(parts);
          visit(unit, parts);
        }
        parts.clear();
      });
}
template <typename Units, typename TargetOf, typename Visit>
void for_each_routed(const Units& from, TargetOf target_of, Visit visit) {
  for_each_routed(
      from, target_of, [](const std::vector<routed_part>&) { return true; }, visit);
}

}  // namespace xqs::detail

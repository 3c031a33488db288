#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "xqs/model/definition.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/ledger.hpp"
#include "xqs/tally/tally.hpp"

namespace xqs {

/// Columns of a tally of answer means: the ratio of (A, R) is the mean requirement per answer, that
/// of (A, S) the mean satisfaction, A being the number of answers. So means of answers, too, are
/// column ratios, and their differences contrasts. The first two columns are of all items.
struct answer_mean_columns {
  static constexpr std::uint32_t requirement = 0;
  static constexpr std::uint32_t satisfaction = 1;
  /// The columns of an item, by its position in `profile_labels`.
  static constexpr std::uint32_t requirement_of(std::uint32_t item) { return 2 + 2 * item; }
  static constexpr std::uint32_t satisfaction_of(std::uint32_t item) { return 3 + 2 * item; }
};

[[nodiscard]] inline std::vector<std::string> answer_mean_labels(const definition& d) {
  std::vector<std::string> labels = {"requirement", "satisfaction"};
  for (const std::string& item : profile_labels(d)) {
    labels.push_back("requirement." + item);
    labels.push_back("satisfaction." + item);
  }
  return labels;
}

/// Folds the entries of a ledger into tallies of answer means. `plan` is that of a fold to
/// profiles: for each column of the ledger its tally and its item.
///
/// Errors: as `fold`.
inline void fold_answer_means(const unit_entries& from, std::span<const fold_target> plan,
                              std::vector<tally>& tallies) {
  using columns = answer_mean_columns;
  for (const fold_target& target : plan)
    if (target.tally != fold_target::nowhere &&
        !detail::fits({target.tally, columns::satisfaction_of(target.column)}, tallies))
      throw error(errc::invalid_argument, "the plan of a fold must say where each column goes");
  const auto route = [&](const unit_entries::entry& e, std::vector<detail::routed_part>& parts) {
    const fold_target& target = plan[e.column];
    if (target.tally == fold_target::nowhere) return;
    unit_totals r = e.totals;
    r.requirement = e.totals.answers;
    r.satisfaction = e.totals.requirement;
    unit_totals s = r;
    s.satisfaction = e.totals.satisfaction;
    parts.push_back({target.tally, {columns::requirement, r}});
    parts.push_back({target.tally, {columns::satisfaction, s}});
    parts.push_back({target.tally, {columns::requirement_of(target.column), r}});
    parts.push_back({target.tally, {columns::satisfaction_of(target.column), s}});
  };
  from.for_each([&](const unit_entries::entry& e) {
    if (e.column >= plan.size())
      throw error(errc::invalid_argument, "the plan of a fold must say where each column goes");
  });
  detail::fold_units(from, tallies, route);
}

/// The answer means of a ledger with a column per item; extra items are left out.
[[nodiscard]] inline tally fold_answer_means(const ledger& from, const definition& d) {
  std::vector<tally> one = {tally(from.identity(), answer_mean_labels(d))};
  fold_answer_means(from.entries(), profile_plan(from, d), one);
  return std::move(one.front());
}

}  // namespace xqs

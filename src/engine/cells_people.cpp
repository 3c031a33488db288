#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/cells.hpp"

// Who is behind the cells of a set, where the units do not tell.

namespace xqs::engine {

/// People of the rows that are added, by what they are counted for. Mostly they are counted
/// already, which is found out first.
void cell_set::count_rows(const input& rows, crew& lanes) {
  constexpr std::uint8_t not_looked_up = 2;
  is_counted_.assign(rows.rows(), not_looked_up);
  for_blocks(
      lanes, rows.rows(), [&](std::size_t, row_range block) { return find_counted(rows, block); },
      [&](row_range block) {
        if (is_counted_[block.first] == not_looked_up) (void)find_counted(rows, block);
        count_others(rows, block);
      });
}

/// Whether all of some rows are.
bool cell_set::find_counted(const input& rows, row_range block) {
  const auto part = [&](auto all) { return all.subspan(block.first, block.size()); };
  const std::span<std::uint8_t> counted = part(std::span(is_counted_));
  const bool row_by_row = request_.choices || counts_by_item() || !rows.all_common();
  std::fill(counted.begin(), counted.end(), row_by_row ? 0 : 1);
  if (row_by_row) return false;
  std::vector<std::uint8_t> uses;  // by kind
  for (const unit_totals& totals : rows.common_totals()) uses.push_back(is_used(totals) ? 1 : 0);
  const auto kinds = part(rows.kinds());
  if (!unit_is_person_)
    people_.find(
        part(rows.people()), part(groups_.of_rows()),
        [&](std::size_t i) { return uses[kinds[i]] != 0; }, counted.data());
  if (counts_touchpoints_)
    people_of_touchpoints_.find(
        part(std::span(rows.touchpoint_of_row())), part(rows.people()),
        [](std::size_t) { return false; }, counted.data());
  return std::find(counted.begin(), counted.end(), 0) == counted.end();
}

void cell_set::count_others(const input& rows, row_range block) {
  for (std::size_t row = block.first; row < block.last; ++row) {
    const std::uint32_t column = row_columns_[row];
    if (is_counted_[row] != 0 || column == additions::no_column) continue;
    const std::uint32_t cell = groups_.of_rows()[row];
    const std::uint32_t person = rows.people()[row];
    const unit_totals& totals = rows.totals(row);
    if (!unit_is_person_) count_person(cell, person, is_used(totals));
    if (counts_by_item() && is_used(totals)) people_of_column_.add(column, person);
    if (request_.choices) count_for_choices(rows, row, cell);
    if (counts_for_action(rows, row))
      (void)people_of_touchpoints_.add(rows.touchpoint_of_row()[row], person, false);
  }
}

/// Whether somebody is counted for the action of a row's touchpoint.
bool cell_set::counts_for_action(const input& rows, std::size_t row) const {
  const unit_totals& totals = rows.totals(row);
  return counts_touchpoints_ && totals.answers > 0 && totals.requirement > 0 &&
         rows.touchpoint_of_row()[row] != touchpoint_table::none;
}

void cell_set::count_for_choices(const input& rows, std::size_t row, std::uint32_t cell) {
  const unit_totals& answer = rows.totals(row);
  const std::uint32_t person = rows.people()[row];
  if (answer.excluded[static_cast<std::size_t>(exclusion::zero_requirement)] > 0) {
    choices_.zero_requirement.add(cell, person);
    if (!rows.weightless(row)) choices_.zero_of_weight.add(cell, person);
  }
  if (answer.answers == 0 || answer.satisfaction <= answer.requirement) return;
  (answer.requirement == 0 ? choices_.without_requirement : choices_.beyond_requirement)
      .add(cell, person);
}

void cell_set::count_person(std::uint32_t cell, std::uint32_t person, bool counted) {
  if (people_.add(person, cell, counted)) ++states_[cell].people;
}

}  // namespace xqs::engine

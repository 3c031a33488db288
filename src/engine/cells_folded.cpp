#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/cells.hpp"
#include "engine/ledger_rows.hpp"
#include "engine/read_ahead.hpp"
#include "xqs/error.hpp"
#include "xqs/tally/fold.hpp"

// What the rows of a set come to, once all of them are there.

namespace xqs::engine {

void cell_set::settle(const input& rows, crew& lanes) {
  if (finer_ != nullptr) return;
  const auto common = rows.common_totals();
  totals_.settle(common, states_.size(), lanes);
  tallies_.clear();
  if (!profile() && !is_kept_ && totals_.can_skip_ledger() && !totals_.are_sums())
    tallies_ = totals_.tallies(
        states_.size(), common,
        {.weighted = definition_.weighted(), .with_quotients = with_quotients()}, lanes);
  if (!skips_ledger()) totals_.fill_ledger(common);
  profiles_.clear();
  if (profile() && skips_ledger() && totals_.waiting() > 0) {
    has_rows_.resize(states_.size());
    for (std::uint32_t c = 0; c < column_count(); ++c) has_rows_[column(c).first] = 1;
    profiles_ = fold_waiting(rows, lanes);
  }
  note_totals(rows, lanes);
}

/// What the totals show of cells that was not noted row by row: that there are rows, and whether a
/// score uses them, where all are of one person.
void cell_set::note_totals(const input& rows, crew& lanes) {
  has_rows_.resize(states_.size());
  const auto note = [this](std::uint32_t cell, bool used) {
    has_rows_[cell] = 1;
    if (!of_one_person_) return;
    states_[cell].has_person = true;
    if (used) states_[cell].people = 1;
  };
  if (is_flat()) {
    lanes.for_each(blocks_of(states_.size()), [&](std::size_t, std::size_t b) {
      const row_range cells = block_of(states_.size(), b);
      for (auto cell = static_cast<std::uint32_t>(cells.first); cell < cells.last; ++cell) {
        const column_contents of =
            tallies_.empty() ? totals_.contents_of(cell) : tallies_[cell].contents();
        if (of.rows) note(cell, is_used(of.answers, of.requirement, of.satisfaction));
      }
    });
    return;
  }
  for (std::uint32_t cell = 0; cell < profiles_.size(); ++cell) {
    const auto& sums = profiles_[cell].all().sums;
    bool used = false;
    for (std::size_t item = 0; item < sums.size(); item += 2) used = used || sums[item] > int128(0);
    if (!profiles_[cell].empty()) note(cell, used);
  }
  totals_.entries().for_each(
      [&](const unit_entries::entry& e) { note(column(e.column).first, is_used(e.totals)); });
  totals_.for_each_counted(rows.common_totals(),
                           [&](std::uint32_t c, const unit_totals& totals, std::uint32_t) {
                             note(column(c).first, is_used(totals));
                           });
}

void cell_set::roll_up(const input& rows) {
  if (finer_ == nullptr) return;
  clear_cells();
  groups_.clear();
  const std::vector<std::uint32_t> cell_of = cells_of_finer(rows);
  states_.resize(groups_.size());
  has_rows_.resize(states_.size());
  tallies_.resize(states_.size());
  const bool by_sums = finer_->tallies_.empty();
  std::vector<small_sums> sums(by_sums ? states_.size() : 0);
  for (std::uint32_t from = 0; from < cell_of.size(); ++from) {
    if (!finer_->has_rows(from)) continue;
    const cell_state& part = finer_->states_[from];
    cell_state& whole = states_[cell_of[from]];
    has_rows_[cell_of[from]] = 1;
    whole.early = whole.early || part.early;
    whole.extra_item = whole.extra_item || part.extra_item;
    if (!has_part(*finer_, from)) continue;
    if (by_sums)
      sums[cell_of[from]].add(finer_->totals_.sums(from));
    else
      tallies_[cell_of[from]].merge(finer_->tallies_[from]);
    whole.has_person = whole.has_person || part.has_person;
    if (of_one_person_) whole.people = (std::max)(whole.people, part.people);
  }
  for (std::size_t cell = 0; cell < sums.size(); ++cell) tallies_[cell].add(sums[cell]);
  finer_->people_.for_each([&](std::uint32_t person, std::uint32_t from, bool counted) {
    if (has_part(*finer_, from)) count_person(cell_of[from], person, counted);
  });
}

/// Whether a cell of a finer set adds to one of these: extra items are scored only where items are
/// told apart.
bool cell_set::has_part(const cell_set& finer, std::uint32_t cell) const {
  return item_position_ || !finer.item_position_ || !finer.states_[cell].extra_item;
}

/// The cell that each cell of the finer set is in.
std::vector<std::uint32_t> cell_set::cells_of_finer(const input& rows) {
  std::vector<std::size_t> positions;
  for (const std::string& name : by_) positions.push_back(finer_->position_of(name, rows));
  std::vector<std::uint32_t> cell_of(finer_->states_.size());
  std::vector<std::uint32_t> group(finer_->by_.size());
  std::vector<std::uint32_t> values(by_.size());
  for (std::uint32_t from = 0; from < cell_of.size(); ++from) {
    finer_->group_of(from, group.data());
    for (std::size_t i = 0; i < by_.size(); ++i) values[i] = group[positions[i]];
    cell_of[from] = groups_.intern(values);
  }
  return cell_of;
}

/// Cells in which the mean of items has one that only a few people answered: with what is known of
/// the others it could give them back.
std::vector<std::uint8_t> cell_set::few_of_an_item() const {
  std::vector<std::uint8_t> few(states_.size());
  for (std::uint32_t c = 0; c < column_count(); ++c) {
    const std::uint64_t people = people_of_column_.count(c);
    if (people > 0 && !may_show(definition_, people)) few[column(c).first] = 1;
  }
  return few;
}

/// The cell of each touchpoint that meets the conditions.
std::vector<std::uint32_t> cell_set::cells_of_touchpoints(const input& rows) {
  const touchpoint_table& all = rows.touchpoints();
  std::vector<const key_column*> columns;
  for (const std::string& name : by_) columns.push_back(&rows.touchpoint_key(name));
  std::vector<std::uint32_t> values(by_.size());
  std::vector<std::uint32_t> cells(all.size());
  for (std::uint32_t at = 0; at < all.size(); ++at) {
    if (!all.selected(at)) continue;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = (*columns[i])[at];
    cells[at] = groups_.intern(values);
  }
  return cells;
}

void cell_set::count_touchpoints(const input& rows) {
  if (!counts_touchpoints_) return;
  const touchpoint_table& all = rows.touchpoints();
  const std::vector<std::uint32_t> cells = cells_of_touchpoints(rows);
  states_.resize((std::max)(states_.size(), std::size_t{groups_.size()}));
  touchpoints_.assign(states_.size(), {});
  detail::pair_index actions;         // (cell, action), of those that touchpoints share
  people_by_number people_of_action;  // by position in them
  std::vector<std::uint32_t> people_of(all.size());
  people_of_touchpoints_.for_each([&](std::uint32_t at, std::uint32_t person, bool) {
    ++people_of[at];
    if (all.shared_action(at) != touchpoint_table::none)
      people_of_action.add(actions.intern(cells[at], all.shared_action(at)), person);
  });
  std::vector<std::uint8_t> seen;  // by action
  for (std::uint32_t at = 0; at < all.size(); ++at) {
    if (!all.selected(at) || (!by_status_ && all.status(at) != touchpoint_status::realised))
      continue;
    touchpoint_counts& counts = touchpoints_[cells[at]];
    ++counts.all;
    if (rows.answered(at)) ++counts.answered;
    std::uint64_t people = people_of[at];
    if (all.shared_action(at) != touchpoint_table::none) {
      const std::uint32_t action = actions.intern(cells[at], all.shared_action(at));
      seen.resize(actions.size());
      if (std::exchange(seen[action], 1) != 0) continue;
      people = people_of_action.count(action);
    }
    ++counts.actions;
    if (people > 0 && may_show(definition_, people)) ++counts.scored_actions;
  }
  if (!tallies_.empty()) tallies_.resize(states_.size());
}

std::vector<presence> cell_set::presences() const {
  std::vector<presence> present;
  if (unit_is_person_)
    totals_.entries().for_each([&](const unit_entries::entry& e) {
      present.push_back({column(e.column).first, e.unit,
                         e.totals.answers > 0 && (pooled() || e.totals.requirement > 0)});
    });
  else if (of_one_person_)
    for (std::uint32_t cell = 0; cell < states_.size(); ++cell) {
      if (states_[cell].has_person) present.push_back({cell, 0, states_[cell].people > 0});
    }
  else
    people_.for_each([&](std::uint32_t person, std::uint32_t cell, bool counted) {
      present.push_back({cell, person, counted});
    });
  return present;
}

std::vector<std::uint32_t> cell_set::group_of(std::uint32_t cell) const {
  std::vector<std::uint32_t> group(by_.size());
  group_of(cell, group.data());
  return group;
}

std::vector<std::string> cell_set::labels(const input& rows, std::uint32_t cell) const {
  if (!profile()) return {""};
  if (!item_position_) return profile_labels(definition_);
  return {std::string(rows.items().text(group_of(cell)[*item_position_]))};
}

state_identity cell_set::identity() const {
  const std::string kind = unit_ == unit_source::row    ? "row"
                           : unit_ == unit_source::form ? "response"
                                                        : request_.unit;
  return state_identity(definition_, kind);
}

/// Where the columns of the ledger go: each cell is a tally.
std::vector<fold_target> cell_set::fold_plan(const input& rows) const {
  const std::vector<std::string> items = profile_labels(definition_);
  constexpr std::size_t most_items = 2'000;  // a profile has 2 n^2 moments
  if (profile() && !item_position_ && items.size() > most_items)
    throw error(errc::invalid_argument, "item_mean is for at most 2000 items; definition " +
                                            definition_.label() + " has " +
                                            std::to_string(items.size()));
  std::vector<fold_target> plan;
  for (std::uint32_t c = 0; c < column_count(); ++c) {
    const auto [cell, item] = column(c);
    std::uint32_t position = 0;
    if (profile() && !item_position_) {
      const auto at = std::lower_bound(items.begin(), items.end(), rows.items().text(item));
      position = static_cast<std::uint32_t>(at - items.begin());
    }
    plan.push_back({cell, position});
  }
  return plan;
}

flat_tally cell_set::tally_of(std::uint32_t cell) const {
  if (!tallies_.empty()) return tallies_[cell];
  flat_tally t;
  t.add(totals_.sums(cell));
  return t;
}

column_integers cell_set::integers_of(std::uint32_t cell) const {
  return tallies_.empty() ? totals_.sums(cell).integers()
                          : tallies_[cell].integers(with_quotients());
}

void cell_set::read_ahead(std::uint32_t cell) const {
  engine::read_ahead<0>(&states_[cell]);
  if (tallies_.empty()) return totals_.read_ahead(cell);
  engine::read_ahead<0>(&tallies_[cell]);  // three lines of memory
  engine::read_ahead<64>(&tallies_[cell]);
  engine::read_ahead<128>(&tallies_[cell]);
}

std::vector<tally> cell_set::fold_tallies(const input& rows) const {
  return is_flat() ? fold_pooled() : fold_ledger(rows);
}

std::vector<tally> cell_set::fold_pooled() const {
  std::vector<tally> tallies;
  tallies.reserve(states_.size());
  const state_identity of_all = identity();
  for (std::uint32_t cell = 0; cell < states_.size(); ++cell)
    tallies.emplace_back(of_all, tally_of(cell).labelled(""));
  return tallies;
}

std::vector<tally> cell_set::fold_ledger(const input& rows) const {
  const std::vector<fold_target> plan = fold_plan(rows);
  std::vector<tally> tallies = unit_tallies(rows);
  xqs::fold(totals_.entries(), plan, tallies);
  totals_.for_each_counted(
      rows.common_totals(),
      [&](std::uint32_t column, const unit_totals& totals, std::uint64_t count) {
        tallies[plan[column].tally].add_units({plan[column].column, totals}, count);
      });
  return tallies;
}

/// One for each cell, of the units that are folded already; those of cells that there are have
/// columns.
std::vector<tally> cell_set::unit_tallies(const input& rows) const {
  std::vector<tally> tallies;
  tallies.reserve(states_.size());
  const state_identity of_all = identity();
  for (std::uint32_t cell = 0; cell < states_.size(); ++cell)
    if (cell < profiles_.size() && !profiles_[cell].empty())
      tallies.push_back(profiles_[cell]);
    else if (has_rows(cell) || has_touchpoints(cell))
      tallies.emplace_back(of_all, labels(rows, cell));
    else
      tallies.emplace_back(of_all, std::vector<std::string>{});
  return tallies;
}

/// Folds units from where they wait. Every lane has tallies of its own, if they are little beside
/// what waits.
std::vector<tally> cell_set::fold_waiting(const input& rows, crew& lanes) const {
  const std::vector<fold_target> plan = fold_plan(rows);
  std::vector<std::vector<tally>> parts = {unit_tallies(rows)};
  std::size_t integers = 1;
  for (const tally& t : parts[0]) integers += t.all().moments.size() + t.columns().size();
  const std::size_t most = totals_.waiting() / (8 * integers) + 1;
  while (parts.size() < (std::min)(lanes.size(), most)) parts.push_back(parts[0]);
  const std::vector<std::size_t> ends = totals_.ends_of_waiting(parts.size());
  lanes.for_each(parts.size(), [&](std::size_t, std::size_t p) {
    fold_part(rows, {p == 0 ? 0 : ends[p - 1], ends[p]}, plan, parts[p]);
  });
  for (std::size_t p = 1; p < parts.size(); ++p)
    for (std::size_t cell = 0; cell < parts[0].size(); ++cell)
      parts[0][cell].merge_disjoint(parts[p][cell]);
  return std::move(parts[0]);
}

void cell_set::fold_part(const input& rows, row_range parts, std::span<const fold_target> plan,
                         std::vector<tally>& to) const {
  std::vector<detail::routed_part> of_unit;
  std::vector<tally::part> scratch;
  additions::record_list records;
  for (std::size_t part = parts.first; part < parts.last; ++part)
    totals_.for_each_waiting(
        part, rows.common_totals(),
        [&](std::uint32_t, std::uint32_t column, const unit_totals& totals) {
          of_unit.push_back({plan[column].tally, {plan[column].column, totals}});
        },
        [&] {
          detail::add_routed(of_unit, to, scratch);
          of_unit.clear();
        },
        records);
}

cell_facts cell_set::facts(const input& rows, std::uint32_t cell, std::uint64_t units) const {
  const cell_state& from = states_[cell];
  cell_facts result{.number = cell};
  result.extra_item = item_position_ && from.extra_item;
  result.units_are_people = unit_is_person_;
  result.who = {unit_is_person_ ? units : from.people, rows.respondents_known()};
  if (from.population > 0) result.population = from.population;
  if (const auto* number = std::get_if<std::uint64_t>(&request_.population))
    result.population = *number;
  result.flags = flags_;
  if (counts_touchpoints_) result.touchpoints = touchpoints_[cell];
  if (from.early) result.flags.add(flag::early_feedback);
  if (from.extra_item) result.flags.add(flag::extra_item);
  return result;
}

ledger cell_set::named_ledger(const input& rows) const {
  ledger result(identity());
  totals_.entries().for_each([&](const unit_entries::entry& e) {
    ledger_column c{.names = by_};
    const std::vector<std::uint32_t> group = group_of(column(e.column).first);
    for (std::size_t i = 0; i < by_.size(); ++i) {
      const key_column& key = rows.key(by_[i]);
      c.values.push_back(group[i] == key_column::null
                             ? std::nullopt
                             : std::optional<std::string>(key.text(group[i])));
    }
    c.item = *c.values.back();
    c.names.pop_back();
    c.values.pop_back();
    result.add(unit_key_->text(e.unit), label_of(c, definition_), e.totals);
  });
  return result;
}

std::vector<std::uint32_t> cell_set::present() const {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t cell = 0; cell < states_.size(); ++cell)
    if (has_rows(cell) || has_touchpoints(cell)) numbers.push_back(cell);
  return numbers;
}

std::vector<folded_cell> cell_set::fold(const input& rows) const {
  std::vector<tally> tallies = fold_tallies(rows);
  const std::vector<std::uint8_t> few = few_of_an_item();
  std::vector<folded_cell> cells;
  for (const std::uint32_t cell : present()) {
    cells.push_back({facts(rows, cell, tallies[cell].units()), group_of(cell), {}});
    cells.back().state = std::move(tallies[cell]);
    cells.back().few_of_an_item = !item_position_ && few[cell] != 0;
  }
  return cells;
}

}  // namespace xqs::engine

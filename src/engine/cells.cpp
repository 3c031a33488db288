#include "engine/cells.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/values.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

/// The rows of a block that are still to be added.
row_range left_of(row_range block, std::span<const rows_added> added) {
  return {block.first + added[block.first / block_rows].count, block.last};
}

}  // namespace

/// Decides, when the columns are known, what the unit is.
void cell_set::bind(const input& rows) {
  flags_ = {};
  item_position_.reset();
  unit_key_ = nullptr;
  unit_is_person_ = false;
  const auto grouped_by = [&](const std::string& column) {
    return std::any_of(by_.begin(), by_.end(),
                       [&](const std::string& name) { return rows.same_column(name, column); });
  };
  for (std::size_t i = 0; i < by_.size(); ++i)
    if (rows.same_column(by_[i], "feedback.item")) item_position_ = i;
  counts_touchpoints_ = rows.touchpoints().given() &&
                        std::all_of(by_.begin(), by_.end(),
                                    [&](const std::string& name) { return rows.is_joined(name); });
  by_status_ = rows.touchpoints().given() && grouped_by("touchpoint.status");
  const std::string& unit = request_.unit;
  if (unit == "row") {
    unit_ = unit_source::row;
  } else if (unit == "response" || (unit == "respondent" && !rows.respondents_known())) {
    unit_ = unit_source::form;
  } else if (grouped_by(unit)) {
    // All rows of a cell belong to one unit, so that their responses are all there is to vary.
    unit_ = unit_source::form;
    flags_.add(flag::unit_response);
  } else {
    unit_key_ = &rows.key(unit);
    // A weight of 0 hides nobody else: where there are weights, people are counted by their own.
    unit_is_person_ =
        !definition_.weighted() && (unit == "respondent" || rows.same_column(unit, "respondent"));
  }
  of_one_person_ = is_of_one_person(rows);
  std::vector<const key_column*> keys;
  for (const std::string& name : by_) keys.push_back(&rows.key(name));
  groups_.bind(std::move(keys));
  clear_cells();
}

void cell_set::clear_cells() {
  states_.clear();
  touchpoints_.clear();
  has_rows_.clear();
  columns_ = {};
  tallies_.clear();
  profiles_.clear();
  people_ = {};
  people_of_touchpoints_ = {};
}

/// Whether the cells are unions of those of a finer set, of which nobody asks more.
bool cell_set::is_made_of(const cell_set& finer, const input& rows) const {
  const bool asks_more = request_.choices || counts_touchpoints_ || profile() ||
                         std::holds_alternative<std::string>(request_.population);
  return &finer != this && counts_kinds() && !asks_more &&
         std::all_of(by_.begin(), by_.end(), [&](const std::string& name) {
           return finer.position_of(name, rows) < finer.by_.size();
         });
}

/// The position of a column among those of the groups, behind them if it is none.
std::size_t cell_set::position_of(const std::string& column, const input& rows) const {
  const auto at = std::find_if(by_.begin(), by_.end(), [&](const std::string& name) {
    return rows.same_column(name, column);
  });
  return static_cast<std::size_t>(at - by_.begin());
}

void cell_set::begin(const input& rows, const cell_set& finest, std::size_t lanes) {
  if (!bound_) {
    bind(rows);
    finer_ = is_made_of(finest, rows) ? &finest : nullptr;
  }
  if (finer_ != nullptr) return;
  groups_.begin(rows.rows());
  totals_.begin(lanes, rows.common_totals(), pooled());
}

bool cell_set::look_up(row_range rows) { return finer_ != nullptr || groups_.look_up(rows); }

void cell_set::learn(row_range rows) {
  if (finer_ == nullptr) groups_.learn(rows);
}

void cell_set::check(input& rows) {
  if (finer_ != nullptr) return;
  states_.resize(groups_.size());
  check_units(rows);
  if (std::holds_alternative<std::string>(request_.population)) check_populations(rows);
}

/// Without a respondent column every response stands for a person.
bool cell_set::response_is_person(const input& rows) const {
  return !rows.respondents_known() && request_.unit == "respondent";
}

/// Whose rows all need a value, so that people are known.
const key_column* cell_set::required_key(const input& rows) const {
  const bool may_be_unknown = request_.unit == "response" || request_.unit == "row";
  if (response_is_person(rows)) return &rows.key("feedback.response");
  return rows.respondents_known() && !may_be_unknown ? &rows.key("respondent") : nullptr;
}

void cell_set::check_units(input& rows) const {
  const std::string person = response_is_person(rows) ? "response" : "respondent";
  const key_column* const key = required_key(rows);
  const auto all_there = [](const key_column* k) { return k == nullptr || !k->any_missing(); };
  if (all_there(key) && all_there(unit_key_)) return;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (key != nullptr && key->is_missing(row))
      rows.refuse(row, "missing_" + person,
                  row_error(row, person, "",
                            person + " is missing; every row needs one, unless the unit is "
                                     "response or row"));
    if (unit_key_ != nullptr && unit_key_->is_missing(row))
      rows.refuse(
          row, "missing_unit",
          row_error(row, request_.unit, "", "the unit \"" + request_.unit + "\" is missing"));
  }
}

void cell_set::check_populations(input& rows) {
  const key_column& key = rows.key(std::get<std::string>(request_.population));
  std::unordered_map<std::uint32_t, std::uint64_t> seen;  // of this batch
  const std::span<const std::uint32_t> cells = groups_.of_rows();
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (rows.rejected(row)) continue;
    const std::string_view text = key[row] == key_column::null ? "" : key.text(key[row]);
    const auto number = decimal::parse(text);
    if (!number || *number < decimal(1) || number->millionths() % decimal::one != 0) {
      rows.refuse(row, "bad_population",
                  row_error(row, key.name(), text,
                            "population " + detail::in_quotes(text) +
                                " is not a whole number from 1 to 999999999"));
      continue;
    }
    const auto population = static_cast<std::uint64_t>(number->millionths() / decimal::one);
    const std::uint64_t known = states_[cells[row]].population;
    const auto [at, is_new] = seen.emplace(cells[row], known > 0 ? known : population);
    if (at->second != population)
      rows.refuse(row, "bad_population",
                  row_error(row, key.name(), text,
                            "population " + std::string(text) + " differs from " +
                                std::to_string(at->second) + " in another row of the same group"));
  }
}

bool cell_set::adds_at_once(const input& rows) const {
  if (finer_ != nullptr) return true;
  if (profile() || std::holds_alternative<std::string>(request_.population)) return false;
  return counts_kinds() ? totals_.are_counted_in_sums() : units_are_surely_there(rows);
}

/// Whether every row has a unit, and person, where it needs them.
bool cell_set::units_are_surely_there(const input& rows) const {
  if (unit_ == unit_source::row) return false;  // units are numbered in the order of their rows
  const key_column* const key = required_key(rows);
  return (key == nullptr || key->surely_has_all()) &&
         (unit_key_ == nullptr || unit_key_->surely_has_all());
}

void cell_set::begin_at_once() {
  if (finer_ == nullptr && !counts_kinds()) totals_.note_waiting();
}

bool cell_set::make_room(std::size_t lane, const input& rows, row_range block) {
  return finer_ != nullptr || !counts_kinds() ||
         totals_.make_room(lane, rows.common_totals(), groups_.size(), block.size());
}

void cell_set::add_at_once(std::size_t lane, const input& rows, row_range block) {
  if (finer_ != nullptr) return;
  const auto part = [&](auto all) { return all.subspan(block.first, block.size()); };
  const auto cells = part(groups_.of_rows());
  if (counts_kinds()) return totals_.count_sums(lane, cells, part(rows.kinds()));
  totals_.add(lane, {.units = part(units(rows)),
                     .columns = cells,
                     .kinds = part(rows.kinds()),
                     .common = rows.common_totals()});
}

bool cell_set::adds_standing(const input& rows) const {
  return counts_kinds() && of_one_person_ && groups_.stand() && rows.stand();
}

/// What rows are is forgotten when they are added: it need not go through memory. So few at a time
/// that the next ones arrive from there meanwhile.
std::size_t cell_set::add_standing(std::size_t lane, const input& rows, row_range block) {
  constexpr std::size_t few = 256;
  if (!groups_.stand()) return 0;  // any more
  std::array<std::uint32_t, few> room{};
  std::array<std::uint8_t, few> kinds{};
  for (row_range some{block.first, block.first}; some.first < block.last; some.first = some.last) {
    some.last = (std::min)(some.first + few, block.last);
    const std::uint32_t* const cells = groups_.find_standing(some, room.data());
    if (cells == nullptr || !rows.find_kinds(some, kinds.data()) || !make_room(lane, rows, some))
      return some.first - block.first;
    totals_.count_sums(lane, {cells, some.size()}, std::span(kinds).first(some.size()));
  }
  return block.size();
}

void cell_set::take_back(const input& rows, std::span<const rows_added> added) {
  if (finer_ != nullptr) return;
  if (!counts_kinds()) return totals_.forget_added();
  for (std::size_t b = 0; b < added.size(); ++b) {
    if (added[b].count == 0) continue;
    const std::size_t first = block_of(rows.rows(), b).first;
    totals_.take_back(added[b].lane, groups_.of_rows().subspan(first, added[b].count),
                      rows.kinds().subspan(first, added[b].count));
  }
}

void cell_set::add(const input& rows, crew& lanes, std::span<const rows_added> added) {
  bound_ = true;
  if (finer_ != nullptr) return;
  read_populations(rows);
  begin_columns(rows);
  add_others(rows, lanes, added);
  totals_.end(rows.common_totals());
  if (counts_more_than_units() && !of_one_person_) count_rows(rows, lanes);
}

void cell_set::add_others(const input& rows, crew& lanes, std::span<const rows_added> added) {
  std::size_t others = rows.rows();
  for (const rows_added& some : added) others -= some.count;
  if (others == 0) return;
  const std::span<const std::uint32_t> units =
      counts_kinds() ? std::span<const std::uint32_t>() : this->units(rows);
  for_blocks(
      lanes, rows.rows(),
      [&](std::size_t lane, row_range block) {
        const row_range left = left_of(block, added);
        if (profile() && !look_up_columns(rows, left)) return false;
        if (left.size() > 0) add_block(lane, rows, units, left);
        return true;
      },
      [&](row_range block) {
        const row_range left = left_of(block, added);
        if (profile()) learn_columns(rows, left);
        add_block(0, rows, units, left);
      });
}

void cell_set::add_block(std::size_t lane, const input& rows, std::span<const std::uint32_t> units,
                         row_range block) {
  const auto part = [&](auto all) {
    return all.empty() ? all : all.subspan(block.first, block.size());
  };
  const additions::rows added = {.units = part(units),
                                 .columns = part(row_columns_),
                                 .kinds = part(rows.kinds()),
                                 .common = rows.common_totals(),
                                 .rare = part(rows.rare_totals())};
  if (counts_kinds())
    totals_.count(lane, added, column_count(), rows.plain() && rows.all_common());
  else
    totals_.add(lane, added);
}

void cell_set::read_populations(const input& rows) {
  const auto* population = std::get_if<std::string>(&request_.population);
  if (population == nullptr) return;
  const key_column& key = rows.key(*population);
  for (std::size_t row = 0; row < rows.rows(); ++row)
    if (!rows.rejected(row))
      states_[groups_.of_rows()[row]].population = static_cast<std::uint64_t>(
          decimal::parse(key.text(key[row]))->millionths() / decimal::one);
}

/// Pooled, a column is a cell; rows that are not added have none.
void cell_set::begin_columns(const input& rows) {
  const std::span<const std::uint32_t> cells = groups_.of_rows();
  row_columns_ = cells;
  if (rows.plain()) {
    if (!rows.all_common()) mark(cells);  // else their totals show it
    if (!profile()) return;
  }
  columns_of_row_.assign(cells.begin(), cells.end());
  row_columns_ = columns_of_row_;
  if (!rows.plain()) note_rows(rows);
  if (!profile()) return;
  if (!column_table_) column_table_.emplace(columns_);
  column_table_->make_room(states_.size(), rows.items().size(), rows.rows());
}

/// Whether all columns of some rows are known, if all of them are added.
bool cell_set::look_up_columns(const input& rows, row_range block) {
  return rows.plain() && column_table_->find(groups_.of_rows().data() + block.first,
                                             rows.items().numbers().data() + block.first,
                                             block.size(), columns_of_row_.data() + block.first);
}

void cell_set::learn_columns(const input& rows, row_range block) {
  if (look_up_columns(rows, block)) return;
  const key_column& items = rows.items();
  for (std::size_t row = block.first; row < block.last; ++row)
    if (columns_of_row_[row] != additions::no_column || rows.plain())
      columns_of_row_[row] = (*column_table_)(groups_.of_rows()[row], items[row]);
}

/// What is to be said of the cells of rows, of which some are not added.
void cell_set::note_rows(const input& rows) {
  const key_column& items = rows.items();
  std::vector<std::uint32_t> kept;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const std::uint32_t cell = groups_.of_rows()[row];
    const bool extra = rows.kept(row) && !rows.item(items[row]);
    // Scored apart: only where items are told apart.
    if (!rows.kept(row) || (extra && !item_position_)) columns_of_row_[row] = additions::no_column;
    if (!rows.kept(row)) continue;
    kept.push_back(cell);
    states_[cell].early = states_[cell].early || rows.early(row);
    states_[cell].extra_item = states_[cell].extra_item || extra;
  }
  mark(kept);
}

/// Marks cells that have rows.
void cell_set::mark(std::span<const std::uint32_t> cells) {
  has_rows_.resize(states_.size());
  for (const std::uint32_t cell : cells) has_rows_[cell] = 1;
}

std::span<const std::uint32_t> cell_set::units(const input& rows) {
  if (unit_ == unit_source::form) return rows.forms();
  if (unit_ == unit_source::key) return unit_key_->numbers();
  if (rows.rows() > additions::no_column - next_row_unit_)
    throw error(errc::overflow, "more than 2^32 - 1 rows, each a unit of its own");
  units_of_row_.resize(rows.rows());
  for (std::uint32_t& unit : units_of_row_) unit = next_row_unit_++;
  return units_of_row_;
}

/// Other questions look for single units, and the gate of an anonymous definition does.
bool cell_set::needs_ledger() const {
  const bool goes_through = request_.question == question::score ||
                            request_.question == question::timeline ||
                            request_.question == question::rank;
  return is_kept_ || !goes_through || request_.choices ||
         definition_.file().confidentiality == confidentiality::anonymous;
}

/// Whether units go from where they wait to their tallies.
bool cell_set::skips_ledger() const { return !needs_ledger() && totals_.can_skip_ledger(); }

/// Whether rows are units that nobody asks for.
bool cell_set::counts_kinds() const {
  const bool of_scores =
      request_.question == question::score || request_.question == question::timeline;
  return unit_ == unit_source::row && of_scores;
}

/// Whether the people of cells, items and actions are to be counted beside the units.
bool cell_set::counts_more_than_units() const {
  return !unit_is_person_ || counts_by_item() || request_.choices || counts_touchpoints_;
}

bool cell_set::counts_by_item() const {
  return definition_.file().confidentiality == confidentiality::anonymous && profile();
}

/// Whether there is nobody to tell from others, nor anything but people to be counted.
bool cell_set::is_of_one_person(const input& rows) const {
  return rows.people_untold() && !unit_is_person_ && !counts_by_item() && !request_.choices &&
         !counts_touchpoints_;
}

/// Whether a score uses an answer, or some answer of totals.
bool cell_set::is_used(bool has_answers, bool has_requirement, bool has_satisfaction) const {
  const bool weightless = !has_requirement && !has_satisfaction;
  return has_answers && (pooled() || has_requirement) && !(definition_.weighted() && weightless);
}

bool cell_set::is_used(const unit_totals& answers) const {
  return is_used(answers.answers > 0, answers.requirement > 0, answers.satisfaction > 0);
}

}  // namespace xqs::engine

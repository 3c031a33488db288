#include "engine/cells.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/ledger_rows.hpp"
#include "engine/values.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"
#include "xqs/tally/fold.hpp"

namespace xqs::engine {

/// Decides, when the columns are known, what the unit is.
void cell_set::bind(const input& rows) {
  flags_ = {};
  item_position_.reset();
  unit_key_ = nullptr;
  unit_is_person_ = false;
  group_chain_.clear();
  states_.clear();
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
  group_chain_.resize(by_.size());
}

void cell_set::number_cells(const input& rows) {
  cells_.assign(rows.rows(), 0);
  for (std::size_t i = 0; i < by_.size(); ++i) {
    const key_column& key = rows.key(by_[i]);
    for (std::size_t row = 0; row < rows.rows(); ++row)
      cells_[row] = group_chain_[i].intern(cells_[row], key[row]);
  }
  states_.resize(by_.empty() ? 1 : group_chain_.back().size());
}

void cell_set::check(input& rows) {
  if (!bound_) bind(rows);
  number_cells(rows);
  check_units(rows);
  if (std::holds_alternative<std::string>(request_.population)) check_populations(rows);
}

void cell_set::check_units(input& rows) const {
  const bool may_be_unknown = request_.unit == "response" || request_.unit == "row";
  // Without a respondent column every response stands for a person, so it must not be missing.
  const bool by_response = !rows.respondents_known() && request_.unit == "respondent";
  const std::string person = by_response ? "response" : "respondent";
  const key_column* key = by_response ? &rows.key("feedback.response")
                          : rows.respondents_known() && !may_be_unknown ? &rows.key(person)
                                                                        : nullptr;
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
    const auto& known = states_[cells_[row]].population;
    const auto [at, is_new] = seen.emplace(cells_[row], known.value_or(population));
    if (at->second != population)
      rows.refuse(row, "bad_population",
                  row_error(row, key.name(), text,
                            "population " + std::string(text) + " differs from " +
                                std::to_string(at->second) + " in another row of the same group"));
  }
}

void cell_set::add(const input& rows) {
  bound_ = true;
  if (const auto* population = std::get_if<std::string>(&request_.population)) {
    const key_column& key = rows.key(*population);
    for (std::size_t row = 0; row < rows.rows(); ++row)
      if (!rows.rejected(row))
        states_[cells_[row]].population = static_cast<std::uint64_t>(
            decimal::parse(key.text(key[row]))->millionths() / decimal::one);
  }
  const key_column& items = rows.items();
  for (std::size_t row = 0; row < rows.rows(); ++row)
    if (rows.kept(row)) add_row(rows, row, items[row]);
}

void cell_set::add_row(const input& rows, std::size_t row, std::uint32_t item) {
  const std::uint32_t cell = cells_[row];
  ++states_[cell].rows;
  states_[cell].early = states_[cell].early || rows.early(row);
  if (!rows.item(item)) {
    states_[cell].extra_item = true;
    if (!item_position_) return;  // scored apart: only where items are told apart
  }
  const std::uint32_t column = columns_.intern(cell, profile() ? item : 0);
  const std::uint32_t unit = unit_ == unit_source::row    ? next_row_unit_++
                             : unit_ == unit_source::form ? rows.forms()[row]
                                                          : (*unit_key_)[row];
  const unit_totals& totals = rows.totals()[row];
  entries_.add(unit, column, totals);
  const bool weightless = totals.requirement == 0 && totals.satisfaction == 0;
  const bool used = totals.answers > 0 && (pooled() || totals.requirement > 0) &&
                    !(definition_.weighted() && weightless);
  if (!unit_is_person_) count_person(cell, rows.people()[row], used);
  const bool anonymous = definition_.file().confidentiality == confidentiality::anonymous;
  if (anonymous && profile() && used) people_of_column_.add(column, rows.people()[row]);
  if (request_.choices) count_for_choices(rows, row, cell);
  if (!counts_touchpoints_ || totals.answers == 0 || totals.requirement == 0) return;
  const std::uint32_t touchpoint = rows.touchpoint_of_row()[row];
  if (touchpoint == touchpoint_table::none) return;
  const std::uint32_t action = actions_.intern(cell, rows.touchpoints().action(touchpoint));
  people_of_action_.add(action, rows.people()[row]);
}

void cell_set::count_for_choices(const input& rows, std::size_t row, std::uint32_t cell) {
  const unit_totals& answer = rows.totals()[row];
  const std::uint32_t person = rows.people()[row];
  if (answer.excluded[static_cast<std::size_t>(exclusion::zero_requirement)] > 0) {
    choices_.zero_requirement.add(cell, person);
    if (!rows.weightless(row)) choices_.zero_of_weight.add(cell, person);
  }
  if (answer.answers == 0 || answer.satisfaction <= answer.requirement) return;
  (answer.requirement == 0 ? choices_.without_requirement : choices_.beyond_requirement)
      .add(cell, person);
}

/// Cells in which the mean of items has one that only a few people answered: with what is known of
/// the others it could give them back.
std::vector<std::uint8_t> cell_set::few_of_an_item() const {
  std::vector<std::uint8_t> few(states_.size());
  for (std::uint32_t c = 0; c < columns_.size(); ++c) {
    const std::uint64_t people = people_of_column_.count(c);
    if (people > 0 && !may_show(definition_, people)) few[columns_[c].first] = 1;
  }
  return few;
}

void cell_set::count_touchpoints(const input& rows) {
  if (!counts_touchpoints_) return;
  for (cell_state& state : states_) state.touchpoints = {};
  const touchpoint_table& all = rows.touchpoints();
  std::vector<const key_column*> columns;
  for (const std::string& name : by_) columns.push_back(&rows.touchpoint_key(name));
  detail::pair_index seen;  // (cell, action)
  for (std::uint32_t at = 0; at < all.size(); ++at) {
    if (!all.selected(at) || (!by_status_ && all.status(at) != touchpoint_status::realised))
      continue;
    std::uint32_t cell = 0;
    for (std::size_t i = 0; i < by_.size(); ++i)
      cell = group_chain_[i].intern(cell, (*columns[i])[at]);
    if (cell >= states_.size()) states_.resize(cell + 1);
    touchpoint_counts& counts = states_[cell].touchpoints;
    ++counts.all;
    if (rows.answered(at)) ++counts.answered;
    const std::uint32_t known = seen.size();
    if (seen.intern(cell, all.action(at)) != known) continue;
    ++counts.actions;
    const std::uint64_t people = people_of_action_.count(actions_.intern(cell, all.action(at)));
    if (people > 0 && may_show(definition_, people)) ++counts.scored_actions;
  }
}

void cell_set::count_person(std::uint32_t cell, std::uint32_t person, bool counted) {
  const std::uint32_t pair = people_.intern(cell, person);
  if (pair == counted_.size()) counted_.push_back(0);
  if (!counted || counted_[pair] != 0) return;
  counted_[pair] = 1;
  ++states_[cell].people;
}

std::vector<presence> cell_set::presences() const {
  std::vector<presence> present;
  if (unit_is_person_)
    entries_.for_each([&](const unit_entries::entry& e) {
      present.push_back({columns_[e.column].first, e.unit,
                         e.totals.answers > 0 && (pooled() || e.totals.requirement > 0)});
    });
  else
    for (std::uint32_t pair = 0; pair < people_.size(); ++pair)
      present.push_back({people_[pair].first, people_[pair].second, counted_[pair] != 0});
  return present;
}

std::vector<std::uint32_t> cell_set::group_of(std::uint32_t cell) const {
  std::vector<std::uint32_t> group(by_.size());
  for (std::size_t i = by_.size(); i-- > 0;) {
    const auto [rest, value] = group_chain_[i][cell];
    group[i] = value;
    cell = rest;
  }
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

std::vector<tally> cell_set::fold_tallies(const input& rows) const {
  const std::vector<std::string> items = profile_labels(definition_);
  constexpr std::size_t most_items = 2'000;  // a profile has 2 n^2 moments
  if (profile() && !item_position_ && items.size() > most_items)
    throw error(errc::invalid_argument, "item_mean is for at most 2000 items; definition " +
                                            definition_.label() + " has " +
                                            std::to_string(items.size()));
  std::vector<tally> tallies;
  const state_identity of_all = identity();
  for (std::uint32_t cell = 0; cell < states_.size(); ++cell)
    tallies.emplace_back(of_all, states_[cell].rows + states_[cell].touchpoints.all > 0
                                     ? labels(rows, cell)
                                     : std::vector<std::string>{});
  std::vector<fold_target> plan;
  for (std::uint32_t c = 0; c < columns_.size(); ++c) {
    const auto [cell, item] = columns_[c];
    std::uint32_t position = 0;
    if (profile() && !item_position_) {
      const auto at = std::lower_bound(items.begin(), items.end(), rows.items().text(item));
      position = static_cast<std::uint32_t>(at - items.begin());
    }
    plan.push_back({cell, position});
  }
  xqs::fold(entries_, plan, tallies);
  return tallies;
}

folded_cell cell_set::finish(const input& rows, std::uint32_t cell, tally state) const {
  const cell_state& from = states_[cell];
  folded_cell result{.number = cell, .group = group_of(cell), .state = std::move(state)};
  result.extra_item = item_position_ && from.extra_item;
  result.units_are_people = unit_is_person_;
  result.who = {unit_is_person_ ? result.state.units() : from.people, rows.respondents_known()};
  result.population = from.population;
  if (const auto* number = std::get_if<std::uint64_t>(&request_.population))
    result.population = *number;
  result.flags = flags_;
  if (counts_touchpoints_) result.touchpoints = from.touchpoints;
  if (from.early) result.flags.add(flag::early_feedback);
  if (from.extra_item) result.flags.add(flag::extra_item);
  return result;
}

ledger cell_set::named_ledger(const input& rows) const {
  ledger result(identity());
  entries_.for_each([&](const unit_entries::entry& e) {
    ledger_column c{.names = by_};
    const std::vector<std::uint32_t> group = group_of(columns_[e.column].first);
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

std::vector<folded_cell> cell_set::fold(const input& rows) const {
  std::vector<tally> tallies = fold_tallies(rows);
  const std::vector<std::uint8_t> few = few_of_an_item();
  std::vector<folded_cell> cells;
  for (std::uint32_t cell = 0; cell < states_.size(); ++cell)
    if (states_[cell].rows + states_[cell].touchpoints.all > 0)
      cells.push_back(finish(rows, cell, std::move(tallies[cell])));
  for (folded_cell& c : cells) c.few_of_an_item = !item_position_ && few[c.number] != 0;
  return cells;
}

}  // namespace xqs::engine

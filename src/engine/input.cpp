#include "engine/input.hpp"

#include <algorithm>
#include <utility>

#include "engine/codes.hpp"
#include "engine/filter.hpp"
#include "engine/text_check.hpp"
#include "engine/values.hpp"
#include "engine/weight.hpp"
#include "xqs/detail/quoted.hpp"

namespace xqs::engine {

input::input(const definition& d, const query_document& request, touchpoint_table& touchpoints,
             const time_zone* zone)
    : definition_(d),
      request_(request),
      touchpoints_(touchpoints),
      zone_(zone),
      columns_(d, request, touchpoints, zone),
      codes_(d),
      touchpoint_ids_("touchpoint", touchpoints.ids()) {
  for (const answer_points& points : codes_.kinds()) common_totals_.emplace_back(points);
}

void input::bind(const long_rows& from) {
  items_.clear();
  any_extra_ = false;
  numbers_ = number_format(from.rows.decimal_mark);
  columns_.bind(from);
  std::vector<const key_column*> of_forms;
  for (const std::string& name : columns_.of_forms()) of_forms.push_back(&key(name));
  forms_.bind(std::move(of_forms), group_numbers::gap::cheap);
}

void input::begin(const long_rows& from, crew& lanes) {
  const batch& rows = from.rows;
  if (!bound_) bind(from);
  columns_.require_same(rows);
  from_ = &from;
  per_input_row_ = from.per_input_row;
  rejects_.clear();
  rejected_.clear();
  rare_totals_.clear();
  kind_of_row_.resize(rows.rows);
  lanes_.resize(lanes.size());
  for (lane& l : lanes_) l.has_rare_codes = false;
  require_text(rows, lanes);
  read_touchpoints(rows, lanes);
  begin_keys(rows);
  read_items();
  forms_.begin(rows.rows);
  if (from.totals) return;
  requirement_ = &columns_.find(rows, "requirement");
  satisfaction_ = &columns_.find(rows, "satisfaction");
  standing_codes_[0] = standing_positions(*requirement_);
  standing_codes_[1] = standing_positions(*satisfaction_);
}

/// Keys look at their text themselves, when they learn it; of touchpoints nothing is learned.
void input::require_text(const batch& rows, crew& lanes) const {
  if (touchpoints_.given()) return require_utf8(rows, lanes);
  for (const column& c : rows.columns)
    if (!columns_.is_key(c.name)) require_utf8(c, rows.rows, lanes);
}

bool input::look_up(std::size_t lane, row_range rows) {
  bool all_known = true;
  for (key_column* const key : block_keys_)
    all_known &= key == untold_items_ ? key->knows(rows) : key->look_up(rows);
  all_known = all_known && forms_.look_up(rows);
  if (all_known && !from_->totals) read_codes(lanes_[lane], rows);
  return all_known;
}

void input::learn(row_range rows) {
  for (key_column* const key : block_keys_)
    if (key != untold_items_ || !key->knows(rows)) key->learn(rows);
  forms_.learn(rows);
  read_items();
  if (!from_->totals) read_codes(lanes_.front(), rows);
}

bool input::has_no_further_checks() const {
  const bool by_row = per_input_row_ == 1 || request_.on_error == on_error::reject;
  return by_row && !from_->totals && !request_.check_duplicates && !touchpoints_.given() &&
         !definition_.weighted() && request_.where.empty() &&
         request_.question != question::timeline && rejects_.empty();
}

bool input::are_common(std::size_t lane, row_range rows) const {
  return lanes_[lane].block_is_common && !any_extra_ && items().has_all(rows);
}

bool input::stand() const {
  return untold_items_ != nullptr && standing_codes_[0] && standing_codes_[1];
}

bool input::have_common_items(row_range rows) {
  return !any_extra_ && untold_items_->knows(rows) && untold_items_->has_all(rows);
}

bool input::find_kinds(row_range rows, std::uint8_t* to) const {
  return codes_.find(standing_codes_[0]->from(rows.first), standing_codes_[1]->from(rows.first),
                     rows.size(), to);
}

bool input::have_rare_codes() const {
  return std::any_of(lanes_.begin(), lanes_.end(), [](const lane& l) { return l.has_rare_codes; });
}

void input::end() {
  const batch& rows = from_->rows;
  for (key_column* const key : block_keys_) key->end();
  check_items();
  if (from_->totals) {
    kind_of_row_.assign(rows.rows, codes_.unknown());
    rare_totals_.assign(from_->totals->begin(), from_->totals->end());
  } else {
    if (have_rare_codes()) read_rare_codes();
    if (definition_.weighted()) read_weights(rows);
  }
  read_people();
  read_early(rows);
  apply_conditions(rows);
}

void input::refuse(std::size_t row, const std::string& reason, const error& why) {
  if (request_.on_error == on_error::reject)
    throw error(static_cast<std::int64_t>(row / per_input_row_), why.column(), why.value(),
                why.what());
  if (rejected(row)) return;
  rejected_.resize(rows());
  const std::size_t first = row - row % per_input_row_;
  for (std::size_t i = first; i < first + per_input_row_; ++i) rejected_[i] = 1;
  rejects_.push_back({first / per_input_row_, reason, why.column(), why.value(), why.what()});
}

void input::read_touchpoints(const batch& rows, crew& lanes) {
  joined_.clear();
  if (!touchpoints_.given()) return;
  const column& ids = columns_.find(rows, "touchpoint");
  touchpoint_ids_.begin(ids, rows.rows);
  for_blocks(
      lanes, rows.rows,
      [&](std::size_t, row_range block) { return touchpoint_ids_.look_up(block), true; },
      [&](row_range block) { (void)touchpoint_ids_.look_up(block); });
  joined_.assign(touchpoint_ids_.numbers().begin(), touchpoint_ids_.numbers().end());
  if (!key_column::has_null(joined_)) return;
  cell_text text(ids);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    if (joined_[row] != touchpoint_table::none) continue;
    const std::string_view id = is_null(ids, row) ? std::string_view() : text(row);
    if (!is_missing_text(id))
      refuse(row, "unknown_touchpoint",
             row_error(row, "touchpoint", id,
                       "touchpoint " + detail::in_quotes(id) +
                           " is not among the touchpoints; every feedback needs its own, or none"));
  }
}

void input::begin_keys(const batch& rows) {
  block_keys_.clear();
  untold_items_ = items_are_untold() ? &columns_.items() : nullptr;
  for (auto& [canonical, from] : columns_.keys()) {
    if (from.periods) {
      read_periods(rows, from);
      continue;
    }
    block_keys_.push_back(&from.values);
    if (from.from.joined)
      from.values.begin(touchpoints_.key(canonical), joined_);
    else
      from.values.begin(find_column(rows, from.from.column), rows.rows);
  }
}

void input::read_periods(const batch& rows, input_columns::source& from) {
  const column& c = find_column(rows, from.from.column);
  const time_reader time(c, zone_);
  from.values.clear();
  for (std::size_t row = 0; row < rows.rows; ++row) {
    std::uint32_t period = key_column::null;
    try {
      period = from.periods->number(time(row), row, c.name, from.values);
    } catch (const error& problem) {
      refuse(row, "bad_time", problem);
    }
    from.values.push_back(period);
  }
}

/// What items are in the definition, for values that are new.
void input::read_items() {
  const key_column& key = items();
  for (auto number = static_cast<std::uint32_t>(items_.size()); number < key.size(); ++number) {
    items_.push_back(definition_.find_item(key.text(number)));
    any_extra_ |= !items_.back();
  }
}

void input::check_items() {
  if (!any_extra_ && !items().any_null()) return;
  number_items();
  require_known_items();
}

void input::number_items() {
  if (untold_items_ != nullptr) untold_items_->number_all();
  untold_items_ = nullptr;
}

/// Whether nobody asks which item a row answers, as long as all rows are plain.
bool input::items_are_untold() const {
  const auto is_item = [this](const std::string& name) {
    return same_column(name, "feedback.item");
  };
  const auto has_item = [&](const std::vector<std::string>& by) {
    return std::any_of(by.begin(), by.end(), is_item);
  };
  const auto* population = std::get_if<std::string>(&request_.population);
  const bool of_scores = request_.question == question::score && !request_.check_duplicates &&
                         definition_.file().estimator != estimator::item_mean;
  return of_scores && !keeps_items_ && !touchpoints_.given() && per_input_row_ == 1 &&
         !from_->totals && !is_item("respondent") && !is_item(request_.unit) &&
         (population == nullptr || !is_item(*population)) &&
         std::none_of(request_.groupings.begin(), request_.groupings.end(), has_item);
}

void input::require_known_items() {
  const key_column& item = items();
  const bool rejects_extra = definition_.file().extra_items == extra_items::reject;
  for (std::size_t row = 0; row < rows(); ++row) {
    if (item[row] == key_column::null)
      refuse(row, "missing_item", error(-1, "item", "", "item is missing"));
    else if (!items_[item[row]] && rejects_extra)
      refuse(row, "unknown_item", definition_.unknown_item(std::string(item.text(item[row]))));
  }
}

/// By the table of common codes; the definition is asked for the others, at the end.
void input::read_codes(lane& of, row_range rows) {
  const auto requirements = read_positions(*requirement_, rows, of.positions[0]);
  const auto satisfactions = read_positions(*satisfaction_, rows, of.positions[1]);
  of.block_is_common =
      codes_.find(requirements, satisfactions, rows.size(), kind_of_row_.data() + rows.first);
  of.has_rare_codes |= !of.block_is_common;
}

void input::read_rare_codes() {
  const code_reader requirement(*requirement_, "requirement", definition_, numbers_);
  const code_reader satisfaction(*satisfaction_, "satisfaction", definition_, numbers_);
  rare_totals_.resize(rows());
  for (std::size_t row = 0; row < rows(); ++row) {
    if (rejected(row) || kind_of_row_[row] != codes_.unknown()) continue;
    try {
      const std::optional<decimal> code = requirement(row);
      set_totals(row, unit_totals(definition_.points(code, satisfaction(row))));
    } catch (const error& problem) {
      const std::string place =
          per_input_row_ == 1 ? "" : " (item " + std::string(items().text(items()[row])) + ")";
      refuse(row, "off_scale",
             error(-1, problem.column(), problem.value(), problem.what() + place));
    }
  }
}

void input::set_totals(std::size_t row, const unit_totals& totals) {
  kind_of_row_[row] = codes_.unknown();
  rare_totals_[row] = totals;
}

void input::read_weights(const batch& rows) {
  const column& weights = columns_.find(rows, "weight");
  weightless_.assign(rows.rows, 0);
  rare_totals_.resize(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    if (rejected(row)) continue;
    try {
      const std::int64_t weight =
          weight_at(definition_, weights, row, request_.round_weights, numbers_);
      unit_totals sum = totals(row);
      const answer_points many = weighted({{}, sum.requirement, sum.satisfaction}, weight);
      sum.requirement = many.requirement;
      sum.satisfaction = many.satisfaction;
      set_totals(row, sum);
      weightless_[row] = weight == 0 ? 1 : 0;
    } catch (const error& problem) {
      refuse(row, "bad_weight", error(-1, "weight", problem.value(), problem.what()));
    }
  }
}

void input::read_people() {
  people_ = forms();
  if (!respondents_known()) return;
  const key_column& respondent = key("respondent");
  people_ = respondent.numbers();
  if (!respondent.any_missing()) return;
  known_people_.assign(people_.begin(), people_.end());
  for (std::size_t row = 0; row < rows(); ++row)
    if (respondent.is_missing(row)) known_people_[row] = key_column::null;
  people_ = known_people_;
}

/// Early is what is early for certain: a date alone is the whole day, and where only one of the two
/// times has a zone, the other may be of any, from 12 hours behind UTC to 14 ahead.
void input::read_early(const batch& rows) {
  early_.clear();
  if (!touchpoints_.given() || !touchpoints_.has_times() || !columns_.has("time")) return;
  constexpr time_us hour = 3'600'000'000;
  const time_reader time(columns_.find(rows, "time"), zone_);
  early_.assign(rows.rows, 0);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    if (joined_[row] == touchpoint_table::none || rejected(row)) continue;
    try {
      const auto answer = time(row);
      const std::optional<instant> action = touchpoints_.time(joined_[row]);
      if (!answer || !action) continue;
      time_us latest = answer->latest;
      if (answer->has_zone != action->has_zone) latest += answer->has_zone ? 14 * hour : 12 * hour;
      early_[row] = latest < action->at ? 1 : 0;
    } catch (const error& problem) {
      refuse(row, "bad_time", problem);
    }
  }
}

void input::apply_conditions(const batch& rows) {
  kept_.clear();
  if (request_.where.empty() && request_.question != question::timeline &&
      touchpoints_.all_selected())
    return;
  kept_.assign(rows.rows, 1);
  for (const condition& c : request_.where) apply_condition(c, rows);
  for (std::size_t row = 0; row < joined_.size(); ++row)
    if (joined_[row] != touchpoint_table::none && !touchpoints_.selected(joined_[row]))
      kept_[row] = 0;
  if (request_.question == question::timeline) keep_contact();
}

/// Feedback on a touchpoint of the contact is kept already; what is on none must be their own.
void input::keep_contact() {
  const key_column* respondent = respondents_known() ? &key("respondent") : nullptr;
  for (std::size_t row = 0; row < rows(); ++row) {
    if (joined_[row] != touchpoint_table::none) continue;
    const bool own = respondent != nullptr && !respondent->is_missing(row) &&
                     respondent->text((*respondent)[row]) == request_.contact;
    if (!own) kept_[row] = 0;
  }
}

void input::apply_condition(const condition& c, const batch& rows) {
  const input_columns::resolved from = columns_.resolve(c.column);
  if (from.joined) {  // its touchpoints are selected already; without one nothing is met
    for (std::size_t row = 0; row < rows.rows; ++row)
      if (joined_[row] == touchpoint_table::none) kept_[row] = 0;
    return;
  }
  if (from.period) {
    const key_column& key = this->key(c.column);
    const std::vector<std::uint8_t> met = values_that_meet(c, key);
    for (std::size_t row = 0; row < rows.rows; ++row)
      if (key[row] == key_column::null || met[key[row]] == 0) kept_[row] = 0;
    return;
  }
  const column& values = find_column(rows, from.column);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    if (rejected(row)) continue;
    try {  // of rows that are left out, too: the order of conditions does not matter
      if (!meets(c, values, row, numbers_)) kept_[row] = 0;
    } catch (const error& problem) {
      refuse(row, "bad_number", problem);
    }
  }
}

std::string input::form_in_words(std::uint32_t form) const {
  std::string words;
  std::vector<std::uint32_t> values(columns_.of_forms().size());
  forms_.values_of(form, values.data());
  for (std::size_t i = values.size(); i-- > 0;) {
    const key_column& key = this->key(columns_.of_forms()[i]);
    words = key.name() + " " +
            (values[i] == key_column::null ? "(none)" : detail::in_quotes(key.text(values[i]))) +
            (words.empty() ? "" : ", ") + words;
  }
  return words;
}

// Rows of unknown people without a response cannot be told apart, so they are never duplicates.
void input::check_duplicates() {
  if (!request_.check_duplicates || columns_.of_forms().empty()) return;
  const key_column& item = items();
  const bool has_responses = columns_.has("response");
  const key_column* response = has_responses ? &key("feedback.response") : nullptr;
  struct mark {
    std::size_t row;
    std::uint32_t block;
    std::uint64_t bit;
  };
  std::vector<mark> added;
  const auto undo = [&](std::size_t from_row) {
    for (; !added.empty() && added.back().row >= from_row; added.pop_back())
      answered_items_[added.back().block] &= ~added.back().bit;
  };
  for (std::size_t row = 0; row < rows(); ++row) {
    if (rejected(row)) continue;
    const bool has_response = response != nullptr && (*response)[row] != key_column::null;
    const bool has_person = respondents_known() && people()[row] != key_column::null;
    if (!has_person && !has_response) continue;
    const std::uint32_t block = answered_.intern(forms()[row], item[row] / 64);
    if (block >= answered_items_.size()) answered_items_.resize(block + 1);
    const std::uint64_t bit = std::uint64_t{1} << item[row] % 64;
    if ((answered_items_[block] & bit) == 0) {
      added.push_back({row, block, bit});
      answered_items_[block] |= bit;
      continue;
    }
    undo(request_.on_error == on_error::reject ? 0 : row - row % per_input_row_);
    refuse(row, "duplicate",
           row_error(row, "item", item.text(item[row]),
                     "duplicate answer: " + form_in_words(forms()[row]) + " answers item " +
                         detail::in_quotes(item.text(item[row])) +
                         " twice; remove one row, say which column tells the forms of one person "
                         "apart (response), or switch check_duplicates off"));
  }
}

void input::accept() {
  bound_ = true;
  if (!touchpoints_.given()) return;
  answered_touchpoints_.resize(touchpoints_.size());
  const key_column& items = this->items();
  for (std::size_t row = 0; row < rows(); ++row) {
    const bool counts = kept(row) && totals(row).answers > 0 && item(items[row]);
    if (counts && joined_[row] != touchpoint_table::none) answered_touchpoints_[joined_[row]] = 1;
  }
}

}  // namespace xqs::engine

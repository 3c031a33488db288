#include "engine/touchpoints.hpp"

#include <utility>

#include "engine/filter.hpp"
#include "engine/values.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

/// A value of a closed list, or empty for null. Errors: errc::invalid_data with the row.
template <typename Choice>
std::optional<Choice> read_choice(const column& c, std::size_t row) {
  if (is_null(c, row)) return std::nullopt;
  cell_text text(c);
  const std::string_view value = text(row);
  if (is_missing_text(value)) return std::nullopt;
  if (const auto known = choice_from<Choice>(value)) return known;
  std::string allowed;
  for (const std::string_view name : choice_names<Choice>)
    allowed += (allowed.empty() ? "" : ", ") + std::string(name);
  throw row_error(row, c.name, value,
                  c.name + " " + detail::in_quotes(value) + " is none of " + allowed);
}

/// Errors: errc::invalid_data with the row for what is no number.
void check_cost(const column& c, std::size_t row, number_format& numbers) {
  if (is_null(c, row)) return;
  if (std::holds_alternative<text_values>(c.values)) {
    const std::string_view value = text_at(std::get<text_values>(c.values), row);
    if (is_missing_text(value) || numbers.parse(value)) return;
    throw row_error(row, c.name, value,
                    c.name + " " + detail::in_quotes(value) +
                        " is no decimal below 1000000000 with at most 6 places");
  }
}

/// Clears `selected` for rows that do not meet a condition.
void select(const condition& c, const column& values, char decimal_mark,
            std::vector<std::uint8_t>& selected) {
  number_format numbers(decimal_mark);
  for (std::size_t row = 0; row < selected.size(); ++row)
    if (!meets(c, values, row, numbers)) selected[row] = 0;
}

}  // namespace

touchpoint_table::touchpoint_table(const query_document& request, const time_zone* zone)
    : request_(request), zone_(zone) {}

std::string touchpoint_table::actual_name(const std::string& column) const {
  const auto mapped = request_.columns.find("touchpoint." + column);
  return mapped == request_.columns.end() ? column : mapped->second;
}

bool touchpoint_table::owns(const column_name& name) const {
  if (!bound_ || name.from == origin::feedback) return false;
  return name.from == origin::touchpoint || header_.has(actual_name(name.column));
}

std::string touchpoint_table::canonical(const std::string& name) const {
  const column_name parsed = parse_name(name);
  std::string column = "touchpoint." + actual_name(parsed.column);
  if (!parsed.period) return column;
  const std::size_t open = name.find('(');
  const std::size_t comma = name.find(',');
  return name.substr(0, open + 1) + column +
         (comma == std::string::npos ? ")" : name.substr(comma));
}

void touchpoint_table::read(const batch& rows) {
  checked_rows checked;
  try {
    if (!bound_) bind(rows);
    header_.require_same(rows);
    checked = check(rows);
  } catch (...) {
    bound_ = bound_ && size() > 0;
    throw;
  }
  add_keys(rows);
  ids_.append_text(find_column(rows, actual_name("touchpoint")), rows.rows);
  apply_period_conditions(checked);
  if (request_.question == question::timeline) select_contact(checked);
  status_.insert(status_.end(), checked.status.begin(), checked.status.end());
  times_.insert(times_.end(), checked.times.begin(), checked.times.end());
  selected_.insert(selected_.end(), checked.selected.begin(), checked.selected.end());
  all_selected_ = all_selected_ && std::find(checked.selected.begin(), checked.selected.end(), 0) ==
                                       checked.selected.end();
}

/// Decides, from the columns there are, what is read.
void touchpoint_table::bind(const batch& rows) {
  keys_.clear();
  actions_ = nullptr;
  header_.bind(rows);
  bound_ = true;
  (void)find_column(rows, actual_name("touchpoint"));
  for (const auto& [standard, actual] : request_.columns)
    if (standard.starts_with("touchpoint.")) (void)find_column(rows, actual);
  has_times_ = header_.has(actual_name("time"));
  for (const auto& set : request_.groupings)
    for (const std::string& name : set) need(name);
  need(request_.unit);
  if (const auto* name = std::get_if<std::string>(&request_.population)) need(*name);
  for (const condition& c : request_.where)
    if (parse_name(c.column).period) need(c.column);
  for (const char* standard : {"contact", "action"})
    if (header_.has(actual_name(standard))) need(std::string("touchpoint.") + standard);
  const auto actions = keys_.find("touchpoint." + actual_name("action"));
  actions_ = actions == keys_.end() ? nullptr : &actions->second.values;
  if (request_.question != question::timeline) return;
  need("touchpoint.contact");
  for (const char* standard :
       {"time", "kind", "channel", "initiator", "status", "campaign", "cost"})
    if (header_.has(actual_name(standard))) (void)show(std::string("touchpoint.") + standard);
}

void touchpoint_table::need(const std::string& name) {
  if (source* const of = show(name)) of->is_key = true;
}

touchpoint_table::source* touchpoint_table::show(const std::string& name) {
  const column_name parsed = parse_name(name);
  if (!owns(parsed)) return nullptr;
  const std::string actual = actual_name(parsed.column);
  if (!header_.has(actual))
    throw error(-1, name, "",
                "the touchpoints have no column " + detail::in_quotes(actual) + ", which " +
                    detail::in_quotes(name) + " asks for");
  const std::string canonical_name = canonical(name);
  const auto [at, is_new] = keys_.try_emplace(canonical_name, parsed, canonical_name);
  if (is_new && parsed.period) at->second.periods.emplace(*parsed.period, zone_);
  return &at->second;
}

const column* touchpoint_table::find_standard(const batch& rows, const std::string& name) const {
  const std::string actual = actual_name(name);
  return header_.has(actual) ? &find_column(rows, actual) : nullptr;
}

touchpoint_table::checked_rows touchpoint_table::check(const batch& rows) const {
  checked_rows checked;
  check_ids(rows);
  check_values(rows, checked);
  checked.selected.assign(rows.rows, 1);
  for (const condition& c : request_.where) {
    const column_name name = parse_name(c.column);
    if (!name.period && owns(name))
      select(c, find_column(rows, actual_name(name.column)), rows.decimal_mark, checked.selected);
  }
  for (const auto& [canonical_name, from] : keys_)
    if (!from.name.period && from.is_key)
      key_column::require_key(find_column(rows, actual_name(from.name.column)));
  return checked;
}

void touchpoint_table::check_ids(const batch& rows) const {
  const column& ids = find_column(rows, actual_name("touchpoint"));
  key_column::require_key(ids);
  key_column known("touchpoint", ids_);
  known.begin(ids, rows.rows);
  (void)known.look_up({0, rows.rows});
  key_column own("touchpoint");  // the numbers of this batch alone
  own.allow({64, std::uint64_t{1} << 22u, std::uint64_t{1} << 31u});
  own.begin(ids, rows.rows);
  own.learn({0, rows.rows});
  own.end();
  std::vector<bool> seen(own.size());
  for (std::size_t row = 0; row < rows.rows; ++row) {
    if (own.is_missing(row))
      throw row_error(row, "touchpoint", "", "touchpoint is missing; every one needs an id");
    const bool is_first = !seen[own[row]];
    seen[own[row]] = true;
    if (known[row] == none && is_first) continue;
    const std::string id(own.text(own[row]));
    throw row_error(row, "touchpoint", id,
                    "touchpoint " + detail::in_quotes(id) + " occurs twice; ids are unique");
  }
}

void touchpoint_table::check_values(const batch& rows, checked_rows& checked) const {
  const column* status = find_standard(rows, "status");
  const column* initiator = find_standard(rows, "initiator");
  const column* cost = find_standard(rows, "cost");
  const column* times = find_standard(rows, "time");
  number_format numbers(rows.decimal_mark);
  for (std::size_t row = 0; times != nullptr && row < rows.rows; ++row)
    checked.times.push_back(time_reader(*times, zone_)(row));
  for (std::size_t row = 0; row < rows.rows; ++row) {
    const auto state = status == nullptr ? touchpoint_status::realised
                                         : read_choice<touchpoint_status>(*status, row);
    if (!state)
      throw row_error(row, status->name, "",
                      status->name + " is missing; it is planned, realised or cancelled");
    checked.status.push_back(*state);
    if (initiator != nullptr) (void)read_choice<xqs::initiator>(*initiator, row);
    if (cost != nullptr) check_cost(*cost, row, numbers);
  }
  for (const auto& [canonical_name, from] : keys_) {
    if (!from.periods) continue;
    const column& c = find_column(rows, actual_name(from.name.column));
    const time_reader time(c, zone_);
    for (std::size_t row = 0; row < rows.rows; ++row) from.periods->check(time(row), row, c.name);
  }
}

void touchpoint_table::add_keys(const batch& rows) {
  for (auto& [canonical_name, from] : keys_) {
    const column& c = find_column(rows, actual_name(from.name.column));
    if (!from.periods) {
      from.values.append_text(c, rows.rows);
      continue;
    }
    const time_reader time(c, zone_);
    for (std::size_t row = 0; row < rows.rows; ++row)
      from.values.push_back(from.periods->number(time(row), row, c.name, from.values));
  }
}

void touchpoint_table::select_contact(checked_rows& checked) const {
  const key_column& contact = key(canonical("touchpoint.contact"));
  const std::size_t first = status_.size();
  for (std::size_t row = 0; row < checked.selected.size(); ++row) {
    const std::uint32_t number = contact[first + row];
    if (number == key_column::null || contact.text(number) != request_.contact)
      checked.selected[row] = 0;
  }
}

void touchpoint_table::apply_period_conditions(checked_rows& checked) const {
  for (const condition& c : request_.where) {
    const column_name name = parse_name(c.column);
    if (!name.period || !owns(name)) continue;
    const key_column& key = this->key(canonical(c.column));
    const std::vector<std::uint8_t> met = values_that_meet(c, key);
    const std::size_t first = status_.size();
    for (std::size_t row = 0; row < checked.selected.size(); ++row) {
      const std::uint32_t number = key[first + row];
      if (number == key_column::null || met[number] == 0) checked.selected[row] = 0;
    }
  }
}

}  // namespace xqs::engine

#include "engine/input_columns.hpp"

#include <map>
#include <utility>

#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {

input_columns::input_columns(const definition& d, const query_document& request,
                             touchpoint_table& touchpoints, const time_zone* zone)
    : definition_(d), request_(request), touchpoints_(touchpoints), zone_(zone) {}

std::string input_columns::actual_name(const std::string& standard) const {
  const auto mapped = request_.columns.find(standard);
  return mapped == request_.columns.end() ? standard : mapped->second;
}

input_columns::resolved input_columns::resolve(const std::string& name) const {
  if (name == "respondent" && has(name))
    return {.column = actual_name(name), .canonical = actual_name(name)};
  column_name parsed = parse_name(name);
  if (parsed.period && header_.has(name)) return {.column = name, .canonical = name};  // labels
  const bool contact_stands_in = name == "respondent" && !has(name) && touchpoints_.has("contact");
  if (contact_stands_in) return resolve("touchpoint.contact");
  resolved result{.period = parsed.period};
  result.joined = touchpoints_.owns(parsed);
  if (result.joined) {
    result.column = touchpoints_.actual_name(parsed.column);
    result.canonical = touchpoints_.canonical(name);
    return result;
  }
  if (parsed.from == origin::touchpoint) parsed.column = "touchpoint." + parsed.column;
  if (parsed.from == origin::feedback && header_.has("feedback." + parsed.column))
    parsed.column = "feedback." + parsed.column;
  result.column = actual_name(parsed.column);
  result.canonical = result.column;
  if (parsed.period) {
    const std::size_t comma = name.find(',');
    result.canonical = name.substr(0, name.find('(') + 1) + result.column +
                       (comma == std::string::npos ? ")" : name.substr(comma));
  }
  return result;
}

void input_columns::require_column(const batch& rows, const std::string& standard) const {
  const std::string actual = actual_name(standard);
  if (header_.has(actual)) return;
  try {
    (void)find_column(rows, actual);
  } catch (const error& problem) {
    throw error(
        -1, standard, "",
        std::string(problem.what()) + "; map another column with \"" + standard + "=NAME\"");
  }
}

/// What rows need that are answers.
void input_columns::require_answers(const batch& rows) const {
  require_column(rows, "requirement");
  require_column(rows, "satisfaction");
  require_distinct_roles();
  if (touchpoints_.given()) require_column(rows, "touchpoint");
  if (!definition_.weighted() && has("weight"))
    throw error(-1, "weight", "",
                "there is a column \"weight\" but definition " + definition_.label() +
                    " has no weights; set its weight_places or leave the column out");
  if (definition_.weighted()) require_column(rows, "weight");
}

/// Decides, from the columns of the first batch that is accepted, what is read.
void input_columns::bind(const long_rows& from) {
  const batch& rows = from.rows;
  keys_.clear();
  header_.bind(rows);
  for (const auto& [standard, actual] : request_.columns)
    if (!standard.starts_with("touchpoint.")) (void)find_column(rows, actual);
  require_column(rows, "item");
  if (!from.totals) require_answers(rows);
  has_respondent_ = resolve("respondent").joined || has("respondent");
  const bool needs_people = request_.unit == "respondent" || request_.unit == "response";
  if (needs_people && !has_respondent_ && !has("response")) require_column(rows, "respondent");
  need("feedback.item");
  if (has_respondent_) need_people("respondent");
  choose_form_columns();
  for (const auto& set : request_.groupings)
    for (const std::string& name : set) need_group(name);
  if (request_.unit != "respondent" && request_.unit != "response" && request_.unit != "row")
    need(request_.unit);
  if (const auto* name = std::get_if<std::string>(&request_.population)) need(*name);
  for (const condition& c : request_.where) {
    require_unambiguous(c.column);
    const resolved from = resolve(c.column);
    if (from.period && !from.joined)
      need(c.column);
    else if (!from.joined)
      (void)find_column(rows, from.column);
  }
}

/// One column cannot be two things.
void input_columns::require_distinct_roles() const {
  std::map<std::string, std::string> role_of;
  for (const char* role : {"respondent", "item", "requirement", "satisfaction", "response",
                           "touchpoint", "time", "weight"}) {
    const auto [at, is_new] = role_of.emplace(actual_name(role), role);
    if (!is_new)
      throw error(
          -1, role, "",
          "column " + detail::in_quotes(at->first) + " is both " + at->second + " and " + role);
  }
}

/// Forms are numbered only where they count: for large inputs they are most of the memory.
void input_columns::choose_form_columns() {
  form_columns_.clear();
  bool unit_is_form = request_.unit == "response" || !has_respondent_;
  for (const auto& set : request_.groupings)
    for (const std::string& name : set) unit_is_form = unit_is_form || same(name, request_.unit);
  if (!unit_is_form && !request_.check_duplicates) return;
  if (has_respondent_) form_columns_.push_back("respondent");
  if (has("response")) {
    form_columns_.push_back("feedback.response");
  } else {
    for (const char* standard : {"touchpoint", "time"})
      if (has(standard)) form_columns_.push_back(std::string("feedback.") + standard);
    // People who answer in several periods do so in several forms.
    if (!request_.period.empty()) form_columns_.push_back(request_.period);
  }
  for (const std::string& name : form_columns_) need_people(name);
}

void input_columns::require_unambiguous(const std::string& name) const {
  const column_name parsed = parse_name(name);
  const bool said = parsed.from != origin::either || name == "respondent" || name == "touchpoint";
  if (!said && touchpoints_.owns(parsed) && has(parsed.column))
    throw error(-1, name, "",
                "the feedback and the touchpoints both have a column " +
                    detail::in_quotes(parsed.column) + "; write feedback." + parsed.column +
                    " or touchpoint." + parsed.column);
}

/// As units, or their forms, they are many, and gaps between their numbers cost little.
void input_columns::need_people(const std::string& name) {
  need(name);
  allow(name, {64, std::uint64_t{1} << 22u, std::uint64_t{1} << 31u});
}

/// Cells are looked up in a table anyway, which has room for gaps.
void input_columns::need_group(const std::string& name) {
  need(name);
  constexpr std::uint64_t most = std::uint64_t{1} << 18u;
  allow(name, {4, most, most});
}

void input_columns::allow(const std::string& name, const key_values::gaps& gaps) {
  source& key = keys_.at(resolve(name).canonical);
  const bool is_item = same(name, "feedback.item");  // whose numbers are to be few
  if (!key.from.joined && !is_item) key.values.allow(gaps);
}

bool input_columns::is_key(const std::string& column) const {
  bool is_key = false;
  for (const auto& [canonical, of] : keys_) {
    if (of.from.joined || of.from.column != column) continue;
    if (of.periods) return false;  // of times, which are read before
    is_key = true;
  }
  return is_key;
}

/// A column the query names will be read.
void input_columns::need(const std::string& name) {
  resolved from = resolve(name);
  require_unambiguous(name);
  if (keys_.contains(from.canonical)) return;
  const std::string canonical = from.canonical;
  if (from.joined) {
    keys_.try_emplace(canonical, from, touchpoints_.key(canonical));
    return;
  }
  if (!header_.has(from.column) && name.starts_with("touchpoint."))
    throw error(-1, name, "",
                "there are no touchpoints, which " + detail::in_quotes(name) + " asks for");
  const auto [at, is_new] = keys_.try_emplace(canonical, from);
  if (from.period) at->second.periods.emplace(*from.period, zone_);
}

}  // namespace xqs::engine

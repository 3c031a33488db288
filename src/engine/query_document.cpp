#include "engine/query_document.hpp"

#include <algorithm>
#include <array>

#include "engine/column_name.hpp"
#include "engine/question_keys.hpp"
#include "json/value.hpp"
#include "xqs/detail/canonical_json.hpp"

namespace xqs::engine {
namespace {

using json::node;

constexpr errc bad_query = errc::invalid_query;

/// Columns with a meaning of their own, which `columns` can map to other names.
constexpr std::array<std::string_view, 19> standard_columns = {"respondent",
                                                               "item",
                                                               "requirement",
                                                               "satisfaction",
                                                               "response",
                                                               "touchpoint",
                                                               "time",
                                                               "weight",
                                                               "touchpoint.touchpoint",
                                                               "touchpoint.kind",
                                                               "touchpoint.channel",
                                                               "touchpoint.initiator",
                                                               "touchpoint.status",
                                                               "touchpoint.time",
                                                               "touchpoint.contact",
                                                               "touchpoint.owner",
                                                               "touchpoint.action",
                                                               "touchpoint.campaign",
                                                               "touchpoint.cost"};

std::vector<std::string> read_names(const node& n) {
  std::vector<std::string> names;
  for (const node& element : n.elements()) {
    const std::string name = element.text();
    if (std::find(names.begin(), names.end(), name) != names.end())
      element.fail("\"" + name + "\" occurs twice");
    names.push_back(name);
  }
  return names;
}

/// Whether two groupings are by the same columns, in any order.
bool same_set(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

std::vector<std::vector<std::string>> read_sets(const node& n) {
  const auto by = n.find("by");
  const auto list = n.find("sets");
  if (by && list) n.fail("has both \"by\" and \"sets\"; \"by\": X means \"sets\": [X]");
  if (by) return {read_names(*by)};
  if (!list) return {{}};
  std::vector<std::vector<std::string>> sets;
  for (const node& element : list->elements()) {
    sets.push_back(read_names(element));
    for (std::size_t i = 0; i + 1 < sets.size(); ++i)
      if (same_set(sets[i], sets.back())) element.fail("is the same set as another one");
  }
  if (sets.empty()) list->fail("needs at least one set; [[]] is the whole");
  return sets;
}

std::variant<std::string, decimal> read_value(const node& n) {
  if (n.kind() == json::kind::number) return n.decimal();
  return n.text();
}

/// Labels of periods are text, but for years.
void require_label(const condition& c, const node& value) {
  const column_name name = parse_name(c.column);
  if (!name.period || name.period->kind == period_kind::year) return;
  for (const auto& v : c.values)
    if (std::holds_alternative<decimal>(v))
      value.fail("is a number, but " + c.column + " has labels: compare with text such as \"" +
                 period_label(*name.period, 20'000) + "\"");
}

condition read_condition(const node& n) {
  const std::vector<node> parts = n.elements();
  if (parts.size() != 3) n.fail("must be [column, operator, value]");
  condition c{.column = parts[0].text(), .how = parts[1].choice<comparison>()};
  if (c.how == comparison::in)
    for (const node& value : parts[2].elements()) c.values.push_back(read_value(value));
  else
    c.values.push_back(read_value(parts[2]));
  if (c.values.empty()) parts[2].fail("needs at least one value");
  require_label(c, parts[2]);
  return c;
}

population_source read_population(const node& n) {
  if (n.kind() == json::kind::string) return n.text();
  return static_cast<std::uint64_t>(n.integer(1, 999'999'999));
}

std::map<std::string, std::string> read_columns(const node& n) {
  std::map<std::string, std::string> columns;
  for (const auto& [standard, actual] : n.members()) {
    if (std::find(standard_columns.begin(), standard_columns.end(), standard) ==
        standard_columns.end()) {
      std::string known;
      for (const std::string_view name : standard_columns)
        known += (known.empty() ? "" : ", ") + std::string(name);
      actual.fail("is not a standard column; those are " + known);
    }
    columns[standard] = actual.text();
  }
  return columns;
}

std::string read_time_zone(const node& n) {
  try {
    (void)time_zone::named(n.text());
  } catch (const error& problem) {
    n.fail(problem.what());
  }
  return n.text();
}

/// Columns written as periods must be periods there are.
void require_names(const query_document& request, const node& n) {
  try {
    for (const auto& set : request.sets)
      for (const std::string& name : set) (void)parse_name(name);
    for (const condition& c : request.where) (void)parse_name(c.column);
    (void)parse_name(request.unit);
    (void)parse_name(request.period);
    (void)parse_name(request.standardise);
  } catch (const error& problem) {
    n.fail(problem.what());
  }
}

std::string json_condition(const condition& c) {
  std::vector<std::string> values;
  for (const auto& value : c.values) {
    const auto* number = std::get_if<decimal>(&value);
    values.push_back(number != nullptr ? number->text()
                                       : detail::json_string(std::get<std::string>(value)));
  }
  return detail::json_array({detail::json_string(c.column), detail::json_choice(c.how),
                             c.how == comparison::in ? detail::json_array(values) : values[0]});
}

std::string json_names(const std::vector<std::string>& names) {
  return detail::json_list(names, detail::json_string);
}

}  // namespace

query_document parse_query(std::string_view json) {
  const json::value root = json::parse(json, bad_query);
  const node n(root, "$", bad_query);
  n.allow_only(
      {"question",      "by",     "sets",       "where",      "estimator",   "interval",
       "level",         "unit",   "population", "columns",    "on_error",    "check_duplicates",
       "round_weights", "top",    "bottom",     "time_zone",  "choices",     "contact",
       "period",        "before", "after",      "against",    "margin",      "design",
       "cut",           "alpha",  "family",     "adjustment", "standardise", "threads",
       "good",          "bad",    "max_answers"});
  query_document request;
  request.question = n.at("question").choice<question>();
  request.sets = read_sets(n);
  if (const auto found = n.find("where"))
    for (const node& element : found->elements()) request.where.push_back(read_condition(element));
  if (const auto found = n.find("estimator")) request.estimator = found->choice<xqs::estimator>();
  if (const auto found = n.find("interval")) request.interval = found->choice<interval_method>();
  if (const auto found = n.find("level")) {
    request.level = found->decimal();
    if (*request.level <= decimal() || *request.level >= decimal(1))
      found->fail("must be above 0 and below 1, for instance 0.95");
  }
  if (const auto found = n.find("unit")) request.unit = found->text();
  if (const auto found = n.find("population")) request.population = read_population(*found);
  if (const auto found = n.find("columns")) request.columns = read_columns(*found);
  if (const auto found = n.find("on_error")) request.on_error = found->choice<on_error>();
  if (const auto found = n.find("time_zone")) request.time_zone = read_time_zone(*found);
  if (const auto found = n.find("check_duplicates")) request.check_duplicates = found->boolean();
  if (const auto found = n.find("round_weights")) request.round_weights = found->boolean();
  if (const auto found = n.find("threads"))
    request.threads = static_cast<std::size_t>(found->integer(1, 1'024));
  read_question_keys(n, request);
  const bool whole = request.sets.size() == 1 && request.sets.front().empty();
  const bool of_all = request.design == design::request || request.question == question::explain;
  if (std::holds_alternative<std::uint64_t>(request.population) && !of_all &&
      (!whole || !request.period.empty()))
    n.at("population")
        .fail(
            "a number is the population of the whole; with groups name a column that holds the "
            "population of each");
  require_names(request, n);
  request.groupings = groupings_of(request);
  return request;
}

std::set<std::string, std::less<>> readable_names(const query_document& request) {
  std::set<std::string, std::less<>> names;
  const auto add = [&](const std::string& name) {
    const std::string column = parse_name(name).column;
    names.insert({name, column, "touchpoint." + column, "feedback." + column});
  };
  for (const std::string_view standard : standard_columns) add(std::string(standard));
  for (const auto& [standard, actual] : request.columns) names.insert(actual);
  for (const std::vector<std::vector<std::string>>* sets : {&request.sets, &request.groupings})
    for (const std::vector<std::string>& set : *sets)
      for (const std::string& name : set) add(name);
  for (const condition& c : request.where) add(c.column);
  for (const std::string& name : {request.unit, request.period, request.standardise}) add(name);
  if (const auto* name = std::get_if<std::string>(&request.population)) add(*name);
  return names;
}

definition effective_definition(const definition& d, const query_document& request) {
  if (!request.estimator && !request.interval && !request.level) return d;
  definition_file file = d.file();
  if (request.estimator && *request.estimator != file.estimator) {
    file.estimator = *request.estimator;
    file.interval.reset();  // the default of the new estimator, unless the request names one
  }
  if (request.interval) file.interval = request.interval;
  if (request.level) file.level = *request.level;
  try {
    return definition(std::move(file));
  } catch (const error& problem) {
    throw error(bad_query, std::string("the request does not fit definition ") + d.label() + ": " +
                               problem.what());
  }
}

std::string canonical_json(const query_document& request, const definition& effective) {
  detail::json_members columns;
  for (const auto& [standard, actual] : request.columns)
    columns[standard] = detail::json_string(actual);
  detail::json_members members = {{"question", detail::json_choice(request.question)},
                                  {"sets", detail::json_list(request.sets, json_names)},
                                  {"where", detail::json_list(request.where, json_condition)},
                                  {"estimator", detail::json_choice(effective.file().estimator)},
                                  {"interval", detail::json_choice(effective.interval())},
                                  {"level", effective.file().level.text()},
                                  {"unit", detail::json_string(request.unit)},
                                  {"columns", detail::json_object(columns)},
                                  {"on_error", detail::json_choice(request.on_error)},
                                  {"check_duplicates", request.check_duplicates ? "true" : "false"},
                                  {"round_weights", request.round_weights ? "true" : "false"}};
  if (request.choices) members["choices"] = "true";
  if (request.question == question::drivers) members["cut"] = detail::json_choice(request.cut);
  if (request.question == question::compare)
    members["design"] = detail::json_choice(request.design);
  if (request.margin) members["margin"] = request.margin->text();
  if (request.question == question::rank) {
    members["family"] = detail::json_choice(request.family);
    members["adjustment"] = detail::json_choice(request.adjustment);
  }
  if (request.question == question::rank || request.question == question::watch)
    members["alpha"] = request.alpha.text();
  if (request.good) members["good"] = request.good->text();
  if (request.bad) members["bad"] = request.bad->text();
  if (request.max_answers > 0) members["max_answers"] = std::to_string(request.max_answers);
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) members[key] = detail::json_string(value);
  };
  text("time_zone", request.time_zone);
  text("contact", request.contact);
  text("period", request.period);
  text("before", request.before);
  text("after", request.after);
  text("against", request.against);
  text("standardise", request.standardise);
  if (request.top) members["top"] = std::to_string(*request.top);
  if (request.bottom) members["bottom"] = std::to_string(*request.bottom);
  if (const auto* number = std::get_if<std::uint64_t>(&request.population))
    members["population"] = std::to_string(*number);
  if (const auto* column = std::get_if<std::string>(&request.population))
    members["population"] = detail::json_string(*column);
  std::erase_if(members, [&](const auto& m) {
    const bool varies = request.choices && (m.first == "estimator" || m.first == "interval");
    return varies || !has_key(request.question, m.first);
  });
  return detail::json_object(members);
}

}  // namespace xqs::engine

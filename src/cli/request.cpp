#include "cli/request.hpp"

#include <string>
#include <utility>

#include "xqs/detail/canonical_json.hpp"
#include "xqs/error.hpp"
#include "xqs/model/decimal.hpp"

namespace xqs::cli {
namespace {

std::string json_strings(const std::vector<std::string>& texts) {
  return detail::json_list(texts, detail::json_string);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

/// Names between commas, not those in parentheses: 'region,fiscal_year(time,4)' is two.
std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names;
  bool open = false;
  for (const std::string& part : split(text, ',')) {
    if (open)
      names.back() += ',' + part;
    else
      names.push_back(part);
    open = names.back().find('(') != std::string::npos && !names.back().ends_with(')');
  }
  return names;
}

/// 'a,b;a;' is by a and b, by a, and the whole.
std::string sets_json(const std::string& sets) {
  return detail::json_list(split(sets, ';'), [](const std::string& set) {
    return set.empty() ? "[]" : json_strings(split_names(set));
  });
}

/// 'COL OP VALUE'. What is compared by size is a number if it can be; the rest is text.
std::string condition_json(const std::string& condition) {
  std::size_t at = std::string::npos;
  std::string how;
  for (const std::string word : {"=", "!=", "<", "<=", ">", ">=", "in"}) {
    const std::size_t found = condition.find(" " + word + " ", 1);
    if (found >= at) continue;  // the leftmost operator counts
    at = found;
    how = word;
  }
  if (at != std::string::npos) {
    const std::string value = condition.substr(at + how.size() + 2);
    const auto number = decimal::parse(value);
    const bool by_size = how != "=" && how != "!=" && how != "in";
    return detail::json_array({detail::json_string(condition.substr(0, at)),
                               detail::json_string(how),
                               how == "in"         ? json_strings(split(value, '|'))
                               : by_size && number ? number->text()
                                                   : detail::json_string(value)});
  }
  throw error(errc::invalid_query,
              "--where \"" + condition +
                  "\" is not 'COLUMN OPERATOR VALUE', with blanks around an operator of "
                  "=, !=, <, <=, >, >=, in");
}

/// A check for CLI11: the value is a number; the example says which.
auto number_such_as(const char* example) {
  return [example](const std::string& value) {
    return decimal::parse(value) ? "" : "\"" + value + "\" is not a number such as " + example;
  };
}

}  // namespace

std::string not_empty(const std::string& value) { return value.empty() ? "must not be empty" : ""; }

std::string query_json(const request_flags& flags) {
  detail::json_members members = {{"question", detail::json_string(flags.question)}};
  std::vector<std::string> by;
  for (const std::string& names : flags.by)
    for (const std::string& name : split_names(names)) by.push_back(name);
  if (!by.empty()) members["by"] = json_strings(by);
  if (!flags.sets.empty()) members["sets"] = sets_json(flags.sets);
  if (!flags.where.empty()) members["where"] = detail::json_list(flags.where, condition_json);
  if (flags.round_weights) members["round_weights"] = "true";
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) members[key] = detail::json_string(value);
  };
  text("estimator", flags.estimator);
  text("interval", flags.interval);
  text("unit", flags.unit);
  const auto number = [&](const char* key, const std::string& value) {
    if (const auto parsed = decimal::parse(value)) return members[key] = parsed->text(), true;
    return false;
  };
  text("time_zone", flags.time_zone);
  text("contact", flags.contact);
  text("period", flags.period);
  text("before", flags.before);
  text("after", flags.after);
  text("against", flags.against);
  if (flags.question == "compare") text("design", flags.design);
  if (flags.question == "drivers") text("cut", flags.cut);
  text("family", flags.family);
  text("adjustment", flags.adjustment);
  text("standardise", flags.standardise);
  text("on_error", flags.on_error);
  if (flags.choices) members["choices"] = "true";
  const std::pair<const char*, const std::string*> numbers[] = {
      {"top", &flags.top},         {"bottom", &flags.bottom},
      {"level", &flags.level},     {"margin", &flags.margin},
      {"alpha", &flags.alpha},     {"good", &flags.good},
      {"bad", &flags.bad},         {"max_answers", &flags.max_answers},
      {"threads", &flags.threads}, {"population", &flags.population}};
  for (const auto& [key, value] : numbers)
    if (!number(key, *value)) text(key, *value);
  detail::json_members columns;
  for (const std::string& pair : flags.map) {
    const std::size_t equals = pair.find('=');
    const auto [at, is_new] =
        columns.emplace(pair.substr(0, equals), detail::json_string(pair.substr(equals + 1)));
    if (!is_new) throw error(errc::invalid_query, "--map names " + at->first + " twice");
  }
  if (!columns.empty()) members["columns"] = detail::json_object(columns);
  members["check_duplicates"] = flags.check_duplicates == "on" ? "true" : "false";
  return detail::json_object(members);
}

void add_common_flags(CLI::App& command, request_flags& flags) {
  command.add_option("--by", flags.by, "columns to group by, separated by commas")
      ->type_name("A,B")
      ->allow_extra_args(false);  // else it takes the files after it
  command
      .add_option("--where", flags.where,
                  "only rows that meet 'COLUMN OPERATOR VALUE' (= != < <= > >= in; in takes "
                  "a|b|c); repeated, all must hold")
      ->allow_extra_args(false);
  command
      .add_option(
          "--map", flags.map,
          "the name of a standard column in the input, for instance respondent=id; repeated")
      ->type_name("STANDARD=ACTUAL")
      ->allow_extra_args(false)
      ->check([](const std::string& pair) {
        const std::size_t equals = pair.find('=');
        const bool complete = equals != std::string::npos && equals > 0 && equals + 1 < pair.size();
        return complete ? "" : "must be standard=actual, for instance respondent=id";
      });
  command
      .add_option("--time-zone", flags.time_zone,
                  "of periods, and of times that name none, for instance Europe/Berlin")
      ->check(not_empty);
  command
      .add_option("--on-error", flags.on_error,
                  "reject: a bad row refuses the input; skip: it is left out and counted")
      ->check(CLI::IsMember({"reject", "skip"}))
      ->capture_default_str();
  command
      .add_option("--check-duplicates", flags.check_duplicates,
                  "refuse a second answer of a form to an item")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  command.add_flag("--round-weights", flags.round_weights,
                   "round weights to the places of the definition instead of refusing them");
  command
      .add_option("--threads", flags.threads,
                  "that share the work; 1 unless given; changes no number")
      ->check(number_such_as("2"));
}

void add_estimator_flag(CLI::App& command, request_flags& flags) {
  command.add_option("--estimator", flags.estimator, "instead of the definition's")
      ->check(CLI::IsMember({"pooled", "item_mean", "respondent_mean"}));
}

void add_interval_flag(CLI::App& command, request_flags& flags) {
  command.add_option("--interval", flags.interval, "instead of the definition's")
      ->check(CLI::IsMember({"fieller", "delta"}));
}

void add_level_flag(CLI::App& command, request_flags& flags) {
  command.add_option("--level", flags.level, "of the interval, for instance 0.9")
      ->check(number_such_as("0.9"));
}

void add_unit_flag(CLI::App& command, request_flags& flags) {
  command
      .add_option("--unit", flags.unit,
                  "unit of uncertainty: respondent, response, row, or a column")
      ->check(not_empty);
}

void add_unit_flags(CLI::App& command, request_flags& flags) {
  add_unit_flag(command, flags);
  command
      .add_option("--population", flags.population,
                  "how many units there are: a number, or a column")
      ->check(not_empty);
}

void add_period_flags(CLI::App& command, request_flags& flags) {
  command
      .add_option("--period", flags.period,
                  "the column whose values are compared, for instance 'quarter(time)'")
      ->check(not_empty);
  command.add_option("--before", flags.before, "one of its values, for instance 2025-Q1")
      ->check(not_empty);
  command
      .add_option("--after", flags.after,
                  "another one; without the two, each is compared with the one before it")
      ->check(not_empty);
}

void add_compare_flags(CLI::App& command, request_flags& flags) {
  command
      .add_option("--against", flags.against,
                  "the group that others are compared with, instead of the rest")
      ->check(not_empty);
  command.add_option("--margin", flags.margin, "points: a smaller change is none")
      ->check(number_such_as("2.5"));
  command
      .add_option("--design", flags.design,
                  "whose units the comparisons are of: each group's own, or all of the request's")
      ->check(CLI::IsMember({"own", "request"}))
      ->capture_default_str();
}

void add_limit_flags(CLI::App& command, request_flags& flags) {
  const bool by_rank = flags.question == "rank";
  command.add_option(
      "--top", flags.top,
      by_rank ? "only the N best ranks, in order" : "only the N highest scores of each grouping");
  command.add_option("--bottom", flags.bottom,
                     by_rank ? "only the N worst ranks" : "only the N lowest");
}

void add_alpha_flag(CLI::App& command, request_flags& flags) {
  command.add_option("--alpha", flags.alpha, "how often it may be wrong; 0.05 unless given")
      ->check(number_such_as("0.05"));
}

void add_rank_flags(CLI::App& command, request_flags& flags) {
  command
      .add_option("--family", flags.family,
                  "whose rank intervals hold together: simultaneous (all, unless given), or "
                  "per_entry (any one)")
      ->check(CLI::IsMember({"simultaneous", "per_entry"}));
  command.add_option("--adjustment", flags.adjustment, "for many pairs: holm unless given")
      ->check(CLI::IsMember({"holm", "bonferroni"}));
  command
      .add_option("--standardise", flags.standardise,
                  "the column of segments that every group is to have the same mix of")
      ->check(not_empty);
}

void add_watch_flags(CLI::App& command, request_flags& flags) {
  command
      .add_option("--good", flags.good,
                  "per cent: a concept is good once it is shown to score more")
      ->check(number_such_as("75"));
  command.add_option("--bad", flags.bad, "per cent: bad once it is shown to score less")
      ->check(number_such_as("60"));
  command
      .add_option("--against", flags.against,
                  "another group, instead of thresholds: good is better than it, bad is worse")
      ->check(not_empty);
  command
      .add_option("--max-answers", flags.max_answers,
                  "how many answers a unit (respondent) can give at most")
      ->check(number_such_as("10"))
      ->required();
}

void add_score_flags(CLI::App& command, request_flags& flags) {
  command.add_option("--sets", flags.sets,
                     "several groupings at once: 'a,b;a;' is by a and b, by a, and the whole");
  add_limit_flags(command, flags);
  add_estimator_flag(command, flags);
  add_interval_flag(command, flags);
  add_level_flag(command, flags);
  add_unit_flags(command, flags);
  command.add_flag("--choices", flags.choices,
                   "every estimator, cap and zero rule side by side for the same rows");
}

}  // namespace xqs::cli

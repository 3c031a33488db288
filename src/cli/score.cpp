#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/show.hpp"
#include "csv/reader.hpp"
#include "xqs/detail/canonical_json.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/engine/query.hpp"

namespace xqs::cli {
namespace {

/// The flags of `xqs score`; they only build a query document.
struct score_flags {
  std::vector<std::string> feedback;
  std::string definition = "ceqs";
  std::vector<std::string> by, where;
  std::string sets, top, bottom;
  bool round_weights = false;
  std::vector<std::string> map;
  std::string estimator, interval, level, population, unit;
  std::string check_duplicates = "on";
  std::string format = "table";
  std::string output;
};

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

/// 'a,b;a;' is by a and b, by a, and the whole.
std::string sets_json(const std::string& sets) {
  return detail::json_list(split(sets, ';'), [](const std::string& set) {
    return set.empty() ? "[]" : json_strings(split(set, ','));
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
  throw error(errc::invalid_query, "--where \"" + condition +
                                       "\" is not 'COLUMN OPERATOR VALUE' with an operator of "
                                       "=, !=, <, <=, >, >=, in");
}

std::string query_json(const score_flags& flags) {
  detail::json_members members = {{"question", "\"score\""}};
  if (!flags.by.empty()) members["by"] = json_strings(flags.by);
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
  if (!number("top", flags.top)) text("top", flags.top);
  if (!number("bottom", flags.bottom)) text("bottom", flags.bottom);
  if (!number("level", flags.level)) text("level", flags.level);
  if (!number("population", flags.population)) text("population", flags.population);
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

/// How many rows were read, on a terminal, once that takes longer than a second.
class progress {
 public:
  void add(std::size_t rows) {
    rows_ += rows;
    if (!terminal_ || std::chrono::steady_clock::now() - start_ < std::chrono::seconds(1)) return;
    shown_ = true;
    std::fprintf(stderr, "\r%.1f million rows", static_cast<double>(rows_) / 1e6);
  }
  ~progress() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  bool shown_ = false;
  std::size_t rows_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

batch view(const csv::batch& rows) {
  batch b{.columns = {}, .rows = rows.rows()};
  for (const csv::text_column& c : rows.columns)
    b.columns.push_back({c.name, text_values{c.offsets.data(), c.bytes.data()}, c.valid.data()});
  return b;
}

/// The engine knows rows; people know files and lines.
error located(const error& problem, const std::string& name, const csv::batch& rows) {
  std::string place = name;
  if (problem.row() >= 0)
    place += ":" + std::to_string(rows.lines[static_cast<std::size_t>(problem.row())]);
  return {problem.code(), place + ": " + problem.what()};
}

void push_file(query& q, const std::string& path, progress& seen) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      standard_input ? stdin : std::fopen(path.c_str(), "rb"),
      [](std::FILE* f) { return f == stdin ? 0 : std::fclose(f); });
  if (!file) throw error(errc::invalid_data, name + ": cannot be read: " + std::strerror(errno));
  csv::reader reader(file.get(), name);
  csv::batch rows;
  constexpr std::size_t rows_at_once = 65'536;
  bool more = true;
  while (more) {
    more = reader.next(rows, rows_at_once);
    try {
      q.push_feedback(view(rows));
    } catch (const error& problem) {
      throw located(problem, name, rows);
    }
    seen.add(rows.rows());
  }
}

bool use_colour(const score_flags& flags) {
  const char* no_colour = std::getenv("NO_COLOR");
  const bool refused = no_colour != nullptr && *no_colour != '\0';
  return flags.output.empty() && isatty(STDOUT_FILENO) != 0 && !refused;
}

void run_score(const score_flags& flags) {
  const definition d = find_definition(flags.definition);
  query q(d, query_json(flags));
  {
    progress seen;
    for (const std::string& path : flags.feedback) push_file(q, path, seen);
  }
  const table result = [&] {
    try {
      return q.finish();
    } catch (const error& problem) {
      throw error(problem.code(), flags.feedback.front() + ": " + problem.what());
    }
  }();
  const std::string text = flags.format == "csv" ? as_csv(result)
                           : flags.format == "json"
                               ? as_json(result)
                               : as_text(result, q.effective(), use_colour(flags));
  write_result(text, flags.output);
  if (flags.format == "table") return;  // which has them
  for (const std::string& note : result.notes)
    std::fprintf(stderr, "xqs: note: %s\n", detail::printable(note).c_str());
}

std::string not_empty(const std::string& value) { return value.empty() ? "must not be empty" : ""; }

constexpr const char* footer =
    R"(Input is CSV in UTF-8 with a header line, one row per answer, in the columns
respondent, item, requirement, satisfaction and optionally response, touchpoint,
time, and any to group by. Columns are separated by commas. Empty cells and NA are
missing answers. A person who fills in several forms needs the column response (or
touchpoint), which tells them apart. Use --map where your columns are named otherwise:
  xqs score answers.csv --map respondent=id --map requirement=r --map satisfaction=s

A score is satisfaction in per cent of the requirement. The interval treats the
respondent as the unit: answers of one person are not independent.)";

}  // namespace

void add_score(CLI::App& program) {
  CLI::App* command = program.add_subcommand("score", "Score feedback, in all or by group");
  auto flags = std::make_shared<score_flags>();
  command
      ->add_option("feedback", flags->feedback,
                   "CSV files; several are one input, - is standard input")
      ->required();
  command
      ->add_option("--definition", flags->definition,
                   "a preset (ceqs, sqr, employee_experience) or a definition file")
      ->capture_default_str();
  command->add_option("--by", flags->by, "columns to group by, separated by commas")
      ->type_name("A,B")
      ->delimiter(',')
      ->allow_extra_args(false);  // else it takes the files after it
  command->add_option("--sets", flags->sets,
                      "several groupings at once: 'a,b;a;' is by a and b, by a, and the whole");
  command
      ->add_option("--where", flags->where,
                   "only rows that meet 'COLUMN OPERATOR VALUE' (= != < <= > >= in; in takes "
                   "a|b|c); repeated, all must hold")
      ->allow_extra_args(false);
  command->add_option("--top", flags->top, "only the N highest scores of each grouping");
  command->add_option("--bottom", flags->bottom, "only the N lowest");
  command->add_flag("--round-weights", flags->round_weights,
                    "round weights to the places of the definition instead of refusing them");
  command
      ->add_option(
          "--map", flags->map,
          "the name of a standard column in the input, for instance respondent=id; repeated")
      ->type_name("STANDARD=ACTUAL")
      ->allow_extra_args(false)
      ->check([](const std::string& pair) {
        const std::size_t equals = pair.find('=');
        const bool complete = equals != std::string::npos && equals > 0 && equals + 1 < pair.size();
        return complete ? "" : "must be standard=actual, for instance respondent=id";
      });
  command->add_option("--estimator", flags->estimator, "instead of the definition's")
      ->check(CLI::IsMember({"pooled", "item_mean", "respondent_mean"}));
  command->add_option("--interval", flags->interval, "instead of the definition's")
      ->check(CLI::IsMember({"fieller", "delta"}));
  command->add_option("--level", flags->level, "of the interval, for instance 0.9")
      ->check([](const std::string& level) {
        return decimal::parse(level) ? "" : "\"" + level + "\" is not a number such as 0.9";
      });
  command
      ->add_option("--unit", flags->unit,
                   "unit of uncertainty: respondent, response, row, or a column")
      ->check(not_empty);
  command
      ->add_option("--population", flags->population,
                   "how many units there are: a number, or a column")
      ->check(not_empty);
  command
      ->add_option("--check-duplicates", flags->check_duplicates,
                   "refuse a second answer of a form to an item")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  command->add_option("--format", flags->format, "of the result")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->capture_default_str();
  command
      ->add_option("--output", flags->output,
                   "write to this file, in the same format, instead of standard output")
      ->check(not_empty);
  command->footer(footer);
  command->callback([flags] { run_score(*flags); });
}

}  // namespace xqs::cli

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/feed.hpp"
#include "cli/request.hpp"
#include "cli/show.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/engine/query.hpp"

namespace xqs::cli {
namespace {

/// The flags of a question.
struct question_flags {
  feed_flags files;
  request_flags request;
  std::string definition = "ceqs";
  std::string format = "table";
  std::string output;
};

bool use_colour(const question_flags& flags) {
  const char* no_colour = std::getenv("NO_COLOR");
  const bool refused = no_colour != nullptr && *no_colour != '\0';
  return flags.output.empty() && isatty(STDOUT_FILENO) != 0 && !refused;
}

void ask(const question_flags& flags) {
  const definition d = find_definition(flags.definition);
  query q(d, query_json(flags.request));
  check_outputs(flags.files, flags.request.on_error == "skip", flags.output);
  feed(q, d, flags.files);
  const table result = [&] {
    try {
      return q.finish();
    } catch (const error& problem) {
      throw error(problem.code(), flags.files.feedback.front() + ": " + problem.what());
    }
  }();
  save_ledger(q, flags.files);
  const std::string text =
      flags.format == "csv" ? as_csv(result)
      : flags.format == "json"
          ? as_json(result)
          : as_text(result, q.effective(), flags.request.question, use_colour(flags));
  write_result(text, flags.output);
  if (flags.format == "table") return;  // which has them
  for (const std::string& note : result.notes)
    std::fprintf(stderr, "xqs: note: %s\n", detail::printable(note).c_str());
}

constexpr const char* footer =
    R"(Input is CSV in UTF-8 with a header line, .gz too. In long form a row is an answer,
in the columns respondent, item, requirement, satisfaction and optionally response,
touchpoint, time, and any to group by; in wide form a row is a response, with columns
requirement.ITEM and satisfaction.ITEM. Columns are separated by commas, semicolons or
tabs. Empty cells and NA are missing answers. A person who fills in several forms needs
the column response (or touchpoint), which tells them apart. Use --map where your
columns are named otherwise:
  xqs score answers.csv --map respondent=id --map requirement=r --map satisfaction=s

With --touchpoints the feedback is joined to a table of touchpoints, whose columns
(channel, campaign, time, ...) can be grouped by. Periods are written month(time),
quarter(touchpoint.time), iso_week(time), fiscal_year(time,4) and so on.

A score is satisfaction in per cent of the requirement. The interval treats the
respondent as the unit: answers of one person are not independent.)";

constexpr const char* compare_footer =
    R"(With --period its values are compared in turn, each with the one before it, or --after
with --before; with --by for each group. Without, each group is compared with all others
together, or with the one that --against names:
  xqs compare wave1.csv wave2.csv --definition sqr --period 'half_year(time)'
  xqs compare feedback.csv --by channel --margin 2

People who are on both sides count with their covariance. "unchanged" needs a margin.)";

constexpr const char* rank_footer =
    R"(A rank stands beside its interval: from 1 + the number of groups shown to be better, to the
number that are not shown to be worse. Groups of too few respondents for a verdict have no rank.
  xqs rank feedback.csv --by rep --standardise segment --top 20)";

constexpr const char* watch_footer =
    R"(May be asked after every respondent: however often, a concept is called good or bad wrongly
with a probability of at most alpha. Fix thresholds, alpha and --max-answers before looking.
  xqs watch feedback.csv --by campaign --good 75 --bad 60 --max-answers 10
  xqs watch feedback.csv --by campaign --against A --max-answers 10)";

constexpr const char* explain_footer =
    R"(The groups of --by are what may have gained or lost weight; the parts of the move add up to
its total exactly:
  xqs explain feedback.csv --period 'year(time)' --by channel)";

void add_question(CLI::App& command, question_flags& flags) {
  add_feed_flags(command, flags.files);
  command
      .add_option("--definition", flags.definition,
                  "a preset (ceqs, sqr, employee_experience) or a definition file")
      ->capture_default_str();
  add_common_flags(command, flags.request);
  command.add_option("--format", flags.format, "of the result")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->capture_default_str();
  command
      .add_option("--output", flags.output,
                  "write to this file, in the same format, instead of standard output")
      ->check(not_empty);
}

}  // namespace

void add_score(CLI::App& program) {
  CLI::App* command = program.add_subcommand("score", "Score feedback, in all or by group");
  auto flags = std::make_shared<question_flags>();
  add_question(*command, *flags);
  add_score_flags(*command, flags->request);
  command->footer(footer);
  command->callback([flags] { ask(*flags); });
}

void add_compare(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "compare", "Is it a change? Periods of a group, or groups, with the uncertainty of both");
  auto flags = std::make_shared<question_flags>();
  flags->request.question = "compare";
  add_question(*command, *flags);
  add_estimator_flag(*command, flags->request);
  add_level_flag(*command, flags->request);
  add_unit_flags(*command, flags->request);
  add_period_flags(*command, flags->request);
  add_compare_flags(*command, flags->request);
  command->footer(compare_footer);
  command->callback([flags] { ask(*flags); });
}

void add_rank(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "rank", "Who is really better? Groups with the ranks that the answers allow");
  auto flags = std::make_shared<question_flags>();
  flags->request.question = "rank";
  add_question(*command, *flags);
  add_estimator_flag(*command, flags->request);
  add_interval_flag(*command, flags->request);
  add_level_flag(*command, flags->request);
  add_unit_flags(*command, flags->request);
  add_alpha_flag(*command, flags->request);
  add_rank_flags(*command, flags->request);
  add_limit_flags(*command, flags->request);
  command->footer(rank_footer);
  command->callback([flags] { ask(*flags); });
}

void add_watch(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "watch", "Is this concept good already, or bad already? To be asked at any time");
  auto flags = std::make_shared<question_flags>();
  flags->request.question = "watch";
  add_question(*command, *flags);
  add_estimator_flag(*command, flags->request);
  add_unit_flag(*command, flags->request);
  add_alpha_flag(*command, flags->request);
  add_watch_flags(*command, flags->request);
  command->footer(watch_footer);
  command->callback([flags] { ask(*flags); });
}

void add_drivers(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "drivers", "Where to act first: the items, and what each adds to the gap");
  auto flags = std::make_shared<question_flags>();
  flags->request.question = "drivers";
  add_question(*command, *flags);
  add_interval_flag(*command, flags->request);
  add_level_flag(*command, flags->request);
  add_unit_flags(*command, flags->request);
  command
      ->add_option("--cut", flags->request.cut,
                   "where the quadrants meet: the middle of each scale, or the mean of all answers")
      ->check(CLI::IsMember({"middle", "mean"}))
      ->capture_default_str();
  command->callback([flags] { ask(*flags); });
}

void add_explain(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "explain", "Why did it move? The parts of a change between periods, by groups");
  auto flags = std::make_shared<question_flags>();
  flags->request.question = "explain";
  add_question(*command, *flags);
  add_unit_flags(*command, flags->request);
  add_period_flags(*command, flags->request);
  command->get_option("--period")->required();
  command->footer(explain_footer);
  command->callback([flags] { ask(*flags); });
}

void add_timeline(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "timeline", "All touchpoints of one contact in order, each with the quality it achieved");
  auto flags = std::make_shared<question_flags>();
  flags->request.question = "timeline";
  add_question(*command, *flags);
  command->get_option("--touchpoints")->required();
  command
      ->add_option("--contact", flags->request.contact,
                   "whose timeline: an id of the column contact")
      ->required()
      ->check(not_empty);
  command->callback([flags] { ask(*flags); });
}

}  // namespace xqs::cli

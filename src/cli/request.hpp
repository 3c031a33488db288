#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace xqs::cli {

/// The flags that make a query document. Each is the key of the same name.
struct request_flags {
  std::string question = "score";
  std::vector<std::string> by, where, map;
  std::string sets, top, bottom;
  std::string estimator, interval, level, population, unit;
  std::string time_zone, contact;
  std::string period, before, after, against, margin;
  std::string design = "own", cut = "middle";
  std::string alpha, family, adjustment, standardise, threads;
  std::string good, bad, max_answers;
  std::string check_duplicates = "on";
  std::string on_error = "reject";
  bool round_weights = false;
  bool choices = false;
};

/// Adds the flags that every question has, and those of some questions.
void add_common_flags(CLI::App& command, request_flags& flags);
void add_estimator_flag(CLI::App& command, request_flags& flags);
void add_interval_flag(CLI::App& command, request_flags& flags);
void add_level_flag(CLI::App& command, request_flags& flags);
void add_unit_flag(CLI::App& command, request_flags& flags);
void add_unit_flags(CLI::App& command, request_flags& flags);
void add_period_flags(CLI::App& command, request_flags& flags);
void add_compare_flags(CLI::App& command, request_flags& flags);
void add_alpha_flag(CLI::App& command, request_flags& flags);
void add_limit_flags(CLI::App& command, request_flags& flags);
void add_rank_flags(CLI::App& command, request_flags& flags);
void add_watch_flags(CLI::App& command, request_flags& flags);
void add_score_flags(CLI::App& command, request_flags& flags);

/// Errors: errc::invalid_query for a condition that is none.
[[nodiscard]] std::string query_json(const request_flags& flags);

/// A check for CLI11: the value is not empty.
[[nodiscard]] std::string not_empty(const std::string& value);

}  // namespace xqs::cli

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
  std::string check_duplicates = "on";
  std::string on_error = "reject";
  bool round_weights = false;
  bool choices = false;
};

/// Adds the flags that every question has, and those of the question `score` alone.
void add_common_flags(CLI::App& command, request_flags& flags);
void add_score_flags(CLI::App& command, request_flags& flags);

/// Errors: errc::invalid_query for a condition that is none.
[[nodiscard]] std::string query_json(const request_flags& flags);

/// A check for CLI11: the value is not empty.
[[nodiscard]] std::string not_empty(const std::string& value);

}  // namespace xqs::cli

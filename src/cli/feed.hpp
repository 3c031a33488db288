#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "xqs/engine/query.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::cli {

/// The files of a question and how they are written.
struct feed_flags {
  std::vector<std::string> feedback;
  std::vector<std::string> touchpoints;
  std::string delimiter, decimal, encoding = "utf-8";
  std::string rejects;
  std::string save_ledger;
};

void add_feed_flags(CLI::App& command, feed_flags& flags);

/// Refuses files to write that are read as well, or are one.
///
/// Errors: errc::invalid_query.
void check_outputs(const feed_flags& flags, bool skips, const std::string& output);

/// Pushes the touchpoints and the feedback, rows or ledgers; rows that are not accepted go to the
/// rejects file.
///
/// Errors: errc::invalid_data naming file, line, column and value.
void feed(query& q, const definition& d, const feed_flags& flags);

/// Writes the ledger of the question, if a file is named for it.
void save_ledger(const query& q, const feed_flags& flags);

}  // namespace xqs::cli

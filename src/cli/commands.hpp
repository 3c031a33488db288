#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "xqs/model/definition.hpp"

namespace xqs::cli {

/// Each adds its subcommand to the program; the work is done when the subcommand is parsed.
void add_score(CLI::App& program);
void add_compare(CLI::App& program);
void add_rank(CLI::App& program);
void add_drivers(CLI::App& program);
void add_explain(CLI::App& program);
void add_watch(CLI::App& program);
void add_timeline(CLI::App& program);
void add_definition(CLI::App& program);

/// A preset, or a file if the name holds a / or ends in .json.
[[nodiscard]] definition find_definition(const std::string& name);

/// Writes a result to standard output, or to a file that appears only when it is complete.
///
/// Errors: errc::invalid_data when it cannot be written.
void write_result(const std::string& text, const std::string& output);

}  // namespace xqs::cli

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <system_error>

#include "cli/commands.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"
#include "xqs/version.hpp"

namespace xqs::cli {

definition find_definition(const std::string& name) {
  const bool is_file = name.find('/') != std::string::npos || name.ends_with(".json");
  return is_file ? load_definition(name) : preset(name);
}

namespace {

void write_all(std::FILE* file, const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (!written || std::fflush(file) != 0) throw std::system_error(errno, std::generic_category());
}

void write_file(const std::string& text, const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) throw std::system_error(errno, std::generic_category());
  try {
    write_all(file, text);
  } catch (...) {
    std::fclose(file);
    throw;
  }
  if (std::fclose(file) != 0) throw std::system_error(errno, std::generic_category());
}

}  // namespace

void write_result(const std::string& text, const std::string& output) {
  const std::string partial = output + ".partial-" + std::to_string(getpid());
  try {
    if (output.empty()) return write_all(stdout, text);
    // Only a regular file may be replaced: never a device or a pipe.
    if (std::filesystem::exists(output) && !std::filesystem::is_regular_file(output))
      return write_file(text, output);
    write_file(text, partial);
    std::filesystem::rename(partial, output);
  } catch (const std::system_error& problem) {
    if (!output.empty()) std::remove(partial.c_str());
    throw error(errc::invalid_data, (output.empty() ? "standard output" : output) +
                                        ": cannot be written: " + problem.code().message());
  }
}

}  // namespace xqs::cli

namespace {

constexpr const char* footer = R"(Examples:
  xqs score feedback.csv                          one score under the preset ceqs
  xqs score feedback.csv --by channel,item        a score for each channel and item
  xqs score survey.csv --definition sqr --map respondent=employee
  xqs compare feedback.csv --period 'year(time)'   is it a change? drivers: where to act first;
                                                  explain: why did it move?
  xqs definition show sqr > my_sqr.json           a definition to start from

Exit status: 0 done, 1 the data or the definition are wrong, 2 wrong usage.)";

int run(int argc, char** argv) {
  CLI::App program(
      "Experience quality scores: satisfaction achieved in per cent of the requirement.", "xqs");
  program.set_version_flag("--version", "xqs " + std::string(xqs::version));
  program.footer(footer);
  program.require_subcommand(1);
  xqs::cli::add_score(program);
  xqs::cli::add_compare(program);
  xqs::cli::add_rank(program);
  xqs::cli::add_drivers(program);
  xqs::cli::add_explain(program);
  xqs::cli::add_watch(program);
  xqs::cli::add_timeline(program);
  xqs::cli::add_definition(program);
  if (argc == 1) {
    std::fputs(program.help().c_str(), stderr);
    return 2;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return program.exit(problem) == 0 ? 0 : 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const xqs::error& problem) {
    std::fprintf(stderr, "xqs: %s\n", xqs::detail::printable(problem.what()).c_str());
    return problem.code() == xqs::errc::invalid_query ? 2 : 1;
  } catch (const std::bad_alloc&) {
    std::fputs("xqs: not enough memory\n", stderr);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "xqs: %s\n", problem.what());
  }
  return 1;
}

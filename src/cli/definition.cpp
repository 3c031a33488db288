#include <CLI/CLI.hpp>
#include <string>

#include "cli/commands.hpp"

namespace xqs::cli {
namespace {

std::string summary(const definition& d) {
  return d.label() + " is a valid definition: " + std::to_string(d.items().size()) + " items, " +
         std::string(name_of(d.file().estimator)) + ", " +
         std::string(name_of(d.file().confidentiality)) + "\n";
}

std::string fingerprints(const definition& d) {
  return "tally " + d.tally_fingerprint().hex() + "\ndefinition " + d.fingerprint().hex() + "\n";
}

template <typename ToText>
void add(CLI::App& parent, const char* name, const char* help, ToText to_text) {
  CLI::App* command = parent.add_subcommand(name, help);
  auto which = std::make_shared<std::string>("ceqs");
  command
      ->add_option("definition,--definition", *which,
                   "a preset (ceqs, sqr, employee_experience) or a definition file")
      ->capture_default_str();
  command->callback([which, to_text] { write_result(to_text(find_definition(*which)), ""); });
}

}  // namespace

void add_definition(CLI::App& program) {
  CLI::App* command = program.add_subcommand("definition", "Show or check the rules of a score");
  command->require_subcommand(1);
  add(*command, "show", "Print the complete definition as canonical JSON",
      [](const definition& d) { return d.canonical_json() + "\n"; });
  add(*command, "check", "Say whether a definition file is valid, and where it is not", summary);
  add(*command, "fingerprint", "Print the fingerprints of tally and definition", fingerprints);
}

}  // namespace xqs::cli

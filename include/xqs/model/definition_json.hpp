#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xqs/model/definition.hpp"

namespace xqs {

/// A definition from the text of a definition file. Compiled: needs xqs::xqs.
///
/// Errors: errc::invalid_definition; the message names the JSON path (or line and column) of an
/// unknown, missing or duplicate key, a wrong type, or a rule that the definition breaks.
[[nodiscard]] definition parse_definition(std::string_view json);

/// The definition in a file. Errors as parse_definition, the path before the message.
[[nodiscard]] definition load_definition(const std::string& path);

/// A definition that the library brings along: "ceqs", "sqr" or "employee_experience".
///
/// Errors: errc::invalid_argument listing the presets.
[[nodiscard]] definition preset(std::string_view name);

[[nodiscard]] std::vector<std::string_view> preset_names();

}  // namespace xqs

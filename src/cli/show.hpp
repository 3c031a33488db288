#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::cli {

/// A field of a CSV file, in quotes where it needs them.
[[nodiscard]] std::string csv_field(const std::string& text);

/// RFC 4180 with LF; null is empty, flags are joined by ';'. Numbers read back to the same double.
[[nodiscard]] std::string as_csv(const table& t);

/// An array of objects; flags are an array, null is null.
[[nodiscard]] std::string as_json(const table& t);

/// The answer to a question to read in a terminal: aligned, in words, rounded.
[[nodiscard]] std::string as_text(const table& t, const definition& d, std::string_view question,
                                  bool colour);

}  // namespace xqs::cli

#pragma once

#include <string>
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

/// Scores to read in a terminal: aligned, bands in words, rounded to one decimal.
[[nodiscard]] std::string as_text(const table& t, const definition& d, bool colour);

}  // namespace xqs::cli

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/crew.hpp"
#include "xqs/engine/column.hpp"

namespace xqs::engine {

/// What is wrong with a text that is not UTF-8, to follow on the name of its column; else nothing.
[[nodiscard]] std::string utf8_problem(std::string_view text);

/// Errors: errc::invalid_data with the row for a text that is not UTF-8.
void require_utf8(const column& c, std::size_t row, std::string_view text);
/// The same for all rows of a column of unchecked text, if it is one.
void require_utf8(const column& c, std::size_t rows, crew& lanes);
/// And of all columns.
void require_utf8(const batch& rows, crew& lanes);

}  // namespace xqs::engine

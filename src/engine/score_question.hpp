#pragma once

#include <string>
#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The columns that the question `score` adds after the group columns.
[[nodiscard]] const std::vector<table::heading>& score_headings();

/// Scores cells and lets them through the gate, in the order of printing.
///
/// Errors: errc::refused where the gate cannot show the table.
[[nodiscard]] table score_table(const definition& d, const input& rows,
                                const std::vector<std::string>& by, std::vector<folded_cell> cells);

}  // namespace xqs::engine

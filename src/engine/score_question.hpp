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

/// Scores the cells of every set and lets them through the gate, in the order of printing.
///
/// Errors: errc::refused where the gate cannot show the table.
[[nodiscard]] table score_table(const definition& d, const input& rows,
                                const query_document& request, const std::vector<cell_set>& sets);

}  // namespace xqs::engine

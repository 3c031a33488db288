#pragma once

#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "engine/score_question.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The columns of the question `explain`.
[[nodiscard]] std::vector<table::heading> explanation_headings();

/// Explains the moves between the periods of the last set, which is by the period alone, by the
/// groups of the first.
///
/// Errors: errc::invalid_data where there are no two periods.
[[nodiscard]] scored_table explain_table(const definition& d, const input& rows,
                                         const query_document& request,
                                         const std::vector<cell_set>& sets);

}  // namespace xqs::engine

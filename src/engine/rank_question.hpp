#pragma once

#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "engine/score_question.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The columns that the question `rank` adds after those of the groups.
[[nodiscard]] std::vector<table::heading> rank_headings();

/// Ranks the groups of the first set that may carry a rank. A second set, by the segment as well,
/// is there for standardised scores.
///
/// Errors: errc::invalid_data where there are not two groups.
[[nodiscard]] scored_table rank_table(const definition& d, const input& rows,
                                      const query_document& request,
                                      const std::vector<cell_set>& sets);

}  // namespace xqs::engine

#pragma once

#include <vector>

#include "engine/cells.hpp"
#include "engine/crew.hpp"
#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "engine/score_question.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The columns that the question `compare` adds after those of the groups, `before` and `after` for
/// those of periods.
[[nodiscard]] std::vector<table::heading> comparison_headings(bool of_periods);

/// Compares periods of each group of the first set, or its groups with the rest or with one of
/// them. A second set is the whole, where a comparison tells of it.
///
/// Errors: errc::invalid_data where there is nothing to compare.
[[nodiscard]] scored_table compare_table(const definition& d, const input& rows,
                                         const query_document& request,
                                         const std::vector<cell_set>& sets, crew& lanes);

}  // namespace xqs::engine

#pragma once

#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "engine/score_question.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The columns that the question `drivers` adds after those of the groups.
[[nodiscard]] std::vector<table::heading> driver_headings();

/// The items of each group, what to do first coming first. The set is by the groups and the item.
///
/// Errors: errc::invalid_data for a population that differs between items; errc::invalid_argument
/// for more items than a table of means can hold.
[[nodiscard]] scored_table drivers_table(const definition& d, const input& rows,
                                         const query_document& request, const cell_set& set);

}  // namespace xqs::engine

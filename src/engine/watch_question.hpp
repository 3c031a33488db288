#pragma once

#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "engine/score_question.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The columns that the question `watch` adds after those of the groups.
[[nodiscard]] std::vector<table::heading> watch_headings();

/// Errors: errc::invalid_query for a definition that cannot be watched, or thresholds that no
/// answers reach.
void require_watchable(const definition& d, const query_document& request);

/// Judges the groups of a set against thresholds, or against one of them.
///
/// Errors: errc::invalid_data for a unit with more answers than the request allows, no group to
/// watch others against, or people who are in both.
[[nodiscard]] scored_table watch_table(const definition& d, const input& rows,
                                       const query_document& request, const cell_set& set);

}  // namespace xqs::engine

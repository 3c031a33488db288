#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "engine/cells.hpp"
#include "engine/query_document.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

/// Every estimator, cap and zero rule side by side for the same rows: how a number was made.
namespace xqs::engine {

/// The definition under each choice; the first keeps what the others leave out or cut.
[[nodiscard]] std::vector<definition> choices_of(const definition& d,
                                                 const query_document& request);

/// The columns that stand between the group columns and the score.
[[nodiscard]] std::vector<table::heading> choice_headings();

/// The cells that must not be shown under a choice: beside the others it would tell of `few`.
[[nodiscard]] std::set<std::uint32_t> hidden_by_choice(const definition& choice,
                                                       const cell_set::few_people& few);

/// The tables of the choices, row by row, which have the same cells in the same order.
[[nodiscard]] table side_by_side(const std::vector<const definition*>& choices,
                                 std::vector<table> tables, std::size_t group_columns);

}  // namespace xqs::engine

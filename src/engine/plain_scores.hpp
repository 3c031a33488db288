#pragma once

#include <vector>

#include "engine/cells.hpp"
#include "engine/crew.hpp"
#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// Whether `plain_scores` answers: nothing is ever hidden, and every cell is one flat tally.
[[nodiscard]] bool are_plain(const definition& d, const std::vector<cell_set>& sets);

/// The table of the question `score` where there may be as many cells as rows: each is scored from
/// its integers where they stand, released, and written into the columns of the result.
[[nodiscard]] table plain_scores(const definition& d, const input& rows,
                                 const query_document& request, const std::vector<cell_set>& sets,
                                 crew& lanes);

}  // namespace xqs::engine

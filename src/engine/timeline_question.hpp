#pragma once

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// All touchpoints of the contact in order, each with its score and its contribution to the
/// contact's total, or the groups that `set` is by. For identified definitions only.
[[nodiscard]] table timeline_table(const definition& d, const input& rows,
                                   const query_document& request, const time_zone* zone,
                                   const cell_set& set);

}  // namespace xqs::engine

#pragma once

#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "xqs/engine/release.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The cells of one set of a request, in the order of printing.
struct ordered_set {
  const cell_set* set;
  std::vector<folded_cell> cells;
};

/// Whether the gate shows every cell: the definition is not anonymous.
[[nodiscard]] bool shows_all(const definition& d);

/// What the table rule lets each cell of each set show. Where the touchpoints of hidden cells in
/// which nobody answered would be left of those of a shown one, it loses its own.
///
/// Errors: errc::refused for an anonymous definition and sets that are not nested.
[[nodiscard]] std::vector<std::vector<visibility>> gate(const definition& d, const input& rows,
                                                        std::vector<ordered_set>& sets);

}  // namespace xqs::engine

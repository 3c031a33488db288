#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// A table of scores, and how many of its cells show nothing.
struct scored_table {
  table result = {};
  std::size_t hidden_cells = 0;
};

/// Scores the cells of every set and lets them through the gate, in the order of printing. `hidden`
/// has the numbers of cells (of the only set) that must not be shown for other reasons.
///
/// Errors: errc::refused where the gate cannot show the table.
[[nodiscard]] scored_table score_table(const definition& d, const input& rows,
                                       const query_document& request,
                                       const std::vector<cell_set>& sets, crew& lanes,
                                       const std::set<std::uint32_t>& hidden = {});

/// Sorts the cells of a set in the order of printing.
void sort_cells(const input& rows, const std::vector<std::string>& by,
                std::vector<folded_cell>& cells);

/// A value of a key column, empty for null.
[[nodiscard]] cell key_cell(const key_column& key, std::uint32_t number);

/// The values of a cell's group in the columns `by`, with which its set begins.
[[nodiscard]] std::vector<cell> keys_of(const input& rows, const std::vector<std::string>& by,
                                        const folded_cell& c);

/// The position of a group of the request's only column, by its value.
///
/// Errors: errc::invalid_data if there is none.
[[nodiscard]] std::size_t position_of(const std::string& group, const input& rows,
                                      const query_document& request,
                                      const std::vector<folded_cell>& cells);

/// A number of a result, empty for none.
[[nodiscard]] cell maybe(const std::optional<double>& number);

/// A number of a note, to one decimal: the columns have it whole.
[[nodiscard]] std::string rounded(double per_cent);

}  // namespace xqs::engine

#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "xqs/tally/tally.hpp"

/// The values of a cell's group, "-" for null.
using group_texts = std::vector<std::string>;

/// The tally of each cell of a settled set: with a cell for each person and item this is the
/// ledger.
inline std::map<group_texts, xqs::tally> folded_cells(const xqs::engine::input& rows,
                                                      const xqs::engine::cell_set& set) {
  std::map<group_texts, xqs::tally> cells;
  for (xqs::engine::folded_cell& c : set.fold(rows)) {
    group_texts group;
    for (std::size_t i = 0; i < set.by().size(); ++i) {
      const xqs::engine::key_column& key = rows.key(set.by()[i]);
      group.emplace_back(c.group[i] == xqs::engine::key_column::null ? "-" : key.text(c.group[i]));
    }
    cells.emplace(std::move(group), std::move(c.state));
  }
  return cells;
}

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "xqs/engine/table.hpp"

namespace xqs::engine {

/// Two cells of one group, by their positions: an earlier and a later period.
struct period_pair {
  std::size_t before, after;
};

/// What is compared of a set by groups and, last, a period.
struct period_pairs {
  std::vector<period_pair> pairs;  ///< group by group, periods in order
  std::size_t groups_without = 0;  ///< groups that have not both periods
  bool without_period = false;     ///< there are cells without a period
};

/// Each period of a group and the one before it, or the two that the request names. Cells without a
/// period, or of items outside the definition, are in no pair.
///
/// Errors: errc::invalid_data, naming the periods there are, if there is no pair.
[[nodiscard]] period_pairs pairs_of(const input& rows, const query_document& request,
                                    const std::vector<folded_cell>& sorted);

/// Says what is in no pair.
void note_left_out(const query_document& request, const period_pairs& found, table& to);

/// The label of a cell's period; empty: none.
[[nodiscard]] std::string period_of(const input& rows, const query_document& request,
                                    const folded_cell& c);

}  // namespace xqs::engine

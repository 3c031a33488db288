#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "xqs/engine/column.hpp"
#include "xqs/tally/totals.hpp"

namespace xqs::engine {

/// Rows in long form. Where they were made from a wide form, so many of them make one row of the
/// input, which is accepted or refused whole. Those of a ledger have totals instead of codes.
struct long_rows {
  batch rows = {};
  std::size_t per_input_row = 1;
  std::optional<std::span<const unit_totals>> totals = {};
};

}  // namespace xqs::engine

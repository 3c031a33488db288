#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/number.hpp"
#include "xqs/engine/column.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The weight of a row as an integer of 10^-weight_places; with `rounded`, the nearest.
///
/// Errors: errc::invalid_data for a missing or negative weight, or one with more places than the
/// definition says.
[[nodiscard]] std::int64_t weight_at(const definition& d, const column& weights, std::size_t row,
                                     bool rounded, number_format& numbers);

}  // namespace xqs::engine

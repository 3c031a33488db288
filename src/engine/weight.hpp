#pragma once

#include <cstdint>
#include <vector>

#include "xqs/engine/column.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// Multiplies the points of a batch by its weights, which are decimals with the places that the
/// definition says; with `rounded`, whatever is nearest.
///
/// Errors: errc::invalid_data for a missing or negative weight, or one with more places.
void apply_weights(const definition& d, const column& weights, bool rounded,
                   std::vector<answer_points>& points);

}  // namespace xqs::engine

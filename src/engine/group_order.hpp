#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/input.hpp"

namespace xqs::engine {

/// The positions of `count` distinct groups in the order of printing: column by column, items as
/// defined, extra items after them, everything else by bytes, null last. `groups` has the numbers
/// of the values in the columns `by`, group after group.
///
/// Each value is compared once a column, however many groups have it.
[[nodiscard]] std::vector<std::uint32_t> group_order(const input& rows,
                                                     const std::vector<std::string>& by,
                                                     std::span<const std::uint32_t> groups,
                                                     std::size_t count);

}  // namespace xqs::engine

#pragma once

#include <cstddef>

/// Allocations that fail on demand, in the programs that failing_new.cpp is linked to.
namespace failing_new {

inline constexpr std::size_t never = ~std::size_t{0};

/// After so many allocations one fails, and then no more do.
extern std::size_t allocations_left;

}  // namespace failing_new

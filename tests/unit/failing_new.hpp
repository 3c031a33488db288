#pragma once

#include <cstddef>
#include <new>

/// Allocations that fail on demand, in the programs that failing_new.cpp is linked to.
namespace failing_new {

inline constexpr std::size_t never = ~std::size_t{0};

/// After so many allocations one fails, and then no more do.
extern std::size_t allocations_left;

/// Calls `step` with ever more allocations before the one that fails, until none does. Returns how
/// many failed.
template <typename Step>
int failures(Step step) {
  int failed = 0;
  for (std::size_t allowed = 0;; ++allowed) {
    allocations_left = allowed;
    try {
      step();
    } catch (const std::bad_alloc&) {
    }
    if (allocations_left != never) break;
    ++failed;
  }
  allocations_left = never;
  return failed;
}

}  // namespace failing_new

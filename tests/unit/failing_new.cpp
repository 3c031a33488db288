#include "unit/failing_new.hpp"

#include <cstdlib>
#include <new>

std::size_t failing_new::allocations_left = never;

void* operator new(std::size_t size) {
  using failing_new::allocations_left;
  if (allocations_left != failing_new::never && allocations_left-- == 0) {
    allocations_left = failing_new::never;
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

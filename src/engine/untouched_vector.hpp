#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace xqs::engine {

/// Leaves what it makes room for without a value.
template <typename T>
struct untouched_allocator : std::allocator<T> {
  template <typename U>
  struct rebind {
    using other = untouched_allocator<U>;
  };

  template <typename U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <typename U, typename... Arguments>
  void construct(U* at, Arguments&&... arguments) {
    ::new (static_cast<void*>(at)) U(std::forward<Arguments>(arguments)...);
  }
};

/// A vector of numbers that have no value until they are written, so that memory which a batch does
/// not need costs nothing.
template <typename T>
using untouched_vector = std::vector<T, untouched_allocator<T>>;

/// The same of memory that is 0 at first, which of much memory costs nothing either.
template <typename T>
struct zeroed_allocator : untouched_allocator<T> {
  template <typename U>
  struct rebind {
    using other = zeroed_allocator<U>;
  };

  static T* allocate(std::size_t count) {
    void* const memory = std::calloc(count, sizeof(T));
    if (memory == nullptr) throw std::bad_alloc();
    return static_cast<T*>(memory);
  }
  static void deallocate(T* memory, std::size_t) { std::free(memory); }
};

/// A vector of numbers that are 0 until they are written, while it only grows: what is cleared or
/// assigned to keeps old numbers in its memory.
template <typename T>
using zeroed_vector = std::vector<T, zeroed_allocator<T>>;

}  // namespace xqs::engine

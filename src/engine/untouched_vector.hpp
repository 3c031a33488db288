#pragma once

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

}  // namespace xqs::engine

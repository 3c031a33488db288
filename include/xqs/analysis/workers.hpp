#pragma once

#include <cstddef>

namespace xqs {

/// Who does work that can be shared out: `run` calls `task(context, i)` for each i < count, in any
/// order and from any threads, and returns when all are done. The default does it alone;
/// detail/threads.hpp has one with threads.
struct workers {
  std::size_t count = 1;
  void (*run)(std::size_t count, void (*task)(void* context, std::size_t i), void* context) =
      [](std::size_t count_, void (*task)(void*, std::size_t), void* context) {
        for (std::size_t i = 0; i < count_; ++i) task(context, i);
      };
};

namespace detail {

template <typename Task>
void share_out(const workers& w, Task& task) {
  w.run(
      w.count, [](void* context, std::size_t i) { (*static_cast<Task*>(context))(i); }, &task);
}

}  // namespace detail
}  // namespace xqs

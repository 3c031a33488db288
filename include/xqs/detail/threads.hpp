#pragma once

#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

#include "xqs/analysis/workers.hpp"

namespace xqs::detail {

/// Workers with a thread each; the caller is one of them. What one throws is thrown when all are
/// done. Apart from the other headers since few callers want threads.
inline workers threads(std::size_t count) {
  return {count, [](std::size_t n, void (*task)(void*, std::size_t), void* context) {
            std::vector<std::exception_ptr> failures(n);
            const auto guarded = [&](std::size_t i) {
              try {
                task(context, i);
              } catch (...) {
                failures[i] = std::current_exception();
              }
            };
            std::vector<std::thread> others;
            for (std::size_t i = 1; i < n; ++i) others.emplace_back(guarded, i);
            if (n > 0) guarded(0);
            for (std::thread& t : others) t.join();
            for (const std::exception_ptr& failure : failures)
              if (failure) std::rethrow_exception(failure);
          }};
}

}  // namespace xqs::detail

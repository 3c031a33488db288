#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

namespace xqs::engine {

/// Threads that share out the work of a query, of which the caller is one. They are started when
/// there is work for them, and end with the crew.
class crew {
 public:
  explicit crew(std::size_t size) : size_((std::max)(size, std::size_t{1})) {}
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;
  ~crew();

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Calls `task(lane, i)` for each i below `count`, in any order: whoever is free takes the next.
  /// Each lane, below size(), is a thread of its own. What a task throws is thrown when all threads
  /// are done; a lane that threw takes no more.
  template <typename Task>
  void for_each(std::size_t count, Task task) {
    if (size_ == 1 || count < 2) {
      for (std::size_t i = 0; i < count; ++i) task(std::size_t{0}, i);
      return;
    }
    std::atomic<std::size_t> next = 0;
    const auto take = [&](std::size_t lane) {
      for (std::size_t i = next++; i < count; i = next++) task(lane, i);
    };
    start((std::min)(size_, count));
    run([](const void* context,
           std::size_t lane) { (*static_cast<decltype(&take)>(context))(lane); },
        &take);
  }

 private:
  using work = void (*)(const void* context, std::size_t lane);

  void run(work task, const void* context);
  void start(std::size_t size);
  void serve(std::size_t lane, std::uint32_t round);
  void guarded(std::size_t lane) noexcept;

  std::size_t size_;
  std::vector<std::thread> others_;
  std::vector<std::exception_ptr> failures_;
  work task_ = nullptr;
  const void* context_ = nullptr;
  bool ends_ = false;
  std::atomic<std::uint32_t> round_ = 0;  ///< a new one is new work
  std::atomic<std::size_t> working_ = 0;
};

/// Some rows of a batch.
struct row_range {
  std::size_t first;
  std::size_t last;
  [[nodiscard]] std::size_t size() const { return last - first; }
};

/// Goes through rows in blocks that are small enough for what is written of them to stay in the
/// first caches. With several lanes, `look_up(lane, block)` goes first, in any order; it may only
/// look things up, and says whether all was known. `learn(block)` then does the blocks in which
/// something was not, in the order of the rows; alone it does all.
template <typename LookUp, typename Learn>
void for_blocks(crew& lanes, std::size_t rows, LookUp look_up, Learn learn) {
  constexpr std::size_t block_rows = 4'096;
  const std::size_t blocks = (rows + block_rows - 1) / block_rows;
  const auto block = [&](std::size_t b) {
    return row_range{b * block_rows, (std::min)(rows, (b + 1) * block_rows)};
  };
  std::vector<std::uint8_t> done(blocks);
  if (lanes.size() > 1 && blocks > 1)
    lanes.for_each(blocks, [&](std::size_t lane, std::size_t b) {
      done[b] = look_up(lane, block(b)) ? 1 : 0;
    });
  for (std::size_t b = 0; b < blocks; ++b)
    if (done[b] == 0) learn(block(b));
}

}  // namespace xqs::engine

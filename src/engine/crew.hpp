#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

namespace xqs::engine {

/// Threads that share out the work of a query, of which the caller is one. They are started when
/// there is work for them, and end with the crew. Nobody waits for a thread that has not begun: on
/// a busy machine the caller does what is left.
class crew {
 public:
  explicit crew(std::size_t size) : size_((std::max)(size, std::size_t{1})) {}
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;
  ~crew();

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Calls `task(lane, i)` for each i below `count`, in any order. A lane begins with a part of its
  /// own, the same in all work of the same count, since it may have their data in its cache; then
  /// it takes what is left of the others'. Each lane, below size(), is a thread of its own. What a
  /// task throws is thrown when all threads are done; a lane that threw takes no more.
  template <typename Task>
  void for_each(std::size_t count, Task task) {
    if (size_ == 1 || count < 2) {
      for (std::size_t i = 0; i < count; ++i) task(std::size_t{0}, i);
      return;
    }
    start((std::min)(size_, count));
    std::array<next_of_part, most_parts> next;
    const std::size_t parts = (std::min)({size_, count, most_parts});
    const auto take = [&](std::size_t lane) {
      for (std::size_t p = 0; p < parts; ++p) {
        const std::size_t part = (lane + p) % parts;
        const std::size_t last = count * (part + 1) / parts;
        std::size_t i = count * part / parts + next[part].taken++;
        for (; i < last; i = count * part / parts + next[part].taken++) task(lane, i);
      }
    };
    run([](const void* context,
           std::size_t lane) { (*static_cast<decltype(&take)>(context))(lane); },
        &take);
  }

 private:
  using work = void (*)(const void* context, std::size_t lane);
  static constexpr std::size_t most_parts = 16;
  struct alignas(64) next_of_part {  // a cache line each
    std::atomic<std::size_t> taken = 0;
  };

  void run(work task, const void* context);
  void start(std::size_t size);
  void serve(std::size_t lane, std::uint32_t round);
  bool enter();
  void guarded(std::size_t lane) noexcept;

  std::size_t size_;
  std::vector<std::thread> others_;
  std::vector<std::exception_ptr> failures_;
  work task_ = nullptr;
  const void* context_ = nullptr;
  std::atomic<bool> ends_ = false;
  std::atomic<std::uint32_t> round_ = 0;    ///< a new one is new work
  std::atomic<std::uint32_t> working_ = 0;  ///< how many others are at it, and whether more may be
};

/// Some rows of a batch.
struct row_range {
  std::size_t first;
  std::size_t last;
  [[nodiscard]] std::size_t size() const { return last - first; }
};

/// How many rows are a block, but for the last: so few that what is written of them stays in the
/// first caches.
inline constexpr std::size_t block_rows = 4'096;

[[nodiscard]] inline std::size_t blocks_of(std::size_t rows) {
  return (rows + block_rows - 1) / block_rows;
}
[[nodiscard]] inline row_range block_of(std::size_t rows, std::size_t block) {
  return {block * block_rows, (std::min)(rows, (block + 1) * block_rows)};
}

/// Goes through rows in blocks. `look_up(lane, block)` goes first, in any order; several lanes may
/// do so at once, so it changes only what belongs to its lane or block. It says whether all was
/// known: where not, `learn(block)` does the block, in the order of the rows. A lane that is alone
/// learns blocks behind those where something was new without looking it up first. Whether anything
/// was learned.
///
/// `begins_new`: much is new, as in a first batch. Then, with several lanes, the first blocks are
/// learned before the others are looked up, a few at the most, until there is nothing new in one.
template <typename LookUp, typename Learn>
bool for_blocks(crew& lanes, std::size_t rows, LookUp look_up, Learn learn,
                bool begins_new = false) {
  constexpr std::size_t most_unasked = 7;
  constexpr std::size_t most_before = 4;
  const std::size_t blocks = blocks_of(rows);
  bool learned = false;
  const auto learn_block = [&](std::size_t b) {
    learn(block_of(rows, b));
    learned = true;
  };
  if (lanes.size() == 1 || blocks == 1) {
    for (std::size_t b = 0, unasked = 0; b < blocks; ++b) {
      if (look_up(std::size_t{0}, block_of(rows, b))) {
        unasked = 0;
        continue;
      }
      learn_block(b);
      unasked = (std::min)({2 * unasked + 1, most_unasked, blocks - b - 1});
      for (const std::size_t last = b + unasked; b < last;) learn_block(++b);
    }
    return learned;
  }
  std::size_t first = 0;
  for (bool known = !begins_new; !known && first < (std::min)(blocks, most_before); ++first) {
    known = look_up(std::size_t{0}, block_of(rows, first));
    if (!known) learn_block(first);
  }
  std::vector<std::uint8_t> done(blocks);
  lanes.for_each(blocks - first, [&](std::size_t lane, std::size_t b) {
    done[first + b] = look_up(lane, block_of(rows, first + b)) ? 1 : 0;
  });
  for (std::size_t b = first; b < blocks; ++b)
    if (done[b] == 0) learn_block(b);
  return learned;
}

}  // namespace xqs::engine

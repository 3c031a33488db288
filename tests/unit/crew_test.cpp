#include "engine/crew.hpp"

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

#include "catch.hpp"

using namespace xqs;
using engine::row_range;

TEST_CASE("crew: each task is done once, by a lane there is", "[unit]") {
  for (const std::size_t size : {0u, 1u, 2u, 8u, 100u}) {
    CAPTURE(size);
    engine::crew lanes(size);
    for (const std::size_t count : {0u, 1u, 2u, 7u, 1'000u}) {
      std::vector<std::atomic<int>> done(count);
      std::atomic<bool> any_other_lane = false;
      lanes.for_each(count, [&](std::size_t lane, std::size_t i) {
        ++done[i];
        if (lane >= lanes.size()) any_other_lane = true;
      });
      for (const std::atomic<int>& times : done) CHECK(times == 1);
      CHECK_FALSE(any_other_lane);
    }
  }
}

TEST_CASE("crew: many small works in quick succession, and with pauses", "[unit]") {
  engine::crew lanes(3);
  std::size_t sum = 0;
  for (std::size_t round = 0; round < 3'000; ++round) {
    std::vector<std::size_t> of_lane(lanes.size() * 16);  // apart in memory
    lanes.for_each(5, [&](std::size_t lane, std::size_t i) { of_lane[lane * 16] += i; });
    for (const std::size_t part : of_lane) sum += part;
    if (round % 1'000 == 0)
      for (std::atomic<int> wait = 0; wait < 1'000'000; ++wait) continue;
  }
  CHECK(sum == 30'000);
}

TEST_CASE("crew: what a task throws is thrown when all are done, and nothing is left of it",
          "[unit]") {
  engine::crew lanes(4);
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> done = 0;
    const auto fails = [&](std::size_t, std::size_t i) {
      ++done;
      if (i == 3) throw std::runtime_error("3");
    };
    CHECK_THROWS_WITH(lanes.for_each(100, fails), "3");
    CHECK(done >= 4);
    CHECK_NOTHROW(lanes.for_each(100, [&](std::size_t, std::size_t) { ++done; }));
    CHECK(done >= 104);
  }
}

TEST_CASE("crew: blocks that are not known are learned in the order of rows", "[unit]") {
  constexpr std::size_t rows = 4'096 * 9 + 1;
  for (const std::size_t size : {1u, 2u, 8u}) {
    CAPTURE(size);
    engine::crew lanes(size);
    std::vector<std::atomic<int>> looked_up(rows);
    std::vector<std::size_t> learned;
    const auto is_known = [](row_range block) { return block.first / 4'096 % 3 != 0; };
    for_blocks(
        lanes, rows,
        [&](std::size_t, row_range block) {
          for (std::size_t row = block.first; row < block.last; ++row) ++looked_up[row];
          return is_known(block);
        },
        [&](row_range block) {
          for (std::size_t row = block.first; row < block.last; ++row) learned.push_back(row);
        });
    // Alone, what follows a block that is learned is learned, too: the second of each three.
    std::vector<std::size_t> expected;
    for (std::size_t row = 0; row < rows; ++row)
      if (row / 4'096 % 3 == 0 || (size == 1 && row / 4'096 % 3 == 1)) expected.push_back(row);
    CHECK(learned == expected);
    for (std::size_t row = 0; row < rows; ++row)
      CHECK(looked_up[row] == (size == 1 && row / 4'096 % 3 == 1 ? 0 : 1));
  }
}

TEST_CASE("crew: where much is new, first blocks are learned before the others are looked up",
          "[unit]") {
  constexpr std::size_t blocks = 10;
  const auto learned = [](std::size_t size, std::size_t needed, bool begins_new) {
    engine::crew lanes(size);
    std::vector<std::size_t> all;
    const bool any = for_blocks(
        lanes, 4'096 * blocks, [&](std::size_t, row_range) { return all.size() >= needed; },
        [&](row_range block) { all.push_back(block.first / 4'096); }, begins_new);
    CHECK(any == !all.empty());
    return all;
  };
  const std::vector<std::size_t> every = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  for (const std::size_t size : {2u, 8u}) {
    CAPTURE(size);
    CHECK(learned(size, 2, true) == std::vector<std::size_t>{0, 1});
    CHECK(learned(size, 4, true) == std::vector<std::size_t>{0, 1, 2, 3});
    CHECK(learned(size, 5, true) == every);
    CHECK(learned(size, 1, false) == every);
    CHECK(learned(size, 0, true).empty());
    CHECK(learned(size, 0, false).empty());
  }
  // Alone, nothing is passed over that was not looked up, but behind what was learned.
  CHECK(learned(1, 0, true).empty());
  CHECK(learned(1, 2, true) == std::vector<std::size_t>{0, 1});
  CHECK(learned(1, 99, false) == every);
}

#include "engine/waiting_words.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "catch.hpp"

using xqs::engine::waiting_words;

namespace {

std::vector<std::uint64_t> all_of(const waiting_words& words) {
  std::vector<std::uint64_t> all;
  words.for_each_piece([&](std::span<const std::uint64_t> some) {
    all.insert(all.end(), some.begin(), some.end());
  });
  return all;
}

}  // namespace

TEST_CASE("waiting words: in the order in which they came, less those behind a size") {
  // At, before and behind the ends of pieces of 64, then of 512 words each.
  for (const std::size_t count : {0u, 1u, 63u, 64u, 65u, 575u, 576u, 577u, 1'088u, 1'089u, 2'000u})
    for (const std::size_t size : {0u, 1u, 64u, 65u, 576u, 577u, 1'088u, 3'000u}) {
      CAPTURE(count, size);
      waiting_words words;
      std::vector<std::uint64_t> expected;
      for (std::uint64_t word = 0; word < count; ++word) {
        words.push_back(word << 40u);
        expected.push_back(word << 40u);
      }
      CHECK(words.size() == count);
      CHECK(words.empty() == (count == 0));
      CHECK(all_of(words) == expected);
      words.shrink(size);
      if (size < count) expected.resize(size);
      CHECK(words.size() == expected.size());
      CHECK(words.empty() == expected.empty());
      for (std::uint64_t word = 0; word < 600; ++word) {
        words.push_back(word);
        expected.push_back(word);
      }
      CHECK(words.size() == expected.size());
      CHECK(all_of(words) == expected);
    }
}

TEST_CASE("waiting words: what was moved from is empty, and can be used again") {
  waiting_words words;
  for (std::uint64_t word = 0; word < 100; ++word) words.push_back(word);
  waiting_words moved = std::move(words);
  CHECK(moved.size() == 100);
  CHECK(words.empty());  // NOLINT(bugprone-use-after-move): that is the point
  CHECK(words.size() == 0);
  words.push_back(7);
  CHECK(all_of(words) == std::vector<std::uint64_t>{7});
  words = std::move(moved);
  CHECK(words.size() == 100);
  words = waiting_words();
  CHECK(words.empty());
}

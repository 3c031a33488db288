#include "engine/sparse_pairs.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "catch.hpp"

using xqs::engine::sparse_pairs;

namespace {

using pairs = std::map<std::pair<std::uint32_t, std::uint32_t>, bool>;

pairs all_of(const sparse_pairs& from) {
  pairs all;
  from.for_each([&](std::uint32_t first, std::uint32_t second, bool marked) {
    CHECK(all.emplace(std::pair(first, second), marked).second);
  });
  return all;
}

/// What is found of one pair.
bool finds(const sparse_pairs& in, std::uint32_t first, std::uint32_t second, bool marked) {
  std::uint8_t known = 1;
  in.find(
      std::span(&first, 1), std::span(&second, 1), [&](std::size_t) { return marked; }, &known);
  return known != 0;
}

}  // namespace

TEST_CASE("sparse pairs: a mark is new once, and stays") {
  sparse_pairs known;
  CHECK_FALSE(known.add(4, 7, false));
  CHECK(known.add(4, 7, true));
  CHECK_FALSE(known.add(4, 7, true));
  CHECK_FALSE(known.add(4, 7, false));
  CHECK(known.add(4, 8, true));  // a second one of 4
  CHECK_FALSE(known.add(4, 8, true));
  CHECK_FALSE(known.add(1, 7, false));
  CHECK(all_of(known) == pairs{{{4, 7}, true}, {{4, 8}, true}, {{1, 7}, false}});
}

TEST_CASE("sparse pairs: what is found is there, and single pairs are found") {
  sparse_pairs known;
  CHECK_FALSE(finds(known, 0, 0, false));
  (void)known.add(4, 7, false);
  (void)known.add(5, 0, true);
  CHECK(finds(known, 4, 7, false));
  CHECK_FALSE(finds(known, 4, 7, true));  // not marked
  CHECK(finds(known, 5, 0, false));
  CHECK(finds(known, 5, 0, true));
  CHECK_FALSE(finds(known, 4, 0, false));
  CHECK_FALSE(finds(known, 0, 7, false));
  CHECK_FALSE(finds(known, 6, 0, false));
  CHECK_FALSE(finds(known, sparse_pairs::none, 7, false));
  // Doubled, as it is kept, this would be the same as another, or as none.
  CHECK_FALSE(finds(known, 5, 1u << 31u, false));
  CHECK_FALSE(finds(known, 0, (1u << 31u) - 1, false));
  CHECK_FALSE(finds(known, 0, sparse_pairs::none, false));
}

TEST_CASE("sparse pairs: any numbers, as a map has them") {
  const std::vector<std::uint32_t> large = {(1u << 31u) - 2, (1u << 31u) - 1, 1u << 31u,
                                            sparse_pairs::none - 1, sparse_pairs::none};
  std::mt19937 engine(5);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  sparse_pairs known;
  pairs expected;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint32_t first = random() % 50 == 0 ? sparse_pairs::none : random() % 3'000;
    const std::uint32_t second =
        random() % 9 == 0 ? large[random() % large.size()] : first % 7 + random() % 2;
    const bool marked = random() % 2 == 0;
    bool& mark = expected[{first, second}];
    CHECK(known.add(first, second, marked) == (marked && !mark));
    mark = mark || marked;
  }
  CHECK(all_of(known) == expected);
  std::size_t found = 0;
  for (std::uint32_t first = 0; first < 3'010; ++first)
    for (std::uint32_t second = 0; second < 10; ++second)
      for (const bool marked : {false, true}) {
        const auto at = expected.find({first, second});
        const bool is_there = at != expected.end() && (at->second || !marked);
        const bool is_found = finds(known, first, second, marked);
        CHECK((is_there || !is_found));
        found += is_found ? 1 : 0;
      }
  CHECK(found > 2'000);
}

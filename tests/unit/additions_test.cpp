#include "engine/additions.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "engine/packed_sum.hpp"
#include "engine/pair_table.hpp"
#include "xqs/error.hpp"

using namespace xqs;
using engine::additions;

namespace {

unit_totals totals(std::int64_t requirement, std::int64_t satisfaction, std::uint32_t answers,
                   std::array<std::uint32_t, exclusion_count> excluded = {}) {
  unit_totals t;
  t.requirement = requirement;
  t.satisfaction = satisfaction;
  t.answers = answers;
  t.excluded = excluded;
  return t;
}

using sums = std::map<std::pair<std::uint32_t, std::uint32_t>, unit_totals>;

}  // namespace

TEST_CASE("packed sums: what fits comes back, and nothing else fits") {
  const unit_totals most = totals(511, 511, 15, {7, 7, 7});
  CHECK(engine::packed_sum::fits(most));
  CHECK(engine::packed_sum::pack(most) == 0x7fffffffu);
  CHECK(engine::packed_sum::unpack(0x7fffffffu) == most);
  const unit_totals some = totals(1, 2, 3, {4, 5, 6});
  CHECK(engine::packed_sum::unpack(engine::packed_sum::pack(some)) == some);
  CHECK_FALSE(engine::packed_sum::fits(totals(512, 0, 0)));
  CHECK_FALSE(engine::packed_sum::fits(totals(0, 512, 0)));
  CHECK_FALSE(engine::packed_sum::fits(totals(0, 0, 16)));
  CHECK_FALSE(engine::packed_sum::fits(totals(0, 0, 0, {0, 0, 8})));
}

TEST_CASE("additions: the sums are those of adding row by row") {
  const std::vector<unit_totals> kinds = {totals(4, 3, 1), totals(0, 0, 0, {1, 0, 0}),
                                          totals(400, 4, 1), totals(5'000'000'000, 7, 1)};
  const std::vector<unit_totals> common(kinds.begin(), kinds.begin() + 3);
  std::mt19937 random(7);
  for (const std::uint32_t columns : {1u, 3u, 100u, 1u << 21u}) {
    CAPTURE(columns);
    additions waiting;
    sums expected;
    for (int batch = 0; batch < 5; ++batch) {
      std::vector<std::uint32_t> units;
      std::vector<std::uint32_t> of_row;
      std::vector<std::uint8_t> kind;
      std::vector<unit_totals> rare;
      for (int row = 0; row < 3'000; ++row) {
        const bool again = row > 0 && random() % 3 > 0;  // in runs
        units.push_back(again ? units.back() : static_cast<std::uint32_t>(random() % 20'000));
        of_row.push_back(again ? of_row.back() : static_cast<std::uint32_t>(random() % columns));
        if (random() % 50 == 0) of_row.back() = additions::no_column;
        kind.push_back(static_cast<std::uint8_t>(random() % kinds.size()));
        rare.push_back(kinds.back());
        if (of_row.back() != additions::no_column)
          add_totals(expected[{units.back(), of_row.back()}], kinds[kind.back()]);
      }
      waiting.add({units, of_row, kind, common, rare});
    }
    CHECK(waiting.has_far() == (columns > 1u << 20u));
    sums found;
    waiting.drain(common, [&](std::uint32_t unit, std::uint32_t column, const unit_totals& t) {
      add_totals(found[{unit, column}], t);
    });
    CHECK(found == expected);
    CHECK(waiting.size() == 0);
  }
}

TEST_CASE("pair table: asks the index once a pair, while it may be large") {
  detail::pair_index pairs;
  engine::pair_table table(pairs);
  std::mt19937 random(3);
  std::uint32_t most = 2;
  for (int batch = 0; batch < 40; ++batch, most = 2 + most * 5 / 4) {
    table.make_room(most, most, 100);
    for (int row = 0; row < 100; ++row) {
      const auto a = static_cast<std::uint32_t>(random() % most);
      const std::uint32_t b = random() % 9 == 0 ? detail::pair_index::none
                                                : static_cast<std::uint32_t>(random() % most);
      const std::uint32_t number = table(a, b);
      CHECK(pairs[number] == std::pair(a, b));
      CHECK(pairs.find(a, b) == number);
    }
  }
}

TEST_CASE("additions: what a drain that breaks off has not visited is visited by the next") {
  const std::vector<unit_totals> kinds = {totals(4, 3, 1), totals(2, 1, 1)};
  const std::vector<std::uint32_t> units = {5, 3, 5, 3, 9'000, 5};
  const std::vector<std::uint32_t> columns = {0, 1, 2, 1, 1u << 20u, 0};
  const std::vector<std::uint8_t> kind = {0, 1, 1, 0, 1, 1};
  sums expected;
  for (std::size_t row = 0; row < units.size(); ++row)
    add_totals(expected[{units[row], columns[row]}], kinds[kind[row]]);
  for (std::size_t allowed = 0; allowed <= expected.size(); ++allowed) {
    CAPTURE(allowed);
    additions waiting;
    waiting.add({units, columns, kind, kinds});
    sums found;
    const auto visit = [&](std::uint32_t unit, std::uint32_t column, const unit_totals& t) {
      if (found.size() == allowed) throw 0;
      add_totals(found[{unit, column}], t);
    };
    try {
      waiting.drain(kinds, visit);
    } catch (int) {
    }
    CHECK(found.size() == allowed);
    waiting.drain(kinds, [&](std::uint32_t unit, std::uint32_t column, const unit_totals& t) {
      add_totals(found[{unit, column}], t);
    });
    CHECK(found == expected);
  }
}

TEST_CASE("additions: totals that are too large are told each time, and nothing is lost") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::vector<unit_totals> kinds = {totals(most, 1, 1)};
  additions waiting;
  waiting.add({std::vector<std::uint32_t>{0, 0, 1, 1, 1}, std::vector<std::uint32_t>{0, 1, 0, 1, 0},
               std::vector<std::uint8_t>(5), kinds});
  std::size_t visited = 0;
  const auto visit = [&](std::uint32_t, std::uint32_t, const unit_totals&) { ++visited; };
  CHECK_THROWS_AS(waiting.drain(kinds, visit), error);
  CHECK(visited == 2);
  CHECK_THROWS_AS(waiting.drain(kinds, visit), error);
  CHECK(visited == 2);
}

TEST_CASE("additions: what lanes added is gathered, with the sums that records refer to") {
  const std::vector<unit_totals> kinds = {totals(4, 3, 1), totals(5'000'000'000, 7, 1)};
  const std::vector<unit_totals> common(kinds.begin(), kinds.begin() + 1);
  std::mt19937 random(11);
  std::vector<additions> waiting(3);
  sums expected;
  for (int row = 0; row < 20'000; ++row) {
    const std::vector<std::uint32_t> unit = {static_cast<std::uint32_t>(random() % 9'000)};
    const std::vector<std::uint32_t> column = {static_cast<std::uint32_t>(random() % 3)};
    const std::vector<std::uint8_t> kind = {static_cast<std::uint8_t>(random() % kinds.size())};
    waiting[random() % waiting.size()].add({unit, column, kind, common, {&kinds.back(), 1}});
    add_totals(expected[{unit[0], column[0]}], kinds[kind[0]]);
  }
  const std::vector<additions*> others = {&waiting[1], &waiting[2]};
  waiting[0].gather(others, common.size());
  CHECK(waiting[1].size() + waiting[2].size() == 0);
  sums found;
  std::set<std::uint32_t> at_hand;
  std::set<std::uint32_t> ended;
  additions::record_list scratch;
  for (std::size_t bucket = 0; bucket < waiting[0].buckets(); ++bucket)
    waiting[0].for_each_sum(
        bucket, common,
        [&](std::uint32_t unit, std::uint32_t column, const unit_totals& t) {
          CHECK(found.emplace(std::pair(unit, column), t).second);
          at_hand.insert(unit);
        },
        [&] {
          REQUIRE(at_hand.size() == 1);
          CHECK(ended.insert(*at_hand.begin()).second);  // each once, behind all of its columns
          at_hand.clear();
        },
        scratch);
  CHECK(at_hand.empty());
  CHECK(found == expected);
  // They are still there; and a drain that breaks off goes on where it was.
  found.clear();
  const auto visit = [&](std::uint32_t unit, std::uint32_t column, const unit_totals& t) {
    if (found.size() == 5'000) throw 0;
    CHECK(found.emplace(std::pair(unit, column), t).second);
  };
  CHECK_THROWS_AS(waiting[0].drain(common, visit), int);
  waiting[0].drain(common, [&](std::uint32_t unit, std::uint32_t column, const unit_totals& t) {
    CHECK(found.emplace(std::pair(unit, column), t).second);
  });
  CHECK(found == expected);
  CHECK(waiting[0].size() == 0);
}

TEST_CASE("additions: what was added since the beginning of a batch is forgotten") {
  const std::vector<unit_totals> kinds = {totals(4, 3, 1), totals(5'000'000'000, 7, 1)};
  const std::vector<unit_totals> common(kinds.begin(), kinds.begin() + 1);
  const auto add = [&](additions& to, std::uint32_t unit, std::uint32_t column, std::uint8_t kind) {
    to.add({std::vector<std::uint32_t>{unit},
            std::vector<std::uint32_t>{column},
            std::vector<std::uint8_t>{kind},
            common,
            {&kinds.back(), 1}});
  };
  additions waiting;
  waiting.begin();
  add(waiting, 5, 0, 0);
  add(waiting, 5, 1, 1);
  waiting.begin();
  const std::size_t before = waiting.size();
  add(waiting, 5, 0, 0);
  add(waiting, 5, 1, 1);
  add(waiting, 9'000, 1u << 20u, 0);  // a bucket, and a far column, that were not there
  waiting.forget_added();
  CHECK(waiting.size() == before);
  CHECK_FALSE(waiting.has_far());
  add(waiting, 6, 1, 1);
  sums found;
  waiting.drain(common, [&](std::uint32_t unit, std::uint32_t column, const unit_totals& t) {
    add_totals(found[{unit, column}], t);
  });
  CHECK(found == sums{{{5, 0}, kinds[0]}, {{5, 1}, kinds[1]}, {{6, 1}, kinds[1]}});
}

TEST_CASE("additions: parts have about as many records each") {
  const std::vector<unit_totals> kinds = {totals(4, 3, 1)};
  additions waiting;
  CHECK(waiting.ends_of_parts(2) == std::vector<std::size_t>{0, 0});
  // Buckets of 4,096 units with 60, 0, 20 and 20 rows.
  for (const auto& [unit, rows] : std::vector<std::pair<std::uint32_t, std::size_t>>{
           {0, 60}, {2 * 4'096, 20}, {3 * 4'096, 20}})
    for (std::size_t row = 0; row < rows; ++row)
      waiting.add({std::vector<std::uint32_t>{unit}, std::vector<std::uint32_t>{0},
                   std::vector<std::uint8_t>{0}, kinds});
  REQUIRE(waiting.buckets() == 4);
  CHECK(waiting.ends_of_parts(1) == std::vector<std::size_t>{4});
  CHECK(waiting.ends_of_parts(2) == std::vector<std::size_t>{1, 4});
  CHECK(waiting.ends_of_parts(4) == std::vector<std::size_t>{1, 1, 3, 4});
}

#include "xqs/tally/unit_entries.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "catch.hpp"

using namespace xqs;

namespace {

unit_totals totals(std::int64_t requirement, std::int64_t satisfaction, std::uint32_t answers) {
  unit_totals t;
  t.requirement = requirement;
  t.satisfaction = satisfaction;
  t.answers = answers;
  return t;
}

using known = std::map<std::pair<std::uint32_t, std::uint32_t>, unit_totals>;

/// What for_each visits, and that it does so unit by unit.
known all_of(const unit_entries& entries) {
  known all;
  std::uint32_t unit = 0;
  entries.for_each([&](const unit_entries::entry& e) {
    CHECK(e.unit >= unit);
    unit = e.unit;
    CHECK(all.emplace(std::pair(e.unit, e.column), e.totals).second);
  });
  CHECK(all.size() == entries.size());
  return all;
}

}  // namespace

TEST_CASE("unit_entries: totals by unit and column", "[unit]") {
  unit_entries entries;
  CHECK(entries.empty());
  CHECK_FALSE(entries.find(0, 0));
  entries.add(7, 2, totals(4, 3, 1));
  entries.add(0, 5, totals(1, 1, 1));
  entries.add(7, 2, totals(2, 2, 1));
  entries.add(7, 9, totals(3, 0, 1));
  CHECK(entries.size() == 3);
  CHECK(entries.find(7, 2) == totals(6, 5, 2));
  CHECK(entries.find(7, 9) == totals(3, 0, 1));
  CHECK_FALSE(entries.find(7, 5));
  CHECK_FALSE(entries.find(3, 2));
  CHECK_FALSE(entries.find(8, 2));
  CHECK(all_of(entries) ==
        known{{{0, 5}, totals(1, 1, 1)}, {{7, 2}, totals(6, 5, 2)}, {{7, 9}, totals(3, 0, 1)}});
}

TEST_CASE("unit_entries: a unit may have many columns, in any order", "[unit]") {
  unit_entries entries;
  constexpr std::uint32_t columns = 20'000;
  for (std::uint32_t time = 0; time < 2; ++time)
    for (std::uint32_t i = 0; i < columns; ++i) {
      entries.add(1, i * 7 % columns, totals(i, 1, 1));
      if (i % 100 == 0) entries.add(0, i, totals(2, 1, 1));
    }
  CHECK(entries.size() == columns + columns / 100);
  bool right = true;
  for (std::uint32_t i = 0; i < columns; ++i)
    right = right && entries.find(1, i * 7 % columns) == totals(2 * std::int64_t{i}, 2, 2);
  CHECK(right);
  CHECK(all_of(entries).size() == entries.size());
}

TEST_CASE("unit_entries: totals of any size", "[unit]") {
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  constexpr std::uint32_t most_answers = (std::numeric_limits<std::uint32_t>::max)();
  unit_totals excluded;
  excluded.excluded = {65'534, 65'535, most_answers};
  const unit_totals cases[] = {
      totals(0xffffffff, 0, 65'534), totals(0x100000000, 0, 1),  totals(0, most, 1),
      totals(1, 1, 65'535),          totals(1, 1, most_answers), excluded};
  unit_entries entries;
  std::uint32_t unit = 0;
  for (const unit_totals& t : cases) entries.add(unit++, 0, t);
  unit = 0;
  for (const unit_totals& t : cases) CHECK(entries.find(unit++, 0) == t);
  CHECK_THROWS_AS(entries.add(2, 0, totals(0, 1, 1)), error);
  CHECK(entries.find(2, 0) == totals(0, most, 1));
  entries.add(0, 0, totals(1, 0, 0));  // grows out of its place
  CHECK(entries.find(0, 0) == totals(0x100000000, 0, 65'534));
  entries.add(0, 0, totals(1, 0, 1));
  CHECK(entries.find(0, 0) == totals(0x100000001, 0, 65'535));
}

TEST_CASE("unit_entries: a map of pairs holds the same", "[unit]") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    const std::uint32_t units = 1 + below(50);
    const std::uint32_t columns = 1 + below(seed % 4 == 0 ? 1'000 : 40);
    const std::int64_t size = below(3) == 0 ? std::int64_t{1} << 31 : 5;
    unit_entries entries;
    known expected;
    for (int i = 0; i < 5'000; ++i) {
      const std::uint32_t unit = below(units);
      const std::uint32_t column = below(columns);
      const unit_totals t = totals(size * below(5), size * below(5), 1);
      entries.add(unit, column, t);
      add_totals(expected[{unit, column}], t);
    }
    CHECK(all_of(entries) == expected);
    for (const auto& [key, t] : expected) CHECK(entries.find(key.first, key.second) == t);
    const unit_entries copy = entries;
    CHECK(all_of(copy) == expected);
  }
}

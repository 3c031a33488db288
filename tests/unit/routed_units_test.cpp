#include "xqs/tally/routed_units.hpp"

#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Expectations are worked out by hand.

using namespace xqs;
using hand_made::one_answer;

namespace {

/// Unit, tally, column, requirement.
using visited = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::int64_t>;

std::vector<visited> routed(const unit_entries& from, const std::vector<fold_target>& plan) {
  std::vector<visited> result;
  detail::for_each_routed(
      from, [&](const unit_entries::entry& e) { return plan[e.column]; },
      [&](std::uint32_t unit, const std::vector<detail::routed_part>& parts) {
        for (const detail::routed_part& p : parts)
          result.emplace_back(unit, p.tally, p.part.column, p.part.totals.requirement);
      });
  return result;
}

}  // namespace

TEST_CASE("for_each_routed: units ascend, and so do their parts, summed by place", "[unit]") {
  unit_entries e;
  e.add(2, 0, one_answer({1, 0}));
  e.add(0, 3, one_answer({2, 0}));
  e.add(0, 1, one_answer({4, 0}));
  e.add(0, 4, one_answer({8, 0}));
  e.add(0, 0, one_answer({16, 0}));
  e.add(0, 2, one_answer({32, 0}));
  e.add(1, 2, one_answer({64, 0}));  // nowhere
  const std::vector<fold_target> plan = {{1, 1}, {0, 5}, {}, {1, 1}, {1, 0}};
  CHECK(routed(e, plan) ==
        std::vector<visited>{{0, 0, 5, 4}, {0, 1, 0, 8}, {0, 1, 1, 18}, {2, 1, 1, 1}});
}

TEST_CASE("for_each_routed: units that nobody wants are left out whole", "[unit]") {
  unit_entries e;
  e.add(0, 0, one_answer({1, 0}));
  e.add(1, 0, one_answer({2, 0}));
  e.add(1, 1, one_answer({4, 0}));
  e.add(2, 1, one_answer({8, 0}));
  std::vector<std::int64_t> seen;
  detail::for_each_routed(
      e,
      [](const unit_entries::entry& of) {
        return fold_target{of.column, 0};
      },
      [](const std::vector<detail::routed_part>& parts) {
        return parts.size() == 2 || parts[0].tally == 1;
      },
      [&](std::uint32_t, const std::vector<detail::routed_part>& parts) {
        for (const detail::routed_part& p : parts) seen.push_back(p.part.totals.requirement);
      });
  CHECK(seen == std::vector<std::int64_t>{2, 4, 8});
}

TEST_CASE("for_each_routed: a unit with many parts", "[unit]") {
  unit_entries e;
  std::vector<fold_target> plan;
  std::vector<visited> expected;
  for (std::uint32_t c = 0; c < 200; ++c) {
    e.add(3, c, one_answer({c, 0}));
    plan.push_back({100 - c / 2, 0});
  }
  for (std::int64_t t = 1; t <= 100; ++t)  // columns 2 (100 - t), and the next
    expected.emplace_back(3, static_cast<std::uint32_t>(t), 0, 4 * (100 - t) + 1);
  CHECK(routed(e, plan) == expected);
}

TEST_CASE("for_each_routed: a sum beyond the range is refused", "[unit]") {
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  unit_entries e;
  e.add(0, 0, one_answer({most, 0}));
  e.add(0, 1, one_answer({1, 0}));
  CHECK_THROWS_AS(routed(e, {{0, 0}, {0, 0}}), error);
  CHECK(routed(e, {{0, 0}, {0, 1}}).size() == 2);
}

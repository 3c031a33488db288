#include <array>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "statistical/random.hpp"
#include "xqs/analysis/rank_sample.hpp"
#include "xqs/score/student_t.hpp"
#include "xqs/tally/unit_entries.hpp"

// A standardised score whose people are each in one of several small segments, or in all of them.

using namespace xqs;

namespace {

constexpr int runs = 10'000;

/// Five answers on a five-point scale from zero, satisfied with probability p; the true ratio is p.
unit_totals person(double p, statistical::random& random) {
  const double own = random.with(0.5) ? p + 0.15 : p - 0.15;
  unit_totals totals;
  totals.answers = 5;
  totals.requirement = 20;
  for (int i = 0; i < 20; ++i) totals.satisfaction += random.with(own) ? 1 : 0;
  return totals;
}

/// Share of intervals of 95 % that hold the score, .3 to .7 by segment, all with equal requirement.
double coverage(std::uint32_t people, std::uint32_t segments, bool in_all,
                statistical::random& random) {
  std::vector<rank_place> plan;
  double truth = 0;
  const auto ratio = [&](std::uint32_t s) { return 0.3 + 0.4 * s / segments; };
  for (std::uint32_t s = 0; s < segments; ++s) {
    plan.push_back({0, s});
    truth += 100 * ratio(s) / segments;
  }
  int held = 0;
  for (int run = 0; run < runs; ++run) {
    unit_entries ledger;
    for (std::uint32_t u = 0; u < people; ++u)
      for (std::uint32_t s = 0; s < segments; ++s)
        if (in_all || u % segments == s) ledger.add(u, s, person(ratio(s), random));
    const rank_entry e = *sample_ranks(ledger, plan, 1).entries[0];
    const double half = -student_t_quantile(0.025, e.df) * e.std_error;
    held += e.value - half <= truth && truth <= e.value + half ? 1 : 0;
  }
  return 100.0 * held / runs;
}

}  // namespace

TEST_CASE("rank: standardised intervals hold the score in small segments", "[statistical]") {
  statistical::random random(20261124);
  for (const auto& [people, segments] :
       std::vector<std::array<std::uint32_t, 2>>{{18, 1}, {18, 3}, {18, 6}, {18, 9}, {60, 6}}) {
    const double apart = coverage(people, segments, false, random);
    const double together = coverage(people, segments, true, random);
    WARN(people << " people, " << segments << " segments: " << apart << " % in one each, "
                << together << " % in all");
    CHECK(apart > 93);
    CHECK(apart < 97);
    CHECK(together > 93);
    CHECK(together < 97);
  }
}

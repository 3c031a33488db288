#include <cstdint>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "statistical/random.hpp"
#include "xqs/analysis/rank.hpp"
#include "xqs/analysis/rank_sample.hpp"
#include "xqs/tally/unit_entries.hpp"

// Twenty equal units of twenty respondents: whoever is separated from anybody is so by mistake.

using namespace xqs;

namespace {

constexpr int runs = 10'000;

/// Twenty people, five answers each on a five-point scale from zero, of whom half are satisfied
/// more.
void add_unit(unit_entries& ledger, std::uint32_t unit, statistical::random& random) {
  for (std::uint32_t person = 20 * unit; person < 20 * (unit + 1); ++person) {
    const double p = random.with(0.5) ? 0.6 : 0.3;
    unit_totals totals;
    totals.answers = 5;
    for (int a = 0; a < 5; ++a) {
      totals.requirement += 1 + static_cast<std::int64_t>(4 * random.uniform());
      for (int i = 0; i < 4; ++i) totals.satisfaction += random.with(p) ? 1 : 0;
    }
    ledger.add(person, unit, totals);
  }
}

bool separates(const rank_sample& sample) {
  for (const auto& r : rank(sample))
    if (r->low > 1 || r->high < sample.entries.size()) return true;
  return false;
}

}  // namespace

TEST_CASE("rank: family-wise error of simultaneous intervals", "[statistical]") {
  constexpr std::uint32_t units = 20;
  std::vector<rank_place> plan;
  for (std::uint32_t unit = 0; unit < units; ++unit) plan.push_back({unit, 0});
  statistical::random random(20261121);
  int by_welch = 0;
  int by_normal = 0;
  for (int run = 0; run < runs; ++run) {
    unit_entries ledger;
    for (std::uint32_t unit = 0; unit < units; ++unit) add_unit(ledger, unit, random);
    rank_sample sample = sample_ranks(ledger, plan, units);
    by_welch += separates(sample) ? 1 : 0;
    for (auto& e : sample.entries) e->df = std::numeric_limits<double>::infinity();
    by_normal += separates(sample) ? 1 : 0;
  }
  WARN("family-wise error at nominal 5 %: " << 100.0 * by_welch / runs << " % by Welch, "
                                            << 100.0 * by_normal / runs << " % by the normal");
  CHECK(by_welch >= 0.025 * runs);
  CHECK(by_welch <= 0.055 * runs);
  CHECK(by_normal > 0.09 * runs);  // why the quantile has to be that of t
}

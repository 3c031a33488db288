#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "watched.hpp"
#include "xqs/analysis/watch.hpp"
#include "xqs/analysis/watch_encoding.hpp"
#include "xqs/analysis/watch_pair.hpp"

// The promises about states of a watch and their evidence, each on many random cases.

using namespace xqs;

namespace {

struct random_case {
  std::mt19937_64 engine;
  definition d;
  std::uint32_t most_answers;

  explicit random_case(std::uint64_t seed)
      : engine(seed),
        d(watched::five_points(seed % 2 == 0 ? zero_requirement::exclude : zero_requirement::keep)),
        most_answers(static_cast<std::uint32_t>(1 + below(4))) {}

  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(n));
  }
  unit_totals unit() {
    unit_totals total;
    const bool keep = d.file().zero_requirement == zero_requirement::keep;
    for (std::int64_t k = 1 + below(most_answers); k > 0; --k)
      add_totals(total, unit_totals(answer_points{
                            {}, keep ? below(5) : 1 + below(4), (std::min)(below(5), below(7))}));
    return total;
  }
  std::vector<unit_totals> units(std::int64_t most) {
    std::vector<unit_totals> result;
    for (std::int64_t n = below(most); n >= 0; --n) result.push_back(unit());
    return result;
  }
  watch_state state() const { return watch_state(d, most_answers); }
};

}  // namespace

TEST_CASE("watch: any order and partition of the units gives the same state", "[law]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    random_case random(seed);
    std::vector<unit_totals> units = random.units(60);
    watch_state one = random.state();
    for (const unit_totals& u : units) one.add_unit(u);
    for (std::size_t i = units.size(); i > 1; --i)
      std::swap(units[i - 1],
                units[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
    std::vector<watch_state> parts(3, random.state());
    for (const unit_totals& u : units) parts[static_cast<std::size_t>(random.below(3))].add_unit(u);
    watch_state merged = parts[2];
    merged.merge_disjoint(parts[0]);
    merged.merge_disjoint(parts[1]);
    watch_state bulk = random.state();
    bulk.add_units(units);
    CHECK(one == merged);
    CHECK(one == bulk);
    CHECK(one.entries() == bulk.entries());
    // equal states, equal bits of evidence
    CHECK(log_evidence(one, 0.7, direction::above) == log_evidence(merged, 0.7, direction::above));
    merged.subtract(parts[0]);
    watch_state rest = parts[1];
    rest.merge_disjoint(parts[2]);
    CHECK(merged == rest);
  }
}

TEST_CASE("watch: stored parts in any order merge to the bytes of the whole", "[law]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    random_case random(seed);
    const std::vector<unit_totals> units = random.units(60);
    watch_state whole = random.state();
    std::vector<watch_state> parts(3, random.state());
    for (const unit_totals& u : units) {
      whole.add_unit(u);
      parts[static_cast<std::size_t>(random.below(3))].add_unit(u);
    }
    CHECK(decode_watch_state(encode(whole), random.d) == whole);
    for (std::size_t first = 0; first < 3; ++first) {
      watch_state merged = decode_watch_state(encode(parts[first]), random.d);
      for (std::size_t i = 1; i < 3; ++i)
        merged.merge_disjoint(decode_watch_state(encode(parts[(first + i) % 3]), random.d));
      CHECK(encode(merged) == encode(whole));
    }
    whole.subtract(watch_state(whole));
    CHECK(encode(whole) == encode(random.state()));
  }
}

TEST_CASE("watch: W+ falls, W- rises, never both above 1; the range holds the score", "[law]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    random_case random(seed);
    watch_state s = random.state();
    s.add_units(random.units(80));
    double above = 1e300;
    double below = -1e300;
    for (double theta = 0; theta <= 4; theta += 0.05) {
      const double next_above = log_evidence(s, theta, direction::above);
      const double next_below = log_evidence(s, theta, direction::below);
      CHECK(next_above <= above + 1e-12);
      CHECK(next_below >= below - 1e-12);
      CHECK((std::min)(next_above, next_below) <= 1e-12);
      above = next_above;
      below = next_below;
    }
    const watch_result r = watch(s, {.good = 70, .bad = 50, .alpha = 0.2});
    if (!r.range) continue;
    CHECK(r.range->low <= *r.score);
    CHECK(r.range->high >= *r.score);
    // the verdict and the range say the same
    CHECK((r.verdict == watch_verdict::good) == (r.range->low >= 70));
    CHECK((r.verdict == watch_verdict::bad) == (r.range->high <= 50));
  }
}

TEST_CASE("watch: the least evidence of a comparison is found", "[law]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    random_case random(seed);
    watch_state a = random.state();
    a.add_units(random.units(60));
    watch_state b = random.state();
    b.add_units(random.units(60));
    const double found = log_evidence_better(a, b);
    for (double theta = 0; theta <= 8; theta += 0.002)
      if (theta <= a.points().highest_ratio())
        REQUIRE(log_evidence(a, theta, direction::above) +
                    log_evidence(b, theta, direction::below) >=
                found - 1e-3);
  }
}

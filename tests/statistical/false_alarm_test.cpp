#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "simulation.hpp"
#include "xqs/analysis/compare.hpp"

// How often two groups of the same population differ "significantly" at 5 %: docs/method.md,
// section 13. Bounds, in per cent, were set before xqs was measured.

using namespace xqs;
using simulation::generator;
using simulation::population;

namespace {

const definition& ceqs_like() {
  static const definition d({.name = "simulated", .version = "1", .items = {{.id = "all"}}});
  return d;
}

/// Two waves: people who are in both, people who are in one.
struct waves_of {
  std::size_t shared;
  std::size_t before;
  std::size_t after;
};

bool alarm(population who, const waves_of& w, generator& g) {
  tally t(state_identity(ceqs_like()), {""}, {"before", "after"});
  const auto add = [&](std::optional<std::uint32_t> only) {
    const simulation::respondent person = simulation::draw_respondent(who, g);
    std::vector<tally::part> parts;
    for (std::uint32_t wave = 0; wave < 2; ++wave)
      if (!only || *only == wave)
        parts.push_back({wave, simulation::draw_answers(who, person, g).full});
    t.add_unit(parts);
  };
  for (std::size_t i = 0; i < w.shared; ++i) add({});
  for (std::size_t i = 0; i < w.before; ++i) add(0);
  for (std::size_t i = 0; i < w.after; ++i) add(1);
  const comparison c = compare(t, {0}, {1}, ceqs_like());
  return c.verdict && *c.verdict != verdict::no_clear_change;
}

double alarms(population who, const waves_of& w, std::uint64_t seed) {
  generator g(seed);
  double count = 0;
  for (std::uint64_t run = 0; run < simulation::runs(); ++run) count += alarm(who, w, g) ? 1 : 0;
  return 100 * count / static_cast<double>(simulation::runs());
}

}  // namespace

TEST_CASE("false alarms: two groups of one population", "[statistical]") {
  struct bounds {
    waves_of waves;
    double low;
    double high;
  };
  std::uint64_t seed = 101;
  for (const auto& [waves, low, high] :
       std::vector<bounds>{{{0, 5, 5}, 2.5, 4.2},
                           {{0, 10, 10}, 3.7, 5.2},
                           {{0, 5, 30}, 3.2, 4.7},
                           {{0, 5, 200}, 5.0, 6.7},
                           {{10, 0, 0}, 4.4, 6.0},    // the same ten people twice
                           {{5, 5, 5}, 3.4, 5.0}}) {  // half of ten
    INFO(waves.shared << " shared, " << waves.before << " before, " << waves.after << " after");
    const double found = alarms(population::typical, waves, seed++);
    CHECK(found >= low);
    CHECK(found <= high);
  }
}

TEST_CASE("false alarms: a few against many of a skewed population", "[statistical]") {
  CHECK(alarms(population::skewed, {0, 5, 200}, 201) <= 7.8);
}

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "simulation.hpp"
#include "xqs/score/interval.hpp"
#include "xqs/score/moments.hpp"
#include "xqs/score/score.hpp"

// The table of docs/method.md, section 11, which was computed in plain R: coverage of nominal 95 %
// intervals among samples whose variance is not exactly zero.

using namespace xqs;
using simulation::answered;
using simulation::generator;
using simulation::population;

namespace {

struct row {
  population who;
  bool cap;
  std::size_t respondents;
  double degenerate;
  double fieller;
  double delta;
  double without_ends;
};

const std::vector<row> table = {{population::typical, false, 5, 0.000, 0.961, 0.934, 0.061},
                                {population::typical, false, 10, 0.000, 0.954, 0.938, 0.000},
                                {population::typical, false, 20, 0.000, 0.955, 0.947, 0.000},
                                {population::typical, false, 50, 0.000, 0.951, 0.947, 0.000},
                                {population::typical, true, 5, 0.000, 0.949, 0.916, 0.062},
                                {population::typical, true, 10, 0.000, 0.946, 0.924, 0.000},
                                {population::typical, true, 20, 0.000, 0.944, 0.934, 0.000},
                                {population::typical, true, 50, 0.000, 0.949, 0.945, 0.000},
                                {population::ceiling, false, 5, 0.004, 0.968, 0.949, 0.037},
                                {population::ceiling, false, 10, 0.000, 0.955, 0.943, 0.000},
                                {population::ceiling, false, 20, 0.000, 0.954, 0.947, 0.000},
                                {population::ceiling, false, 50, 0.000, 0.954, 0.951, 0.000},
                                {population::ceiling, true, 5, 0.103, 0.961, 0.961, 0.031},
                                {population::ceiling, true, 10, 0.010, 0.912, 0.890, 0.000},
                                {population::ceiling, true, 20, 0.000, 0.921, 0.913, 0.000},
                                {population::ceiling, true, 50, 0.000, 0.933, 0.931, 0.000},
                                {population::skewed, false, 5, 0.000, 0.948, 0.917, 0.044},
                                {population::skewed, false, 10, 0.000, 0.945, 0.929, 0.000},
                                {population::skewed, false, 20, 0.000, 0.940, 0.935, 0.000},
                                {population::skewed, false, 50, 0.000, 0.941, 0.939, 0.000},
                                {population::skewed, true, 5, 0.004, 0.886, 0.830, 0.045},
                                {population::skewed, true, 10, 0.000, 0.890, 0.868, 0.000},
                                {population::skewed, true, 20, 0.000, 0.914, 0.905, 0.000},
                                {population::skewed, true, 50, 0.000, 0.931, 0.927, 0.000}};

definition with(interval_method method) {
  definition_file file{.name = "simulated", .version = "1", .items = {{.id = "all"}}};
  file.interval = method;
  return definition(file);
}

const unit_totals& counted(const answered& a, bool cap) { return cap ? a.capped : a.full; }

/// The true ratio, in per cent.
double truth(population who, bool cap) {
  generator g(4);
  double r = 0;
  double s = 0;
  for (int i = 0; i < 400'000; ++i) {
    const unit_totals t = counted(simulation::draw(who, g), cap);
    r += static_cast<double>(t.requirement);
    s += static_cast<double>(t.satisfaction);
  }
  return 100 * s / r;
}

/// Whether a ratio is in Fieller's set, from the units: where the set has no ends.
bool in_fieller_set(const std::vector<unit_totals>& units, double theta) {
  std::vector<double> distances;
  double sum = 0;
  for (const unit_totals& u : units) {
    distances.push_back(static_cast<double>(u.satisfaction) -
                        theta * static_cast<double>(u.requirement));
    sum += distances.back();
  }
  const auto n = static_cast<double>(units.size());
  double squares = 0;
  for (const double d : distances) squares += (d - sum / n) * (d - sum / n);
  const double k = critical_value(units.size(), decimal(0.95));
  return sum * sum <= k * k * n / (n - 1) * squares;
}

bool holds(const score& s, double truth) { return *s.low <= truth && truth <= *s.high; }

/// Shares of samples, as in the table.
row simulate(const row& r, double theta, std::uint64_t seed) {
  const definition fieller = with(interval_method::fieller);
  const definition delta = with(interval_method::delta);
  generator g(seed);
  double degenerate = 0;
  double by_fieller = 0;
  double by_delta = 0;
  double without_ends = 0;
  for (std::uint64_t run = 0; run < simulation::runs(); ++run) {
    tally t(state_identity(fieller), {""});
    std::vector<unit_totals> units;
    while (units.size() < r.respondents) {
      units.push_back(counted(simulation::draw(r.who, g), r.cap));
      t.add_unit(std::vector<tally::part>{{0, units.back()}});
      if (units.back().answers == 0) units.pop_back();  // nothing was required: no unit
    }
    const score s = score_of(t, fieller);
    if (s.interval_kind == interval_kind::degenerate) {
      ++degenerate;
      continue;
    }
    const bool bounded = s.interval_kind == interval_kind::bounded;
    without_ends += bounded ? 0 : 1;
    by_fieller += (bounded ? holds(s, theta) : in_fieller_set(units, theta / 100)) ? 1 : 0;
    by_delta += holds(score_of(t, delta), theta) ? 1 : 0;
  }
  const auto all = static_cast<double>(simulation::runs());
  const double proper = all - degenerate;
  return {r.who,
          r.cap,
          r.respondents,
          degenerate / all,
          by_fieller / proper,
          by_delta / proper,
          without_ends / all};
}

}  // namespace

TEST_CASE("coverage: Fieller and delta intervals of three populations", "[statistical]") {
  std::uint64_t seed = 1;
  double theta = 0;
  for (const row& expected : table) {
    if (expected.respondents == 5) theta = truth(expected.who, expected.cap);
    const row found = simulate(expected, theta, seed++);
    INFO(simulation::population_names[static_cast<int>(expected.who)]
         << (expected.cap ? ", capped, " : ", ") << expected.respondents << " respondents");
    CHECK(found.fieller == Approx(expected.fieller).margin(0.015).epsilon(0));
    CHECK(found.delta == Approx(expected.delta).margin(0.015).epsilon(0));
    CHECK(found.degenerate == Approx(expected.degenerate).margin(0.015).epsilon(0));
    CHECK(found.without_ends == Approx(expected.without_ends).margin(0.015).epsilon(0));
  }
}

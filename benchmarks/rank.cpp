// What ranks and watching cost. The peer of `ranks` is `all_pairs`, the p of all pairs without
// storing or sorting them: the least that the textbook way can cost.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "xqs/detail/threads.hpp"
#include "xqs/xqs.hpp"

namespace {

using namespace xqs;

class generator {
 public:
  double uniform() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (static_cast<double>(state_ >> 12u) + 0.5) * 0x1p-52;
  }
  double normal() { return normal_quantile(uniform()); }
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(uniform() * static_cast<double>(n));
  }

 private:
  std::uint64_t state_ = 20261121;
};

/// Units whose true scores have standard deviation 10, of `least` to 6 times as many respondents
/// whose own have 20.
std::vector<rank_entry> units(std::int64_t count, std::int64_t least) {
  generator random;
  std::vector<rank_entry> result;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto n = static_cast<double>(least + random.below(5 * least));
    const double std_error = 20 / std::sqrt(n) * (1 + random.normal() / std::sqrt(2 * n));
    result.push_back({60 + 10 * random.normal() + 20 / std::sqrt(n) * random.normal(),
                      std::abs(std_error), n - 1});
  }
  return result;
}

void ranks(benchmark::State& state, std::int64_t least, rank_family family, std::size_t threads) {
  const std::vector<rank_entry> entries = units(state.range(0), least);
  for (auto _ : state)
    benchmark::DoNotOptimize(rank(entries, {.family = family}, detail::threads(threads)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
const auto all_at_once = rank_family::simultaneous;
const auto each = rank_family::per_entry;
BENCHMARK_CAPTURE(ranks, small_units, 10, all_at_once, 1)
    ->RangeMultiplier(10)
    ->Range(1'000, 100'000);
BENCHMARK_CAPTURE(ranks, large_units, 50, all_at_once, 1)
    ->RangeMultiplier(10)
    ->Range(1'000, 100'000);
BENCHMARK_CAPTURE(ranks, large_units_2_threads, 50, all_at_once, 2)->Arg(100'000)->UseRealTime();
BENCHMARK_CAPTURE(ranks, per_entry, 10, each, 1)->RangeMultiplier(10)->Range(1'000, 100'000);
BENCHMARK_CAPTURE(ranks, per_entry_2_threads, 10, each, 2)->Arg(100'000)->UseRealTime();

void all_pairs(benchmark::State& state) {
  const std::vector<detail::ranked> entries = detail::ranked_entries(units(state.range(0), 50));
  for (auto _ : state) {
    double sum = 0;
    for (std::size_t a = 0; a < entries.size(); ++a)
      for (std::size_t b = a + 1; b < entries.size(); ++b)
        sum += detail::two_sided_p(entries[a], entries[b]);
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(all_pairs)->Arg(1'000)->Arg(10'000);

/// Each of 25 respondents of a unit answers for three units.
void shared_people(benchmark::State& state) {
  generator random;
  const auto count = static_cast<std::uint32_t>(state.range(0));
  unit_entries ledger;
  for (std::uint32_t unit = 0; unit < count; ++unit) {
    const double p = 0.6 + 0.1 * random.normal();
    for (std::uint32_t i = 0; i < 25; ++i) {
      unit_totals totals;
      totals.answers = 1;
      totals.requirement = 20;
      totals.satisfaction = std::llround(20 * std::fmax(0, p + 0.2 * random.normal()));
      ledger.add(unit / 3 * 25 + i, unit, totals);
    }
  }
  std::vector<rank_place> plan;
  for (std::uint32_t unit = 0; unit < count; ++unit) plan.push_back({unit, 0});
  for (auto _ : state) benchmark::DoNotOptimize(rank(sample_ranks(ledger, plan, count)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(shared_people)->RangeMultiplier(10)->Range(1'000, 100'000);

/// One more respondent of five answers, and the verdict anew.
void watch_per_respondent(benchmark::State& state) {
  generator random;
  const definition d({.name = "bench", .version = "1", .items = {{.id = "a"}}});
  watch_state watched(d, 5);
  const auto respondent = [&] {
    unit_totals totals;
    totals.answers = 5;
    for (int i = 0; i < 5; ++i) {
      totals.requirement += 1 + random.below(4);
      totals.satisfaction += random.below(4);
    }
    return totals;
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) watched.add_unit(respondent());
  for (auto _ : state) {
    watch_state next = watched;
    next.add_unit(respondent());
    benchmark::DoNotOptimize(watch(next, {.good = 80, .bad = 60}));
  }
}
BENCHMARK(watch_per_respondent)->RangeMultiplier(10)->Range(10, 100'000);

void one_against_another(benchmark::State& state) {
  generator random;
  const definition d({.name = "bench", .version = "1", .items = {{.id = "a"}}});
  std::vector<watch_state> concepts(2, watch_state(d, 5));
  for (std::int64_t i = 0; i < state.range(0); ++i)
    for (watch_state& c : concepts) {
      unit_totals totals;
      totals.answers = 5;
      totals.requirement = 5 + random.below(16);
      totals.satisfaction = random.below(21);
      c.add_unit(totals);
    }
  for (auto _ : state) benchmark::DoNotOptimize(evidence_better(concepts[0], concepts[1]));
}
BENCHMARK(one_against_another)->Arg(100)->Arg(10'000);

}  // namespace

BENCHMARK_MAIN();

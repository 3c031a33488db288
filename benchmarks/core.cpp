// What the core costs. Absolute times mean nothing on another machine: read them against each other
// and against `sum of a vector`, the least that the same number of answers can cost.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "xqs/xqs.hpp"

namespace {

using namespace xqs;

constexpr std::int64_t people = 10'000;
const std::vector<std::string> item_ids = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};

definition ten_items(estimator e) {
  definition_file file{.name = "bench", .version = "1"};
  for (const std::string& id : item_ids) file.items.push_back({.id = id});
  file.estimator = e;
  return definition(file);
}

/// Respondents' keys, and codes 1..5 by a small generator of its own.
struct answers {
  std::vector<std::string> keys;
  std::vector<answer_points> points;

  explicit answers(const definition& d) {
    std::uint32_t state = 20261121;
    const auto code = [&] {
      return decimal(1 + ((state = state * 1664525u + 1013904223u) >> 24) % 5);
    };
    for (std::int64_t i = 0; i < people; ++i) keys.push_back("respondent " + std::to_string(i));
    for (std::size_t i = 0; i < keys.size() * item_ids.size(); ++i)
      points.push_back(d.points(code(), code()));
  }
};

ledger filled(const definition& d, const answers& a, bool by_item) {
  ledger l(d);
  std::size_t next = 0;
  for (const std::string& key : a.keys)
    for (const std::string& item : item_ids) l.add(key, by_item ? item : "", a.points[next++]);
  return l;
}

void count_answers(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * people * static_cast<std::int64_t>(item_ids.size()));
}

void sum_of_a_vector(benchmark::State& state) {
  const answers a(ten_items(estimator::pooled));
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const answer_points& p : a.points) sum += p.requirement + p.satisfaction;
    benchmark::DoNotOptimize(sum);
  }
  count_answers(state);
}
BENCHMARK(sum_of_a_vector);

void points_of_codes(benchmark::State& state) {
  const definition d = ten_items(estimator::pooled);
  std::int64_t code = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(d.points(1 + code % 5, 1 + code % 4));
    ++code;
  }
}
BENCHMARK(points_of_codes);

void add(benchmark::State& state, bool by_item) {
  const definition d = ten_items(estimator::pooled);
  const answers a(d);
  for (auto _ : state) benchmark::DoNotOptimize(filled(d, a, by_item));
  count_answers(state);
}
BENCHMARK_CAPTURE(add, pooled, false);
BENCHMARK_CAPTURE(add, profile, true);

void fold(benchmark::State& state, bool by_item) {
  const definition d = ten_items(estimator::item_mean);
  const ledger l = filled(d, answers(d), true);
  for (auto _ : state) {
    if (by_item)
      benchmark::DoNotOptimize(fold_profile(l, d));
    else
      benchmark::DoNotOptimize(fold_pooled(l, d));
  }
  count_answers(state);
}
BENCHMARK_CAPTURE(fold, pooled, false);
BENCHMARK_CAPTURE(fold, profile, true);

void merge_ledgers(benchmark::State& state) {
  const definition d = ten_items(estimator::pooled);
  const ledger l = filled(d, answers(d), false);
  for (auto _ : state) {
    ledger sum = l;
    sum.merge(l);
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * people);
}
BENCHMARK(merge_ledgers);

void merge_tallies(benchmark::State& state) {
  const definition d = ten_items(estimator::item_mean);
  const tally t = fold_profile(filled(d, answers(d), true), d);
  tally sum = t;
  for (auto _ : state) {
    sum.merge_disjoint(t);
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(merge_tallies);

void score(benchmark::State& state, estimator e) {
  const definition d = ten_items(e);
  const ledger l = filled(d, answers(d), true);
  const tally t = e == estimator::item_mean ? fold_profile(l, d) : fold_pooled(l, d);
  for (auto _ : state) benchmark::DoNotOptimize(score_of(t, d));
}
BENCHMARK_CAPTURE(score, pooled, estimator::pooled);
BENCHMARK_CAPTURE(score, item_mean, estimator::item_mean);
BENCHMARK_CAPTURE(score, respondent_mean, estimator::respondent_mean);

void fingerprints(benchmark::State& state) {
  const definition_file file = ten_items(estimator::pooled).file();
  for (auto _ : state) benchmark::DoNotOptimize(definition(file).fingerprint());
}
BENCHMARK(fingerprints);

}  // namespace

BENCHMARK_MAIN();

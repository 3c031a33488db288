#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <utility>
#include <vector>

#include "xqs/tally/fold.hpp"
#include "xqs/tally/unit_entries.hpp"

/// Random totals of units in groups of two periods.
namespace random_answers {

inline std::uint64_t setting(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

class source {
 public:
  explicit source(std::uint64_t seed) : engine_(seed) {}
  /// One of 0..n-1, the same on every platform.
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  bool once_in(std::uint64_t n) { return below(n) == 0; }
  template <typename T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

/// A row: what one unit adds to a column.
struct row {
  std::uint32_t unit;
  std::uint32_t column;
  xqs::unit_totals totals;
};

inline xqs::unit_entries entries_of(const std::vector<row>& rows) {
  xqs::unit_entries entries;
  for (const row& r : rows) entries.add(r.unit, r.column, r.totals);
  return entries;
}

/// The same rows in another order, under other numbers of units.
inline std::vector<row> disguised(std::vector<row> rows, std::uint32_t units, source& random) {
  std::vector<std::uint32_t> names(units);
  for (std::uint32_t u = 0; u < units; ++u) names[u] = u;
  random.shuffle(names);
  random.shuffle(rows);
  for (row& r : rows) r.unit = names[r.unit];
  return rows;
}

/// Column p groups + g is group g of period p.
inline std::vector<xqs::fold_target> plan_of(std::uint32_t groups) {
  std::vector<xqs::fold_target> plan;
  for (std::uint32_t c = 0; c < 2 * groups; ++c) plan.push_back({c / groups, c % groups});
  return plan;
}

/// People who answer in one or both periods about some of the groups, a few answers of 0..7 points
/// each, the satisfied ones mostly with everything. Groups differ in satisfaction, and the first
/// ones gain weight: where neither is so, a mix is a product of two differences near 0, which is
/// not linear.
inline std::vector<row> people(std::uint32_t units, std::uint32_t groups, source& random) {
  std::vector<row> rows;
  for (std::uint32_t u = 0; u < units; ++u) {
    const auto mood = static_cast<std::int64_t>(random.below(3));
    const bool twice = random.once_in(2);
    for (std::uint32_t p = 0; p < 2; ++p) {
      if (!twice && p != u % 2) continue;
      const std::uint64_t answers = 1 + random.below(6);
      for (std::uint64_t a = 0; a < answers; ++a) {
        const bool to_first = p == 1 && random.once_in(3);
        const auto group = to_first ? 0 : static_cast<std::uint32_t>(random.below(groups));
        row r{u, p * groups + group, {}};
        r.totals.requirement = 2 + static_cast<std::int64_t>(random.below(3));
        r.totals.satisfaction = mood + static_cast<std::int64_t>(random.below(3) + group % 4);
        r.totals.answers = 1;
        rows.push_back(r);
      }
    }
  }
  return rows;
}

}  // namespace random_answers

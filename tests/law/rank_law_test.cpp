#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "catch.hpp"
#include "watched.hpp"
#include "xqs/analysis/rank.hpp"
#include "xqs/detail/threads.hpp"
#include "xqs/score/student_t.hpp"

// Ranks without storing pairs against all pairs, stored and sorted.

using namespace xqs;

namespace {

struct random_source {
  std::mt19937_64 engine;
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine() % n); }
  /// About normal.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(engine() >> 11u) * 0x1p-53;
    return sum;
  }
};

/// p of all pairs, and from them what rank() says.
class all_pairs {
 public:
  all_pairs(const std::vector<double>& values, std::vector<std::vector<double>> p)
      : values_(values), p_(std::move(p)) {}

  std::vector<entry_rank> ranks(const rank_settings& s) const {
    std::vector<entry_rank> result(count());
    std::vector<double> cutoff(count());
    if (s.family == rank_family::simultaneous) {
      std::vector<double> all;
      for (std::size_t a = 0; a < count(); ++a)
        all.insert(all.end(), p_[a].begin() + static_cast<std::ptrdiff_t>(a) + 1, p_[a].end());
      cutoff.assign(count(), last_rejected(all, s));
    } else {
      for (std::size_t a = 0; a < count(); ++a) {
        std::vector<double> own = p_[a];
        own.erase(own.begin() + static_cast<std::ptrdiff_t>(a));
        cutoff[a] = last_rejected(own, s);
      }
    }
    for (std::size_t a = 0; a < count(); ++a) {
      result[a].high = static_cast<std::uint32_t>(count());
      for (std::size_t b = 0; b < count(); ++b) {
        if (values_[b] > values_[a]) ++result[a].rank;
        if (a == b || p_[a][b] > cutoff[a]) continue;
        if (values_[b] > values_[a]) ++result[a].low;
        if (values_[b] < values_[a]) --result[a].high;
      }
    }
    set_tiers(result, s);
    return result;
  }

 private:
  std::size_t count() const { return values_.size(); }

  /// The largest p that Holm (or Bonferroni) rejects, or -1.
  static double last_rejected(std::vector<double> p, const rank_settings& s) {
    std::sort(p.begin(), p.end());
    double last = -1;
    for (std::size_t k = 0; k < p.size(); ++k) {
      const std::size_t left =
          p.size() - (s.adjustment == rank_adjustment::holm ? k : std::size_t{0});
      if (p[k] > s.alpha / static_cast<double>(left)) break;
      last = p[k];
    }
    return last;
  }

  void set_tiers(std::vector<entry_rank>& ranks, const rank_settings& s) const {
    std::vector<double> all;
    for (std::size_t a = 0; a < count(); ++a)
      all.insert(all.end(), p_[a].begin() + static_cast<std::ptrdiff_t>(a) + 1, p_[a].end());
    const double cutoff = last_rejected(all, s);
    std::vector<std::size_t> order(count());
    for (std::size_t i = 0; i < count(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return values_[a] > values_[b]; });
    // the farthest entry below that each is not separated from
    std::size_t reach = 0;
    std::uint32_t tier = 1;
    for (std::size_t i = 0; i < count(); ++i) {
      ranks[order[i]].tier = tier;
      for (std::size_t k = count() - 1; k > (std::max)(reach, i); --k)
        if (p_[order[i]][order[k]] > cutoff) reach = k;
      if (reach <= i) ++tier;
    }
  }

  const std::vector<double>& values_;
  std::vector<std::vector<double>> p_;
};

double p_of(double difference, double variance, double df) {
  if (difference == 0) return 1;
  if (variance == 0) return 0;
  return 2 * student_t_upper_tail(std::abs(difference) / std::sqrt(variance), df);
}

void check_same(const std::vector<std::optional<entry_rank>>& found,
                const std::vector<entry_rank>& expected) {
  std::size_t different = 0;
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!found[i] || found[i]->rank != expected[i].rank || found[i]->low != expected[i].low ||
        found[i]->high != expected[i].high || found[i]->tier != expected[i].tier)
      ++different;
  CHECK(different == 0);
}

const std::vector<rank_settings> many_settings = {
    {},
    {.family = rank_family::per_entry},
    {.adjustment = rank_adjustment::bonferroni},
    {.alpha = 0.3, .family = rank_family::per_entry, .adjustment = rank_adjustment::bonferroni}};

std::vector<rank_entry> random_rows(random_source& random) {
  std::vector<rank_entry> rows;
  const double spread = std::pow(10.0, static_cast<double>(random.below(4)) - 1);
  const std::size_t kind = random.below(4);
  for (std::size_t n = 1 + random.below(400); n > 0; --n) {
    rank_entry e{.value = spread * random.normal(), .std_error = 0.1 + std::abs(random.normal())};
    if (kind > 0) e.df = static_cast<double>(1 + random.below(kind == 1 ? 4 : 60));
    if (kind == 2) e.value = std::round(e.value);  // ties
    if (kind == 3 && random.below(20) == 0) e = {.value = e.value, .census = true};
    rows.push_back(e);
  }
  return rows;
}

}  // namespace

TEST_CASE("rank: rows as from all pairs", "[law]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    random_source random{std::mt19937_64(seed)};
    const std::vector<rank_entry> rows = random_rows(random);
    std::vector<double> values;
    std::vector<std::vector<double>> p;
    for (const rank_entry& a : rows) {
      values.push_back(a.value);
      p.emplace_back();
      for (const rank_entry& b : rows) {
        const double va = a.census ? 0 : a.std_error * a.std_error;
        const double vb = b.census ? 0 : b.std_error * b.std_error;
        const double sum = va * va / a.df + vb * vb / b.df;
        p.back().push_back(
            p_of(a.value - b.value, va + vb,
                 sum > 0 ? (va + vb) * (va + vb) / sum : std::numeric_limits<double>::infinity()));
      }
    }
    const all_pairs expected(values, p);
    for (const rank_settings& s : many_settings) {
      check_same(rank(rows, s), expected.ranks(s));
      check_same(rank(rows, s, detail::threads(2)), expected.ranks(s));
    }
  }
}

// 2,000 entries whose people overlap: of each entry's 10 to 40 people most are also in others.
TEST_CASE("rank: an overlapping population as from all pairs", "[law]") {
  struct person_part {
    std::uint32_t person;
    double requirement;
    double satisfaction;
    double residual;
  };
  constexpr std::size_t count = 2000;
  random_source random{std::mt19937_64(20261121)};
  std::vector<std::vector<person_part>> parts(count);
  unit_entries ledger;
  for (std::uint32_t e = 0; e < count; ++e) {
    std::map<std::uint32_t, bool> people;
    const std::size_t near = random.below(9'000);
    const std::size_t size = 10 + random.below(31);
    while (people.size() < size) people[static_cast<std::uint32_t>(near + random.below(60))] = true;
    const double level = 0.5 + 0.12 * random.normal();
    for (const auto& [person, in] : people) {
      const auto r = static_cast<std::int64_t>(4 + random.below(13));
      const double wanted =
          static_cast<double>(r) * (level + 0.02 * (person % 7) + 0.1 * random.normal());
      const auto s = (std::max)(std::int64_t{0}, static_cast<std::int64_t>(std::lround(wanted)));
      parts[e].push_back({person, static_cast<double>(r), static_cast<double>(s), 0});
      ledger.add(person, e, watched::totals({s, r}, 1));
    }
  }
  std::vector<double> values;
  std::vector<double> variances;
  for (std::vector<person_part>& entry : parts) {
    double x = 0;
    double y = 0;
    for (const person_part& p : entry) {
      x += p.requirement;
      y += p.satisfaction;
    }
    const auto n = static_cast<double>(entry.size());
    values.push_back(100 * y / x);
    variances.push_back(0);
    for (person_part& p : entry) {
      p.residual = 100 * std::sqrt(n / (n - 1)) * (p.satisfaction - y / x * p.requirement) / x;
      variances.back() += p.residual * p.residual;
    }
  }
  std::size_t overlapping = 0;
  const auto p_between = [&](std::size_t a, std::size_t b) {
    double v[3] = {0, 0, 0};
    std::size_t n[3] = {0, 0, 0};
    const auto add = [&](int part, double residual) {
      v[part] += residual * residual;
      ++n[part];
    };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < parts[a].size() || j < parts[b].size()) {
      const bool left =
          j == parts[b].size() || (i < parts[a].size() && parts[a][i].person < parts[b][j].person);
      const bool right = !left && (i == parts[a].size() || parts[b][j].person < parts[a][i].person);
      if (left)
        add(0, parts[a][i++].residual);
      else if (right)
        add(1, parts[b][j++].residual);
      else
        add(2, parts[a][i++].residual - parts[b][j++].residual);
    }
    if (n[2] > 0) ++overlapping;
    const double variance = v[0] + v[1] + v[2];
    double sum = 0;
    for (int k = 0; k < 3; ++k)
      if (n[k] > 0) sum += v[k] * v[k] / (std::max)(static_cast<double>(n[k]) - 1, 1.0);
    const auto least = static_cast<double>((std::min)(parts[a].size(), parts[b].size())) - 1;
    return p_of(values[a] - values[b], variance, (std::max)(variance * variance / sum, least));
  };
  std::vector<std::vector<double>> p(count, std::vector<double>(count, 1));
  for (std::size_t a = 0; a < count; ++a)
    for (std::size_t b = a + 1; b < count; ++b) p[a][b] = p[b][a] = p_between(a, b);
  CHECK(overlapping > 5 * count);

  std::vector<rank_place> plan;
  for (std::uint32_t e = 0; e < count; ++e) plan.push_back({e, 0});
  const rank_sample sample = sample_ranks(ledger, plan, count);
  for (std::size_t e = 0; e < count; ++e) {
    REQUIRE(sample.entries[e]->value == Approx(values[e]).epsilon(1e-12));
    REQUIRE(sample.entries[e]->std_error == Approx(std::sqrt(variances[e])).epsilon(1e-12));
    values[e] = sample.entries[e]->value;  // ties are ties of the last bit
  }
  const all_pairs expected(values, p);
  for (const rank_settings& s : many_settings) check_same(rank(sample, s), expected.ranks(s));
}

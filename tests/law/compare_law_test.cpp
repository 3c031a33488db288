#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"
#include "random_answers.hpp"
#include "xqs/analysis/compare.hpp"

// A failing case is repeated alone with XQS_LAW_SEED=<its seed> XQS_LAW_CASES=1.

using namespace xqs;
using random_answers::row;
using random_answers::setting;
using random_answers::source;

namespace {

definition with(estimator e) {
  definition_file file = hand_made::file({"0", "1", "2"});
  file.estimator = e;
  return definition(file);
}

/// Some answers of thousands of points, and some that are left out.
void vary(std::vector<row>& rows, source& random) {
  for (row& r : rows) {
    if (random.once_in(12)) {
      r.totals.requirement *= 5'000;
      r.totals.satisfaction *= 5'000;
    }
    if (random.once_in(12)) r.totals = {};
    if (r.totals == unit_totals() || random.once_in(12)) r.totals.excluded[random.below(3)] += 1;
  }
}

/// Rows of groups (in the random answers: of periods and groups) and of three items.
struct random_groups {
  source random;
  std::uint32_t units;
  std::uint32_t groups;
  std::vector<row> rows;  // column: group and item

  explicit random_groups(std::uint64_t seed)
      : random(seed),
        units(static_cast<std::uint32_t>(3 + random.below(60))),
        groups(static_cast<std::uint32_t>(1 + random.below(5))),
        rows(random_answers::people(units, groups, random)) {
    groups *= 2;
    for (row& r : rows) r.column = 3 * r.column + static_cast<std::uint32_t>(random.below(3));
  }

  [[nodiscard]] std::vector<fold_target> plan(bool items) const {
    std::vector<fold_target> result;
    for (std::uint32_t c = 0; c < 3 * groups; ++c) result.push_back({c / 3, items ? c % 3 : 0});
    return result;
  }

  [[nodiscard]] grouped_entries grouped(const definition& d, const unit_entries& some) const {
    const bool items = d.file().estimator == estimator::item_mean;
    return comparable_groups(some, plan(items), state_identity(d), d);
  }

  /// The joint tally of the groups for which `side` says 0 or 1, by a fold.
  template <typename Side>
  [[nodiscard]] tally folded(const definition& d, std::vector<std::string> names, Side side) const {
    const bool items = d.file().estimator == estimator::item_mean;
    const std::uint32_t columns = items ? 3 : 1;
    std::vector<fold_target> result;
    for (std::uint32_t c = 0; c < 3 * groups; ++c) {
      const std::optional<std::uint32_t> s = side(c / 3);
      result.push_back(s ? fold_target{0, *s * columns + (items ? c % 3 : 0)} : fold_target{});
    }
    std::vector<tally> one = {
        tally(state_identity(d), items ? profile_labels(d) : std::vector<std::string>{""}, names)};
    fold(random_answers::entries_of(rows), result, one);
    return one[0];
  }
};

bool same(const comparison& a, const comparison& b) {
  return a.before == b.before && a.after == b.after && a.change == b.change &&
         a.std_error == b.std_error && a.low == b.low && a.high == b.high && a.p == b.p &&
         a.verdict == b.verdict && a.needed_respondents == b.needed_respondents;
}

/// The standard error of the difference of two pooled groups from residuals, unit by unit; group
/// `rest` is everything but `a`.
double by_residuals(const random_groups& c, std::uint32_t a, std::optional<std::uint32_t> b) {
  std::vector<std::array<long double, 4>> x(c.units);
  std::vector<std::array<bool, 2>> in(c.units);
  std::array<long double, 4> sums = {};
  for (const row& r : c.rows) {
    const std::uint32_t group = r.column / 3;
    if (group != a && b && group != *b) continue;
    const std::size_t side = group == a ? 0 : 1;
    in[r.unit][side] = true;
    const auto add = [&](std::array<long double, 4>& to) {
      to[2 * side] += static_cast<long double>(r.totals.requirement);
      to[2 * side + 1] += static_cast<long double>(r.totals.satisfaction);
    };
    add(x[r.unit]);
    add(sums);
  }
  std::array<long double, 2> n = {};
  for (const auto& unit : in)
    for (std::size_t s = 0; s < 2; ++s) n[s] += unit[s] ? 1 : 0;
  long double variance = 0;
  for (const auto& unit : x) {
    long double e = 0;
    for (std::size_t s = 0; s < 2; ++s) {
      const long double residual =
          (unit[2 * s + 1] - sums[2 * s + 1] / sums[2 * s] * unit[2 * s]) / sums[2 * s];
      e += (s == 0 ? 1 : -1) * std::sqrt(n[s] / (n[s] - 1)) * residual;
    }
    variance += e * e;
  }
  return static_cast<double>(100 * std::sqrt(variance));
}

}  // namespace

TEST_CASE("law: joint tallies from a group's entries are those of a fold", "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 20260601);
  const std::uint64_t cases = setting("XQS_LAW_CASES", 500);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    INFO("repeat with XQS_LAW_SEED=" << seed << " XQS_LAW_CASES=1");
    random_groups c(seed);
    if (c.random.once_in(2)) vary(c.rows, c.random);
    const unit_entries entries = random_answers::entries_of(c.rows);
    const auto a = static_cast<std::uint32_t>(c.random.below(c.groups));
    const auto b = static_cast<std::uint32_t>((a + 1 + c.random.below(c.groups - 1)) % c.groups);
    for (const estimator e : {estimator::pooled, estimator::item_mean}) {
      const definition d = with(e);
      const grouped_entries grouped = c.grouped(d, entries);
      using which = std::optional<std::uint32_t>;
      const tally pair = c.folded(d, {std::to_string(a), std::to_string(b)}, [&](auto g) {
        return g == a ? which(0) : g == b ? which(1) : which();
      });
      const tally rest =
          c.folded(d, {"group", "rest"}, [&](auto g) { return which(g == a ? 0 : 1); });
      const std::vector<group_pair> pairs = {{a, b}, {b, group_pair::rest}, {a, group_pair::rest}};
      const std::vector<tally> joint = grouped.joint(pairs);
      CHECK(joint[0] == pair);
      CHECK(joint[1] == grouped.against_rest(b));
      CHECK(joint[2] == rest);
    }
  }
}

TEST_CASE("law: a comparison depends on the answers alone", "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 20260701);
  const std::uint64_t cases = setting("XQS_LAW_CASES", 300);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    INFO("repeat with XQS_LAW_SEED=" << seed << " XQS_LAW_CASES=1");
    random_groups c(seed);
    const unit_entries entries = random_answers::entries_of(c.rows);
    const unit_entries in_other_order =
        random_answers::entries_of(random_answers::disguised(c.rows, c.units, c.random));
    for (const estimator e :
         {estimator::pooled, estimator::item_mean, estimator::respondent_mean}) {
      const definition d = with(e);
      const grouped_entries grouped = c.grouped(d, entries);
      const grouped_entries again = c.grouped(d, in_other_order);
      const comparison forth = compare(grouped.joint(0, 1), {0}, {1}, d);
      CHECK(same(compare(again.joint(0, 1), {0}, {1}, d), forth));
      CHECK(same(compare(again.against_rest(0), {1}, {0}, d),
                 compare(grouped.against_rest(0), {1}, {0}, d)));
      const comparison back = compare(grouped.joint(1, 0), {0}, {1}, d);
      if (!forth.change) continue;
      CHECK(*back.change == -*forth.change);
      if (forth.std_error) CHECK(*back.std_error == Approx(*forth.std_error).epsilon(1e-12));
      CHECK(back.p.has_value() == forth.p.has_value());
    }
  }
}

TEST_CASE("law: the standard error of a change is that of its residuals", "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 20260801);
  const std::uint64_t cases = setting("XQS_LAW_CASES", 500);
  const definition d = with(estimator::pooled);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    INFO("repeat with XQS_LAW_SEED=" << seed << " XQS_LAW_CASES=1");
    random_groups c(seed);
    const unit_entries entries = random_answers::entries_of(c.rows);
    const grouped_entries grouped = c.grouped(d, entries);
    const comparison pair = compare(grouped.joint(0, 1), {0}, {1}, d);
    if (pair.p) CHECK(*pair.std_error == Approx(by_residuals(c, 0, 1)).epsilon(1e-10));
    const comparison rest = compare(grouped.against_rest(0), {1}, {0}, d);
    if (rest.p) CHECK(*rest.std_error == Approx(by_residuals(c, 0, {})).epsilon(1e-10));
  }
}

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"
#include "random_answers.hpp"
#include "xqs/analysis/exact_split.hpp"
#include "xqs/analysis/explain.hpp"

// A failing case is repeated alone with XQS_LAW_SEED=<its seed> XQS_LAW_CASES=1.

using namespace xqs;
using random_answers::setting;
using random_answers::source;

namespace {

__extension__ typedef unsigned __int128 unsigned128;

const definition& keep() {
  static const definition d(hand_made::file());
  return d;
}

// --- Fractions modulo a prime: a sum of fractions is what it should be only if it is so there, but
// for a chance of 2^-61, whatever their common denominator.

class residue {
 public:
  static constexpr std::uint64_t prime = (std::uint64_t{1} << 61) - 1;

  explicit residue(std::uint64_t value) : value_(value % prime) {}
  template <int Bits>
  explicit residue(const wide_int<Bits>& value) {
    const auto magnitude = (value.is_negative() ? -value : value).limbs();
    for (std::size_t i = magnitude.size(); i-- > 0;)
      value_ = static_cast<std::uint64_t>(((unsigned128{value_} << 64) + magnitude[i]) % prime);
    if (value.is_negative() && value_ > 0) value_ = prime - value_;
  }

  friend residue operator+(residue a, residue b) { return residue(a.value_ + b.value_); }
  friend residue operator*(residue a, residue b) {
    return residue(static_cast<std::uint64_t>(unsigned128{a.value_} * b.value_ % prime));
  }
  friend bool operator==(residue, residue) = default;
  /// a^(p-2) is 1/a (Fermat).
  [[nodiscard]] residue inverse() const {
    residue result(1);
    residue power = *this;
    for (std::uint64_t e = prime - 2; e > 0; e /= 2) {
      if (e % 2 == 1) result = result * power;
      power = power * power;
    }
    return result;
  }

 private:
  std::uint64_t value_ = 0;
};

residue ratio(const exact_part& part) {
  return residue(part.numerator) * residue(part.denominator).inverse();
}

/// Totals of any size up to 2^62; some groups are absent in a period, some require nothing.
std::vector<group_totals> random_period(std::size_t groups, source& random) {
  std::vector<group_totals> period(groups);
  const auto number = [&] {
    return static_cast<std::int64_t>(random.below(std::uint64_t{1} << (1 + random.below(62))));
  };
  for (group_totals& g : period) {
    if (random.once_in(5)) continue;
    g.answers = 1 + random.below(std::uint64_t{1} << (1 + random.below(40)));
    g.requirement = random.once_in(6) ? 0 : number();
    g.satisfaction = number();
  }
  if (sum_of(period).requirement.is_zero()) period[0] = {number() + 1, number(), 1};
  return period;
}

}  // namespace

TEST_CASE("law: the parts of a move add up exactly", "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 20260301);
  const std::uint64_t cases = setting("XQS_LAW_CASES", 10'000);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    INFO("repeat with XQS_LAW_SEED=" << seed << " XQS_LAW_CASES=1");
    source random(seed);
    const std::size_t groups = 1 + random.below(random.once_in(10) ? 40 : 6);
    const two_periods t = {random_period(groups, random), random_period(groups, random)};
    const group_totals before = sum_of(t.before);
    const group_totals after = sum_of(t.after);
    residue sum(0);
    bool within_adds_up = true;
    for (std::size_t g = 0; g < groups; ++g) {
      const exact_group_split s = split_group(t.before[g], t.after[g], before, after);
      sum = sum + ratio(s.satisfaction) + ratio(s.requirement) + ratio(s.mix) +
            ratio(s.without_requirement);
      if (t.before[g].requirement.is_zero() || t.after[g].requirement.is_zero())
        within_adds_up = within_adds_up && s.satisfaction.numerator.is_zero() &&
                         s.requirement.numerator.is_zero();
    }
    const residue change = residue(wide_int<320>(after.satisfaction * before.requirement) -
                                   before.satisfaction * after.requirement) *
                           residue(before.requirement * after.requirement).inverse();
    const bool same = sum == change;
    CHECK(same);
    CHECK(within_adds_up);
  }
}

namespace {

std::vector<random_answers::row> moving_people(std::uint32_t groups, std::uint32_t units,
                                               source& random) {
  std::vector<random_answers::row> rows = random_answers::people(units, groups, random);
  // the last group enters, the one before leaves
  std::vector<random_answers::row> kept;
  for (const random_answers::row& r : rows) {
    const std::uint32_t group = r.column % groups;
    const bool later = r.column >= groups;
    if (groups > 2 && (group == groups - 1 ? !later : group == groups - 2 && later)) continue;
    kept.push_back(r);
  }
  return kept;
}

bool same(const explanation& a, const explanation& b) {
  bool result = true;
  for (std::size_t p = 0; p < a.parts.size(); ++p)
    result = result && a.parts[p].value == b.parts[p].value &&
             a.parts[p].std_error == b.parts[p].std_error;
  return result;
}

tally folded(const unit_entries& entries, std::uint32_t groups) {
  std::vector<fold_target> plan;
  for (std::uint32_t c = 0; c < 2 * groups; ++c) plan.push_back({0, c});
  std::vector<std::string> labels;
  for (std::uint32_t g = 0; g < groups; ++g) labels.push_back(std::to_string(g));
  std::vector<tally> one = {tally(state_identity(keep()), labels, {"before", "after"})};
  fold(entries, plan, one);
  return one[0];
}

}  // namespace

TEST_CASE("law: an explanation does not depend on the order of rows, nor on who is which unit",
          "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 20260401);
  const std::uint64_t cases = setting("XQS_LAW_CASES", 500);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    INFO("repeat with XQS_LAW_SEED=" << seed << " XQS_LAW_CASES=1");
    source random(seed);
    const auto groups = static_cast<std::uint32_t>(3 + random.below(4));
    const auto units = static_cast<std::uint32_t>(5 + random.below(60));
    const std::vector<random_answers::row> rows = moving_people(groups, units, random);
    const std::vector<fold_target> plan = random_answers::plan_of(groups);
    const explanation e = explain(random_answers::entries_of(rows), plan, keep());
    const auto other = random_answers::disguised(rows, units, random);
    CHECK(same(explain(random_answers::entries_of(other), plan, keep()), e));

    double sum = 0;
    double largest = 0;
    for (std::size_t p = 0; p + 1 < e.parts.size(); ++p) {
      sum += *e.parts[p].value;
      largest = std::max(largest, std::abs(*e.parts[p].value));
    }
    CHECK(std::abs(sum - *e[move_part::total].value) <= 1e-15 * 8 * largest);

    // a joint tally says the same, but for what it does not know
    const explanation t = explain(folded(random_answers::entries_of(rows), groups), keep());
    for (std::size_t p = 0; p < e.parts.size(); ++p) {
      CHECK(t.parts[p].value == e.parts[p].value);
      if (t.parts[p].std_error)
        CHECK(*t.parts[p].std_error == Approx(*e.parts[p].std_error).epsilon(1e-9).margin(1e-9));
    }
    CHECK(*t.within.std_error == Approx(*e.within.std_error).epsilon(1e-9));
    CHECK_FALSE(t[move_part::satisfaction].std_error);
  }
}

TEST_CASE("law: standard errors of the parts agree with the jackknife", "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 20260501);
  const std::uint64_t cases = setting("XQS_LAW_CASES", 40);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    INFO("repeat with XQS_LAW_SEED=" << seed << " XQS_LAW_CASES=1");
    source random(seed);
    const std::uint32_t groups = random.once_in(2) ? 2 : 4;
    const auto units = static_cast<std::uint32_t>(100 + random.below(60));  // 50 or more a period
    const std::vector<random_answers::row> rows = moving_people(groups, units, random);
    const std::vector<fold_target> plan = random_answers::plan_of(groups);
    const explanation e = explain(random_answers::entries_of(rows), plan, keep());
    REQUIRE(e.units_before >= 50);
    REQUIRE(e.units_after >= 50);

    std::vector<explanation> without;
    for (std::uint32_t gone = 0; gone < units; ++gone) {
      std::vector<random_answers::row> rest;
      for (const random_answers::row& r : rows)
        if (r.unit != gone) rest.push_back(r);
      if (rest.size() < rows.size())
        without.push_back(explain(random_answers::entries_of(rest), plan, keep()));
    }
    const auto n = static_cast<double>(without.size());
    for (std::size_t p = 0; p < e.parts.size(); ++p) {
      if (*e.parts[p].std_error == 0) continue;
      double mean = 0;
      for (const explanation& w : without) mean += *w.parts[p].value / n;
      double squares = 0;
      for (const explanation& w : without) squares += std::pow(*w.parts[p].value - mean, 2);
      INFO(choice_names<move_part>[p]);
      const double ratio = *e.parts[p].std_error / std::sqrt((n - 1) / n * squares);
      CHECK(ratio > 0.9);
      CHECK(ratio < 1.1);
    }
  }
}

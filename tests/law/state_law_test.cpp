#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/ledger.hpp"
#include "xqs/tally/ledger_encoding.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/tally_encoding.hpp"

// The promises about ledgers and tallies, each on many random cases. A failing case is repeated
// alone with XQS_LAW_SEED=<its seed> XQS_LAW_CASES=1.

using namespace xqs;

namespace {

__extension__ typedef __int128 signed128;

std::uint64_t setting(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

class random_source {
 public:
  explicit random_source(std::uint64_t seed) : engine_(seed) {}
  /// One of 0..n-1, the same on every platform.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  bool once_in(std::size_t n) { return below(n) == 0; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  template <typename T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

int small(random_source& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::size_t>(high - low + 1)));
}

scale random_scale(random_source& random) {
  switch (random.below(6)) {
    case 0: {
      const int min = small(random, -3, 2);
      return top_box{min, min + small(random, 2, 9), 1};
    }
    case 1: {
      points_table table;
      const std::vector<const char*> values = {"0", "1", "0.5", "0.25", "3", "0.3", "10", "2.5"};
      for (int code = 1; code <= small(random, 2, 8); ++code)
        table.points.push_back({code, *decimal::parse(random.pick(values))});
      table.points.push_back({9, 1});
      return table;
    }
    case 2:
      return points_table{{{1, 0}, {2, *decimal::parse("0.0001")}, {3, 1}}};
    default: {
      const int min = small(random, -2, 2);
      const bool raw = min >= 0 && random.once_in(2);
      return rating{.min = min,
                    .max = min + small(random, 1, 10),
                    .step = random.once_in(4) ? *decimal::parse("0.5") : decimal(1),
                    .origin = raw ? scale_origin::raw : scale_origin::zero,
                    .best = random.once_in(3) ? best_end::min : best_end::max};
    }
  }
}

definition_file random_file(random_source& random) {
  definition_file file{.name = "random", .version = "1"};
  file.requirement = random_scale(random);
  file.satisfaction = random.once_in(2) ? file.requirement : random_scale(random);
  for (std::size_t i = 1 + random.below(random.once_in(4) ? 40 : 6); i > 0; --i)
    file.items.push_back({.id = "item " + std::to_string(i)});
  if (random.once_in(2)) file.missing[decimal(97)] = missing_value::not_applicable;
  if (random.once_in(2)) file.missing[decimal(-9)] = missing_value::no_answer;
  if (random.once_in(3)) file.extra_items = extra_items::allow;
  if (random.once_in(2)) file.zero_requirement = zero_requirement::keep;
  if (random.once_in(3)) file.over_fulfilment = over_fulfilment::cap;
  if (random.once_in(5)) file.weight_places = 2;
  return file;
}

/// Scales without a common grid are refused; most pairs have one.
definition random_definition(random_source& random) {
  for (;;) {
    try {
      return definition(random_file(random));
    } catch (const error& problem) {
      if (problem.code() != errc::invalid_definition) throw;
    }
  }
}

struct row {
  std::string unit;
  std::string item;
  unit_totals totals;
};

/// A definition and answers under it; everything random about a case comes from here.
struct random_case {
  random_source random;
  definition d;
  std::vector<std::optional<decimal>> requirement_codes;
  std::vector<std::optional<decimal>> satisfaction_codes;
  std::vector<row> rows;

  explicit random_case(std::uint64_t seed)
      : random(seed),
        d(random_definition(random)),
        requirement_codes(codes(d.file().requirement)),
        satisfaction_codes(codes(d.file().satisfaction)) {
    const std::size_t most = random.once_in(20) ? 3000 : random.once_in(8) ? 300 : 60;
    const std::size_t count = most == 3000 ? most : random.below(most + 1);
    const std::size_t units = 1 + random.below(1 + count / (1 + random.below(10)));
    for (std::size_t i = 0; i < count; ++i)
      rows.push_back({"u" + std::to_string(random.below(units)), random_item(), answered()});
  }

  std::string random_item() {
    if (d.file().extra_items == extra_items::allow && random.once_in(10)) return "extra";
    return random.pick(d.items()).id;
  }

  /// The totals of a random answer, weighted if the definition is.
  unit_totals answered() {
    unit_totals t(d.points(random.pick(requirement_codes), random.pick(satisfaction_codes)));
    const auto weight = d.weighted() ? static_cast<std::int64_t>(random.below(1000)) : 1;
    t.requirement *= weight;
    t.satisfaction *= weight;
    return t;
  }

  [[nodiscard]] ledger whole() const { return ledger_of(rows); }
  [[nodiscard]] ledger ledger_of(const std::vector<row>& some) const {
    ledger l(d);
    for (const row& r : some) l.add(r.unit, r.item, r.totals);
    return l;
  }

 private:
  [[nodiscard]] std::vector<std::optional<decimal>> codes(const scale& s) const {
    std::vector<std::optional<decimal>> all = {std::nullopt};
    for (const scale_value& v : scale_values(s)) all.push_back(v.code);
    for (const auto& [code, kind] : d.file().missing) all.push_back(code);
    return all;
  }
};

/// The states that a ledger is folded to: pooled, profile, and two tallies of a random plan.
struct folded {
  std::vector<tally> tallies;

  folded(const ledger& from, const random_case& c, std::uint64_t plan_seed) {
    tallies = {tally(from.identity(), {"x", "y", "z"}), tally(from.identity(), {"x", "y", "z"})};
    std::vector<fold_target> plan(from.column_count());
    for (std::uint32_t i = 0; i < plan.size(); ++i) {
      // by the name of the column: its number depends on the order of the rows
      const fingerprint f = fingerprint::of(std::to_string(plan_seed).append(from.column(i)));
      if (f.bytes[0] % 4 != 0) plan[i] = {f.bytes[1] % 2u, f.bytes[2] % 3u};
    }
    fold(from.entries(), plan, tallies);
    tallies.push_back(fold_pooled(from, c.d));
    tallies.push_back(fold_profile(from, c.d));
    // the same two tallies as the groups of a joint one
    for (fold_target& target : plan)
      if (target.tally != fold_target::nowhere) target = {0, 3 * target.tally + target.column};
    std::vector<tally> joint = {tally(from.identity(), {"x", "y", "z"}, {"0", "1"})};
    fold(from.entries(), plan, joint);
    tallies.push_back(joint[0]);
    for (std::size_t g = 0; g < 2; ++g) CHECK(joint[0].groups()[g].units == tallies[g].units());
  }

  void merge_disjoint(const folded& other) {
    for (std::size_t i = 0; i < tallies.size(); ++i) tallies[i].merge_disjoint(other.tallies[i]);
  }
  void subtract(const folded& other) {
    for (std::size_t i = 0; i < tallies.size(); ++i) tallies[i].subtract(other.tallies[i]);
  }
  [[nodiscard]] const tally& pooled() const { return tallies[2]; }
  [[nodiscard]] const tally& profile() const { return tallies[3]; }
  friend bool operator==(const folded&, const folded&) = default;
};

/// Joins parts in the order of a random tree.
template <typename State, typename Join>
State join_in_random_tree(std::vector<State> parts, random_source& random, Join join) {
  while (parts.size() > 1) {
    const std::size_t from = random.below(parts.size());
    std::swap(parts[from], parts.back());
    const State last = std::move(parts.back());
    parts.pop_back();
    join(parts[random.below(parts.size())], last);
  }
  return std::move(parts.front());
}

/// Rows in 1 to 16 parts; rows of one unit stay together if `by_unit`.
std::vector<std::vector<row>> random_parts(random_case& c, bool by_unit) {
  std::vector<std::vector<row>> parts(1 + c.random.below(16));
  std::map<std::string, std::size_t> part_of;
  for (const row& r : c.rows) {
    const std::size_t part = c.random.below(parts.size());
    parts[by_unit ? part_of.try_emplace(r.unit, part).first->second : part].push_back(r);
  }
  return parts;
}

void check_order_and_partition(random_case& c, const ledger& whole, const folded& expected,
                               std::uint64_t plan) {
  std::vector<row> shuffled = c.rows;
  c.random.shuffle(shuffled);
  const ledger permuted = c.ledger_of(shuffled);
  CHECK(permuted == whole);
  CHECK(folded(permuted, c, plan) == expected);

  std::vector<ledger> ledgers;
  for (const auto& part : random_parts(c, false)) ledgers.push_back(c.ledger_of(part));
  const ledger merged = join_in_random_tree(std::move(ledgers), c.random,
                                            [](ledger& a, const ledger& b) { a.merge(b); });
  CHECK(merged == whole);
  CHECK(folded(merged, c, plan) == expected);
}

void check_disjoint_merges(random_case& c, const folded& expected, std::uint64_t plan) {
  std::vector<folded> parts;
  for (const auto& part : random_parts(c, true)) parts.emplace_back(c.ledger_of(part), c, plan);
  const folded merged = join_in_random_tree(parts, c.random, [](folded& a, const folded& b) {
    folded before = a;
    a.merge_disjoint(b);
    folded after = a;
    after.subtract(b);
    CHECK(after == before);
    before.merge_disjoint(b);
    CHECK(before == a);
  });
  CHECK(merged == expected);

  folded rest = expected;
  c.random.shuffle(parts);
  for (const folded& part : parts) rest.subtract(part);
  for (const tally& t : rest.tallies) CHECK(t == tally());
}

using bytes = std::vector<std::uint8_t>;

/// Parts that have people in common come and go; with one row more than there is, none goes.
void check_subtract(random_case& c, const ledger& whole) {
  std::vector<ledger> parts;
  for (const auto& part : random_parts(c, false)) parts.push_back(c.ledger_of(part));
  ledger sum(c.d);
  std::vector<bytes> before;
  for (const ledger& part : parts) {
    before.push_back(encode(sum));
    sum.merge(part);
  }
  CHECK(sum == whole);
  for (std::size_t i = parts.size(); i-- > 0;) {
    sum.subtract(parts[i]);
    CHECK(encode(sum) == before[i]);
  }

  ledger rest = whole;
  c.random.shuffle(parts);
  for (const ledger& part : parts) rest.subtract(part);
  CHECK(rest == ledger());
  CHECK(rest.column_count() == 0);

  if (c.rows.empty()) return;
  ledger more = whole;
  const row& again = c.random.pick(c.rows);
  more.add(again.unit, again.item, again.totals);
  rest = whole;
  CHECK_THROWS_AS(rest.subtract(more), error);
  CHECK(encode(rest) == encode(whole));
  more.subtract(whole);
  CHECK(more == c.ledger_of({again}));
}

void check_erase(random_case& c, const ledger& whole, const folded& expected, std::uint64_t plan) {
  if (c.rows.empty()) return;
  const std::string gone = c.random.pick(c.rows).unit;
  std::vector<row> others;
  ledger erased = whole;
  CHECK(erased.erase(gone));
  for (const row& r : c.rows)
    if (r.unit != gone) others.push_back(r);
  CHECK(erased == c.ledger_of(others));
  CHECK_FALSE(erased.erase(gone));
  for (const row& r : c.rows)
    if (r.unit == gone) erased.add(r.unit, r.item, r.totals);
  CHECK(erased == whole);
  CHECK(folded(erased, c, plan) == expected);
}

void check_change(random_case& c, const ledger& whole, const folded& expected, std::uint64_t plan) {
  if (c.rows.empty()) return;
  std::vector<row> rows = c.rows;
  row& changed = rows[c.random.below(rows.size())];
  const unit_totals before = changed.totals;
  changed.totals = c.answered();
  const bool same = changed.totals == before;
  const bool counts = c.d.find_item(changed.item).has_value();
  const ledger other = c.ledger_of(rows);
  const folded states(other, c, plan);
  CHECK((other == whole) == same);
  CHECK((states.pooled() == expected.pooled()) == (same || !counts));
  CHECK((states.profile() == expected.profile()) == (same || !counts));
}

/// As they come back from their bytes.
ledger stored(const ledger& l, const definition& d) { return decode_ledger(encode(l), d); }

folded stored(const folded& states, const definition& d) {
  const std::vector<std::string> labels = {"x", "y", "z"};
  folded back = states;
  for (std::size_t i = 0; i < 2; ++i)
    back.tallies[i] = decode_tally(encode(states.tallies[i]), d, labels);
  for (std::size_t i = 2; i < 4; ++i) back.tallies[i] = decode_tally(encode(states.tallies[i]), d);
  back.tallies[4] = decode_tally(encode(states.tallies[4]), d, labels, {"0", "1"});
  return back;
}

std::vector<bytes> bytes_of(const folded& states) {
  std::vector<bytes> all;
  for (const tally& t : states.tallies) all.push_back(encode(t));
  return all;
}

void check_bytes(random_case& c, const ledger& whole, const folded& expected, std::uint64_t plan) {
  CHECK(stored(whole, c.d) == whole);
  CHECK(stored(expected, c.d) == expected);
  CHECK(encode(stored(whole, c.d)) == encode(whole));
  CHECK(bytes_of(stored(expected, c.d)) == bytes_of(expected));

  std::vector<row> shuffled = c.rows;
  c.random.shuffle(shuffled);
  CHECK(encode(c.ledger_of(shuffled)) == encode(whole));
  CHECK(bytes_of(folded(c.ledger_of(shuffled), c, plan)) == bytes_of(expected));

  std::vector<ledger> ledgers;
  for (const auto& part : random_parts(c, false)) ledgers.push_back(stored(c.ledger_of(part), c.d));
  CHECK(encode(join_in_random_tree(ledgers, c.random, [&](ledger& a, const ledger& b) {
          a.merge(b);
          a = stored(a, c.d);
        })) == encode(whole));

  std::vector<folded> parts;
  for (const auto& part : random_parts(c, true))
    parts.push_back(stored(folded(c.ledger_of(part), c, plan), c.d));
  CHECK(bytes_of(join_in_random_tree(parts, c.random, [&](folded& a, const folded& b) {
          a.merge_disjoint(b);
          a = stored(a, c.d);
        })) == bytes_of(expected));
}

// --- The oracle: the moments from per-unit sums, with the compiler's own integers.

signed128 value_of(const int128& v) {
  __extension__ typedef unsigned __int128 unsigned128;
  return static_cast<signed128>(static_cast<unsigned128>(v.limbs()[1]) << 64 | v.limbs()[0]);
}

signed128 value_of(const int192& v) { return value_of(narrow<128>(v)); }

/// S 2^40 / R, half to even.
signed128 rounded_quotient(signed128 s, signed128 r) {
  const signed128 twice = (s << 41) / r;  // in halves, the rest lost
  const bool exact = twice * r == s << 41;
  const signed128 down = twice / 2;
  if (twice % 2 == 0) return down;
  return exact && down % 2 == 0 ? down : down + 1;
}

/// Per-unit totals by label, the labels in the order of the tally's columns.
using unit_sums = std::map<std::string, std::map<std::string, unit_totals>>;

void check_counts(const tally& t, const unit_sums& units, const std::vector<std::string>& labels) {
  std::uint64_t n = 0;
  std::map<std::string, tally::column_counts> counts;
  for (const std::string& label : labels) counts[label].label = label;
  for (const auto& [name, columns] : units) {
    std::uint64_t answers = 0;
    for (const auto& [label, totals] : columns) {
      tally::column_counts& column = counts[label];
      answers += totals.answers;
      column.answers += totals.answers;
      column.units += totals.answers > 0 ? 1 : 0;
      for (std::size_t i = 0; i < exclusion_count; ++i) column.excluded[i] += totals.excluded[i];
    }
    n += answers > 0 ? 1 : 0;
  }
  CHECK(t.units() == n);
  REQUIRE(t.columns().size() == labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) CHECK((t.columns()[i] == counts[labels[i]]));
}

void check_moments(const tally& t, const unit_sums& units, const std::vector<std::string>& labels) {
  std::vector<signed128> sums(2 * labels.size());
  std::map<std::pair<std::size_t, std::size_t>, signed128> moments;
  for (const auto& [name, columns] : units) {
    std::vector<std::pair<std::size_t, signed128>> x;
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (const auto at = columns.find(labels[i]); at != columns.end()) {
        x.emplace_back(2 * i, at->second.requirement);
        x.emplace_back(2 * i + 1, at->second.satisfaction);
      }
    for (const auto& [i, a] : x) {
      sums[i] += a;
      for (const auto& [j, b] : x) moments[{i, j}] += a * b;
    }
  }
  bool same = true;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    same = same && value_of(t.sum(i)) == sums[i];
    for (std::size_t j = 0; j < sums.size(); ++j)
      same = same && value_of(t.moment(i, j)) == moments[{i, j}];
  }
  CHECK(same);
}

void check_quotients(const tally& t, const unit_sums& units, bool weighted) {
  std::uint64_t n = 0;
  signed128 sum = 0;
  signed128 squares = 0;
  for (const auto& [name, columns] : units) {
    signed128 r = 0;
    signed128 s = 0;
    for (const auto& [label, totals] : columns) {
      r += totals.requirement;
      s += totals.satisfaction;
    }
    if (r == 0 || weighted) continue;
    const signed128 q = rounded_quotient(s, r);
    ++n;
    sum += q;
    squares += q * q;
  }
  CHECK(t.quotients().units == n);
  CHECK((value_of(t.quotients().sum) == sum));
  CHECK((value_of(t.quotients().sum_of_squares) == squares));
}

void add_plainly(unit_totals& to, const unit_totals& term) {
  to.requirement += term.requirement;
  to.satisfaction += term.satisfaction;
  to.answers += term.answers;
  for (std::size_t i = 0; i < exclusion_count; ++i) to.excluded[i] += term.excluded[i];
}

void check_oracle(const random_case& c, const folded& states) {
  if (c.rows.size() > 100) return;
  unit_sums by_item;
  unit_sums all;
  for (const row& r : c.rows) {
    if (!c.d.find_item(r.item)) continue;
    add_plainly(by_item[r.unit][r.item], r.totals);
    add_plainly(all[r.unit][""], r.totals);
  }
  std::vector<std::string> labels;
  for (const item& i : c.d.items()) labels.push_back(i.id);
  std::sort(labels.begin(), labels.end());
  check_counts(states.profile(), by_item, labels);
  check_moments(states.profile(), by_item, labels);
  check_quotients(states.profile(), by_item, c.d.weighted());
  check_counts(states.pooled(), all, {""});
  check_moments(states.pooled(), all, {""});
  check_quotients(states.pooled(), all, c.d.weighted());
}

}  // namespace

TEST_CASE("law: order, partition, subtraction, erasure, changes and bytes of random answers",
          "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 20260101);
  const std::uint64_t cases = setting("XQS_LAW_CASES", 2000);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    INFO("repeat with XQS_LAW_SEED=" << seed << " XQS_LAW_CASES=1");
    random_case c(seed);
    const ledger whole = c.whole();
    const folded expected(whole, c, seed);
    check_order_and_partition(c, whole, expected, seed);
    check_disjoint_merges(c, expected, seed);
    check_subtract(c, whole);
    check_erase(c, whole, expected, seed);
    check_change(c, whole, expected, seed);
    check_bytes(c, whole, expected, seed);
    check_oracle(c, expected);
  }
}

namespace {

/// One unit, added to itself so often that there are 2^`times` of it.
tally doubled(const definition& d, const unit_totals& unit, int times) {
  tally t(state_identity(d), {""});
  t.add_unit(std::vector<tally::part>{{0, unit}});
  for (int i = 0; i < times; ++i) t.merge_disjoint(t);
  return t;
}

unit_totals hundred_answers(std::int64_t requirement, std::int64_t satisfaction) {
  unit_totals unit = hand_made::one_answer({requirement, satisfaction});
  unit.answers = 100;
  return unit;
}

}  // namespace

TEST_CASE("law: 2^40 units of 100 maximal answers are exact", "[law]") {
  const definition d(hand_made::file());
  SECTION("requirement and satisfaction full") {
    const tally t = doubled(d, hundred_answers(1'000'000, 1'000'000), 40);
    // Python 3: 2**40, 2**40 * 10**6, 2**40 * 10**12, 2**40 * 2**40, 2**40 * 2**80
    CHECK(t.units() == 1099511627776u);
    CHECK(t.columns()[0].answers == 109951162777600u);
    CHECK(to_string(t.sum(0)) == "1099511627776000000");
    CHECK(to_string(t.moment(0, 0)) == "1099511627776000000000000");
    CHECK(to_string(t.moment(0, 1)) == "1099511627776000000000000");
    CHECK(to_string(t.moment(1, 1)) == "1099511627776000000000000");
    CHECK(to_string(t.quotients().sum) == "1208925819614629174706176");
    CHECK(to_string(t.quotients().sum_of_squares) == "1329227995784915872903807060280344576");
  }
  SECTION("one point required, everything else zero: the largest quotient there is") {
    const tally t = doubled(d, hundred_answers(1, 1'000'000), 40);
    // Python 3: 2**40 * 10**6 * 2**40, 2**40 * (10**6 * 2**40)**2
    CHECK(to_string(t.quotients().sum) == "1208925819614629174706176000000");
    CHECK(to_string(t.quotients().sum_of_squares) ==
          "1329227995784915872903807060280344576000000000000");
  }
  SECTION("100 columns of one maximal answer each") {
    std::vector<std::string> labels;
    std::vector<tally::part> parts;
    for (std::uint32_t c = 0; c < 100; ++c) {
      labels.push_back(std::to_string(c));
      parts.push_back({c, hand_made::one_answer({10'000, 10'000})});
    }
    tally t(state_identity(d), labels);
    t.add_unit(parts);
    for (int i = 0; i < 40; ++i) t.merge_disjoint(t);
    CHECK(to_string(t.sum(199)) == "10995116277760000");
    CHECK(to_string(t.moment(0, 199)) == "109951162777600000000");  // Python 3: 2**40 * 10**8
    CHECK(to_string(t.quotients().sum) == "1208925819614629174706176");
  }
}

TEST_CASE("law: the first overflow is an error that changes nothing", "[law]") {
  const definition d(hand_made::file());
  const auto refuses = [](tally t) {
    const tally before = t;
    try {
      t.merge_disjoint(t);
    } catch (const error& problem) {
      return problem.code() == errc::overflow && t == before;
    }
    return false;
  };
  SECTION("of n, at 2^64") {
    tally t = doubled(d, hand_made::one_answer({10'000, 10'000}), 63);
    // Python 3: 2**63, 2**63 * 10**4, 2**63 * 10**8, 2**63 * 2**80
    CHECK(t.units() == 9223372036854775808u);
    CHECK(to_string(t.sum(0)) == "92233720368547758080000");
    CHECK(to_string(t.moment(1, 1)) == "922337203685477580800000000");
    CHECK(to_string(t.quotients().sum_of_squares) ==
          "11150372599265311570767859136324180752990208");
    CHECK(refuses(t));
    t.subtract(doubled(d, hand_made::one_answer({10'000, 10'000}), 62));
    CHECK(t == doubled(d, hand_made::one_answer({10'000, 10'000}), 62));
  }
  SECTION("of the answers, 100 a unit") {
    const tally t = doubled(d, hundred_answers(1'000'000, 1'000'000), 57);
    CHECK(t.columns()[0].answers == 14411518807585587200u);  // Python 3: 100 * 2**57
    CHECK(refuses(t));
  }
}

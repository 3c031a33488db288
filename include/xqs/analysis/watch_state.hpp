#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xqs/analysis/point_range.hpp"
#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/totals.hpp"
#include "xqs/tally/unit_entries.hpp"
#include "xqs/tally/wide_int.hpp"

namespace xqs {

/// How many complete units have which totals: all that is needed to watch a concept.
///
/// An exact state, as a tally is: any order of additions gives the same one, `merge_disjoint` is
/// for other units, `subtract` restores, and a state without units equals any other such state.
/// It is canonical: entries are distinct, ascending by (satisfaction, requirement), none empty.
/// Needs a definition without weights, since a weight would lift every bound on a unit.
class watch_state {
 public:
  struct entry {
    std::int64_t satisfaction;
    std::int64_t requirement;
    std::uint64_t units;
    friend bool operator==(const entry&, const entry&) = default;
    [[nodiscard]] bool before(const entry& other) const {
      return satisfaction != other.satisfaction ? satisfaction < other.satisfaction
                                                : requirement < other.requirement;
    }
  };

  watch_state() = default;
  /// `most_answers`: how many answers a unit can give at most, fixed before looking.
  ///
  /// Errors: errc::invalid_argument for no answers, a weighted definition, or one under which
  /// satisfaction cannot vary.
  explicit watch_state(const definition& d, std::uint32_t most_answers,
                       std::string unit_kind = "respondent")
      : identity_(d, std::move(unit_kind)), points_(points_of(d)), most_answers_(most_answers) {
    if (most_answers == 0)
      throw error(errc::invalid_argument, "most_answers: a unit gives at least one answer");
    if (d.weighted())
      throw error(errc::invalid_argument,
                  "watching needs a definition without weights (weight_places 0)");
    if (points_.satisfaction_low == points_.satisfaction_high)
      throw error(errc::invalid_argument,
                  "definition " + d.label() + " leaves satisfaction one value: nothing to watch");
  }

  /// Adds one complete unit; one without a valid answer leaves no trace. O(entries), as cheap as
  /// looking once.
  ///
  /// Errors: errc::invalid_data for more answers than `most_answers`; errc::invalid_argument for
  /// totals that no answers give; errc::overflow; nothing is changed.
  void add_unit(const unit_totals& totals) {
    require_possible(totals);
    if (totals.answers > 0) absorb({{totals.satisfaction, totals.requirement, 1}});
  }

  /// Adds many complete units. O((units + entries) log units).
  ///
  /// Errors: as add_unit; nothing is changed.
  void add_units(std::span<const unit_totals> units);

  /// Adds a state of **other** units, which cannot be checked here. O(entries).
  ///
  /// Errors: errc::incompatible (definition, unit kind, most_answers), errc::overflow; nothing is
  /// changed.
  void merge_disjoint(const watch_state& other);

  /// Takes back what was added: a merged state, or a unit that is to come again with more answers.
  /// O(entries).
  ///
  /// Errors: errc::incompatible; errc::invalid_argument where a count would become negative;
  /// nothing is changed.
  void subtract(const watch_state& other);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const state_identity& identity() const { return identity_; }
  [[nodiscard]] const point_range& points() const { return points_; }
  [[nodiscard]] std::uint32_t most_answers() const { return most_answers_; }
  [[nodiscard]] const std::vector<entry>& entries() const { return entries_; }
  [[nodiscard]] std::uint64_t units() const { return units_; }
  /// Sums over all units. O(entries).
  [[nodiscard]] wide_int<128> satisfaction() const { return sum(&entry::satisfaction); }
  [[nodiscard]] wide_int<128> requirement() const { return sum(&entry::requirement); }

  friend bool operator==(const watch_state& a, const watch_state& b) {
    if (a.empty() || b.empty()) return a.empty() && b.empty();
    return a.identity_ == b.identity_ && a.most_answers_ == b.most_answers_ &&
           a.entries_ == b.entries_;
  }

 private:
  friend watch_state decode_watch_state(std::span<const std::uint8_t> bytes, const definition& d);
  [[nodiscard]] wide_int<128> sum(std::int64_t entry::*total) const {
    wide_int<128> result;
    for (const entry& e : entries_) result += narrow<128>(wide_int<128>(e.*total) * e.units);
    return result;
  }
  void require_possible(const unit_totals& totals) const;
  void require_same(const watch_state& other) const;
  void absorb(const std::vector<entry>& ascending);

  state_identity identity_;
  point_range points_;
  std::uint32_t most_answers_ = 0;
  std::uint64_t units_ = 0;
  std::vector<entry> entries_;
};

inline void watch_state::require_possible(const unit_totals& totals) const {
  if (totals.answers > most_answers_)
    throw error(errc::invalid_data, "a unit gave " + std::to_string(totals.answers) +
                                        " answers, more than the " + std::to_string(most_answers_) +
                                        " of most_answers");
  const std::int64_t answers = totals.answers;
  if (totals.satisfaction < answers * points_.satisfaction_low ||
      totals.satisfaction > answers * points_.satisfaction_high ||
      totals.requirement < answers * points_.requirement_low ||
      totals.requirement > answers * points_.requirement_high)
    throw error(errc::invalid_argument,
                "the totals of a unit are not those of answers under this definition");
}

/// Both sides ascend, so that one pass merges them; the target is replaced when it is complete.
inline void watch_state::absorb(const std::vector<entry>& ascending) {
  std::uint64_t total = units_;
  std::vector<entry> merged;
  merged.reserve(entries_.size() + ascending.size());
  auto mine = entries_.begin();
  for (const entry& e : ascending) {
    if (!detail::sum_fits(total, e.units)) detail::tally_overflow();
    total += e.units;
    for (; mine != entries_.end() && mine->before(e); ++mine) merged.push_back(*mine);
    if (mine != entries_.end() && !e.before(*mine)) merged.push_back(*mine++);
    if (!merged.empty() && !merged.back().before(e))
      merged.back().units += e.units;
    else
      merged.push_back(e);
  }
  merged.insert(merged.end(), mine, entries_.end());
  entries_ = std::move(merged);
  units_ = total;
}

inline void watch_state::add_units(std::span<const unit_totals> units) {
  for (const unit_totals& totals : units) require_possible(totals);
  const auto entry_of = [&](std::uint32_t at) {
    return entry{units[at].satisfaction, units[at].requirement, 1};
  };
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    return entry_of(a).before(entry_of(b));
  };
  std::vector<entry> ascending;
  for (const std::uint32_t at : detail::order(units.size(), before))
    if (units[at].answers > 0) ascending.push_back(entry_of(at));
  absorb(ascending);
}

inline void watch_state::require_same(const watch_state& other) const {
  detail::require_same(identity_, other.identity_);
  if (most_answers_ != other.most_answers_)
    throw error(errc::incompatible, "states of at most " + std::to_string(most_answers_) +
                                        " and at most " + std::to_string(other.most_answers_) +
                                        " answers a unit do not merge");
}

inline void watch_state::merge_disjoint(const watch_state& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
    return;
  }
  require_same(other);
  absorb(std::vector<entry>(other.entries_));
}

inline void watch_state::subtract(const watch_state& other) {
  if (other.empty()) return;
  require_same(other);
  std::vector<entry> rest;
  auto theirs = other.entries_.begin();
  for (entry e : entries_) {
    const bool same = theirs != other.entries_.end() && !e.before(*theirs) && !theirs->before(e);
    if (same && theirs->units > e.units) break;
    if (same) e.units -= theirs++->units;
    if (e.units > 0) rest.push_back(e);
  }
  if (theirs != other.entries_.end())
    throw error(errc::invalid_argument,
                "cannot subtract a state that was not added: a count would become negative");
  entries_ = std::move(rest);
  units_ -= other.units_;
}

/// Adds the units of a ledger to states, `plan` saying to which of them each of its columns
/// belongs, or `fold_target::nowhere`. Columns of one state are summed per unit.
/// O(entries log entries).
///
/// Errors: errc::invalid_argument for a plan that does not fit; as watch_state::add_units. A state
/// is changed as a whole or not at all, but those before it are complete.
inline void fold(const unit_entries& from, std::span<const std::uint32_t> plan,
                 std::span<watch_state> states) {
  struct part {
    std::uint32_t unit;
    unit_totals totals;
  };
  std::vector<std::vector<part>> parts(states.size());
  from.for_each([&](const unit_entries::entry& e) {
    if (e.column >= plan.size() ||
        (plan[e.column] != fold_target::nowhere && plan[e.column] >= states.size()))
      throw error(errc::invalid_argument, "the plan of a fold must say where each column goes");
    if (plan[e.column] == fold_target::nowhere) return;
    std::vector<part>& of_state = parts[plan[e.column]];
    if (!of_state.empty() && of_state.back().unit == e.unit)
      add_totals(of_state.back().totals, e.totals);
    else
      of_state.push_back({e.unit, e.totals});
  });
  for (std::size_t i = 0; i < states.size(); ++i) {
    std::vector<unit_totals> units;
    for (const part& p : parts[i]) units.push_back(p.totals);
    states[i].add_units(units);
  }
}

}  // namespace xqs

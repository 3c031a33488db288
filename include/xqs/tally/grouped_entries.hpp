#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/unit_entries.hpp"

namespace xqs {

/// What a unit adds to a column of a group.
enum class unit_value {
  totals,    ///< (R_u, S_u)
  quotient,  ///< (2^40, q_u) with q_u = S_u/R_u over the group, where R_u > 0: the mean of
             ///< respondents is the ratio of this column
};

/// The entries of a ledger by group: makes the joint tally of a few groups from their own entries
/// alone, and of a group and everybody else from the group's. So thousands of groups are compared
/// without a joint tally of all, whose size grows with the square of their number. Personal data.
class grouped_entries {
 public:
  /// `plan` says for each column of the ledger which group it belongs to (`tally`) and which of the
  /// group's columns it is, as for a fold to a tally a group; `labels` are the columns of each
  /// group. Quotients are over all of a group, so they need one label. O(entries log entries).
  ///
  /// Errors: errc::invalid_argument for a plan that does not fit; errc::overflow.
  grouped_entries(const unit_entries& from, std::span<const fold_target> plan,
                  state_identity identity, std::vector<std::string> labels,
                  unit_value value = unit_value::totals)
      : identity_(std::move(identity)), labels_(std::move(labels)), value_(value) {
    std::vector<fact> facts;
    from.for_each([&](const unit_entries::entry& e) {
      if (e.column >= plan.size()) refuse_plan();
      const fold_target& target = plan[e.column];
      if (target.tally == fold_target::nowhere) return;
      if (target.column >= labels_.size()) refuse_plan();
      facts.push_back({target.tally, e.unit, target.column, e.totals});
    });
    facts_ = summed(facts);
    for (fact& f : facts) f.group = 0;
    whole_ = summed(facts);
    index(facts_, &fact::group, group_starts_);
    index(whole_, &fact::unit, unit_starts_);
    everybody_ = against_rest_layout();
    for (std::size_t u = 0; u + 1 < unit_starts_.size(); ++u) add(everybody_, {{}, whole(u)});
  }

  /// One more than the largest group that has entries.
  [[nodiscard]] std::size_t group_count() const { return group_starts_.size() - 1; }

  /// The joint tally of some groups, in their order; its groups are labelled with their numbers.
  /// O(entries of these groups, times the number of groups).
  [[nodiscard]] tally joint(std::span<const std::uint32_t> groups) const {
    std::vector<std::string> names;
    std::vector<facts_of> rest;
    for (const std::uint32_t g : groups) {
      names.push_back(std::to_string(g));
      rest.push_back(group(g));
    }
    tally result(identity_, labels_, names);
    std::vector<facts_of> unit(groups.size());
    while (take_next_unit(rest, unit)) add(result, unit);
    return result;
  }
  [[nodiscard]] tally joint(std::uint32_t first, std::uint32_t second) const {
    const std::uint32_t both[] = {first, second};
    return joint(both);
  }

  /// The joint tally of a group (0) and of everything that is not in it (1): everybody together,
  /// less the group's units, plus the same units with their two sides told apart.
  /// O(entries of the group's units).
  [[nodiscard]] tally against_rest(std::uint32_t g) const {
    tally together = against_rest_layout();
    tally apart = against_rest_layout();
    std::vector<facts_of> rest = {group(g)};
    std::vector<facts_of> unit(1);
    while (take_next_unit(rest, unit)) {
      const facts_of all = whole(unit[0][0].unit);
      add(together, {{}, all});
      const std::vector<fact> others = difference(all, unit[0]);
      add(apart, {unit[0], others});
    }
    tally result = everybody_;
    result.subtract(together);
    result.merge_disjoint(apart);
    return result;
  }

 private:
  struct fact {
    std::uint32_t group;
    std::uint32_t unit;
    std::uint32_t column;
    unit_totals totals;
  };
  using facts_of = std::span<const fact>;

  [[noreturn]] static void refuse_plan() {
    throw error(errc::invalid_argument, "the plan must say where each column goes");
  }

  /// Ascending by group, unit and column; what belongs to one column of a unit is summed.
  static std::vector<fact> summed(const std::vector<fact>& facts) {
    const auto before = [&](std::uint32_t i, std::uint32_t j) {
      const fact& a = facts[i];
      const fact& b = facts[j];
      if (a.group != b.group) return a.group < b.group;
      return a.unit != b.unit ? a.unit < b.unit : a.column < b.column;
    };
    std::vector<fact> result;
    for (const std::uint32_t at : detail::order(facts.size(), before)) {
      const fact& f = facts[at];
      if (!result.empty() && result.back().group == f.group && result.back().unit == f.unit &&
          result.back().column == f.column)
        add_totals(result.back().totals, f.totals);
      else
        result.push_back(f);
    }
    return result;
  }

  /// Where the facts of each key begin, and where the last ones end.
  static void index(const std::vector<fact>& facts, std::uint32_t fact::*key,
                    std::vector<std::size_t>& starts) {
    starts.assign(facts.empty() ? 1 : std::size_t{facts.back().*key} + 2, 0);
    for (const fact& f : facts) ++starts[std::size_t{f.*key} + 1];
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  }

  [[nodiscard]] facts_of group(std::size_t g) const {
    if (g >= group_count()) return {};
    return facts_of(facts_).subspan(group_starts_[g], group_starts_[g + 1] - group_starts_[g]);
  }
  [[nodiscard]] facts_of whole(std::size_t unit) const {
    return facts_of(whole_).subspan(unit_starts_[unit],
                                    unit_starts_[unit + 1] - unit_starts_[unit]);
  }

  /// Moves the facts of the lowest unit from `rest` to `unit`; false if there is none.
  static bool take_next_unit(std::vector<facts_of>& rest, std::vector<facts_of>& unit) {
    const fact* lowest = nullptr;
    for (const facts_of& facts : rest)
      if (!facts.empty() && (lowest == nullptr || facts[0].unit < lowest->unit)) lowest = &facts[0];
    if (lowest == nullptr) return false;
    const std::uint32_t number = lowest->unit;
    for (std::size_t g = 0; g < rest.size(); ++g) {
      std::size_t count = 0;
      while (count < rest[g].size() && rest[g][count].unit == number) ++count;
      unit[g] = rest[g].first(count);
      rest[g] = rest[g].subspan(count);
    }
    return true;
  }

  /// What a unit has beyond its part in a group, whose columns are among its own.
  static std::vector<fact> difference(facts_of all, facts_of part) {
    std::vector<fact> rest;
    for (fact f : all) {
      if (!part.empty() && part[0].column == f.column) {
        subtract_totals(f.totals, part[0].totals);
        part = part.subspan(1);
      }
      if (f.totals != unit_totals()) rest.push_back(f);
    }
    return rest;
  }

  [[nodiscard]] tally against_rest_layout() const {
    return tally(identity_, labels_, {"group", "rest"});
  }

  /// Adds a unit, given its facts in each group of the tally.
  void add(tally& to, std::span<const facts_of> unit) const {
    std::vector<tally::part> parts;
    for (std::size_t g = 0; g < unit.size(); ++g)
      for (const fact& f : unit[g]) {
        const auto column = static_cast<std::uint32_t>(g * labels_.size() + f.column);
        if (value_ == unit_value::totals)
          parts.push_back({column, f.totals});
        else if (f.totals.requirement > 0)
          parts.push_back({column, quotient_of(f.totals)});
      }
    if (!parts.empty()) to.add_unit(parts);
  }
  void add(tally& to, std::initializer_list<facts_of> unit) const {
    add(to, std::span<const facts_of>(unit.begin(), unit.size()));
  }

  static unit_totals quotient_of(unit_totals t) {
    t.satisfaction = detail::quotient(t.satisfaction, t.requirement);
    t.requirement = std::int64_t{1} << quotient_places;
    return t;
  }

  state_identity identity_;
  std::vector<std::string> labels_;
  unit_value value_;
  std::vector<fact> facts_;  // by group, unit, column
  std::vector<std::size_t> group_starts_;
  std::vector<fact> whole_;  // all groups summed, by unit, column
  std::vector<std::size_t> unit_starts_;
  tally everybody_;  // as the rest of nobody
};

}  // namespace xqs

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xqs/error.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/routed_units.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/unit_entries.hpp"

namespace xqs {

/// What a unit adds to a column of a group.
enum class unit_value {
  totals,    ///< (R_u, S_u)
  quotient,  ///< (2^40, q_u) with q_u = S_u/R_u over the group, where R_u > 0: the mean of
             ///< respondents is the ratio of this column
};

/// Two different groups, which are to have a joint tally.
struct group_pair {
  static constexpr std::uint32_t rest = 0xffffffffu;
  std::uint32_t first;
  std::uint32_t second;  ///< or `rest`: everything that is not in the first
};

namespace detail {

/// What the units of a group change in the tally of everybody as the rest of nobody, once the group
/// is told apart. With x what a unit has there, w all it has and y = w - x, every integer that
/// changes is a sum of x, of x x' or of x y', as y y' = w w' - x x' - x y' - y x'. Sums of 2^32
/// units fit words.
class small_rest {
 public:
  [[nodiscard]] static bool takes(const unit_totals& whole) {
    constexpr std::int64_t few = 1 << 15;
    std::int64_t most =
        (std::max)({whole.requirement, whole.satisfaction, std::int64_t{whole.answers}});
    for (const std::uint32_t count : whole.excluded) most = (std::max)(most, std::int64_t{count});
    return most < few;
  }

  void add(const unit_totals& own, const unit_totals& whole) {
    const std::array x = {own.requirement, own.satisfaction};
    units_ += own.answers > 0 ? 1 : 0;
    units_lost_ += own.answers > 0 && own.answers == whole.answers ? 1 : 0;
    answers_ += own.answers;
    for (std::size_t i = 0; i < exclusion_count; ++i) excluded_[i] += own.excluded[i];
    for (std::size_t i = 0; i < 2; ++i) {
      sums_[i] += x[i];
      within_[i][0] += x[i] * x[0];
      within_[i][1] += x[i] * x[1];
      across_[i][0] += x[i] * (whole.requirement - x[0]);
      across_[i][1] += x[i] * (whole.satisfaction - x[1]);
    }
  }

  /// To the tally of everybody, of a column in either group.
  void apply(tally::integers& to) const {
    tally::column_counts& own = to.columns[0];
    tally::column_counts& rest = to.columns[1];
    own.units += units_;
    to.groups[0].units += units_;
    rest.units -= units_lost_;
    to.groups[1].units -= units_lost_;
    own.answers += answers_;
    rest.answers -= answers_;
    for (std::size_t i = 0; i < exclusion_count; ++i) {
      own.excluded[i] += excluded_[i];
      rest.excluded[i] -= excluded_[i];
    }
    auto moment = to.moments.begin();  // by row, from (0, 0) to (3, 3)
    for (std::size_t i = 0; i < 2; ++i) {
      to.sums[i] += sums_[i];
      to.sums[2 + i] -= sums_[i];
      for (std::size_t j = i; j < 2; ++j) *moment++ += within_[i][j];
      for (std::size_t j = 0; j < 2; ++j) *moment++ += across_[i][j];
    }
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t j = i; j < 2; ++j)
        *moment++ -= int128(within_[i][j]) + across_[i][j] + across_[j][i];
  }

 private:
  std::uint64_t units_ = 0;
  std::uint64_t units_lost_ = 0;  ///< without an answer in the rest
  std::uint64_t answers_ = 0;
  std::array<std::uint64_t, exclusion_count> excluded_{};
  std::array<std::int64_t, 2> sums_{};
  std::array<std::array<std::int64_t, 2>, 2> within_{};
  std::array<std::array<std::int64_t, 2>, 2> across_{};
};

/// One pass over units that makes the joint tallies of pairs of groups.
///
/// A group and its rest have nearly all units in common with every other such pair: those without
/// an entry in the group. So the units of a group are told apart, and added once more as if they
/// were not; the pair is everybody, less these, plus the units told apart. Small units of one
/// column do the same in words.
class pair_fold {
 public:
  /// Of one unit in one group, ascending by column; or of all groups, summed.
  using facts_of = std::span<const routed_part>;

  /// Groups are below `groups`; others have no units. `everybody`: all units as the rest of nobody,
  /// if that is known.
  pair_fold(const state_identity& identity, const std::vector<std::string>& labels,
            unit_value value, std::span<const group_pair> pairs, std::uint32_t groups,
            const tally* everybody)
      : pairs_of_(groups),
        labels_(static_cast<std::uint32_t>(labels.size())),
        value_(value),
        pairs_(pairs),
        small_(pairs.size()),
        adds_everybody_(everybody == nullptr) {
    const tally of_rest(identity, labels, {"group", "rest"});
    for (std::uint32_t p = 0; p < pairs.size(); ++p) {
      const auto [first, second] = pairs[p];
      if (first == second || first == group_pair::rest)
        throw error(errc::invalid_argument, "a pair is of two groups, or of one and the rest");
      list(first, p);
      together_.push_back(second == group_pair::rest ? of_rest : tally());
      if (second == group_pair::rest) {
        has_rest_ = true;
        tallies_.push_back(of_rest);
      } else {
        list(second, p);
        tallies_.emplace_back(identity, labels,
                              std::vector{std::to_string(first), std::to_string(second)});
      }
    }
    if (everybody != nullptr && !has_layout_of(of_rest, *everybody))
      throw error(errc::invalid_argument, "everybody is the tally that everybody() makes");
    everybody_ = adds_everybody_ ? of_rest : *everybody;
    adds_everybody_ = adds_everybody_ && has_rest_;
  }

  /// Whether a unit with these parts changes anything.
  [[nodiscard]] bool wants(facts_of unit) const {
    return adds_everybody_ || std::any_of(unit.begin(), unit.end(), [&](const routed_part& p) {
             return p.tally < pairs_of_.size() && !pairs_of_[p.tally].empty();
           });
  }

  /// Adds a unit, given its parts by group and column.
  void add(const std::vector<routed_part>& unit) {
    if (has_rest_) find_whole(unit);
    find_groups(unit);
    for (const facts_of& own : groups_)
      if (own[0].tally < pairs_of_.size())
        for (const std::uint32_t p : pairs_of_[own[0].tally]) add_to(p, own);
  }

  [[nodiscard]] std::vector<tally> finish() {
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
      if (pairs_[p].second != group_pair::rest) continue;
      tally::integers whole = everybody_.all();
      if (labels_ == 1) small_[p].apply(whole);
      whole.subtract(together_[p].all());
      whole.merge(tallies_[p].all());
      tallies_[p] = tally(everybody_.identity(), std::move(whole));
    }
    return std::move(tallies_);
  }

 private:
  void list(std::uint32_t group, std::uint32_t pair) {
    if (group < pairs_of_.size()) pairs_of_[group].push_back(pair);
  }

  static bool has_layout_of(const tally& layout, const tally& other) {
    const auto same_label = [](const auto& a, const auto& b) { return a.label == b.label; };
    return other.identity() == layout.identity() &&
           std::equal(other.columns().begin(), other.columns().end(), layout.columns().begin(),
                      layout.columns().end(), same_label) &&
           std::equal(other.groups().begin(), other.groups().end(), layout.groups().begin(),
                      layout.groups().end(), same_label);
  }

  void find_whole(const std::vector<routed_part>& unit) {
    whole_ = unit;
    for (routed_part& p : whole_) p.tally = 0;
    sort_parts(whole_);
    sum_equal(whole_);
    if (adds_everybody_) add(everybody_, {}, whole_);
    is_small_ =
        labels_ == 1 && value_ == unit_value::totals && small_rest::takes(whole_[0].part.totals);
  }

  void find_groups(facts_of unit) {
    groups_.clear();
    for (std::size_t first = 0, last = 0; first < unit.size(); first = last) {
      while (last < unit.size() && unit[last].tally == unit[first].tally) ++last;
      groups_.push_back(unit.subspan(first, last - first));
    }
  }

  [[nodiscard]] facts_of in_group(std::uint32_t group) const {
    const auto at = std::lower_bound(
        groups_.begin(), groups_.end(), group,
        [](const facts_of& facts, std::uint32_t number) { return facts[0].tally < number; });
    return at != groups_.end() && (*at)[0].tally == group ? *at : facts_of();
  }

  /// Adds the unit to a pair of which `own` is one side.
  void add_to(std::uint32_t p, facts_of own) {
    const auto [first, second] = pairs_[p];
    if (second == group_pair::rest) {
      if (is_small_) return small_[p].add(own[0].part.totals, whole_[0].part.totals);
      add(together_[p], {}, whole_);
      find_rest(own);
      return add(tallies_[p], own, rest_);
    }
    const std::uint32_t group = own[0].tally;
    const std::uint32_t other = group == first ? second : first;
    const facts_of theirs = in_group(other);
    if (!theirs.empty() && other < group) return;  // the other side has added both
    if (group == first)
      add(tallies_[p], own, theirs);
    else
      add(tallies_[p], theirs, own);
  }

  /// What the unit has beyond its part in a group, whose columns are among its own.
  void find_rest(facts_of part) {
    rest_.clear();
    for (routed_part f : whole_) {
      if (!part.empty() && part[0].part.column == f.part.column) {
        subtract_totals(f.part.totals, part[0].part.totals);
        part = part.subspan(1);
      }
      if (f.part.totals != unit_totals()) rest_.push_back(f);
    }
  }

  /// Adds the unit, given its facts on either side.
  void add(tally& to, facts_of first, facts_of second) {
    unit_.clear();
    append(first, 0);
    append(second, labels_);
    if (!unit_.empty()) to.add_unit(unit_);
  }
  void append(facts_of facts, std::uint32_t first_column) {
    for (const routed_part& f : facts) {
      const std::uint32_t column = first_column + f.part.column;
      if (value_ == unit_value::totals)
        unit_.push_back({column, f.part.totals});
      else if (f.part.totals.requirement > 0)
        unit_.push_back({column, quotient_of(f.part.totals)});
    }
  }

  static unit_totals quotient_of(unit_totals t) {
    t.satisfaction = quotient(t.satisfaction, t.requirement);
    t.requirement = std::int64_t{1} << quotient_places;
    return t;
  }

  std::vector<std::vector<std::uint32_t>> pairs_of_;  ///< by group
  std::uint32_t labels_;
  unit_value value_;
  std::span<const group_pair> pairs_;
  std::vector<tally> tallies_;     ///< of a group and its rest: its units only
  std::vector<tally> together_;    ///< these units as the rest of nobody
  tally everybody_;                ///< all units, likewise
  std::vector<small_rest> small_;  ///< units of a group that are in no tally
  bool has_rest_ = false;
  bool adds_everybody_;

  // Of the unit at hand.
  std::vector<facts_of> groups_;
  std::vector<routed_part> whole_;
  bool is_small_ = false;
  std::vector<routed_part> rest_;
  std::vector<unit_part> unit_;
};

}  // namespace detail

/// The entries of a ledger by group: makes the joint tallies of pairs of groups, and of groups and
/// everybody else. So thousands of groups are compared without a joint tally of all, whose size
/// grows with the square of their number, and without another copy of the entries. Personal data.
class grouped_entries {
 public:
  /// `from` must outlive this. `plan` says for each column of the ledger which group it belongs to
  /// (`tally`) and which of the group's columns it is, as for a fold to a tally a group; `labels`
  /// are the columns of each group. Quotients are over all of a group, so they need one label.
  grouped_entries(const unit_entries& from, std::vector<fold_target> plan, state_identity identity,
                  std::vector<std::string> labels, unit_value value = unit_value::totals)
      : from_(from),
        plan_(std::move(plan)),
        identity_(std::move(identity)),
        labels_(std::move(labels)),
        value_(value) {}
  grouped_entries(unit_entries&& from, std::vector<fold_target> plan, state_identity identity,
                  std::vector<std::string> labels, unit_value value = unit_value::totals) = delete;

  /// The joint tally of each pair, in its order. The groups of a tally are labelled with their
  /// numbers; a group and its rest "group" and "rest". One pass over the entries, O(entries log
  /// columns-of-a-unit), and for each pair what the units of its groups have; all tallies, or two a
  /// pair with a rest, are in memory at once. Groups are numbered from 0.
  ///
  /// `everybody`: as from everybody(), for pairs with a rest that are asked for in parts.
  /// Errors: errc::invalid_argument for a plan that does not fit, a pair that is none or another
  /// everybody; errc::overflow.
  [[nodiscard]] std::vector<tally> joint(std::span<const group_pair> pairs,
                                         const tally* everybody = nullptr) const {
    detail::pair_fold fold(identity_, labels_, value_, pairs, group_limit(), everybody);
    const auto target_of = [&](const unit_entries::entry& e) {
      const fold_target to = e.column < plan_.size() ? plan_[e.column] : fold_target{0, none};
      if (to.tally != fold_target::nowhere && to.column >= labels_.size())
        throw error(errc::invalid_argument, "the plan must say where each column goes");
      return to;
    };
    detail::for_each_routed(
        from_, target_of, [&](const auto& unit) { return fold.wants(unit); },
        [&](std::uint32_t, const auto& unit) { fold.add(unit); });
    return fold.finish();
  }
  /// Of one pair. Cost and errors as above.
  [[nodiscard]] tally joint(std::uint32_t first, std::uint32_t second) const {
    const group_pair one[] = {{first, second}};
    return std::move(joint(one).front());
  }
  /// Of a group and everything else. Cost and errors as above.
  [[nodiscard]] tally against_rest(std::uint32_t group) const {
    return joint(group, group_pair::rest);
  }
  /// All groups as the rest of a group without anybody. Cost and errors as above.
  [[nodiscard]] tally everybody() const { return against_rest(group_limit()); }

 private:
  /// All groups of the plan are below.
  [[nodiscard]] std::uint32_t group_limit() const {
    std::uint32_t limit = 0;
    for (const fold_target& to : plan_)
      if (to.tally != fold_target::nowhere) limit = (std::max)(limit, to.tally + 1);
    return limit;
  }

  static constexpr std::uint32_t none = 0xffffffffu;  // as a label

  const unit_entries& from_;
  std::vector<fold_target> plan_;
  state_identity identity_;
  std::vector<std::string> labels_;
  unit_value value_;
};

}  // namespace xqs

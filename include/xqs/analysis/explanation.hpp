#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "xqs/model/choice.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/flag.hpp"
#include "xqs/score/release.hpp"

namespace xqs {

/// What a move of a pooled score is made of; all parts but `total` sum to it.
enum class move_part : std::uint8_t {
  satisfaction,         ///< people are more or less satisfied
  requirement,          ///< people require more or less
  without_requirement,  ///< satisfaction where nothing is required
  mix,                  ///< groups with high or low scores have gained weight
  entry,                ///< groups that are in the later period only
  exit,                 ///< groups that are in the earlier period only
  total
};
template <>
inline constexpr std::array<std::string_view, 7> choice_names<move_part> = {
    "satisfaction", "requirement", "without_requirement", "mix", "entry", "exit", "total"};

/// Why a move is not split into parts.
enum class no_split : std::uint8_t {
  no_requirement,  ///< in one of the periods nothing was required
  weighted,        ///< means per answer need counts of answers, which weights do not change
  small_group      ///< a part would be about fewer people than may be shown
};
template <>
inline constexpr std::array<std::string_view, 3> choice_names<no_split> = {
    "no_requirement", "weighted", "small_group"};

/// In which periods a group requires anything.
enum class present_in : std::uint8_t { nowhere, before, after, both };

/// A part of a move, in points of per cent.
struct contribution {
  std::optional<double> value = {};
  std::optional<double> std_error = {};  ///< empty: fewer than two units in a period
};

/// The parts of one group, in points of per cent. Those of all groups sum to those of the whole.
struct group_contribution {
  present_in periods = present_in::nowhere;
  double satisfaction = 0;
  double requirement = 0;
  double without_requirement = 0;
  double mix = 0;  ///< entry or exit, if the group is in one period only
};

/// A move and its parts. Confidential until it has passed the gate (`release`).
struct explanation {
  std::optional<double> before = {};  ///< scores, per cent of the requirement
  std::optional<double> after = {};
  std::array<contribution, choice_names<move_part>.size()> parts = {};
  contribution within = {};  ///< satisfaction and requirement together
  std::vector<group_contribution> groups = {};
  std::optional<no_split> not_split = {};  ///< set: there are no parts but the total
  std::uint64_t units_before = 0;
  std::uint64_t units_after = 0;
  flag_set flags = {};

  [[nodiscard]] contribution& operator[](move_part p) { return parts[static_cast<std::size_t>(p)]; }
  [[nodiscard]] const contribution& operator[](move_part p) const {
    return parts[static_cast<std::size_t>(p)];
  }
};

/// The people behind an explanation: of each period, and of the groups that make up the parts which
/// may be about few of them.
struct explained_people {
  people before = {};
  people after = {};
  std::uint64_t entry = 0;                ///< with answers in groups that are `after` only
  std::uint64_t exit = 0;                 ///< in groups that are `before` only
  std::uint64_t without_requirement = 0;  ///< in groups, where these require nothing
  std::uint64_t smallest_group = 0;       ///< of a period, nobody apart
};

/// What an explanation may show.
struct released_explanation {
  explanation shown = {};  ///< nothing but flags if a period may not be shown
  std::uint64_t respondents_before = 0;
  std::uint64_t respondents_after = 0;
};

/// The gate for a move: both periods pass the cell rule, and a part that is about some people, but
/// too few, leaves only the total, since the other parts would give it back; and so does a group of
/// too few people, whose answers the parts depend on one by one. Contributions of
/// single groups are never shown: they are not told apart by people here.
[[nodiscard]] inline released_explanation release(explanation confidential, const definition& d,
                                                  const explained_people& who) {
  released_explanation result;
  confidential.groups.clear();
  if (!may_show(d, who.before.count) || !may_show(d, who.after.count)) {
    result.shown.flags.add(flag::below_minimum);
    return result;
  }
  result.respondents_before = who.before.count;
  result.respondents_after = who.after.count;
  const contribution total = confidential[move_part::total];
  for (const std::uint64_t people :
       {who.entry, who.exit, who.without_requirement, who.smallest_group}) {
    if (confidential.not_split || people == 0 || may_show(d, people)) continue;
    confidential.parts = {};
    confidential.within = {};
    confidential[move_part::total] = total;
    confidential.not_split = no_split::small_group;
    confidential.flags.add(flag::suppressed);
  }
  flag_set& flags = confidential.flags;
  if (!may_judge(d, who.before.count) || !may_judge(d, who.after.count))
    flags.add(flag::below_verdict_minimum);
  for (const people& p : {who.before, who.after}) {
    if (p.known && p.count == 1) flags.add(flag::single_respondent);
    if (!p.known) flags.add(flag::respondents_unknown);
  }
  result.shown = std::move(confidential);
  return result;
}

}  // namespace xqs

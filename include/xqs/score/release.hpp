#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "xqs/model/definition.hpp"
#include "xqs/score/flag.hpp"
#include "xqs/score/score.hpp"

namespace xqs {

/// The people behind a cell.
struct people {
  std::uint64_t count = 0;  ///< distinct respondents whose answers the score uses
  bool known = true;        ///< false: no respondent column, every response counts as a person
};

/// What a cell may show: the score, or nothing but the reason.
struct released_score {
  std::optional<score> shown = {};
  std::uint64_t respondents = 0;  ///< 0 where nothing is shown
  flag_set flags = {};
};

/// Whether a cell may be shown at all: always for identified definitions, from
/// `minimum_respondents` people on for anonymous ones.
[[nodiscard]] inline bool may_show(const definition& d, std::uint64_t respondents) {
  return d.file().confidentiality == confidentiality::identified ||
         std::cmp_greater_equal(respondents, d.file().minimum_respondents);
}

/// Whether a cell may carry a verdict or a rank.
[[nodiscard]] inline bool may_judge(const definition& d, std::uint64_t respondents) {
  return std::cmp_greater_equal(respondents, d.file().minimum_for_verdict);
}

/// A cell that is hidden so that others cannot give it back.
[[nodiscard]] inline released_score suppressed_score() {
  released_score result;
  result.flags.add(flag::suppressed);
  return result;
}

/// The cell rule of the gate: every door shows a score only through it. It counts distinct people,
/// whatever the unit of uncertainty is. The rule for several cells of one table stands apart, in
/// engine/release.hpp.
///
/// Here for a score in the place that it is shown from, where it is confidential until then. Needs
/// `cell.shown`.
inline void release(released_score& cell, const definition& d, people who) {
  if (!may_show(d, who.count)) {
    cell = {};
    cell.flags.add(flag::below_minimum);
    return;
  }
  score& shown = *cell.shown;
  if (!may_judge(d, who.count)) {
    shown.flags.add(flag::below_verdict_minimum);
    shown.confirmed = false;
  }
  if (who.count == 1 && who.known) shown.flags.add(flag::single_respondent);
  if (!who.known) shown.flags.add(flag::respondents_unknown);
  cell.respondents = who.count;
  cell.flags = shown.flags;
}

/// The same for any score.
[[nodiscard]] inline released_score release(score confidential, const definition& d, people who) {
  released_score result{.shown = std::move(confidential)};
  release(result, d, who);
  return result;
}

}  // namespace xqs

#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "xqs/analysis/compare.hpp"
#include "xqs/analysis/comparison.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/release.hpp"
#include "xqs/score/score.hpp"
#include "xqs/tally/tally.hpp"

namespace xqs {

/// What its owner knows of the people behind a tally whose units are not people.
struct stated_people {
  std::optional<std::uint64_t> count = {};  ///< different people with an answer that adds something
  bool unknown = false;                     ///< nobody knows: every unit counts as one
};

/// A stored tally and what belongs to its score besides the definition.
struct stored_state {
  const tally& state;
  std::optional<std::uint64_t> population = {};
  stated_people people = {};
};

namespace detail {

/// Weights may be 0, and a tally does not know whose are.
inline bool units_are_people(const tally& t) {
  return t.identity().unit_kind == "respondent" && !t.identity().weighted;
}

inline void require_fewer_people(const tally& t, std::uint64_t units, std::uint64_t stated) {
  const std::string& kind = t.identity().unit_kind;
  if (stated > units && (kind == "respondent" || kind == "response" || kind == "row"))
    throw error(errc::invalid_argument, std::to_string(stated) + " people cannot stand behind " +
                                            std::to_string(units) + " units (" + kind + ")");
}

inline people people_behind(const stored_state& s, const definition& d, std::uint64_t units) {
  const tally& t = s.state;
  if (t.empty()) return {};
  if (units_are_people(t)) {
    if (s.people.count || s.people.unknown)
      throw error(errc::invalid_argument,
                  "the units of the tally are people, which the gate counts itself");
    return {.count = units};
  }
  const bool anonymous = d.file().confidentiality == confidentiality::anonymous;
  if (anonymous && d.file().estimator == estimator::item_mean && t.columns().size() > 1)
    throw error(errc::refused,
                "how many people answered each item is not known from this tally, "
                "and a mean of items could tell of a few");
  if (s.people.count) {
    require_fewer_people(t, units, *s.people.count);
    return {.count = *s.people.count};
  }
  if (anonymous && !s.people.unknown)
    throw error(errc::refused, "how many people are behind the units (" + t.identity().unit_kind +
                                   (t.identity().weighted ? ", weighted" : "") +
                                   ") is not known from this tally, and definition " + d.label() +
                                   " is anonymous; state it");
  return {.count = units, .known = false};
}

/// Whether a mean of items would tell of the few people who answered one of them.
inline bool tells_of_few(const tally& t, const definition& d) {
  if (d.file().estimator != estimator::item_mean || t.columns().size() < 2) return false;
  return std::any_of(t.columns().begin(), t.columns().end(), [&](const tally::column_counts& c) {
    return c.units > 0 && !may_show(d, c.units);
  });
}

}  // namespace detail

/// The score of a stored tally, through the cell rule of the gate. Under an anonymous definition a
/// mean of items is hidden (flag `suppressed`) where one of several was answered by too few.
///
/// Errors: those of `score_of`; errc::invalid_argument for people who cannot be; errc::refused
/// where an anonymous definition has to know how many there are and does not.
[[nodiscard]] inline released_score release_stored(const stored_state& s, const definition& d) {
  score confidential = score_of(s.state, d, s.population);
  const people who = detail::people_behind(s, d, confidential.units);
  if (detail::tells_of_few(s.state, d)) return suppressed_score();
  return release(std::move(confidential), d, who);
}

/// The comparison of two stored tallies (`compare_independent`), each through the gate as above.
[[nodiscard]] inline released_comparison release_stored(const stored_state& before,
                                                        const stored_state& after,
                                                        const definition& d,
                                                        const compare_options& options = {}) {
  const comparison confidential = compare_independent(before.state, after.state, d, options,
                                                      before.population, after.population);
  const auto who = [&](const stored_state& s, std::uint64_t units) {
    const people behind = detail::people_behind(s, d, units);
    return detail::tells_of_few(s.state, d) ? people{} : behind;
  };
  return release(confidential, d, who(before, confidential.units_before),
                 who(after, confidential.units_after));
}

}  // namespace xqs

#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>

#include "xqs/error.hpp"
#include "xqs/model/answer_points.hpp"
#include "xqs/model/definition.hpp"

namespace xqs {

/// What two states must share to be merged.
struct state_identity {
  fingerprint definition;                ///< the tally fingerprint
  std::string unit_kind = "respondent";  ///< respondent, response, row, or a column's name
  bool weighted = false;

  state_identity() = default;
  explicit state_identity(const xqs::definition& d, std::string kind = "respondent")
      : definition(d.tally_fingerprint()), unit_kind(std::move(kind)), weighted(d.weighted()) {}
  friend bool operator==(const state_identity&, const state_identity&) = default;
};

/// The exact totals of one unit in one column: points (times weights), answers, exclusions.
struct unit_totals {
  std::int64_t requirement = 0;
  std::int64_t satisfaction = 0;
  std::uint32_t answers = 0;
  std::array<std::uint32_t, exclusion_count> excluded{};

  unit_totals() = default;
  explicit unit_totals(const answer_points& a)
      : requirement(a.requirement), satisfaction(a.satisfaction), answers(a.excluded ? 0 : 1) {
    if (a.excluded) excluded[static_cast<std::size_t>(*a.excluded)] = 1;
  }
  friend bool operator==(const unit_totals&, const unit_totals&) = default;
};

namespace detail {

template <typename Integer>
bool sum_fits(Integer a, Integer b) {
  return a <= (std::numeric_limits<Integer>::max)() - b;
}

inline bool sum_fits(const unit_totals& a, const unit_totals& b) {
  bool fits = sum_fits(a.requirement, b.requirement) && sum_fits(a.satisfaction, b.satisfaction) &&
              sum_fits(a.answers, b.answers);
  for (std::size_t i = 0; i < exclusion_count; ++i)
    fits = fits && sum_fits(a.excluded[i], b.excluded[i]);
  return fits;
}

inline void require_same(const state_identity& a, const state_identity& b) {
  if (a.definition != b.definition)
    throw error(errc::incompatible, "states of different definitions (tally fingerprints " +
                                        a.definition.hex() + " and " + b.definition.hex() +
                                        ") do not merge");
  if (a.unit_kind != b.unit_kind)
    throw error(errc::incompatible, "states of different unit kinds (" + a.unit_kind + " and " +
                                        b.unit_kind + ") do not merge");
}

}  // namespace detail

/// Errors: errc::overflow when two totals of the same unit cannot be added.
inline void require_room(const unit_totals& sum, const unit_totals& term) {
  if (!detail::sum_fits(sum, term))
    throw error(errc::overflow, "the totals of one unit exceed 63 bits (or its answers 2^32)");
}

/// Adds totals of the same unit. Errors: errc::overflow; nothing is changed.
inline void add_totals(unit_totals& sum, const unit_totals& term) {
  require_room(sum, term);
  sum.requirement += term.requirement;
  sum.satisfaction += term.satisfaction;
  sum.answers += term.answers;
  for (std::size_t i = 0; i < exclusion_count; ++i) sum.excluded[i] += term.excluded[i];
}

/// Whether `term` can be taken from `sum`: nothing becomes negative, and no points remain without
/// an answer.
[[nodiscard]] inline bool covers(const unit_totals& sum, const unit_totals& term) {
  bool enough = sum.requirement >= term.requirement && sum.satisfaction >= term.satisfaction &&
                sum.answers >= term.answers;
  for (std::size_t i = 0; i < exclusion_count; ++i)
    enough = enough && sum.excluded[i] >= term.excluded[i];
  if (sum.answers > term.answers) return enough;
  return enough && sum.requirement == term.requirement && sum.satisfaction == term.satisfaction;
}

/// Takes back totals that were added.
inline void subtract_totals(unit_totals& sum, const unit_totals& term) noexcept {
  sum.requirement -= term.requirement;
  sum.satisfaction -= term.satisfaction;
  sum.answers -= term.answers;
  for (std::size_t i = 0; i < exclusion_count; ++i) sum.excluded[i] -= term.excluded[i];
}

}  // namespace xqs

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xqs/analysis/comparison.hpp"
#include "xqs/analysis/power.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/band.hpp"
#include "xqs/score/contrast.hpp"
#include "xqs/score/score.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/grouped_entries.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/unit_entries.hpp"

namespace xqs {

/// One side of a comparison: a group or period of a joint tally.
struct side {
  std::size_t group = 0;
  std::optional<std::uint64_t> population = {};  ///< units there are, if finite
};

/// `design: request`: the units of all groups of the request are one sample, as in svyby followed
/// by svycontrast of R's survey package.
struct request_design {
  std::uint64_t units = 0;
  std::optional<std::uint64_t> population = {};
};

struct compare_options {
  std::optional<double> margin = {};  ///< points of per cent, above 0: a smaller change is none
  std::optional<request_design> request = {};  ///< empty: each group is a sample of its own
};

namespace detail {

/// A side, estimated alone.
struct compared_side {
  contrast_part part = {};             ///< no terms if nothing was required
  std::optional<estimate> alone = {};  ///< as if of an infinite population
  std::uint64_t units = 0;             ///< of the side itself, whatever the design
  bool item_missing = false;
  bool census = false;

  void set_population(std::optional<std::uint64_t> population) {
    part.population_factor = population_factor(part.units, population);
    census = population && part.units == *population;
  }
};

inline std::size_t columns_per_group(const tally& t) {
  return t.groups().empty() ? 1 : t.columns().size() / t.groups().size();
}

/// Whether every unit of a column adds (2^40, q_u): see unit_value.
inline bool holds_quotients(const tally& t, std::size_t column) {
  const int128 one = std::int64_t{1} << quotient_places;
  return wide_int<256>(t.sum(2 * column)) == int128(t.columns()[column].units) * one;
}

inline std::vector<contrast_term> terms_of_group(const tally& t, std::size_t group,
                                                 const definition& d) {
  const std::size_t count = columns_per_group(t);
  const std::size_t first = group * count;
  if (first + count > t.columns().size())
    throw error(errc::invalid_argument, "the joint tally has no such group");
  if (d.file().estimator == estimator::item_mean) return item_terms(t, d, first, count);
  if (count != 1)
    throw error(errc::invalid_argument, "only item_mean is compared by several columns a group");
  if (d.file().estimator == estimator::respondent_mean && !holds_quotients(t, first))
    throw error(errc::invalid_argument,
                "respondent_mean is compared in a joint tally of respondents' quotients");
  if (t.sum(2 * first).is_zero()) return {};
  return {{first, 1.0}};
}

inline compared_side side_of(const tally& t, const side& s, const definition& d,
                             const std::optional<request_design>& request) {
  compared_side result;
  contrast_part& part = result.part;
  part.terms = terms_of_group(t, s.group, d);
  result.item_missing = !part.terms.empty() && part.terms.size() < columns_per_group(t);
  result.units = part.terms.size() == 1 ? t.columns()[part.terms[0].column].units
                 : t.groups().empty()   ? t.columns()[s.group].units
                                        : t.groups()[s.group].units;
  if (request && request->units < result.units)
    throw error(errc::invalid_argument, "a request has at least the units of each of its groups");
  part.units = result.units;
  if (!part.terms.empty()) result.alone = contrast_estimate(t, {&part, 1});
  if (request) part.units = request->units;
  result.set_population(request ? request->population : s.population);
  return result;
}

/// The difference between two sides of one tally.
inline estimate difference(const tally& t, contrast_part before, contrast_part after) {
  for (contrast_term& term : before.terms) term.coefficient = -term.coefficient;
  const contrast_part parts[] = {std::move(before), std::move(after)};
  return contrast_estimate(t, parts);
}

/// The difference between two sides that have no unit in common.
inline estimate independent_difference(const compared_side& before, const compared_side& after) {
  const contrast_part parts[] = {{{}, before.units, before.part.population_factor},
                                 {{}, after.units, after.part.population_factor}};
  estimate result{.value = after.alone->value - before.alone->value, .units = fewest_units(parts)};
  if (result.units < 2) return result;
  const auto variance = [](const compared_side& s) {
    return s.part.population_factor * s.alone->std_error * s.alone->std_error;
  };
  result.std_error = std::sqrt(variance(before) + variance(after));
  result.degenerate = result.std_error == 0 && !(before.census && after.census);
  return result;
}

/// sqrt(n V): the standard deviation of what one unit adds to a score, or to a change of the same
/// people.
inline double unit_deviation(const estimate& e) {
  return std::sqrt(static_cast<double>(e.units)) * e.std_error;
}

/// Respondents needed in each of two independent waves; empty if a side has fewer than two.
inline std::optional<std::uint64_t> needed_independent(const estimate& before,
                                                       const estimate& after, double effect,
                                                       decimal level) {
  if (before.units < 2 || after.units < 2) return std::nullopt;
  const double deviation =
      std::hypot(unit_deviation(before), unit_deviation(after)) / std::numbers::sqrt2;
  return needed_respondents(effect, deviation, waves::independent, level.value());
}

/// The same if these are the only two groups, of the same people: then the waves are paired.
inline std::optional<std::uint64_t> needed_of(const tally& t, compared_side before,
                                              compared_side after, double effect, decimal level) {
  const bool paired =
      t.groups().size() == 2 && before.units == t.units() && after.units == t.units();
  if (!paired || t.units() < 2)
    return needed_independent(*before.alone, *after.alone, effect, level);
  before.part.units = after.part.units = t.units();
  before.part.population_factor = after.part.population_factor = 1;
  const estimate e = difference(t, std::move(before.part), std::move(after.part));
  return needed_respondents(effect, unit_deviation(e), waves::paired, level.value());
}

/// What is known of the sides without their difference; false if a side has no score.
inline bool show_sides(const compared_side& before, const compared_side& after,
                       comparison& result) {
  result.units_before = before.units;
  result.units_after = after.units;
  for (const compared_side* s : {&before, &after}) {
    if (!s->alone) result.flags.add(flag::no_requirement);
    if (s->item_missing) result.flags.add(flag::item_missing);
    if (s->alone && !at_most(s->alone->value, decimal(100))) result.flags.add(flag::over_100);
  }
  if (before.alone) result.before = 100 * before.alone->value;
  if (after.alone) result.after = 100 * after.alone->value;
  return before.alone && after.alone;
}

inline double margin_of(const compare_options& options) {
  if (options.margin && !(*options.margin > 0))
    throw error(errc::invalid_argument, "a margin must be above 0");
  return options.margin.value_or(0) / 100;
}

/// Estimates a stored tally as one side: what `apply_estimator` finishes with.
class side_builder {
 public:
  explicit side_builder(compared_side& result) : side_(result) {}
  void operator()(const ratio_moments& m) {
    side_.units = m.units;
    if (!m.x.is_zero()) side_.alone = ratio_estimate(m, 1);
  }
  void operator()(const tally& t, const std::vector<contrast_term>& terms) {
    side_.units = t.units();
    side_.alone = contrast_estimate(t, terms, 1);
  }

 private:
  compared_side& side_;
};

inline compared_side stored_side(const tally& t, const definition& d,
                                 std::optional<std::uint64_t> population) {
  require_definition(t, d);
  compared_side result;
  side_builder builder(result);
  result.item_missing = apply_estimator(t, d, builder);
  result.part.units = result.units;
  result.set_population(population);
  return result;
}

}  // namespace detail

/// Compares two groups or periods of a joint tally with the estimator and level of the definition:
/// the change from `before` to `after`, with the covariance of people who are in both. Degrees of
/// freedom are those of the smaller group. O(C^2) for C columns a group.
///
/// The tally has one column a group for `pooled`; the items' columns for `item_mean`; quotients
/// (`unit_value`) for `respondent_mean`. Confidential: show only what `release` returns.
/// Errors: errc::incompatible for a tally of another definition; errc::invalid_argument for a group
/// or a population that cannot be, or a tally that does not suit the estimator.
[[nodiscard]] inline comparison compare(const tally& joint, const side& before, const side& after,
                                        const definition& d, const compare_options& options = {}) {
  detail::require_definition(joint, d);
  const double margin = detail::margin_of(options);
  const decimal level = d.file().level;
  comparison result;
  const detail::compared_side a = detail::side_of(joint, before, d, options.request);
  const detail::compared_side b = detail::side_of(joint, after, d, options.request);
  if (!detail::show_sides(a, b, result)) return result;
  const estimate change = detail::difference(joint, a.part, b.part);
  detail::comparison_builder(level, margin, result).finish(change, a.census && b.census);
  const double effect = margin > 0 ? margin : change.value;
  result.needed_respondents = detail::needed_of(joint, a, b, effect, level);
  return result;
}

/// Compares two stored tallies as if nobody were in both, which a tally cannot know: flag
/// `independence_assumed`. Where people come back, the same people's answers mostly rise and fall
/// together, and the standard error is too large. Else as above; each tally is what `score_of`
/// takes.
[[nodiscard]] inline comparison compare_independent(
    const tally& before, const tally& after, const definition& d,
    const compare_options& options = {}, std::optional<std::uint64_t> population_before = {},
    std::optional<std::uint64_t> population_after = {}) {
  if (options.request)
    throw error(errc::invalid_argument, "stored tallies are no groups of one request");
  if (!before.empty() && !after.empty()) detail::require_same(before.identity(), after.identity());
  const double margin = detail::margin_of(options);
  const decimal level = d.file().level;
  comparison result;
  result.flags.add(flag::independence_assumed);
  const detail::compared_side a = detail::stored_side(before, d, population_before);
  const detail::compared_side b = detail::stored_side(after, d, population_after);
  if (!detail::show_sides(a, b, result)) return result;
  const estimate change = detail::independent_difference(a, b);
  detail::comparison_builder(level, margin, result).finish(change, a.census && b.census);
  const double effect = margin > 0 ? margin : change.value;
  result.needed_respondents = detail::needed_independent(*a.alone, *b.alone, effect, level);
  return result;
}

/// The entries of a ledger, which must outlive it, by group, as `compare` needs them for the
/// estimator of a definition. `plan` says for each column of the ledger its group and, for
/// `item_mean`, its item's position in `profile_labels`; otherwise 0.
[[nodiscard]] inline grouped_entries comparable_groups(const unit_entries& from,
                                                       std::vector<fold_target> plan,
                                                       state_identity identity,
                                                       const definition& d) {
  const bool items = d.file().estimator == estimator::item_mean;
  const bool quotients = d.file().estimator == estimator::respondent_mean;
  return {from, std::move(plan), std::move(identity),
          items ? profile_labels(d) : std::vector<std::string>{""},
          quotients ? unit_value::quotient : unit_value::totals};
}
grouped_entries comparable_groups(unit_entries&& from, std::vector<fold_target> plan,
                                  state_identity identity, const definition& d) = delete;

}  // namespace xqs

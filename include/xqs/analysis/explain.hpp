#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "xqs/analysis/exact_split.hpp"
#include "xqs/analysis/explanation.hpp"
#include "xqs/analysis/split_influence.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/estimator.hpp"
#include "xqs/score/moments.hpp"
#include "xqs/score/score.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/wide_ratio.hpp"

namespace xqs {

/// Units there are in each period, if finite.
struct explain_options {
  std::optional<std::uint64_t> population_before = {};
  std::optional<std::uint64_t> population_after = {};
};

namespace detail {

/// What a move is explained from.
struct explained_data {
  two_periods totals;
  std::array<std::uint64_t, 2> units = {};
};

/// f_p of each period: empty if one that is no census has fewer than two units.
inline std::optional<std::array<double, 2>> period_factors(const explained_data& data,
                                                           const explain_options& options) {
  const std::optional<std::uint64_t> populations[] = {options.population_before,
                                                      options.population_after};
  std::array<double, 2> factors = {};
  bool known = true;
  for (std::size_t p = 0; p < 2; ++p) {
    const double finite = population_factor(data.units[p], populations[p]);
    if (finite == 0) continue;
    known = known && data.units[p] >= 2;
    factors[p] = known ? std::sqrt(variance_factor(data.units[p], finite)) : 0;
  }
  return known ? std::optional(factors) : std::nullopt;
}

/// 100 times a sum of exact parts, rounded once.
inline double in_per_cent(const wide_int<320>& fixed) {
  return std::ldexp(to_double(fixed * 100), -128);
}

/// Sums the exact parts of all groups.
inline void add_parts(const two_periods& totals, explanation& result) {
  const group_totals before = sum_of(totals.before);
  const group_totals after = sum_of(totals.after);
  per_part<wide_int<320>> sums = {};
  for (std::size_t g = 0; g < totals.before.size(); ++g) {
    const exact_group_split exact = split_group(totals.before[g], totals.after[g], before, after);
    const bool earlier = !totals.before[g].requirement.is_zero();
    const bool later = !totals.after[g].requirement.is_zero();
    const wide_int<320> satisfaction = exact.satisfaction.fixed();
    const wide_int<320> requirement = exact.requirement.fixed();
    const wide_int<320> without = exact.without_requirement.fixed();
    const wide_int<320> mix = exact.mix.fixed();
    const move_part kind = earlier && later ? move_part::mix
                           : later          ? move_part::entry
                                            : move_part::exit;
    sums[at(move_part::satisfaction)] += satisfaction;
    sums[at(move_part::requirement)] += requirement;
    sums[within_part] += satisfaction + requirement;
    sums[at(move_part::without_requirement)] += without;
    sums[at(kind)] += mix;
    result.groups.push_back({earlier ? (later ? present_in::both : present_in::before)
                                     : (later ? present_in::after : present_in::nowhere),
                             in_per_cent(satisfaction), in_per_cent(requirement),
                             in_per_cent(without), in_per_cent(mix)});
  }
  for (std::size_t p = 0; p < at(move_part::total); ++p)
    result.parts[p].value = in_per_cent(sums[p]);
  result.within.value = in_per_cent(sums[within_part]);
}

/// Everything but standard errors; true if the move is split.
inline bool split_move(const explained_data& data, const definition& d, explanation& result) {
  const group_totals before = sum_of(data.totals.before);
  const group_totals after = sum_of(data.totals.after);
  result.units_before = data.units[0];
  result.units_after = data.units[1];
  const auto score = [](const group_totals& t) {
    return 100 * nearest_ratio(t.satisfaction, t.requirement);
  };
  if (!before.requirement.is_zero()) result.before = score(before);
  if (!after.requirement.is_zero()) result.after = score(after);
  if (!result.before || !result.after) {
    result.not_split = no_split::no_requirement;
    result.flags.add(flag::no_requirement);
    return false;
  }
  if ((std::max)(*result.before, *result.after) > 100) result.flags.add(flag::over_100);
  const wide_int<320> change = wide_int<320>(after.satisfaction * before.requirement) -
                               before.satisfaction * after.requirement;
  result[move_part::total].value =
      100 * nearest_ratio(change, wide_int<320>(before.requirement * after.requirement));
  if (d.weighted())
    result.not_split = no_split::weighted;
  else
    add_parts(data.totals, result);
  return true;
}

/// Writes the standard errors of what the explanation has; `variances` are of ratios.
inline void add_std_errors(const per_part<double>& variances, explanation& result) {
  for (std::size_t p = 0; p < result.parts.size(); ++p)
    if (result.parts[p].value) result.parts[p].std_error = 100 * std::sqrt(variances[p]);
  if (result.within.value) result.within.std_error = 100 * std::sqrt(variances[within_part]);
}

[[noreturn]] inline void refuse_explanation() {
  throw error(errc::invalid_argument, "a plan of two periods says where each column goes");
}

/// Totals and units of entries whose columns `plan` puts into two periods (`tally`) and groups.
inline explained_data totals_of(const unit_entries& from, std::span<const fold_target> plan) {
  std::size_t groups = 0;
  for (const fold_target& target : plan) {
    if (target.tally == fold_target::nowhere) continue;
    if (target.tally > 1) refuse_explanation();
    groups = (std::max)(groups, std::size_t{target.column} + 1);
  }
  explained_data data{{std::vector<group_totals>(groups), std::vector<group_totals>(groups)}};
  std::vector<std::array<bool, 2>> counted(from.unit_limit());
  from.for_each([&](const unit_entries::entry& e) {
    if (e.column >= plan.size()) refuse_explanation();
    const fold_target& target = plan[e.column];
    if (target.tally == fold_target::nowhere) return;
    auto& period = target.tally == 0 ? data.totals.before : data.totals.after;
    period[target.column] += {e.totals.requirement, e.totals.satisfaction, e.totals.answers};
    if (e.totals.answers == 0 || counted[e.unit][target.tally]) return;
    counted[e.unit][target.tally] = true;
    ++data.units[target.tally];
  });
  return data;
}

/// A double as an integer of 2^-160: sums of such numbers do not depend on their order, which
/// doubles would, and the entries of a ledger have none. Needs |value| < 2^100.
inline wide_int<320> order_free(double value) {
  int exponent = 0;
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(value, &exponent), 53));
  const int shift = exponent - 53 + 160;
  if (shift < 0) return static_cast<std::int64_t>(std::ldexp(static_cast<double>(mantissa), shift));
  return shifted_left(wide_int<320>(mantissa), shift);
}

inline double sum_in_double(const wide_int<320>& sum) { return std::ldexp(to_double(sum), -160); }

/// Sum over units of (f_0 psi_u0 + f_1 psi_u1)^2 for each part.
inline per_part<double> linearised_variances(const unit_entries& from,
                                             std::span<const fold_target> plan,
                                             const split_influence& influences,
                                             const std::array<double, 2>& factors) {
  per_part<wide_int<320>> squares = {};
  per_part<wide_int<320>> psi = {};
  const auto add = [&](const unit_entries::entry& e) {
    const fold_target& target = plan[e.column];
    if (target.tally == fold_target::nowhere) return;
    const per_part<influence>& cell = influences.of(target.tally, target.column);
    for (std::size_t p = 0; p < cell.size(); ++p)
      psi[p] += order_free(factors[target.tally] * cell[p].of(e.totals));
  };
  from.for_each(add, [&] {
    for (std::size_t p = 0; p < psi.size(); ++p) {
      const double of_unit = sum_in_double(psi[p]);
      squares[p] += order_free(of_unit * of_unit);
    }
    psi = {};
  });
  per_part<double> variances = {};
  for (std::size_t p = 0; p < variances.size(); ++p) variances[p] = sum_in_double(squares[p]);
  return variances;
}

inline explained_data totals_of(const tally& joint) {
  if (joint.groups().size() != 2)
    throw error(errc::invalid_argument, "a move is explained from a joint tally of two periods");
  const std::size_t groups = joint.columns().size() / 2;
  explained_data data;
  for (std::size_t c = 0; c < joint.columns().size(); ++c)
    (c < groups ? data.totals.before : data.totals.after)
        .push_back({joint.sum(2 * c), joint.sum(2 * c + 1), joint.columns()[c].answers});
  data.units = {joint.groups()[0].units, joint.groups()[1].units};
  return data;
}

/// The same from moments: psi is linear in the totals, and moments are centred exactly, which
/// changes nothing since psi sums to 0.
inline per_part<double> linearised_variances(const tally& joint, const split_influence& influences,
                                             const std::array<double, 2>& factors) {
  const std::size_t components = 2 * joint.columns().size();
  const auto coefficient = [&](std::size_t i, std::size_t part) {
    const std::size_t column = i / 2;
    const std::size_t groups = joint.columns().size() / 2;
    const std::size_t period = column / groups;
    const influence& c = influences.of(period, column % groups)[part];
    return factors[period] * (i % 2 == 0 ? c.requirement : c.satisfaction);
  };
  per_part<double> variances = {};
  for (std::size_t i = 0; i < components; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const double product =
          to_double(centred(joint.units(), joint.moment(i, j), joint.sum(i), joint.sum(j))) /
          static_cast<double>(joint.units()) * (i == j ? 1 : 2);
      for (std::size_t p = 0; p < variances.size(); ++p)
        variances[p] += coefficient(i, p) * coefficient(j, p) * product;
    }
  for (double& v : variances) v = (std::max)(v, 0.0);
  return variances;
}

}  // namespace detail

/// Splits the move of a pooled score between two periods into parts by group, with linearised
/// standard errors in which people of both periods count with their covariance. `plan` says for
/// each column of the ledger its period (`tally`: 0 before, 1 after) and its group.
///
/// Each part of each group is an exact fraction, kept to 2^-128; parts are summed exactly and
/// rounded once, so that neither the order of the rows nor their number matters. Standard errors
/// depend on the order of the groups' numbers in their last digits only. O(entries + groups).
///
/// Confidential: show only what `release` returns.
/// Errors: errc::invalid_argument for a plan that does not fit or a population smaller than the
/// number of units.
[[nodiscard]] inline explanation explain(const unit_entries& from,
                                         std::span<const fold_target> plan, const definition& d,
                                         const explain_options& options = {}) {
  const detail::explained_data data = detail::totals_of(from, plan);
  explanation result;
  const auto factors = detail::period_factors(data, options);
  if (!detail::split_move(data, d, result) || !factors) return result;
  const detail::split_influence influences(data.totals);
  detail::add_std_errors(detail::linearised_variances(from, plan, influences, *factors), result);
  return result;
}

/// The same from a joint tally of two periods with a column for each group, where the ledger is
/// gone. A tally has no moments of the numbers of answers, so `satisfaction` and `requirement` have
/// no standard errors apart; `within`, their sum, has. O(groups^2).
[[nodiscard]] inline explanation explain(const tally& joint, const definition& d,
                                         const explain_options& options = {}) {
  detail::require_definition(joint, d);
  const detail::explained_data data = detail::totals_of(joint);
  explanation result;
  const auto factors = detail::period_factors(data, options);
  if (!detail::split_move(data, d, result) || !factors) return result;
  const detail::split_influence influences(data.totals);
  detail::add_std_errors(detail::linearised_variances(joint, influences, *factors), result);
  result[move_part::satisfaction].std_error.reset();
  result[move_part::requirement].std_error.reset();
  return result;
}

}  // namespace xqs

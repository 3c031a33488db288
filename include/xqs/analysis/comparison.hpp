#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "xqs/analysis/adjust.hpp"
#include "xqs/model/choice.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/estimator.hpp"
#include "xqs/score/flag.hpp"
#include "xqs/score/interval.hpp"
#include "xqs/score/release.hpp"
#include "xqs/score/student_t.hpp"

namespace xqs {

/// What a comparison says. `unchanged` is shown, not concluded from silence: the change is smaller
/// than the margin for certain. `no_clear_change` says that both are possible.
enum class verdict : std::uint8_t { up, down, no_clear_change, unchanged };
template <>
inline constexpr std::array<std::string_view, 4> choice_names<verdict> = {
    "up", "down", "no_clear_change", "unchanged"};

/// Two scores and the difference between them. Confidential until it has passed the gate
/// (`release`).
struct comparison {
  std::optional<double> before = {};  ///< scores, per cent of the requirement
  std::optional<double> after = {};
  std::optional<double> change = {};     ///< after less before, in points of per cent
  std::optional<double> std_error = {};  ///< of the change; empty: a side with fewer than two units
  std::optional<double> low = {};        ///< ends of the interval of the change
  std::optional<double> high = {};
  xqs::interval_kind interval_kind = xqs::interval_kind::none;
  std::optional<double> p = {};  ///< two-sided; 0..1
  std::optional<double> p_holm = {};
  std::optional<double> p_bh = {};
  std::optional<xqs::verdict> verdict = {};
  /// In each wave, to find a change of the margin's size, or else of the one observed, with 80 %
  /// power.
  std::optional<std::uint64_t> needed_respondents = {};
  std::uint64_t units_before = 0;  ///< units of uncertainty behind each side
  std::uint64_t units_after = 0;
  flag_set flags = {};
};

namespace detail {

/// Turns the estimate of a change into the parts of a comparison that depend on its uncertainty.
class comparison_builder {
 public:
  /// `margin` as a ratio, 0 for none.
  comparison_builder(decimal level, double margin, comparison& result)
      : level_(level), margin_(margin), result_(result) {}

  /// `census`: everybody answered on both sides.
  void finish(const estimate& change, bool census) {
    result_.change = 100 * change.value;
    if (census) return finish_census(change);
    if (change.units < 2) return;
    result_.std_error = 100 * change.std_error;
    if (change.degenerate) {
      result_.flags.add(flag::degenerate);
      result_.interval_kind = interval_kind::degenerate;
      return;
    }
    const interval ends = delta_interval(change, critical_value(change.units, level_));
    result_.interval_kind = ends.kind;
    result_.low = 100 * *ends.low;
    result_.high = 100 * *ends.high;
    const double df = static_cast<double>(change.units) - 1;
    result_.p = 2 * student_t_upper_tail(std::abs(change.value) / change.std_error, df);
    const double reach = margin_ == 0 ? 0 : -student_t_quantile(alpha(), df) * change.std_error;
    judge(change, std::abs(change.value) + reach < margin_);
  }

 private:
  [[nodiscard]] double alpha() const { return decimal(1).value() - level_.value(); }

  void finish_census(const estimate& change) {
    result_.std_error = 0;
    result_.low = result_.high = result_.change;
    result_.interval_kind = interval_kind::census;
    // Equal ratios may differ by a rounding error.
    result_.p = std::abs(change.value) > 1e-12 ? 0 : 1;
    judge(change, std::abs(change.value) < margin_);
  }

  void judge(const estimate& change, bool within_margin) {
    if (within_margin)
      result_.verdict = verdict::unchanged;
    else if (*result_.p > alpha())
      result_.verdict = verdict::no_clear_change;
    else
      result_.verdict = change.value > 0 ? verdict::up : verdict::down;
  }

  decimal level_;
  double margin_;
  comparison& result_;
};

}  // namespace detail

/// Fills in p_holm and p_bh of comparisons that are looked at together, over those that have a p
/// value. Verdicts stay those of each comparison alone. O(m log m).
inline void adjust_together(std::span<comparison> family) {
  std::vector<double> p;
  for (const comparison& c : family)
    if (c.p) p.push_back(*c.p);
  const std::vector<double> by_holm = holm(p);
  const std::vector<double> by_bh = benjamini_hochberg(p);
  std::size_t at = 0;
  for (comparison& c : family) {
    if (!c.p) continue;
    c.p_holm = by_holm[at];
    c.p_bh = by_bh[at++];
  }
}

/// What a comparison may show.
struct released_comparison {
  comparison shown = {};  ///< nothing but flags and the sides that may be shown, if one may not
  std::uint64_t respondents_before = 0;  ///< 0 where nothing is shown
  std::uint64_t respondents_after = 0;
};

/// The cell rule of the gate for both sides of a comparison: what needs a side that may not be
/// shown is gone, and no verdict is left where one has fewer people than verdicts need. Adjust p
/// values after the gate, so that they are of what is shown.
[[nodiscard]] inline released_comparison release(const comparison& confidential,
                                                 const definition& d, people before, people after) {
  released_comparison result;
  result.shown.flags = confidential.flags;
  const bool show_before = may_show(d, before.count);
  const bool show_after = may_show(d, after.count);
  if (show_before && show_after) {
    result.shown = confidential;
  } else {
    result.shown.flags = {};
    result.shown.flags.add(flag::below_minimum);
    if (show_before) result.shown.before = confidential.before;
    if (show_after) result.shown.after = confidential.after;
  }
  if (show_before) result.respondents_before = before.count;
  if (show_after) result.respondents_after = after.count;
  flag_set& flags = result.shown.flags;
  if (show_before && show_after && !(may_judge(d, before.count) && may_judge(d, after.count))) {
    flags.add(flag::below_verdict_minimum);
    result.shown.verdict.reset();
  }
  if ((show_before && before.known && before.count == 1) ||
      (show_after && after.known && after.count == 1))
    flags.add(flag::single_respondent);
  if (!before.known || !after.known) flags.add(flag::respondents_unknown);
  return result;
}

}  // namespace xqs

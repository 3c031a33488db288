#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/band.hpp"
#include "xqs/score/contrast.hpp"
#include "xqs/score/estimator.hpp"
#include "xqs/score/flag.hpp"
#include "xqs/score/interval.hpp"
#include "xqs/score/moments.hpp"
#include "xqs/score/ratio_products.hpp"
#include "xqs/score/student_t.hpp"
#include "xqs/score/t_by_units.hpp"
#include "xqs/tally/tally.hpp"

namespace xqs {

/// A score and everything needed to judge it. Confidential until it has passed the gate
/// (`release`).
struct score {
  std::optional<double> value = {};      ///< per cent of the requirement; empty: no requirement
  std::optional<double> std_error = {};  ///< per cent; empty: fewer than two units
  std::optional<double> low = {};        ///< ends of the interval, per cent
  std::optional<double> high = {};
  xqs::interval_kind interval_kind = xqs::interval_kind::none;
  std::uint64_t units = 0;  ///< units of uncertainty behind the number
  std::uint64_t answers = 0;
  std::array<std::uint64_t, exclusion_count> excluded{};
  std::optional<std::size_t> band = {};      ///< position in the definition's bands
  std::vector<double> band_confidence = {};  ///< 0..1 for each band; empty: no interval
  bool confirmed = false;                    ///< the whole interval lies in the band
  flag_set flags = {};

  /// Confidence (0..1) that the score lies in the band shown.
  [[nodiscard]] std::optional<double> confidence() const {
    if (!band || band_confidence.empty()) return std::nullopt;
    return band_confidence[*band];
  }
};

namespace detail {

/// Turns an estimate into the parts of a score that depend on the interval.
class score_builder {
 public:
  /// With `own`, that gets the confidence in the score's band, and the score none for any band.
  score_builder(const definition& d, t_by_units& t, std::optional<std::uint64_t> population,
                score& result, std::optional<double>* own = nullptr)
      : file_(d.file()),
        method_(d.interval()),
        t_(t),
        population_(population),
        score_(result),
        own_(own) {}

  /// A single ratio.
  void operator()(const ratio_moments& m) {
    score_.units = m.units;
    const double factor = population_factor(m.units, population_);
    if (m.x.is_zero()) return score_.flags.add(flag::no_requirement);
    const ratio_products products = products_of(m);
    const estimate e = ratio_estimate(products, factor);
    place(e, m);
    if (score_.interval_kind != interval_kind::bounded) return;
    if (method_ == interval_method::delta) return finish_delta(e);
    const fieller_pivot pivot(products, factor);
    const t_of_units& t = t_(m.units);
    show(pivot.interval(t.critical));
    if (score_.interval_kind == interval_kind::bounded)
      finish_bands(t.distribution, [&](double edge) { return pivot(edge); });
  }

  /// A contrast of columns.
  void operator()(const tally& t, const std::vector<contrast_term>& terms) {
    score_.units = t.units();
    const estimate e = contrast_estimate(t, terms, population_factor(t.units(), population_));
    place(e, e.value);
    if (score_.interval_kind == interval_kind::bounded) finish_delta(e);
  }

 private:
  /// Number, band and kind of interval; `bounded` is still to be filled in.
  template <typename Ratio>
  void place(const estimate& e, const Ratio& ratio) {
    score_.value = 100 * e.value;
    score_.band = band_of(ratio, file_.bands);
    if (!at_most(ratio, decimal(100))) score_.flags.add(flag::over_100);
    const bool census = population_ && e.units == *population_;
    if (census || e.units >= 2) score_.std_error = 100 * e.std_error;
    if (census) return finish_census();
    if (e.units < 2) return;
    if (e.degenerate) score_.flags.add(flag::degenerate);
    score_.interval_kind = e.degenerate ? interval_kind::degenerate : interval_kind::bounded;
  }

  void finish_census() {
    score_.interval_kind = interval_kind::census;
    score_.low = score_.high = score_.value;
    score_.confirmed = true;
    if (own_ != nullptr) {
      *own_ = 1;
      return;
    }
    score_.band_confidence.assign(file_.bands.size(), 0);
    score_.band_confidence[*score_.band] = 1;
  }

  void finish_delta(const estimate& e) {
    const t_of_units& t = t_(e.units);
    show(delta_interval(e, t.critical));
    finish_bands(t.distribution, [&](double edge) { return (edge - e.value) / e.std_error; });
  }

  void show(const interval& i) {
    score_.interval_kind = i.kind;
    if (i.low) score_.low = 100 * *i.low;
    if (i.high) score_.high = 100 * *i.high;
  }

  template <typename Pivot>
  void finish_bands(const student_t& distribution, Pivot pivot) {
    const auto confidence_at = [&](double edge) { return upper_tail(-pivot(edge), distribution); };
    if (own_ != nullptr) {
      const band_edges own = edges_of(*score_.band, file_.bands, confidence_at);
      *own_ = within(own);
      return confirm(own);
    }
    const auto edges = edge_confidences(file_.bands, confidence_at);
    for (const band_edges& e : edges) score_.band_confidence.push_back(within(e));
    confirm(edges[*score_.band]);
  }

  static double within(const band_edges& e) { return (std::max)(0.0, e.upper - e.lower); }

  void confirm(const band_edges& own) {
    const double tail = (1 - file_.level.value()) / 2;
    score_.confirmed = own.lower <= tail && own.upper >= 1 - tail;
  }

  const definition_file& file_;
  interval_method method_;
  t_by_units& t_;
  std::optional<std::uint64_t> population_;
  score& score_;
  std::optional<double>* own_;
};

/// The items with a requirement and their normalised weights, in `count` columns from `first` on.
inline std::vector<contrast_term> item_terms(const tally& t, const definition& d, std::size_t first,
                                             std::size_t count) {
  std::vector<contrast_term> terms;
  double total = 0;
  for (std::size_t c = first; c < first + count; ++c) {
    if (t.columns()[c].label.empty())
      throw error(errc::invalid_argument, "item_mean needs a tally with a column per item");
    if (t.sum(2 * c).is_zero()) continue;
    const auto item = d.find_item(t.columns()[c].label);
    if (!item && count > 1)
      throw error(errc::invalid_argument, "item_mean needs columns that are items, not " +
                                              detail::in_quotes(t.columns()[c].label));
    terms.push_back({c, item ? d.items()[*item].weight.value() : 1});
    total += terms.back().coefficient;
  }
  for (contrast_term& term : terms) term.coefficient /= total;
  return terms;
}

/// Reduces a tally to what the estimator of a definition is a function of, and calls
/// `finish(moments)` for a single ratio or `finish(tally, terms)` for a contrast of items. True if
/// an item has left the mean.
template <typename Finish>
bool apply_estimator(const tally& t, const definition& d, Finish& finish) {
  if (d.file().estimator == estimator::item_mean) {
    const std::vector<contrast_term> terms = item_terms(t, d, 0, t.columns().size());
    if (terms.size() > 1)
      finish(t, terms);
    else
      finish(terms.empty() ? pooled_moments(t) : column_moments(t, terms[0].column));
    return !terms.empty() && terms.size() < t.columns().size();
  }
  finish(d.file().estimator == estimator::respondent_mean ? quotient_moments(t)
                                                          : pooled_moments(t));
  return false;
}

inline void require_definition(const tally& t, const definition& d) {
  if (!t.empty() && t.identity().definition != d.tally_fingerprint())
    throw error(errc::incompatible, "the tally was made under another definition than " +
                                        d.label() + " (tally fingerprints " +
                                        t.identity().definition.hex() + " and " +
                                        d.tally_fingerprint().hex() + ")");
}

}  // namespace detail

/// Scores a single ratio with the interval and level of the definition; `counts` are those of its
/// answers. Else as `score_of`.
[[nodiscard]] inline score score_of_ratio(const ratio_moments& m,
                                          const tally::column_counts& counts, const definition& d,
                                          std::optional<std::uint64_t> population = {}) {
  score result;
  result.answers = counts.answers;
  result.excluded = counts.excluded;
  detail::t_by_units known(d.file().level);
  detail::score_builder builder(d, known, population, result);
  builder(m);
  return result;
}

/// Scores a tally with the estimator, interval and level of the definition. `item_mean` needs a
/// tally with a column per item; the others take any. O(C^2).
///
/// `population`: number of units there are, if finite. Confidential: show only what `release`
/// returns.
/// Errors: errc::incompatible for a tally of another definition; errc::invalid_argument for a
/// population smaller than the number of units, or item_mean of a pooled tally.
[[nodiscard]] inline score score_of(const tally& t, const definition& d,
                                    std::optional<std::uint64_t> population = {}) {
  detail::require_definition(t, d);
  score result;
  for (const tally::column_counts& c : t.columns()) {
    result.answers += c.answers;
    for (std::size_t i = 0; i < exclusion_count; ++i) result.excluded[i] += c.excluded[i];
  }
  detail::t_by_units known(d.file().level);
  detail::score_builder builder(d, known, population, result);
  if (detail::apply_estimator(t, d, builder)) result.flags.add(flag::item_missing);
  return result;
}

}  // namespace xqs

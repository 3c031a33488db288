#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xqs/analysis/answer_means.hpp"
#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"
#include "xqs/model/choice.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/model/scale.hpp"
#include "xqs/score/contrast.hpp"
#include "xqs/score/release.hpp"
#include "xqs/score/score.hpp"
#include "xqs/score/student_t.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/wide_ratio.hpp"

namespace xqs {

/// Core: the requirement reaches its cut-off; strength: the satisfaction does.
/// Source: Martilla & James, Journal of Marketing 41 (1977) 77-79 (importance-performance
/// analysis).
enum class quadrant : std::uint8_t {
  core_strength,
  core_weakness,
  marginal_strength,
  marginal_weakness
};
template <>
inline constexpr std::array<std::string_view, 4> choice_names<quadrant> = {
    "core_strength", "core_weakness", "marginal_strength", "marginal_weakness"};

/// Where the quadrants meet: the middle of each scale, or the means over all answers.
enum class cut_off : std::uint8_t { middle, mean };
template <>
inline constexpr std::array<std::string_view, 2> choice_names<cut_off> = {"middle", "mean"};

/// Where an item lies under one cut-off.
struct placement {
  xqs::quadrant quadrant = quadrant::core_strength;
  /// 0..1, that it is a core weakness; empty without variance or with fewer than two units. One
  /// less the p value of the intersection-union test that the requirement reaches its cut-off and
  /// the satisfaction does not (Berger, Technometrics 24 (1982) 295-300): the smaller one of the
  /// two confidences.
  std::optional<double> confidence = {};
};

/// One item: what is required of it, what it achieves, and its share of what is missing.
/// Confidential until it has passed the gate (`release`).
struct driver {
  std::string item;
  std::optional<double> requirement = {};   ///< mean per answer, points/grid; empty: weighted
  std::optional<double> satisfaction = {};  ///< likewise
  xqs::score score = {};                    ///< of the item alone, with its flags
  /// (R_j - S_j)/(R - S), exact and rounded once; the shares add up to 1. Empty (flag `no_gap`) if
  /// R = S.
  std::optional<double> gap_share = {};
  std::optional<double> gap = {};        ///< R_j - S_j in points
  std::optional<placement> middle = {};  ///< empty where the means are
  std::optional<placement> mean = {};

  [[nodiscard]] const std::optional<placement>& under(cut_off cut) const {
    return cut == cut_off::middle ? middle : mean;
  }
};

namespace detail {

/// Middle between the least and the greatest value of a scale.
inline double middle_of(const scale& s) {
  const auto value = [](const scale_value& v) {
    return static_cast<double>(v.value.numerator) / static_cast<double>(v.value.denominator);
  };
  const std::vector<scale_value> values = scale_values(s);
  double least = value(values[0]);
  double greatest = least;
  for (const scale_value& v : values) {
    least = (std::min)(least, value(v));
    greatest = (std::max)(greatest, value(v));
  }
  return (least + greatest) / 2;
}

/// Confidence that a quantity is above 0.
inline std::optional<double> confidence_above(const estimate& e) {
  if (e.units < 2 || e.degenerate) return std::nullopt;
  return student_t_cdf(e.value / e.std_error, static_cast<double>(e.units) - 1);
}

/// Computes the drivers of one tally of answer means.
class driver_builder {
 public:
  driver_builder(const tally& means, const definition& d, std::optional<std::uint64_t> population)
      : means_(means),
        definition_(d),
        population_(population),
        grid_(static_cast<double>(d.grid())),
        middle_requirement_(grid_ * middle_of(d.file().requirement)),
        middle_satisfaction_(grid_ * middle_of(d.file().satisfaction)),
        gap_(total(columns::requirement) - total(columns::satisfaction)) {}

  [[nodiscard]] driver of(std::uint32_t item, const std::string& id) const {
    driver result{.item = id};
    const std::uint32_t r = columns::requirement_of(item);
    const std::uint32_t s = columns::satisfaction_of(item);
    result.score = score_of_item(r, s);
    const int128 gap = total(r) - total(s);
    result.gap = to_double(gap);
    if (gap_.is_zero())
      result.score.flags.add(flag::no_gap);
    else
      result.gap_share = gap_.is_negative() ? nearest_ratio(-gap, -gap_) : nearest_ratio(gap, gap_);
    if (definition_.weighted() || means_.columns()[r].answers == 0) return result;
    const estimate requirement = mean_less(r, {});
    const estimate satisfaction = mean_less(s, {});
    result.requirement = requirement.value / grid_;
    result.satisfaction = satisfaction.value / grid_;
    result.middle = place(less(requirement, middle_requirement_),
                          less(satisfaction, middle_satisfaction_), requirement.units);
    result.mean = place(mean_less(r, columns::requirement), mean_less(s, columns::satisfaction),
                        means_.units());
    return result;
  }

 private:
  using columns = answer_mean_columns;

  /// The points summed in a column.
  [[nodiscard]] const int128& total(std::uint32_t column) const {
    return means_.sum(2 * std::size_t{column} + 1);
  }

  /// The item's own ratio, whose moments stand in the columns of its two means.
  [[nodiscard]] score score_of_item(std::uint32_t r, std::uint32_t s) const {
    const std::size_t x = 2 * std::size_t{r} + 1;
    const std::size_t y = 2 * std::size_t{s} + 1;
    return score_of_ratio({means_.columns()[r].units, means_.sum(x), means_.sum(y),
                           means_.moment(x, x), means_.moment(x, y), means_.moment(y, y)},
                          means_.columns()[r], definition_, population_);
  }

  /// A mean in points, less that of another column.
  [[nodiscard]] estimate mean_less(std::uint32_t column, std::optional<std::uint32_t> other) const {
    contrast_part part{{{column, 1.0}}, means_.columns()[column].units};
    if (other) {
      part.terms.push_back({*other, -1.0});
      part.units = means_.units();
    }
    part.population_factor = population_factor(part.units, population_);
    return contrast_estimate(means_, {&part, 1});
  }

  static estimate less(estimate e, double cut) {
    e.value -= cut;
    return e;
  }

  /// By how much an item exceeds the two cut-offs; a rounding error less reaches them.
  [[nodiscard]] placement place(const estimate& requirement, estimate satisfaction,
                                std::uint64_t units) const {
    const bool core = requirement.value >= -1e-12 * grid_;
    const bool strength = satisfaction.value >= -1e-12 * grid_;
    placement result;
    result.quadrant = core ? (strength ? quadrant::core_strength : quadrant::core_weakness)
                           : (strength ? quadrant::marginal_strength : quadrant::marginal_weakness);
    const bool census = population_ && units == *population_;
    if (census) {
      result.confidence = result.quadrant == quadrant::core_weakness ? 1 : 0;
      return result;
    }
    satisfaction.value = -satisfaction.value;
    const std::optional<double> high = confidence_above(requirement);
    const std::optional<double> low = confidence_above(satisfaction);
    if (high && low) result.confidence = (std::min)(*high, *low);
    return result;
  }

  const tally& means_;
  const definition& definition_;
  std::optional<std::uint64_t> population_;
  double grid_;
  double middle_requirement_;  // points
  double middle_satisfaction_;
  int128 gap_;  // of all items
};

}  // namespace detail

/// The items of a definition in byte order of their ids, from a tally of answer means
/// (`fold_answer_means`). Items are scored alone, with the interval and level of the definition.
/// O(items).
///
/// Confidential: show only what `release` returns.
/// Errors: errc::incompatible for a tally of another definition; errc::invalid_argument for a tally
/// with other columns, or a population smaller than the number of units.
[[nodiscard]] inline std::vector<driver> drivers_of(const tally& means, const definition& d,
                                                    std::optional<std::uint64_t> population = {}) {
  detail::require_definition(means, d);
  const std::vector<std::string> items = profile_labels(d);
  if (means.columns().size() != 2 + 2 * items.size())
    throw error(errc::invalid_argument, "drivers need a tally of answer means");
  const detail::driver_builder builder(means, d, population);
  std::vector<driver> drivers;
  for (std::uint32_t i = 0; i < items.size(); ++i) drivers.push_back(builder.of(i, items[i]));
  return drivers;
}

/// What to do first: by gap times confidence of being a core weakness, the largest first. Where all
/// agree about a mean there is no confidence, and a core weakness counts as certain; other items
/// without a confidence come last. (Gap and gap share have the same order where anything is
/// missing.) O(items log items).
inline void order_by_action(std::vector<driver>& drivers, cut_off cut) {
  const auto worth = [&](const driver& d) {
    const std::optional<placement>& place = d.under(cut);
    const bool known = place && (place->confidence || place->quadrant == quadrant::core_weakness);
    return known ? std::optional(d.gap.value_or(0) * place->confidence.value_or(1)) : std::nullopt;
  };
  std::vector<driver> ordered;
  for (const std::uint32_t at :
       detail::order(drivers.size(), [&](std::uint32_t a, std::uint32_t b) {
         const std::optional<double> x = worth(drivers[a]);
         const std::optional<double> y = worth(drivers[b]);
         return x != y ? x > y : drivers[a].item < drivers[b].item;  // nothing is less than all
       }))
    ordered.push_back(std::move(drivers[at]));
  drivers = std::move(ordered);
}

/// What an item may show.
struct released_driver {
  driver shown = {};              ///< nothing but item and flags if it is hidden
  std::uint64_t respondents = 0;  ///< 0 where nothing is shown
  bool hidden = false;
};

/// The gate for the items of one cell, given the people who answered each: the cell rule for each
/// item, hidden ones last; and where one is hidden, no item shows its share of the gap, nor where
/// it lies from the means over all items, since these would give the hidden one back.
[[nodiscard]] inline std::vector<released_driver> release(const std::vector<driver>& confidential,
                                                          const definition& d,
                                                          std::span<const people> who) {
  std::vector<released_driver> shown;
  std::vector<released_driver> hidden;
  for (std::size_t i = 0; i < confidential.size(); ++i) {
    const released_score score = release(confidential[i].score, d, who[i]);
    released_driver item{confidential[i], score.respondents, !score.shown};
    if (item.hidden) item.shown = {.item = confidential[i].item};
    if (score.shown) item.shown.score = *score.shown;
    item.shown.score.flags = score.flags;
    (item.hidden ? hidden : shown).push_back(std::move(item));
  }
  // In what order they would come says something of them.
  std::sort(hidden.begin(), hidden.end(), [](const released_driver& a, const released_driver& b) {
    return a.shown.item < b.shown.item;
  });
  if (!hidden.empty())
    for (released_driver& item : shown) {
      item.shown.gap_share.reset();
      item.shown.gap.reset();
      item.shown.mean.reset();
    }
  shown.insert(shown.end(), hidden.begin(), hidden.end());
  return shown;
}

}  // namespace xqs

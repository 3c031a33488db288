#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"
#include "xqs/model/decimal.hpp"

namespace xqs {

enum class scale_origin { zero, raw };  ///< distance from the worst answer, or the code itself
enum class best_end { max, min };       ///< which end of the codes is the best answer

/// Codes min, min + step .. max. Origin zero: (code - worst) / (max - min), so 0..1; raw: the code.
struct rating {
  decimal min = 1;
  decimal max = 5;
  decimal step = 1;
  scale_origin origin = scale_origin::zero;
  best_end best = best_end::max;
};

/// Any table of codes and their points: non-negative, at most four decimal places.
struct points_table {
  std::vector<std::pair<decimal, decimal>> points;
};

/// 1 for the best `top` codes of the whole numbers min..max, else 0.
struct top_box {
  decimal min = 1;
  decimal max = 5;
  int top = 2;
};

/// Turns answer codes into points. Requirement and satisfaction have one each.
using scale = std::variant<rating, points_table, top_box>;

/// A non-negative rational in lowest terms.
struct fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
  friend bool operator==(const fraction&, const fraction&) = default;
};

/// One code of a scale and its exact value.
struct scale_value {
  decimal code;
  fraction value;
  friend bool operator==(const scale_value&, const scale_value&) = default;
};

namespace detail {

inline constexpr std::int64_t most_points = 10'000;  // keeps every unweighted total far from 2^64

[[noreturn]] inline void bad_scale(const std::string& message) {
  throw error(errc::invalid_definition, message);
}

inline fraction reduced(std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t common = std::gcd(numerator, denominator);
  return {numerator / common, denominator / common};
}

inline std::vector<scale_value> values_of(const rating& r) {
  const std::int64_t low = r.min.millionths();
  const std::int64_t high = r.max.millionths();
  const std::int64_t step = r.step.millionths();
  if (low >= high) bad_scale(".rating.min: must be below max");
  if (step <= 0 || (high - low) % step != 0)
    bad_scale(".rating.step: must be positive and divide max - min");
  if ((high - low) / step > most_points) bad_scale(".rating.step: more than 10001 codes");
  if (r.origin == scale_origin::raw && low < 0)
    bad_scale(".rating.min: must not be negative with origin raw");
  std::vector<scale_value> values;
  for (std::int64_t code = low; code <= high; code += step) {
    const std::int64_t upright = r.best == best_end::max ? code : low + high - code;
    values.push_back({*decimal::from_millionths(code), r.origin == scale_origin::zero
                                                           ? reduced(upright - low, high - low)
                                                           : reduced(upright, decimal::one)});
  }
  return values;
}

inline std::vector<scale_value> values_of(const points_table& table) {
  const auto by_code = [&](std::uint32_t a, std::uint32_t b) {
    return table.points[a].first < table.points[b].first;
  };
  std::vector<scale_value> values;
  for (const std::uint32_t at : order(table.points.size(), by_code)) {
    const auto& [code, points] = table.points[at];
    if (points < decimal() || points.millionths() % 100 != 0)
      bad_scale(".points[\"" + code.text() +
                "\"]: must be non-negative with at most 4 decimal places");
    values.push_back({code, reduced(points.millionths(), decimal::one)});
  }
  for (std::size_t i = 1; i < values.size(); ++i)
    if (values[i - 1].code == values[i].code)
      bad_scale(".points: code " + values[i].code.text() + " occurs twice");
  return values;
}

inline std::vector<scale_value> values_of(const top_box& box) {
  const std::int64_t codes = (box.max.millionths() - box.min.millionths()) / decimal::one + 1;
  const bool whole =
      box.min.millionths() % decimal::one == 0 && box.max.millionths() % decimal::one == 0;
  if (!whole || box.min >= box.max || codes > most_points)
    bad_scale(".top_box: min and max must be whole numbers, min below max, at most 10000 codes");
  std::vector<scale_value> values = values_of(rating{.min = box.min, .max = box.max});
  if (box.top < 1 || std::cmp_greater_equal(box.top, values.size()))
    bad_scale(".top_box.top: must be at least 1 and below the number of codes");
  const std::size_t first_best = values.size() - static_cast<std::size_t>(box.top);
  for (std::size_t i = 0; i < values.size(); ++i) values[i].value = {i >= first_best ? 1 : 0, 1};
  return values;
}

// No std::visit here and elsewhere: it costs every includer more compile time than this function.
inline std::vector<scale_value> values_of(const scale& s) {
  if (const auto* r = std::get_if<rating>(&s)) return values_of(*r);
  if (const auto* table = std::get_if<points_table>(&s)) return values_of(*table);
  return values_of(std::get<top_box>(s));
}

}  // namespace detail

/// All codes of a scale in ascending order with their exact values.
///
/// Errors: errc::invalid_definition, the message beginning with the JSON path below the scale.
[[nodiscard]] inline std::vector<scale_value> scale_values(const scale& s) {
  std::vector<scale_value> values = detail::values_of(s);
  const auto positive = [](const scale_value& v) { return v.value.numerator > 0; };
  if (std::none_of(values.begin(), values.end(), positive))
    detail::bad_scale(": no code is worth more than 0 points");
  return values;
}

/// The least integer that makes all values of both scales integers.
///
/// Errors: errc::invalid_definition when a point would exceed 10^4.
[[nodiscard]] inline std::int64_t common_grid(const std::vector<scale_value>& a,
                                              const std::vector<scale_value>& b) {
  std::int64_t grid = 1;
  for (const auto* values : {&a, &b})
    for (const scale_value& v : *values) {
      grid = std::lcm(grid, v.value.denominator);
      if (grid > detail::most_points)
        detail::bad_scale(": the two scales have no common grid of at most 10000 points");
    }
  for (const auto* values : {&a, &b})
    for (const scale_value& v : *values)
      if (v.value.numerator > detail::most_points * v.value.denominator / grid)
        detail::bad_scale(": code " + v.code.text() + " is worth more than 10000 grid points");
  return grid;
}

/// The codes in words, for messages: "1..5", "1..5 step 0.5", "1, 2, 4".
[[nodiscard]] inline std::string describe(const scale& s) {
  const auto range = [](decimal min, decimal max) { return min.text() + ".." + max.text(); };
  if (const auto* r = std::get_if<rating>(&s))
    return range(r->min, r->max) + (r->step == decimal(1) ? "" : " step " + r->step.text());
  if (const auto* box = std::get_if<top_box>(&s)) return range(box->min, box->max);
  std::string list;
  constexpr std::size_t shown = 20;
  const std::vector<scale_value> values = scale_values(s);
  for (std::size_t i = 0; i < values.size() && i < shown; ++i)
    list += (i == 0 ? "" : ", ") + values[i].code.text();
  return values.size() > shown ? list + ", ..." : list;
}

}  // namespace xqs

#pragma once

#include <algorithm>
#include <cstdint>

#include "xqs/model/definition.hpp"

namespace xqs {

/// What one answer that counts can be worth, in points on the grid of its definition.
struct point_range {
  std::int64_t satisfaction_low = 0;
  std::int64_t satisfaction_high = 0;
  std::int64_t requirement_low = 0;
  std::int64_t requirement_high = 0;
  friend bool operator==(const point_range&, const point_range&) = default;

  /// The least and the largest ratio that answers can have; infinite where the requirement of all
  /// may be 0.
  [[nodiscard]] double lowest_ratio() const {
    return static_cast<double>(satisfaction_low) / static_cast<double>(requirement_high);
  }
  [[nodiscard]] double highest_ratio() const {
    return static_cast<double>(satisfaction_high) / static_cast<double>(requirement_low);
  }
};

/// The bounds that scales, zero rule and cap of a definition give. Under `exclude` a requirement of
/// 0 points never counts; under `cap` no satisfaction exceeds the requirement. Weights are not
/// accounted for. O(codes).
[[nodiscard]] inline point_range points_of(const definition& d) {
  const auto points = [&](const scale_value& v) {
    return v.value.numerator * d.grid() / v.value.denominator;
  };
  point_range range{.satisfaction_low = detail::most_points,
                    .requirement_low = detail::most_points};
  for (const scale_value& v : scale_values(d.file().requirement)) {
    if (points(v) == 0 && d.file().zero_requirement == zero_requirement::exclude) continue;
    range.requirement_low = (std::min)(range.requirement_low, points(v));
    range.requirement_high = (std::max)(range.requirement_high, points(v));
  }
  for (const scale_value& v : scale_values(d.file().satisfaction)) {
    range.satisfaction_low = (std::min)(range.satisfaction_low, points(v));
    range.satisfaction_high = (std::max)(range.satisfaction_high, points(v));
  }
  if (d.file().over_fulfilment == over_fulfilment::cap) {
    range.satisfaction_low = (std::min)(range.satisfaction_low, range.requirement_low);
    range.satisfaction_high = (std::min)(range.satisfaction_high, range.requirement_high);
  }
  return range;
}

}  // namespace xqs

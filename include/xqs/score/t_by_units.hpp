#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "xqs/model/decimal.hpp"
#include "xqs/score/interval.hpp"
#include "xqs/score/student_t.hpp"

namespace xqs::detail {

/// Student's t for scores of n units: with n - 1 degrees of freedom, and the t of the interval.
struct t_of_units {
  std::uint64_t units;
  student_t distribution;
  double critical;  ///< as `critical_value`
};

/// The same by number of units, at one level: scores of many cells need those of a few numbers. It
/// remembers up to as many as it has places, to the last bit what would be computed anew.
class t_by_units {
 public:
  explicit t_by_units(decimal level, std::size_t places = 1)
      : tail_(tail_of(level)), places_(places) {}

  /// Until the next call. Needs at least two units.
  [[nodiscard]] const t_of_units& operator()(std::uint64_t units) {
    std::optional<t_of_units>& known = places_[units % places_.size()];
    if (!known || known->units != units) {
      const student_t distribution(static_cast<double>(units) - 1);
      known.emplace(t_of_units{units, distribution, -quantile(tail_, distribution)});
    }
    return *known;
  }

 private:
  double tail_;
  std::vector<std::optional<t_of_units>> places_;
};

}  // namespace xqs::detail

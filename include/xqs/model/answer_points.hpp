#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "xqs/error.hpp"
#include "xqs/model/definition_file.hpp"

namespace xqs {

/// Why an answer does not count; the first that applies, the requirement before the satisfaction.
enum class exclusion : std::uint8_t { no_answer, not_applicable, zero_requirement };
inline constexpr std::size_t exclusion_count = 3;

/// One answer in points on the common grid of a definition.
struct answer_points {
  std::optional<exclusion> excluded = {};  ///< set: the points are 0 and do not count
  std::int64_t requirement = 0;
  std::int64_t satisfaction = 0;
  friend bool operator==(const answer_points&, const answer_points&) = default;
};

/// The points of an answer that counts `weight` times, `weight` being an integer of the places that
/// the definition gives its weights.
///
/// Errors: errc::overflow from 2^63 on.
[[nodiscard]] inline answer_points weighted(const answer_points& a, std::int64_t weight) {
  const std::int64_t most =
      (std::numeric_limits<std::int64_t>::max)() / std::max<std::int64_t>(weight, 1);
  if (a.requirement > most || a.satisfaction > most)
    throw error(errc::overflow, "points times weight exceed 63 bits");
  return {a.excluded, a.requirement * weight, a.satisfaction * weight};
}

namespace detail {

/// What a code means on one side of an answer: points, or a reason not to count.
struct code_meaning {
  std::optional<exclusion> excluded = {};
  std::int64_t points = 0;
};

/// Codes of one scale and the declared missing values, both ascending, by binary search.
class code_table {
 public:
  code_table(const std::vector<scale_value>& values, std::int64_t grid,
             const std::map<decimal, missing_value>& missing) {
    auto other = missing.begin();
    const auto add_missing_before = [&](const scale_value* v) {
      for (; other != missing.end() && (v == nullptr || other->first < v->code); ++other) {
        const bool no_answer = other->second == missing_value::no_answer;
        entries_.push_back(
            {other->first, {no_answer ? exclusion::no_answer : exclusion::not_applicable}});
      }
    };
    for (const scale_value& v : values) {
      add_missing_before(&v);
      entries_.push_back({v.code, {{}, v.value.numerator * grid / v.value.denominator}});
    }
    add_missing_before(nullptr);
  }

  /// Null if the code is neither on the scale nor declared missing. O(log codes).
  [[nodiscard]] const code_meaning* find(decimal code) const {
    const auto before = [](const entry& e, decimal key) { return e.code < key; };
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), code, before);
    return at != entries_.end() && at->code == code ? &at->meaning : nullptr;
  }

 private:
  struct entry {
    decimal code;
    code_meaning meaning;
  };

  std::vector<entry> entries_;
};

}  // namespace detail
}  // namespace xqs

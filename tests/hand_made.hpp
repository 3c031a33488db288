#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "xqs/model/definition.hpp"
#include "xqs/tally/tally.hpp"

/// Small tallies written down unit by unit.
namespace hand_made {

/// Requirement and satisfaction of one unit in one column.
using total = std::pair<std::int64_t, std::int64_t>;

/// Points are the codes themselves, so that totals can be written as they are.
inline xqs::definition_file file(const std::vector<std::string>& items = {"a"}) {
  const xqs::rating codes{.min = 0, .max = 10'000, .origin = xqs::scale_origin::raw};
  xqs::definition_file f{
      .name = "hand_made", .version = "1", .requirement = codes, .satisfaction = codes};
  for (const std::string& id : items) f.items.push_back({.id = id});
  f.zero_requirement = xqs::zero_requirement::keep;
  return f;
}

inline xqs::unit_totals one_answer(const total& t) {
  xqs::unit_totals totals;
  totals.requirement = t.first;
  totals.satisfaction = t.second;
  totals.answers = 1;
  return totals;
}

/// A tally of one column.
inline xqs::tally pooled(const xqs::definition& d, const std::vector<total>& units) {
  xqs::tally result(xqs::state_identity(d), {""});
  for (const total& t : units) result.add_unit(std::vector<xqs::tally::part>{{0, one_answer(t)}});
  return result;
}

/// A tally with a column per label; every unit answers in every column.
inline xqs::tally profile(const xqs::definition& d, const std::vector<std::string>& labels,
                          const std::vector<std::vector<total>>& units) {
  xqs::tally result(xqs::state_identity(d), labels);
  for (const std::vector<total>& unit : units) {
    std::vector<xqs::tally::part> parts;
    for (std::uint32_t c = 0; c < unit.size(); ++c) parts.push_back({c, one_answer(unit[c])});
    result.add_unit(parts);
  }
  return result;
}

/// A joint tally of two groups; a unit has a total or nothing in each of its columns.
inline xqs::tally joint(const xqs::definition& d, const std::vector<std::string>& labels,
                        const std::vector<std::vector<std::optional<total>>>& units) {
  xqs::tally result(xqs::state_identity(d), labels, {"before", "after"});
  for (const auto& unit : units) {
    std::vector<xqs::tally::part> parts;
    for (std::uint32_t c = 0; c < unit.size(); ++c)
      if (unit[c]) parts.push_back({c, one_answer(*unit[c])});
    result.add_unit(parts);
  }
  return result;
}

/// Nine people in two waves, two of them in both.
inline xqs::tally two_waves(const xqs::definition& d) {
  constexpr auto none = std::nullopt;
  return joint(d, {""},
               {{total{8, 6}, none},
                {total{10, 9}, none},
                {total{6, 3}, none},
                {total{9, 8}, total{8, 7}},
                {total{7, 5}, total{8, 7}},
                {none, total{10, 6}},
                {none, total{5, 4}},
                {none, total{9, 8}},
                {none, total{7, 7}}});
}

}  // namespace hand_made

#pragma once

#include <cstdint>
#include <vector>

#include "xqs/analysis/watch_state.hpp"
#include "xqs/model/definition.hpp"

/// Small states of a watch written down unit by unit.
namespace watched {

/// Five-point scales from zero: satisfaction 0..4, requirement 1..4, or 0..4 with `keep`.
inline xqs::definition five_points(xqs::zero_requirement zero = xqs::zero_requirement::exclude) {
  xqs::definition_file file{.name = "watched", .version = "1", .items = {{.id = "a"}}};
  file.zero_requirement = zero;
  return xqs::definition(file);
}

struct units {
  std::int64_t satisfaction;
  std::int64_t requirement;
  int count = 1;
};

inline xqs::unit_totals totals(const units& u, std::uint32_t answers) {
  xqs::unit_totals result;
  result.satisfaction = u.satisfaction;
  result.requirement = u.requirement;
  result.answers = answers;
  return result;
}

/// Every unit gives as many answers as it can.
inline xqs::watch_state state(const xqs::definition& d, std::uint32_t most_answers,
                              const std::vector<units>& all) {
  xqs::watch_state result(d, most_answers);
  for (const units& u : all)
    for (int i = 0; i < u.count; ++i) result.add_unit(totals(u, most_answers));
  return result;
}

}  // namespace watched

#pragma once

#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "xqs/engine/cell.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/score.hpp"

/// What a row of the result says of a score and its people, from `score` to `confidence`.
inline std::vector<xqs::cell> score_cells(const xqs::score& s, const xqs::cell& respondents,
                                          const xqs::definition& d) {
  const auto number = [](const std::optional<double>& n) {
    return n ? xqs::cell(*n) : xqs::cell();
  };
  const auto count = [](std::uint64_t n) { return xqs::cell(static_cast<std::int64_t>(n)); };
  const auto text = [](const auto& t) { return xqs::cell(std::string(t)); };
  std::vector<xqs::cell> cells = {number(s.value), number(s.std_error), number(s.low),
                                  number(s.high), text(name_of(s.interval_kind))};
  cells.insert(cells.end(), {respondents, count(s.units), count(s.answers)});
  cells.push_back(count(std::accumulate(s.excluded.begin(), s.excluded.end(), std::uint64_t{0})));
  for (const std::uint64_t excluded : s.excluded) cells.push_back(count(excluded));
  cells.push_back(s.band ? text(d.file().bands[*s.band].id) : xqs::cell());
  cells.push_back(number(s.confidence()));
  return cells;
}

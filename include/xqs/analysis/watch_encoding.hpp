#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xqs/analysis/point_range.hpp"
#include "xqs/analysis/watch_state.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/tally/state_frame.hpp"

namespace xqs {

namespace detail {

inline point_range read_points(byte_reader& in, const definition& d) {
  const std::size_t at = in.at();
  point_range found;
  found.satisfaction_low = in.total();
  found.satisfaction_high = in.total();
  found.requirement_low = in.total();
  found.requirement_high = in.total();
  if (found.satisfaction_low >= found.satisfaction_high)
    refuse_bytes(at + 8, "largest satisfaction " + std::to_string(found.satisfaction_high) +
                             "; allowed is more than the least, " +
                             std::to_string(found.satisfaction_low));
  const std::int64_t least = (std::max)(std::int64_t{1}, found.requirement_low);
  if (found.requirement_high < least)
    refuse_bytes(at + 24, "largest requirement " + std::to_string(found.requirement_high) +
                              "; allowed is " + std::to_string(least) + " or more");
  if (found != points_of(d))
    refuse_bytes(at, "points of answers that definition " + d.label() + " does not give",
                 errc::incompatible);
  return found;
}

/// Whether some number of answers, at most `most`, has such totals.
inline bool possible(const watch_state::entry& e, const point_range& points, std::uint32_t most) {
  const auto at_least = [](std::int64_t total, std::int64_t high) {
    return total / high + (total % high > 0 ? 1 : 0);
  };
  std::int64_t fewest = (std::max)(at_least(e.satisfaction, points.satisfaction_high),
                                   at_least(e.requirement, points.requirement_high));
  fewest = (std::max)(fewest, std::int64_t{1});
  std::int64_t greatest = most;
  if (points.satisfaction_low > 0)
    greatest = (std::min)(greatest, e.satisfaction / points.satisfaction_low);
  if (points.requirement_low > 0)
    greatest = (std::min)(greatest, e.requirement / points.requirement_low);
  return fewest <= greatest;
}

/// Reads the entries of a watch, whose answers lie in `points`.
inline std::vector<watch_state::entry> read_entries(byte_reader& in, const point_range& points,
                                                    std::uint32_t most_answers) {
  std::vector<watch_state::entry> entries;
  std::uint64_t units = 0;
  const auto count = in.integer<std::uint64_t>();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::size_t at = in.at();
    watch_state::entry e{in.total(), in.total(), 0};
    if (i > 0 && !entries.back().before(e))
      refuse_bytes(at, "entries must ascend by satisfaction, then requirement");
    if (!possible(e, points, most_answers))
      refuse_bytes(at, "satisfaction " + std::to_string(e.satisfaction) + " and requirement " +
                           std::to_string(e.requirement) + "; no 1 to " +
                           std::to_string(most_answers) + " answers give them");
    e.units = in.integer<std::uint64_t>();
    if (e.units == 0 || !sum_fits(units, e.units))
      refuse_bytes(at + 16, std::to_string(e.units) +
                                " units; allowed is 1 or more, and less than 2^64 together");
    units += e.units;
    entries.push_back(e);
  }
  return entries;
}

}  // namespace detail

/// The canonical bytes of the state of a watch (docs/tally-format.md): equal states that are not
/// empty have equal bytes, on every platform. Confidential. O(entries).
///
/// Errors: errc::invalid_argument for a state without a definition, or a unit kind not in UTF-8.
[[nodiscard]] inline std::vector<std::uint8_t> encode(const watch_state& s) {
  detail::byte_writer out = detail::begin_state(detail::state_family::watch_state, s.identity(), 0,
                                                detail::labels_hash({}));
  out.integer(s.most_answers());
  const point_range& points = s.points();
  for (const std::int64_t bound : {points.satisfaction_low, points.satisfaction_high,
                                   points.requirement_low, points.requirement_high})
    out.integer(static_cast<std::uint64_t>(bound));
  out.integer(std::uint64_t{s.entries().size()});
  for (const watch_state::entry& e : s.entries()) {
    out.integer(static_cast<std::uint64_t>(e.satisfaction));
    out.integer(static_cast<std::uint64_t>(e.requirement));
    out.integer(e.units);
  }
  return detail::seal(std::move(out));
}

/// The state of a watch that `encode` made these bytes of. O(entries).
///
/// Errors: errc::invalid_bytes, the message naming offset, what is there and what is allowed;
/// errc::incompatible for a state of another definition.
[[nodiscard]] inline watch_state decode_watch_state(std::span<const std::uint8_t> bytes,
                                                    const definition& d) {
  detail::opened_state state = detail::open_state(bytes, detail::state_family::watch_state, d);
  if (state.columns != 0)
    detail::refuse_bytes(detail::state_format::columns_at,
                         std::to_string(state.columns) + " columns; a watch state has none");
  detail::require_labels(state, {}, {}, errc::invalid_bytes);
  std::string unit_kind(state.in.text());
  const std::size_t at = state.in.at();
  const auto most_answers = state.in.integer<std::uint32_t>();
  if (most_answers == 0)
    detail::refuse_bytes(at, "at most 0 answers of a unit; allowed is 1 or more");
  const point_range points = detail::read_points(state.in, d);
  const std::vector<watch_state::entry> entries =
      detail::read_entries(state.in, points, most_answers);
  state.in.require_end();
  watch_state result(d, most_answers, std::move(unit_kind));
  result.absorb(entries);
  return result;
}

}  // namespace xqs

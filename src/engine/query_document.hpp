#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/filter.hpp"
#include "xqs/analysis/drivers.hpp"
#include "xqs/analysis/rank_entry.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

enum class question { score, compare, rank, drivers, explain, watch, timeline };

/// Whose units a comparison is of: each group's own, or all of the request's.
enum class design { own, request };

/// What a bad row does: it refuses the input, or is left out and reported.
enum class on_error { reject, skip };

/// How many units there are: a number, or the column that says so for each cell.
using population_source = std::variant<std::monostate, std::uint64_t, std::string>;

/// A query document, parsed. Nothing is left to its readers to assume.
struct query_document {
  engine::question question = engine::question::score;
  std::vector<std::vector<std::string>> sets = {{}};     ///< groupings, each a list of columns
  std::vector<std::vector<std::string>> groupings = {};  ///< those that the question needs
  std::vector<condition> where = {};                     ///< all must hold
  std::optional<xqs::estimator> estimator;
  std::optional<interval_method> interval;
  std::optional<decimal> level;
  std::string unit = "respondent";  ///< respondent, response, row, or a column
  population_source population;
  std::map<std::string, std::string> columns;  ///< standard name -> name in the input
  bool check_duplicates = false;
  bool round_weights = false;
  engine::on_error on_error = engine::on_error::reject;
  std::string time_zone;      ///< of the IANA database; empty: none
  bool choices = false;       ///< every estimator, cap and zero rule side by side
  std::string contact;        ///< whose timeline
  std::string period;         ///< column whose values are compared in turn; empty: none
  std::string before, after;  ///< two of its values, else each and the one before it
  std::string against;  ///< the group that others are compared with, else the rest (or thresholds)
  std::optional<decimal> margin;  ///< points of per cent; a smaller change is none
  engine::design design = engine::design::own;
  cut_off cut = cut_off::middle;        ///< where the quadrants of drivers meet
  std::optional<std::uint64_t> top;     ///< only the highest scores of each set
  std::optional<std::uint64_t> bottom;  ///< only the lowest
  decimal alpha = 0.05;                 ///< of a wrong rank interval, or verdict
  rank_family family = rank_family::simultaneous;
  rank_adjustment adjustment = rank_adjustment::holm;
  std::string standardise;        ///< column of the segments of a fair ranking; empty: none
  std::size_t threads = 1;        ///< that share the work; changes no number
  std::optional<decimal> good;    ///< per cent: a concept is good once it is shown to be above
  std::optional<decimal> bad;     ///< per cent: bad once shown to be below
  std::uint32_t max_answers = 0;  ///< that a unit can give, where a concept is watched
};

/// Errors: errc::invalid_query naming the JSON path.
[[nodiscard]] query_document parse_query(std::string_view json);

/// All names under which an input, of feedback or of touchpoints, can have a column that the
/// request reads: those of answers in wide form come on top.
[[nodiscard]] std::set<std::string, std::less<>> readable_names(const query_document& request);

/// The definition with the request's choices in place of its own.
///
/// Errors: errc::invalid_query for an impossible pair of estimator and interval.
[[nodiscard]] definition effective_definition(const definition& d, const query_document& request);

/// The document with every choice filled in, as canonical JSON.
[[nodiscard]] std::string canonical_json(const query_document& request,
                                         const definition& effective);

}  // namespace xqs::engine

namespace xqs {
template <>
inline constexpr std::array<std::string_view, 7> choice_names<engine::question> = {
    "score", "compare", "rank", "drivers", "explain", "watch", "timeline"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<engine::design> = {"own", "request"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<engine::on_error> = {"reject",
                                                                                   "skip"};
}  // namespace xqs

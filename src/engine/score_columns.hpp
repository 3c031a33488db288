#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/release.hpp"

namespace xqs::engine {

/// The columns that the question `score` adds after the group columns.
[[nodiscard]] std::vector<table::heading> score_headings(bool with_touchpoints);

/// The table of the question `score`, filled row by row. What many rows say is written once.
class score_columns {
 public:
  /// `count`: about how many rows there will be.
  score_columns(const definition& d, const input& rows, const std::vector<cell_set>& sets,
                std::size_t count);

  /// The rows that follow are of this set.
  void start(std::size_t set);
  /// Begins a row: the numbers of the values of a cell's group. Many may begin before the first
  /// goes on.
  void add_group(std::span<const std::uint32_t> group);
  /// The rest of the row; `confidence` is that of the score's band.
  void add_rest(const cell_facts& from, const released_score& released,
                const std::optional<double>& confidence);
  [[nodiscard]] table take();

 private:
  /// A column of the table that groups are by.
  struct group_column {
    std::string name;
    const key_column* key = nullptr;       ///< null where the set at hand does not have it
    std::size_t position = 0;              ///< among the columns of the set
    std::vector<std::uint32_t> kept = {};  ///< references to values, by their number
  };

  void add_columns(const std::vector<table::heading>& headings);
  void keep_names();
  void add_score(const score& s, std::uint64_t respondents,
                 const std::optional<double>& confidence);
  void add_flags(flag_set flags);
  void add_touchpoints(const std::optional<touchpoint_counts>& counts);
  void add_nulls(std::size_t columns);
  template <typename Value>
  void add(const Value& value) {
    columns_[at_++].add(value);
  }
  void add_count(std::uint64_t number) { add(static_cast<std::int64_t>(number)); }

  const definition& definition_;
  const input& rows_;
  const std::vector<cell_set>& sets_;
  std::size_t set_ = 0;
  std::vector<group_column> group_columns_;
  table result_;
  std::vector<cell_column> columns_;
  std::size_t first_ = 0;  ///< column behind those of the groups
  std::size_t at_ = 0;     ///< column of the row at hand that comes next
  std::vector<std::pair<flag_set, std::uint32_t>> flags_;  ///< references to those that there were
};

}  // namespace xqs::engine

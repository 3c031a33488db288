#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/cells.hpp"
#include "engine/crew.hpp"
#include "engine/input.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/flag.hpp"
#include "xqs/score/release.hpp"

namespace xqs::engine {

/// The columns that the question `score` adds after the group columns.
[[nodiscard]] std::vector<table::heading> score_headings(bool with_touchpoints);

/// The table of the question `score`. What many rows say is written once.
class score_columns {
 public:
  score_columns(const definition& d, const input& rows, const std::vector<cell_set>& sets);

  /// So many rows that follow are of this set.
  void start(std::size_t set, std::size_t rows, crew& lanes);
  /// The numbers of the values of a cell's group, for the next of these rows.
  void add_group(std::span<const std::uint32_t> group);
  /// The rest of one of these rows; `confidence` is that of the score's band. Different rows may be
  /// set by several threads at once, while another adds their groups.
  void set_rest(std::size_t row, const cell_facts& from, const released_score& released,
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

  void keep_names();
  void name_flags();

  const definition& definition_;
  const input& rows_;
  const std::vector<cell_set>& sets_;
  std::size_t set_ = 0;
  std::vector<group_column> group_columns_;
  table result_;
  std::vector<cell_column> columns_;
  std::size_t first_ = 0;        ///< column behind those of the groups
  std::size_t first_row_ = 0;    ///< of the set at hand
  std::size_t next_row_ = 0;     ///< to get its group
  std::vector<flag_set> flags_;  ///< of the rows of the set at hand
};

}  // namespace xqs::engine

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "xqs/detail/pair_index.hpp"
#include "xqs/engine/release.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/flag.hpp"
#include "xqs/score/release.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/unit_entries.hpp"

namespace xqs::engine {

/// The touchpoints of a cell.
struct touchpoint_counts {
  std::uint64_t all = 0;
  std::uint64_t answered = 0;
  std::uint64_t actions = 0;
  std::uint64_t scored_actions = 0;  ///< with enough people to be shown by themselves
};

/// One cell of a grouping, folded: confidential.
struct folded_cell {
  std::uint32_t number = 0;               ///< within its set
  bool extra_item = false;                ///< the cell of an item outside the definition
  std::vector<std::uint32_t> group = {};  ///< numbers of the group columns' values
  tally state = {};
  bool units_are_people = false;
  people who = {};  ///< at most so many; the score may use fewer of them
  std::optional<touchpoint_counts> touchpoints = {};
  std::optional<std::uint64_t> population = {};
  flag_set flags = {};
};

/// The cells of one grouping: a ledger whose columns are the cells (and their items, where the
/// estimator needs them apart), and the people behind each cell.
class cell_set {
 public:
  cell_set(const definition& d, const query_document& request, std::vector<std::string> by)
      : definition_(d), request_(request), by_(std::move(by)) {}

  /// Refuses a batch that cannot be added. Changes nothing that counts.
  void check(input& rows);
  void add(const input& rows);

  [[nodiscard]] const std::vector<std::string>& by() const { return by_; }
  /// Counts the touchpoints in their cells, which may have no rows. Once, after the last row.
  void count_touchpoints(const input& rows);
  /// Every cell that has rows or touchpoints, in no particular order.
  [[nodiscard]] std::vector<folded_cell> fold(const input& rows) const;
  /// Cells in which fewer people than the minimum, but some, have answers without requirement, or
  /// with more satisfaction than requirement. Other rules for those would give them back.
  struct few_people {
    std::set<std::uint32_t> zero_requirement;
    std::set<std::uint32_t> over_fulfilment;
  };
  [[nodiscard]] few_people few() const;
  /// Who is in which cell, by the cells' numbers.
  [[nodiscard]] std::vector<presence> presences() const;

  /// The ledger without names, whose column c is of the cell (and item) `columns()[c]`.
  [[nodiscard]] const unit_entries& entries() const { return entries_; }
  [[nodiscard]] const detail::pair_index& columns() const { return columns_; }
  [[nodiscard]] state_identity identity() const;

 private:
  enum class unit_source { key, form, row };
  struct cell_state {
    std::uint64_t rows = 0;
    std::uint64_t people = 0;
    std::optional<std::uint64_t> population;
    bool extra_item = false;
    bool early = false;
    std::uint64_t people_without_requirement = 0;
    std::uint64_t people_over_requirement = 0;
    touchpoint_counts touchpoints;
  };

  void bind(const input& rows);
  void number_cells(const input& rows);
  void check_units(input& rows) const;
  void check_populations(input& rows);
  void add_row(const input& rows, std::size_t row, std::uint32_t item);
  void count_special(const answer_points& points, std::uint32_t cell, std::uint32_t person);
  void count_action(std::uint32_t cell, std::uint32_t action, std::uint32_t person);
  void count_person(std::uint32_t cell, std::uint32_t person, bool counted);
  [[nodiscard]] bool profile() const {
    return definition_.file().estimator == estimator::item_mean;
  }
  /// The others leave out people, or items, without any requirement.
  [[nodiscard]] bool pooled() const { return definition_.file().estimator == estimator::pooled; }
  [[nodiscard]] std::vector<std::uint32_t> group_of(std::uint32_t cell) const;
  [[nodiscard]] std::vector<std::string> labels(const input& rows, std::uint32_t cell) const;
  [[nodiscard]] std::vector<tally> fold_tallies(const input& rows) const;
  [[nodiscard]] folded_cell finish(const input& rows, std::uint32_t cell, tally state) const;

  const definition& definition_;
  const query_document& request_;
  std::vector<std::string> by_;
  std::optional<std::size_t> item_position_;  ///< of the item column within `by_`
  bool counts_touchpoints_ = false;           ///< all group columns are of the touchpoints
  bool by_status_ = false;
  bool bound_ = false;
  unit_source unit_ = unit_source::key;
  const key_column* unit_key_ = nullptr;
  bool unit_is_person_ = false;
  flag_set flags_;

  std::vector<detail::pair_index> group_chain_;
  std::vector<std::uint32_t> cells_;  ///< cell of each row of the batch
  std::vector<cell_state> states_;
  detail::pair_index columns_;  ///< (cell, item) of each ledger column; item 0 where pooled
  unit_entries entries_;
  std::uint32_t next_row_unit_ = 0;
  detail::pair_index people_;               ///< (cell, person), where the unit is not the person
  std::vector<std::uint8_t> counted_;       ///< whether the score uses an answer of theirs
  detail::pair_index without_requirement_;  ///< (cell, person), where choices are asked for
  detail::pair_index over_requirement_;
  detail::pair_index actions_;  ///< (cell, action)
  std::vector<std::uint64_t> people_of_action_;
  detail::pair_index action_people_;  ///< (position in actions_, person)
};

}  // namespace xqs::engine

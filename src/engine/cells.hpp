#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/cell_totals.hpp"
#include "engine/crew.hpp"
#include "engine/flat_tally.hpp"
#include "engine/group_numbers.hpp"
#include "engine/input.hpp"
#include "engine/pair_table.hpp"
#include "engine/query_document.hpp"
#include "engine/sparse_pairs.hpp"
#include "xqs/detail/pair_index.hpp"
#include "xqs/engine/release.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/flag.hpp"
#include "xqs/score/release.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/ledger.hpp"
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

/// What is known of one cell of a grouping beside its group and its state: confidential.
struct cell_facts {
  std::uint32_t number = 0;  ///< within its set
  bool extra_item = false;   ///< the cell of an item outside the definition
  bool units_are_people = false;
  people who = {};  ///< at most so many; the score may use fewer of them
  std::optional<touchpoint_counts> touchpoints = {};
  std::optional<std::uint64_t> population = {};
  flag_set flags = {};
  bool few_of_an_item = false;  ///< fewer people than may be shown answer one of several items
};

/// One cell of a grouping, folded: confidential.
struct folded_cell : cell_facts {
  std::vector<std::uint32_t> group = {};  ///< numbers of the group columns' values
  tally state = {};
};

/// Counts distinct people by number of what they belong to.
class people_by_number {
 public:
  void add(std::uint32_t number, std::uint32_t person) {
    const std::uint32_t known = seen_.size();
    if (seen_.intern(number, person) != known) return;
    if (number >= counts_.size()) counts_.resize(std::size_t{number} + 1);
    ++counts_[number];
  }
  [[nodiscard]] std::uint64_t count(std::uint32_t number) const {
    return number < counts_.size() ? counts_[number] : 0;
  }

 private:
  detail::pair_index seen_;
  std::vector<std::uint64_t> counts_;
};

/// People by cell whose answers other rules of scoring would count otherwise.
struct people_of_choices {
  people_by_number zero_requirement;     ///< left out since nothing was required
  people_by_number zero_of_weight;       ///< those of them whose answer has a weight
  people_by_number without_requirement;  ///< counted, satisfied, though nothing was required
  people_by_number beyond_requirement;   ///< more satisfied than they required
};

/// The first rows of a block, which a lane added as soon as they were looked up.
struct rows_added {
  std::uint16_t count = 0;
  std::uint16_t lane = 0;
};

/// The cells of one grouping: a ledger whose columns are the cells (and their items, where the
/// estimator needs them apart), and the people behind each cell.
class cell_set {
 public:
  cell_set(const definition& d, const query_document& request, std::vector<std::string> by)
      : definition_(d), request_(request), by_(std::move(by)) {}
  cell_set(cell_set&&) = default;  // and no copies, which members only seem to have

  /// The ledger will be asked for, with names. Before the first row.
  void keep_ledger() { is_kept_ = true; }
  /// Begins with a batch. Then come blocks of its rows, to look up their cells or to learn them,
  /// after their keys. `finest` is the set of the most groups.
  void begin(const input& rows, const cell_set& finest, std::size_t lanes);
  /// Whether all cells of some rows are known. For several threads.
  bool look_up(row_range rows);
  void learn(row_range rows);
  /// Whether rows can be added as soon as they were looked up, if nothing else is asked of them.
  [[nodiscard]] bool adds_at_once(const input& rows) const;
  /// Before they are: they may have to be taken back.
  void begin_at_once();
  /// Whether there is room for a block that was looked up, which can then be added. For several
  /// threads, a lane each.
  bool make_room(std::size_t lane, const input& rows, row_range block);
  void add_at_once(std::size_t lane, const input& rows, row_range block);
  /// Whether nothing is added to these cells, which are made of those of a finer set.
  [[nodiscard]] bool is_rolled_up() const { return finer_ != nullptr; }
  /// Whether rows can be added where they stand, a few at a time, without any note of what was
  /// looked up for them.
  [[nodiscard]] bool adds_standing(const input& rows) const;
  /// Adds the first rows of a block so, up to some that are not known, of no common kind, or
  /// without room: how many. For several threads, a lane each.
  std::size_t add_standing(std::size_t lane, const input& rows, row_range block);
  /// The batch is refused: takes back the rows that were added already, by block, all of which have
  /// been looked up.
  void take_back(const input& rows, std::span<const rows_added> added);
  /// Refuses a batch that cannot be added. Changes nothing that counts.
  void check(input& rows);
  /// Adds the batch, but for rows that were added already, by block.
  void add(const input& rows, crew& lanes, std::span<const rows_added> added);
  /// After the last row, before anything below is asked: rows that waited are in the ledger, or in
  /// tallies.
  void settle(const input& rows, crew& lanes);
  /// After all sets are settled: fills the cells that are made of those of a finer set.
  void roll_up(const input& rows);

  [[nodiscard]] const std::vector<std::string>& by() const { return by_; }
  /// Counts the touchpoints in their cells, which may have no rows. After the last row.
  void count_touchpoints(const input& rows);
  /// Every cell that has rows or touchpoints, in no particular order.
  [[nodiscard]] std::vector<folded_cell> fold(const input& rows) const;
  /// Whether each cell is one column of the tally, and no unit has two parts in one.
  [[nodiscard]] bool is_flat() const {
    return !profile() && (totals_.entries().empty() || !tallies_.empty());
  }
  /// The tally of a cell of a flat set, which may be without rows. Quotients are left out where the
  /// estimator does not ask for them.
  ///
  /// Errors: as flat_tally::add.
  [[nodiscard]] flat_tally tally_of(std::uint32_t cell) const;
  /// What of it the score is made of.
  [[nodiscard]] column_integers integers_of(std::uint32_t cell) const;
  /// Asks for what is kept of a cell of a flat set, so that it is there when it is worked on.
  void read_ahead(std::uint32_t cell) const;
  /// The numbers of the cells that have rows or touchpoints.
  [[nodiscard]] std::vector<std::uint32_t> present() const;
  /// Of a cell whose tally has so many units.
  [[nodiscard]] cell_facts facts(const input& rows, std::uint32_t cell, std::uint64_t units) const;
  /// The numbers of a cell's group, one for each column of `by`.
  void group_of(std::uint32_t cell, std::uint32_t* to) const { groups_.values_of(cell, to); }
  /// Where choices are asked for.
  [[nodiscard]] const people_of_choices& choices() const { return choices_; }
  [[nodiscard]] std::uint32_t cell_count() const {
    return static_cast<std::uint32_t>(states_.size());
  }
  /// Who is in which cell, by the cells' numbers.
  [[nodiscard]] std::vector<presence> presences() const;

  /// The ledger without names.
  [[nodiscard]] const unit_entries& entries() const { return totals_.entries(); }
  /// Calls `visit(entry)` for what each unit has in each column, and `unit_ends` behind those of a
  /// unit, whether units are in the ledger or where they waited. Settled.
  template <typename Visit, typename EndOfUnit>
  void for_each_of_units(const input& rows, Visit visit, EndOfUnit unit_ends) const;
  [[nodiscard]] std::uint32_t column_count() const {
    return profile() ? columns_.size() : cell_count();
  }
  /// The cell, and item, of a column of the ledger; item 0 where they are not told apart.
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> column(std::uint32_t c) const {
    return profile() ? columns_[c] : std::pair(c, std::uint32_t{0});
  }
  [[nodiscard]] state_identity identity() const;

  /// Whether units have names: respondents, or values of a column, and not their responses.
  [[nodiscard]] bool has_names() const { return unit_key_ != nullptr; }
  /// The ledger with names, of a set whose last column is the item. Needs units with names.
  [[nodiscard]] ledger named_ledger(const input& rows) const;

 private:
  enum class unit_source { key, form, row };
  struct cell_state {
    std::uint64_t people = 0;
    std::uint64_t population = 0;  ///< if not 0
    bool extra_item = false;
    bool early = false;
    bool has_person = false;  ///< there are rows of the one person
  };

  void bind(const input& rows);
  void clear_cells();
  [[nodiscard]] bool is_made_of(const cell_set& finer, const input& rows) const;
  [[nodiscard]] std::size_t position_of(const std::string& column, const input& rows) const;
  [[nodiscard]] bool has_part(const cell_set& finer, std::uint32_t cell) const;
  [[nodiscard]] std::vector<std::uint32_t> cells_of_finer(const input& rows);
  [[nodiscard]] bool response_is_person(const input& rows) const;
  [[nodiscard]] const key_column* required_key(const input& rows) const;
  [[nodiscard]] bool units_are_surely_there(const input& rows) const;
  void check_units(input& rows) const;
  void check_populations(input& rows);
  void read_populations(const input& rows);
  void begin_columns(const input& rows);
  bool look_up_columns(const input& rows, row_range block);
  void learn_columns(const input& rows, row_range block);
  void add_others(const input& rows, crew& lanes, std::span<const rows_added> added);
  void add_block(std::size_t lane, const input& rows, std::span<const std::uint32_t> units,
                 row_range block);
  void note_rows(const input& rows);
  void mark(std::span<const std::uint32_t> cells);
  [[nodiscard]] std::span<const std::uint32_t> units(const input& rows);
  [[nodiscard]] bool counts_kinds() const;
  [[nodiscard]] bool needs_ledger() const;
  [[nodiscard]] bool skips_ledger() const;
  [[nodiscard]] bool has_rows(std::uint32_t cell) const {
    return cell < has_rows_.size() && has_rows_[cell] != 0;
  }
  [[nodiscard]] bool has_touchpoints(std::uint32_t cell) const {
    return cell < touchpoints_.size() && touchpoints_[cell].all > 0;
  }
  [[nodiscard]] bool counts_more_than_units() const;
  void count_rows(const input& rows, crew& lanes);
  bool find_counted(const input& rows, row_range block);
  void count_others(const input& rows, row_range block);
  [[nodiscard]] bool counts_by_item() const;
  [[nodiscard]] bool counts_for_action(const input& rows, std::size_t row) const;
  [[nodiscard]] bool is_of_one_person(const input& rows) const;
  [[nodiscard]] bool is_used(bool has_answers, bool has_requirement, bool has_satisfaction) const;
  [[nodiscard]] bool is_used(const unit_totals& answers) const;
  void note_totals(const input& rows, crew& lanes);
  void count_for_choices(const input& rows, std::size_t row, std::uint32_t cell);
  void count_person(std::uint32_t cell, std::uint32_t person, bool counted);
  [[nodiscard]] std::vector<std::uint32_t> cells_of_touchpoints(const input& rows);
  [[nodiscard]] bool profile() const {
    return definition_.file().estimator == estimator::item_mean;
  }
  [[nodiscard]] bool with_quotients() const {
    return definition_.file().estimator == estimator::respondent_mean;
  }
  /// The others leave out people, or items, without any requirement.
  [[nodiscard]] bool pooled() const { return definition_.file().estimator == estimator::pooled; }
  [[nodiscard]] std::vector<std::uint32_t> group_of(std::uint32_t cell) const;
  [[nodiscard]] std::vector<std::string> labels(const input& rows, std::uint32_t cell) const;
  [[nodiscard]] std::vector<fold_target> fold_plan(const input& rows) const;
  [[nodiscard]] std::vector<tally> fold_tallies(const input& rows) const;
  [[nodiscard]] std::vector<tally> fold_pooled() const;
  [[nodiscard]] std::vector<tally> fold_ledger(const input& rows) const;
  [[nodiscard]] std::vector<tally> fold_waiting(const input& rows, crew& lanes) const;
  void fold_part(const input& rows, row_range parts, std::span<const fold_target> plan,
                 std::vector<tally>& to) const;
  [[nodiscard]] std::vector<tally> unit_tallies(const input& rows) const;
  [[nodiscard]] std::vector<std::uint8_t> few_of_an_item() const;

  const definition& definition_;
  const query_document& request_;
  std::vector<std::string> by_;
  std::optional<std::size_t> item_position_;  ///< of the item column within `by_`
  bool counts_touchpoints_ = false;           ///< all group columns are of the touchpoints
  bool by_status_ = false;
  bool bound_ = false;
  const cell_set* finer_ = nullptr;  ///< whose cells these are made of, at the end
  bool is_kept_ = false;
  unit_source unit_ = unit_source::key;
  const key_column* unit_key_ = nullptr;
  bool unit_is_person_ = false;
  bool of_one_person_ = false;  ///< whom nobody needs to tell from others
  flag_set flags_;

  group_numbers groups_;                        ///< which are the cells
  std::vector<std::uint32_t> columns_of_row_;   ///< what a row is added to, if not its cell
  std::span<const std::uint32_t> row_columns_;  ///< either of them
  std::vector<std::uint32_t> units_of_row_;     ///< where each is its own
  std::vector<cell_state> states_;
  std::vector<touchpoint_counts> touchpoints_;  ///< by cell, where they are counted
  std::vector<std::uint8_t> has_rows_;          ///< by cell
  detail::pair_index columns_;  ///< (cell, item) of each ledger column, if not pooled
  std::optional<pair_table> column_table_;
  cell_totals totals_;
  std::vector<flat_tally> tallies_;  ///< of the cells of a flat set, unless the sums are there
  std::vector<tally> profiles_;      ///< of cells whose units never went into the ledger
  std::uint32_t next_row_unit_ = 0;
  sparse_pairs people_;  ///< (person, cell), where the unit is not the person; those whose answers
                         ///< the score uses are marked
  std::vector<std::uint8_t> is_counted_;  ///< by row: whether its person is counted already
  people_of_choices choices_;
  people_by_number people_of_column_;   ///< where each item is a part of the score
  sparse_pairs people_of_touchpoints_;  ///< (touchpoint, person) of answers with a requirement
};

template <typename Visit, typename EndOfUnit>
void cell_set::for_each_of_units(const input& rows, Visit visit, EndOfUnit unit_ends) const {
  entries().for_each(visit, unit_ends);
  additions::record_list scratch;
  for (std::size_t part = 0; part < totals_.waiting_parts(); ++part)
    totals_.for_each_waiting(
        part, rows.common_totals(),
        [&](std::uint32_t unit, std::uint32_t column, const unit_totals& totals) {
          visit(unit_entries::entry{unit, column, totals});
        },
        unit_ends, scratch);
}

}  // namespace xqs::engine

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/additions.hpp"
#include "engine/crew.hpp"
#include "engine/flat_tally.hpp"
#include "engine/kind_counts.hpp"
#include "engine/row_sums.hpp"
#include "xqs/tally/totals.hpp"
#include "xqs/tally/unit_entries.hpp"

namespace xqs::engine {

/// What the rows of a set add to the totals of (unit, column). Each lane keeps what it is given, so
/// that several can add at once; nothing depends on which lane had which rows.
class cell_totals {
 public:
  /// Before a batch. `sums_suffice`: of rows that are units of their own nobody asks for more than
  /// their sums and moments.
  void begin(std::size_t lanes, std::span<const unit_totals> common, bool sums_suffice);
  /// Adds rows of units.
  void add(std::size_t lane, const additions::rows& from) { lanes_[lane].waiting.add(from); }
  /// Adds rows that are units of their own, of columns below `columns`. `plain`: all are of a
  /// column and of a common kind.
  void count(std::size_t lane, const additions::rows& from, std::size_t columns, bool plain);
  /// Whether rows that are units of their own are counted in sums, as far as there is room.
  [[nodiscard]] bool are_counted_in_sums() const { return by_sums_; }
  /// Makes room for so many of them, if columns below `columns` are few beside the rows.
  bool make_room(std::size_t lane, std::span<const unit_totals> common, std::size_t columns,
                 std::size_t rows);
  /// Counts rows that there is room for, of common kinds, or takes them back.
  void count_sums(std::size_t lane, std::span<const std::uint32_t> columns,
                  std::span<const std::uint8_t> kinds) {
    lanes_[lane].sums->add(columns, kinds);
  }
  void take_back(std::size_t lane, std::span<const std::uint32_t> columns,
                 std::span<const std::uint8_t> kinds) {
    lanes_[lane].sums->take_back(columns, kinds);
  }
  /// From now on rows that are added can be taken back.
  void note_waiting() {
    for (lane& of : lanes_) of.waiting.begin();
  }
  /// Takes back rows that were added since then.
  void forget_added() {
    for (lane& of : lanes_) of.waiting.forget_added();
  }
  /// Between batches: what waits in too much memory goes into the ledger.
  void end(std::span<const unit_totals> common);

  /// After the last row, of columns below `columns`: puts what waits, and what was summed,
  /// together.
  void settle(std::span<const unit_totals> common, std::size_t columns, crew& lanes);
  /// Puts what waits into the ledger.
  void fill_ledger(std::span<const unit_totals> common);
  /// Whether all units still wait, and can go to tallies from where they are.
  [[nodiscard]] bool can_skip_ledger() const {
    return entries_.empty() && (lanes_.empty() || !lanes_.front().waiting.has_far());
  }
  /// Whether all there is are sums of rows that are units of their own.
  [[nodiscard]] bool are_sums() const;
  /// Those of a column, then. Settled.
  [[nodiscard]] small_sums sums(std::uint32_t column) const;
  [[nodiscard]] column_contents contents_of(std::uint32_t column) const {
    return column < summed_columns() ? lanes_.front().sums->contents_of(column) : column_contents();
  }
  /// Asks for what there is of a column that will be looked at soon.
  void read_ahead(std::uint32_t column) const {
    if (column < summed_columns()) lanes_.front().sums->read_ahead(column);
  }
  /// The ledger: of columns, without names.
  [[nodiscard]] const unit_entries& entries() const { return entries_; }
  struct tally_rules {
    bool weighted;
    bool with_quotients;  ///< else they may be left out
  };
  /// The tallies of columns below `columns`, of which no unit has two parts in one. Settled, and
  /// nothing in the ledger.
  [[nodiscard]] std::vector<flat_tally> tallies(std::size_t columns,
                                                std::span<const unit_totals> common,
                                                const tally_rules& rules, crew& lanes) const;
  /// How many parts there are of what waits, each of other units.
  [[nodiscard]] std::size_t waiting_parts() const {
    return lanes_.empty() ? 0 : lanes_.front().waiting.buckets();
  }
  /// The ends of so many stretches of them, of about as many rows each.
  [[nodiscard]] std::vector<std::size_t> ends_of_waiting(std::size_t stretches) const {
    return lanes_.front().waiting.ends_of_parts(stretches);
  }
  /// How many words of eight bytes wait.
  [[nodiscard]] std::size_t waiting() const {
    return lanes_.empty() ? 0 : lanes_.front().waiting.size();
  }
  /// Calls `visit(unit, column, totals)` for a part, and `unit_ends` behind those of a unit.
  /// Settled, and nothing in the ledger. `scratch` as of additions::for_each_sum.
  template <typename Visit, typename EndOfUnit>
  void for_each_waiting(std::size_t part, std::span<const unit_totals> common, Visit visit,
                        EndOfUnit unit_ends, additions::record_list& scratch) const {
    lanes_.front().waiting.for_each_sum(part, common, visit, unit_ends, scratch);
  }
  /// Calls `visit(column, totals, count)` for units that are a row each, if sums did not suffice.
  template <typename Visit>
  void for_each_counted(std::span<const unit_totals> common, Visit visit) const;

 private:
  struct lane {
    additions waiting = {};
    std::optional<row_sums> sums = {};
    std::vector<kind_counts> kinds = {};
    additions by_column = {};  ///< rows that are of no common kind, or of too many columns
  };

  template <typename Counts>
  void count_in(Counts& counts, lane& of, const additions::rows& from, std::size_t columns,
                bool plain);
  static void sum_others(lane& of, std::span<const unit_totals> common,
                         std::optional<row_sums>& to);
  void gather_sums();
  /// Settled: columns that have sums are below.
  [[nodiscard]] std::size_t summed_columns() const {
    return lanes_.empty() || !lanes_.front().sums ? 0 : lanes_.front().sums->columns();
  }
  void add_counted(std::span<const unit_totals> common, const tally_rules& rules, crew& lanes,
                   std::vector<flat_tally>& to) const;

  bool by_sums_ = false;  ///< else by kinds: rows that are units of their own
  std::vector<lane> lanes_;
  unit_entries entries_;
};

template <typename Visit>
void cell_totals::for_each_counted(std::span<const unit_totals> common, Visit visit) const {
  for (const lane& of : lanes_) {
    for (const kind_counts& counts : of.kinds)
      counts.for_each(0, counts.columns(),
                      [&](std::uint32_t column, std::uint32_t kind, std::uint32_t count) {
                        visit(column, common[kind], count);
                      });
    of.by_column.for_each(common, [&](std::uint32_t column, const unit_totals& totals) {
      visit(column, totals, std::uint32_t{1});
    });
  }
}

}  // namespace xqs::engine

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "xqs/detail/blocks.hpp"
#include "xqs/detail/pair_index.hpp"
#include "xqs/detail/word_arena.hpp"
#include "xqs/tally/totals.hpp"

namespace xqs {

/// Totals by (unit, column), both as numbers: a ledger without its names.
///
/// There may be as many entries as answers, so they are kept small. Those of a unit stand in chunks
/// of growing size, the newest first, of which each starts with [the next chunk, the entries in
/// all further ones] and goes on with columns and then with totals: 20 bytes an entry, besides room
/// for half as many more at the most, and 36 for a unit with one. Totals that do not fit into so
/// little stand apart.
class unit_entries {
 public:
  struct entry {
    std::uint32_t unit;
    std::uint32_t column;
    unit_totals totals;
  };

  /// Adds to the totals of a unit in a column. Amortised O(1), and for the first `scanned` columns
  /// of a unit O(its columns).
  ///
  /// Errors: errc::overflow; nothing is changed.
  void add(std::uint32_t unit, std::uint32_t column, const unit_totals& totals) {
    place at = position(unit, column);
    unit_totals sum = at.found() ? totals_at(at) : unit_totals();
    const bool returns = absent_ > 0 && at.found() && sum == unit_totals();
    add_totals(sum, totals);
    const bool newly_apart = !fits(sum) && !(at.found() && stands_apart(at));
    if (newly_apart) apart_.push_back(sum);  // what can fail comes before what is changed
    if (!at.found()) at = append(unit, column);
    if (newly_apart)
      write(at, static_cast<std::uint32_t>(apart_.size() - 1));
    else if (stands_apart(at))
      apart_[words(at)[0]] = sum;
    else
      write(at, sum);
    if (returns) --absent_;
    last_unit_ = unit;
    last_column_ = column;
    last_ = at;
  }

  /// Takes back totals that were added, needing no memory. What then has none is as if it had never
  /// been there.
  void take_back(std::uint32_t unit, std::uint32_t column, const unit_totals& totals) noexcept {
    const place at = position(unit, column);
    unit_totals rest = totals_at(at);
    subtract_totals(rest, totals);
    if (stands_apart(at))
      apart_[words(at)[0]] = rest;
    else
      write(at, rest);
    if (rest == unit_totals()) ++absent_;
  }

  [[nodiscard]] std::optional<unit_totals> find(std::uint32_t unit, std::uint32_t column) const {
    const place at = position(unit, column);
    if (!at.found()) return std::nullopt;
    const unit_totals totals = totals_at(at);
    return absent_ > 0 && totals == unit_totals() ? std::nullopt : std::optional(totals);
  }

  /// Calls `visit` with each entry, unit by unit.
  template <typename Visit>
  void for_each(Visit visit) const {
    for_each(visit, [] {});
  }

  /// Calls `end_of_unit` after the last entry of each unit, too.
  template <typename Visit, typename EndOfUnit>
  void for_each(Visit visit, EndOfUnit end_of_unit) const {
    for (std::uint32_t unit = 0; unit < units_.size(); ++unit) {
      for_each_of(unit, visit);
      if (units_[unit].size > 0) end_of_unit();
    }
  }

  /// Calls `visit` with each entry of one unit, which is below unit_limit().
  template <typename Visit>
  void for_each_of(std::uint32_t unit, Visit&& visit) const {
    if (absent_ == 0) return for_each_stored(unit, visit);
    for_each_stored(unit, [&](const entry& e) {
      if (e.totals != unit_totals()) visit(e);
    });
  }

  /// One more than the largest unit number.
  [[nodiscard]] std::uint32_t unit_limit() const {
    return static_cast<std::uint32_t>(units_.size());
  }
  [[nodiscard]] std::size_t size() const { return size_ - absent_; }
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  static constexpr std::uint32_t none = detail::word_arena::none;
  static constexpr std::uint32_t header = 2;           // words of a chunk before its columns
  static constexpr std::uint32_t per_total = 4;        // words
  static constexpr std::uint32_t scanned = 128;        // units with more columns have them indexed
  static constexpr std::uint32_t most = 4'096;         // entries of a chunk
  static constexpr std::uint32_t elsewhere = 0xffffu;  // in place of answers

  struct unit_list {
    std::uint32_t newest = none;
    std::uint32_t size = 0;
  };
  /// Entry i of a chunk that has `before` entries of the unit in the chunks behind it.
  struct place {
    std::uint32_t chunk = none;
    std::uint32_t before = 0;
    std::uint32_t i = 0;
    [[nodiscard]] bool found() const { return chunk != none; }
  };

  static std::uint32_t capacity(std::uint32_t before) {
    return std::clamp((before + 1) / 2, 1U, most);
  }

  [[nodiscard]] place position(std::uint32_t unit, std::uint32_t column) const {
    if (unit == last_unit_ && column == last_column_) return last_;
    if (unit >= units_.size()) return {};
    return units_[unit].size > scanned ? indexed(unit, column) : scan(units_[unit], column);
  }

  [[nodiscard]] place scan(const unit_list& list, std::uint32_t column) const {
    std::uint32_t count = list.size;
    for (std::uint32_t chunk = list.newest; count > 0; chunk = words_[chunk][0]) {
      const std::uint32_t before = words_[chunk][1];
      const std::uint32_t* columns = words_[chunk] + header;
      for (std::uint32_t i = 0; i < count - before; ++i)
        if (columns[i] == column) return {chunk, before, i};
      count = before;
    }
    return {};
  }

  [[nodiscard]] place indexed(std::uint32_t unit, std::uint32_t column) const {
    const std::uint32_t number = index_.find(unit, column);
    // A pair without a place is of an entry that there was no memory for.
    return number < places_.size() ? places_[number] : place();
  }

  /// With those that were taken back.
  template <typename Visit>
  void for_each_stored(std::uint32_t unit, Visit&& visit) const {
    std::uint32_t count = units_[unit].size;
    for (std::uint32_t chunk = units_[unit].newest; count > 0; chunk = words_[chunk][0]) {
      const std::uint32_t before = words_[chunk][1];
      for (std::uint32_t i = 0; i < count - before; ++i)
        visit(entry{unit, words_[chunk][header + i], totals_at({chunk, before, i})});
      count = before;
    }
  }

  place append(std::uint32_t unit, std::uint32_t column) {
    if (unit >= units_.size()) units_.resize(std::size_t{unit} + 1);
    unit_list& list = units_[unit];
    std::uint32_t before = list.newest == none ? 0 : words_[list.newest][1];
    if (list.newest == none || list.size - before == capacity(before)) {
      before = list.size;
      const std::uint32_t chunk =
          words_.allocate(header + std::size_t{capacity(before)} * (1 + per_total));
      words_[chunk][0] = list.newest;
      words_[chunk][1] = before;
      list.newest = chunk;
    }
    const place at{list.newest, before, list.size - before};
    words_[at.chunk][header + at.i] = column;
    if (list.size >= scanned) index(unit, column, at);
    ++list.size;
    ++size_;
    return at;
  }

  /// The first time all columns of the unit.
  void index(std::uint32_t unit, std::uint32_t column, const place& at) {
    const auto keep = [&](std::uint32_t of, const place& where) {
      const std::uint32_t number = index_.intern(unit, of);
      places_.resize(index_.size());
      places_[number] = where;
    };
    std::uint32_t count = units_[unit].size == scanned ? scanned : 0;
    for (std::uint32_t chunk = at.i > 0 ? at.chunk : words_[at.chunk][0]; count > 0;
         chunk = words_[chunk][0]) {
      const std::uint32_t before = words_[chunk][1];
      for (std::uint32_t i = 0; i < count - before; ++i)
        keep(words_[chunk][header + i], {chunk, before, i});
      count = before;
    }
    keep(column, at);
  }

  /// Requirement, satisfaction, then answers and exclusions in halves of words.
  [[nodiscard]] const std::uint32_t* words(const place& at) const {
    return words_[at.chunk] + header + capacity(at.before) + std::size_t{per_total} * at.i;
  }
  [[nodiscard]] std::uint32_t* words(const place& at) {
    return words_[at.chunk] + header + capacity(at.before) + std::size_t{per_total} * at.i;
  }
  [[nodiscard]] bool stands_apart(const place& at) const {
    return (words(at)[2] & elsewhere) == elsewhere;
  }

  static bool fits(const unit_totals& t) {
    constexpr std::int64_t most_points = 0xffffffff;
    bool few = t.answers < elsewhere;
    for (const std::uint32_t count : t.excluded) few = few && count < elsewhere;
    return few && t.requirement <= most_points && t.satisfaction <= most_points;
  }

  [[nodiscard]] unit_totals totals_at(const place& at) const {
    const std::uint32_t* from = words(at);
    if (stands_apart(at)) return apart_[from[0]];
    unit_totals t;
    t.requirement = from[0];
    t.satisfaction = from[1];
    t.answers = from[2] & 0xffffU;
    t.excluded = {from[2] >> 16U, from[3] & 0xffffU, from[3] >> 16U};
    return t;
  }

  void write(const place& at, const unit_totals& t) noexcept {
    std::uint32_t* to = words(at);
    to[0] = static_cast<std::uint32_t>(t.requirement);
    to[1] = static_cast<std::uint32_t>(t.satisfaction);
    to[2] = t.answers | t.excluded[0] << 16U;
    to[3] = t.excluded[1] | t.excluded[2] << 16U;
  }
  void write(const place& at, std::uint32_t position_apart) noexcept {
    words(at)[0] = position_apart;
    words(at)[2] = elsewhere;
  }

  static_assert(exclusion_count == 3);

  std::vector<unit_list> units_;
  detail::word_arena words_;
  detail::blocks<unit_totals> apart_;
  detail::pair_index index_;  ///< (unit, column) of units with many columns
  std::vector<place> places_;
  std::size_t size_ = 0;
  std::size_t absent_ = 0;  ///< entries among them that were taken back

  // Rows come in runs of one unit and column.
  std::uint32_t last_unit_ = none;
  std::uint32_t last_column_ = none;
  place last_;
};

}  // namespace xqs

#include "engine/cell_totals.hpp"

#include <algorithm>
#include <utility>

namespace xqs::engine {
namespace {

/// Of the units of some buckets.
struct part_tallies {
  std::vector<small_sums> small;
  std::vector<flat_tally> tallies;

  void add_large(std::uint32_t column, std::size_t columns, const unit_totals& totals,
                 bool weighted) {
    if (tallies.empty()) tallies.resize(columns);
    tallies[column].add_units(totals, 1, weighted);
  }
};

}  // namespace

void cell_totals::begin(std::size_t lanes, std::span<const unit_totals> common, bool sums_suffice) {
  if (lanes > lanes_.size()) lanes_.resize(lanes);
  by_sums_ = sums_suffice && row_sums::takes(common);
}

bool cell_totals::make_room(std::size_t lane, std::span<const unit_totals> common,
                            std::size_t columns, std::size_t rows) {
  std::optional<row_sums>& sums = lanes_[lane].sums;
  if (!sums) sums.emplace(common);
  // Rows that there is no room for are counted when they are added otherwise.
  return sums->has_room(columns, rows, lanes_.size()) &&
         sums->make_room(columns, rows, lanes_.size());
}

void cell_totals::count(std::size_t lane, const additions::rows& from, std::size_t columns,
                        bool plain) {
  cell_totals::lane& of = lanes_[lane];
  if (by_sums_) {
    if (!of.sums) of.sums.emplace(from.common);
    return count_in(*of.sums, of, from, columns, plain);
  }
  if (of.kinds.empty() || of.kinds.back().rows() + from.columns.size() > kind_counts::most_rows)
    of.kinds.emplace_back(from.common.size());
  count_in(of.kinds.back(), of, from, columns, plain);
}

template <typename Counts>
void cell_totals::count_in(Counts& counts, lane& of, const additions::rows& from,
                           std::size_t columns, bool plain) {
  const bool has_room = counts.make_room(columns, from.columns.size(), lanes_.size());
  if (plain && has_room) return counts.add(from.columns, from.kinds);
  std::vector<std::uint32_t> columns_of;
  std::vector<std::uint8_t> kinds_of;
  for (std::size_t row = 0; row < from.columns.size(); ++row) {
    const std::uint32_t column = from.columns[row];
    if (column == additions::no_column) continue;
    if (has_room && from.kinds[row] < from.common.size()) {
      columns_of.push_back(column);
      kinds_of.push_back(from.kinds[row]);
    } else {
      of.by_column.add_one(column, from.kinds[row], from.totals(row), from.common.size());
    }
  }
  counts.add(columns_of, kinds_of);
}

void cell_totals::end(std::span<const unit_totals> common) {
  constexpr std::size_t most_waiting = std::size_t{1} << 26u;  // words: 512 MiB
  std::size_t waiting = 0;
  for (const lane& of : lanes_) waiting += of.waiting.size();
  if (waiting > most_waiting) fill_ledger(common);
}

void cell_totals::settle(std::span<const unit_totals> common, std::size_t columns, crew& lanes) {
  if (lanes_.empty()) return;
  std::vector<additions*> others;
  for (lane& of : lanes_)
    if (&of != &lanes_.front()) others.push_back(&of.waiting);
  lanes_.front().waiting.gather(others, common.size());
  if (by_sums_) {
    lanes.for_each(lanes_.size(), [&](std::size_t, std::size_t i) {
      if (lanes_[i].sums && lanes_[i].sums->columns() >= columns)
        sum_others(lanes_[i], common, lanes_[i].sums);
    });
    for (lane& of : lanes_) sum_others(of, common, lanes_.front().sums);
  }
  gather_sums();
}

/// Those of all lanes go to the first.
void cell_totals::gather_sums() {
  std::optional<row_sums>& all = lanes_.front().sums;
  for (lane& of : lanes_) {
    if (&of == &lanes_.front() || !of.sums) continue;
    if (all)
      all->add(*of.sums);
    else
      all = std::move(of.sums);
    of.sums.reset();
  }
}

/// Rows that there was no room for, or that are of no common kind. Where all become sums no tallies
/// are needed, which are much larger.
void cell_totals::sum_others(lane& of, std::span<const unit_totals> common,
                             std::optional<row_sums>& to) {
  bool all_fit = to && of.by_column.size() > 0;
  of.by_column.for_each(common, [&](std::uint32_t, const unit_totals& totals) {
    all_fit = all_fit && to->has_parts_for(totals);
  });
  if (!all_fit) return;
  row_sums sums = *to;  // for want of memory it may break off
  of.by_column.for_each(
      common, [&](std::uint32_t column, const unit_totals& totals) { sums.add(column, totals); });
  to = std::move(sums);
  of.by_column = {};
}

bool cell_totals::are_sums() const {
  return by_sums_ && entries_.empty() &&
         std::all_of(lanes_.begin(), lanes_.end(), [](const lane& of) {
           return of.waiting.size() == 0 && of.kinds.empty() && of.by_column.size() == 0;
         });
}

small_sums cell_totals::sums(std::uint32_t column) const {
  return column < summed_columns() ? (*lanes_.front().sums)[column] : small_sums();
}

void cell_totals::fill_ledger(std::span<const unit_totals> common) {
  for (lane& of : lanes_)
    of.waiting.drain(common,
                     [&](std::uint32_t unit, std::uint32_t column, const unit_totals& totals) {
                       entries_.add(unit, column, totals);
                     });
}

std::vector<flat_tally> cell_totals::tallies(std::size_t columns,
                                             std::span<const unit_totals> common,
                                             const tally_rules& rules, crew& lanes) const {
  std::vector<flat_tally> all(columns);
  add_counted(common, rules, lanes, all);
  if (lanes_.empty()) return all;
  const additions& waiting = lanes_.front().waiting;
  // Some parts a lane, since not all lanes are equally fast; but each part has all columns, which
  // must be little beside what waits.
  const std::size_t most_parts = waiting.size() / (16 * (columns + 1)) + 1;
  std::vector<part_tallies> parts((std::min)(4 * lanes.size(), most_parts));
  const std::vector<std::size_t> ends = waiting.ends_of_parts(parts.size());
  lanes.for_each(parts.size(), [&](std::size_t, std::size_t p) {
    part_tallies& to = parts[p];
    to.small.resize(columns);
    const auto add = [&](std::uint32_t, std::uint32_t column, const unit_totals& totals) {
      if (!rules.with_quotients && small_sums::takes(totals))
        to.small[column].add(totals, 1);
      else
        to.add_large(column, columns, totals, rules.weighted);
    };
    additions::record_list scratch;
    for (std::size_t bucket = p == 0 ? 0 : ends[p - 1]; bucket < ends[p]; ++bucket)
      waiting.for_each_sum(
          bucket, common, add, [] {}, scratch);
  });
  for (const part_tallies& from : parts) {
    for (std::size_t column = 0; column < columns; ++column) all[column].add(from.small[column]);
    for (std::size_t column = 0; column < from.tallies.size(); ++column)
      all[column].merge(from.tallies[column]);
  }
  return all;
}

/// Units that are a row each.
void cell_totals::add_counted(std::span<const unit_totals> common, const tally_rules& rules,
                              crew& lanes, std::vector<flat_tally>& to) const {
  constexpr std::size_t part = 512;  // columns
  lanes.for_each((to.size() + part - 1) / part, [&](std::size_t, std::size_t p) {
    const std::size_t last = (std::min)(to.size(), (p + 1) * part);
    for (std::size_t column = p * part; column < (std::min)(last, summed_columns()); ++column)
      to[column].add(sums(static_cast<std::uint32_t>(column)));
    for (const lane& of : lanes_)
      for (const kind_counts& counts : of.kinds)
        counts.for_each(p * part, last,
                        [&](std::uint32_t column, std::uint32_t kind, std::uint32_t count) {
                          to[column].add_units(common[kind], count, rules.weighted);
                        });
  });
  for (const lane& of : lanes_)
    of.by_column.for_each(common, [&](std::uint32_t column, const unit_totals& each) {
      to[column].add_units(each, 1, rules.weighted);
    });
}

}  // namespace xqs::engine

#include "engine/row_sums.hpp"

#include <algorithm>
#include <bit>

#include "engine/read_ahead.hpp"

namespace xqs::engine {
namespace {

constexpr std::int64_t most_points = 256;
/// How many rows are added before somebody looks whether a part is half full: a line of columns.
constexpr std::size_t at_once = 64 / sizeof(std::uint32_t);
static_assert(at_once <= 16,
              "there is room for parts that 16 rows of the most points fill by half");

}  // namespace

bool row_sums::takes(std::span<const unit_totals> kinds) {
  return std::all_of(kinds.begin(), kinds.end(), [](const unit_totals& t) {
    return t.requirement <= most_points && t.satisfaction <= most_points;
  });
}

row_sums::row_sums(std::span<const unit_totals> kinds) {
  for (const unit_totals& kind : kinds)
    most_points_ = (std::max)({most_points_, kind.requirement, kind.satisfaction});
  unit_totals most;
  most.requirement = most.satisfaction = most_points_;
  most.answers = 1;
  most.excluded.fill(1);
  for (std::uint64_t rows = 1u << 13u; !find_places(parts_of(most), rows);) rows /= 2;
  for (const unit_totals& kind : kinds) kinds_.push_back(pack(parts_of(kind)));
}

row_sums::parts row_sums::parts_of(const unit_totals& row) {
  const auto r = static_cast<std::uint64_t>(row.requirement);
  const auto s = static_cast<std::uint64_t>(row.satisfaction);
  parts of = {r * r, r * s, s * s, r, s};
  std::copy(row.excluded.begin(), row.excluded.end(), of.begin() + 5);
  of.back() = row.answers;
  return of;
}

/// Whether there is room for parts that so many rows fill by no more than half. The last part of a
/// word has the rest of it.
bool row_sums::find_places(const parts& most, std::uint64_t rows) {
  constexpr std::uint8_t word = 64;
  std::array<std::uint8_t, 2> used{};
  std::array<std::size_t, 2> last{};
  for (std::size_t i = 0; i < most.size(); ++i) {
    const auto bits = static_cast<std::uint8_t>(std::bit_width(most[i] * rows) + 1);
    const std::uint8_t at = used[0] + bits <= word ? 0 : 1;
    used[at] = static_cast<std::uint8_t>(used[at] + bits);
    if (used[at] > word) return false;
    places_[i] = {at, static_cast<std::uint8_t>(word - used[at]),
                  static_cast<std::uint8_t>(word - bits)};
    last[at] = i;
  }
  for (const std::size_t i : last) {
    places_[i].right = static_cast<std::uint8_t>(places_[i].right - places_[i].left);
    places_[i].left = 0;
  }
  halves_ = {};
  for (const place& p : places_) halves_.of[p.word] |= std::uint64_t{1} << (word - 1 - p.left);
  return true;
}

row_sums::words row_sums::pack(const parts& from) const {
  words packed;
  for (std::size_t i = 0; i < from.size(); ++i)
    packed.of[places_[i].word] |= from[i] << (places_[i].right - places_[i].left);
  return packed;
}

small_sums row_sums::unpack(const words& from) const {
  small_sums sums;
  sums.moments = {part(from, 0), part(from, 1), part(from, 2)};
  sums.sums = {part(from, 3), part(from, 4)};
  for (std::size_t i = 0; i < exclusion_count; ++i) sums.excluded[i] = part(from, 5 + i);
  sums.units = sums.answers = part(from, 5 + exclusion_count);
  return sums;
}

bool row_sums::has_room(std::size_t columns, std::size_t rows, std::size_t lanes) const {
  constexpr std::size_t few = std::size_t{1} << 20u;  // 16 MiB
  return columns <= (std::max)(few / lanes, static_cast<std::size_t>((rows_ + rows) / 2));
}

bool row_sums::make_room(std::size_t columns, std::size_t rows, std::size_t lanes) {
  const bool has = has_room(columns, rows, lanes);
  rows_ += rows;
  if (!has) return false;
  if (columns > sums_.size()) sums_.resize(columns);
  return true;
}

void row_sums::add(std::span<const std::uint32_t> columns, std::span<const std::uint8_t> kinds) {
  if (sums_.size() == 1) return add_to_one(kinds);
  const words* const more = kinds_.data();
  words* const sums = sums_.data();
  const auto add_some = [&](std::size_t first, std::size_t count) {
    const std::uint32_t* const some = columns.data() + first;
    words seen;
#pragma GCC unroll 16
    for (std::size_t i = 0; i < count; ++i) {
      words& sum = sums[some[i]];
      sum.add(more[kinds[first + i]]);
      seen.merge_bits(sum);
    }
    if (seen.shares_bits(halves_))
      for (std::size_t i = 0; i < count; ++i) carry(some[i]);
  };
  std::size_t first = 0;
  for (; first + at_once <= columns.size(); first += at_once) {
    engine::read_ahead<4 * 4'096>(columns.data() + first);  // keys that the next block begins with
    add_some(first, at_once);
  }
  add_some(first, columns.size() - first);
}

/// Which need not go through memory.
void row_sums::add_to_one(std::span<const std::uint8_t> kinds) {
  words all = sums_[0];
  for (std::size_t first = 0, last = 0; first < kinds.size(); first = last) {
    last = (std::min)(kinds.size(), first + at_once);
    for (std::size_t row = first; row < last; ++row) all.add(kinds_[kinds[row]]);
    if (!all.shares_bits(halves_)) continue;
    sums_[0] = all;
    carry(0);
    all = {};
  }
  sums_[0] = all;
}

bool row_sums::has_parts_for(const unit_totals& t) const {
  std::uint64_t all = t.answers;
  for (const std::uint32_t excluded : t.excluded) all += excluded;
  return all == 1 && t.requirement <= most_points_ && t.satisfaction <= most_points_;
}

void row_sums::add(std::uint32_t column, const unit_totals& totals) {
  if (column >= sums_.size()) sums_.resize(std::size_t{column} + 1);
  sums_[column].add(pack(parts_of(totals)));
  carry(column);
}

/// A part of either is less than half full, so that their sum fits.
void row_sums::add(const row_sums& other) {
  if (other.sums_.size() > sums_.size()) sums_.resize(other.sums_.size());
  // All room first that is taken below:
  for (const auto& [column, sums] : other.carried_) carried_.try_emplace(column);
  for (std::uint32_t column = 0; column < other.sums_.size(); ++column) {
    words both = sums_[column];
    both.add(other.sums_[column]);
    if (both.shares_bits(halves_)) carried_.try_emplace(column);
  }
  for (std::uint32_t column = 0; column < other.sums_.size(); ++column) {
    sums_[column].add(other.sums_[column]);
    carry(column);
  }
  for (const auto& [column, sums] : other.carried_) carried_[column].add(sums);
  rows_ += other.rows_;
}

/// Parts may have been carried since, so that they have less than a row added.
void row_sums::take_back(std::span<const std::uint32_t> columns,
                         std::span<const std::uint8_t> kinds) {
  for (std::size_t row = 0; row < columns.size(); ++row)
    carried_[columns[row]].subtract(unpack(kinds_[kinds[row]]));
}

/// What is at least half full goes to where there is more room.
void row_sums::carry(std::uint32_t column) {
  words& sum = sums_[column];
  if (!sum.shares_bits(halves_)) return;
  carried_[column].add(unpack(sum));
  sum = {};
}

void row_sums::read_ahead(std::uint32_t column) const { engine::read_ahead<0>(&sums_[column]); }

column_contents row_sums::contents_of(std::uint32_t column) const {
  const words& sum = sums_[column];
  if (!carried_.empty() && carried_.contains(column)) return (*this)[column].contents();
  return {!sum.is_zero(), part(sum, 5 + exclusion_count) > 0, part(sum, 3) > 0, part(sum, 4) > 0};
}

small_sums row_sums::operator[](std::uint32_t column) const {
  small_sums sums = unpack(sums_[column]);
  if (carried_.empty()) return sums;
  if (const auto carried = carried_.find(column); carried != carried_.end())
    sums.add(carried->second);
  return sums;
}

}  // namespace xqs::engine

#include "engine/row_sums.hpp"

#include <algorithm>

#include "engine/read_ahead.hpp"

namespace xqs::engine {
namespace {

constexpr unsigned part = 32;
constexpr unsigned excluded_part = 21;
constexpr std::uint64_t half = std::uint64_t{1} << (part - 1);
constexpr std::uint64_t half_of_excluded = std::uint64_t{1} << (excluded_part - 1);
constexpr std::int64_t most_points = 256;

/// The first bit of each part.
constexpr std::uint64_t halves = half << part | half;
constexpr std::uint64_t halves_of_excluded =
    (half_of_excluded << excluded_part | half_of_excluded) << excluded_part | half_of_excluded;

}  // namespace

bool row_sums::takes(std::span<const unit_totals> kinds) {
  return std::all_of(kinds.begin(), kinds.end(), [](const unit_totals& t) {
    return t.requirement <= most_points && t.satisfaction <= most_points;
  });
}

row_sums::row_sums(std::span<const unit_totals> kinds, bool wide) : wide_(wide) {
  for (const unit_totals& kind : kinds) {
    kinds_.push_back(pack(kind));
    most_points_ = (std::max)({most_points_, kind.requirement, kind.satisfaction});
  }
  const auto most_moment = static_cast<std::uint64_t>(most_points_ * most_points_);
  rows_at_once_ = static_cast<std::size_t>((std::min)(half_of_excluded, half / most_moment));
}

bool row_sums::has_room(std::size_t columns, std::size_t rows, std::size_t lanes) const {
  constexpr std::size_t few = std::size_t{1} << 19u;  // 16 MiB
  return columns <= (std::max)(few / lanes, static_cast<std::size_t>((rows_ + rows) / 2));
}

bool row_sums::make_room(std::size_t columns, std::size_t rows, std::size_t lanes) {
  const bool has = has_room(columns, rows, lanes);
  rows_ += rows;
  if (!has) return false;
  if (columns > sums_.size()) sums_.resize(columns);
  return true;
}

XQS_INLINE void row_sums::add(words& sum, const words& more) {
  for (std::size_t i = 0; i < sum.of.size(); ++i) sum.of[i] += more.of[i];
}

XQS_INLINE void row_sums::add_rows(words* sums, const words* more,
                                   std::span<const std::uint32_t> columns,
                                   const std::uint8_t* kinds) {
  constexpr std::size_t line = 64 / sizeof(std::uint32_t);
  for (std::size_t first = 0, last = 0; first < columns.size(); first = last) {
    last = (std::min)(columns.size(), first + line);
    read_ahead<4 * 4'096>(columns.data() + first);  // keys that the next block begins with
    for (std::size_t row = first; row < last; ++row) {
      words sum = sums[columns[row]];  // apart, so that its words can be added at once
      add(sum, more[kinds[row]]);
      sums[columns[row]] = sum;
    }
  }
}

/// The same in one register a column instead of two, which takes two thirds of the time.
XQS_AVX2 void row_sums::add_rows_widely(words* sums, const words* more,
                                        std::span<const std::uint32_t> columns,
                                        const std::uint8_t* kinds) {
  add_rows(sums, more, columns, kinds);
}

/// Which need not go through memory.
void row_sums::add_to_one(words* sum, const words* more, std::span<const std::uint8_t> kinds) {
  words all = *sum;
  for (const std::uint8_t kind : kinds) add(all, more[kind]);
  *sum = all;
}

void row_sums::add(std::span<const std::uint32_t> columns, std::span<const std::uint8_t> kinds) {
  for (std::size_t first = 0, last = 0; first < columns.size(); first = last) {
    last = first + (std::min)(columns.size() - first, rows_at_once_ - since_carried_);
    if (sums_.size() == 1)
      add_to_one(sums_.data(), kinds_.data(), kinds.subspan(first, last - first));
    else
      (wide_ ? add_rows_widely : add_rows)(
          sums_.data(), kinds_.data(), columns.subspan(first, last - first), kinds.data() + first);
    since_carried_ += last - first;
    if (since_carried_ == rows_at_once_) carry();
  }
}

bool row_sums::has_parts_for(const unit_totals& t) const {
  std::uint64_t all = t.answers;
  for (const std::uint32_t excluded : t.excluded) all += excluded;
  return all == 1 && t.requirement <= most_points_ && t.satisfaction <= most_points_;
}

void row_sums::add(std::uint32_t column, const unit_totals& totals) {
  if (column >= sums_.size()) sums_.resize(std::size_t{column} + 1);
  add(sums_[column], pack(totals));
  if (++since_carried_ == rows_at_once_) carry();
}

/// A part may have been carried since, so that it has less than a row added.
void row_sums::take_back(std::span<const std::uint32_t> columns,
                         std::span<const std::uint8_t> kinds) {
  for (std::size_t row = 0; row < columns.size(); ++row)
    carried_[columns[row]].subtract(unpack(kinds_[kinds[row]]));
}

/// What is at least half full goes to where there is more room.
void row_sums::carry() {
  for (std::uint32_t column = 0; column < sums_.size(); ++column) {
    words& sum = sums_[column];
    const bool is_half_full = ((sum.of[0] | sum.of[1] | sum.of[2]) & halves) != 0 ||
                              (sum.of[3] & halves_of_excluded) != 0;
    if (!is_half_full) continue;
    carried_[column].add(unpack(sum));
    sum = {};
  }
  since_carried_ = 0;
}

small_sums row_sums::operator[](std::uint32_t column) const {
  small_sums sums = unpack(sums_[column]);
  if (const auto carried = carried_.find(column); carried != carried_.end())
    sums.add(carried->second);
  return sums;
}

row_sums::words row_sums::pack(const unit_totals& kind) {
  const auto r = static_cast<std::uint64_t>(kind.requirement);
  const auto s = static_cast<std::uint64_t>(kind.satisfaction);
  words packed;
  packed.of[0] = r | s << part;
  packed.of[1] = r * r | r * s << part;
  packed.of[2] = s * s | std::uint64_t{kind.answers} << part;
  for (std::size_t i = exclusion_count; i-- > 0;)
    packed.of[3] = packed.of[3] << excluded_part | kind.excluded[i];
  return packed;
}

small_sums row_sums::unpack(const words& from) {
  constexpr std::uint64_t low = (std::uint64_t{1} << part) - 1;
  small_sums sums;
  sums.sums = {from.of[0] & low, from.of[0] >> part};
  sums.moments = {from.of[1] & low, from.of[1] >> part, from.of[2] & low};
  sums.units = sums.answers = from.of[2] >> part;
  for (std::size_t i = 0; i < exclusion_count; ++i)
    sums.excluded[i] = from.of[3] >> i * excluded_part & ((std::uint64_t{1} << excluded_part) - 1);
  return sums;
}

}  // namespace xqs::engine

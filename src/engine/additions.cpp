#include "engine/additions.hpp"

#include "xqs/error.hpp"

namespace xqs::engine {

inline void additions::push(std::uint32_t unit, std::uint32_t column, std::size_t what) {
  const std::size_t b = unit >> unit_bits;
  if (b >= buckets_.size()) buckets_.resize(b + 1);
  const record local = unit & ((1u << unit_bits) - 1);
  buckets_[b].added.push_back(local << (column_bits + what_bits) | record{column} << what_bits |
                              static_cast<std::uint32_t>(what));
  ++size_;
}

void additions::begin() {
  before_.buckets.clear();
  for (const bucket& b : buckets_) before_.buckets.push_back(b.added.size());
  before_.size = size_;
  before_.sums = sums_.size();
  before_.far = far_.size();
}

void additions::forget_added() {
  before_.buckets.resize(buckets_.size());
  for (std::size_t b = 0; b < buckets_.size(); ++b) buckets_[b].added.shrink(before_.buckets[b]);
  size_ = before_.size;
  sums_.resize(before_.sums);
  far_.resize(before_.far);
}

void additions::add(const rows& from) {
  const std::vector<std::uint32_t> packed = packed_kinds(from);
  const std::size_t count = from.columns.size();
  const std::uint32_t* const units = from.units.data();
  const std::uint32_t* const columns = from.columns.data();
  const std::uint8_t* const kinds = from.kinds.data();
  for (std::size_t first = 0; first < count;) {
    const std::uint32_t unit = units[first];
    const std::uint32_t column = columns[first];
    packed_sum::sum sum(packed[kinds[first]]);
    std::size_t last = first + 1;
    for (; last < count && columns[last] == column && units[last] == unit; ++last)
      sum.add(packed[kinds[last]]);
    if (sum.is_right() && column < 1u << column_bits)
      push(unit, column, is_sum | sum.value());
    else if (column != no_column)
      add_run(from, first, last);
    first = last;
  }
}

/// Each common kind as a sum; behind them `none`, for all other kinds.
std::vector<std::uint32_t> additions::packed_kinds(const rows& from) {
  std::vector<std::uint32_t> packed;
  for (const unit_totals& totals : from.common)
    packed.push_back(packed_sum::fits(totals) ? packed_sum::pack(totals) : packed_sum::none);
  packed.push_back(packed_sum::none);
  return packed;
}

void additions::add_run(const rows& from, std::size_t first, std::size_t last) {
  const std::uint32_t unit = from.units[first];
  const std::uint32_t column = from.columns[first];
  unit_totals sum = from.totals(first);
  for (std::size_t row = first + 1; row < last; ++row) add_totals(sum, from.totals(row));
  if (column >= 1u << column_bits) return far_.push_back({unit, {column, sum}});
  push_sum(unit, column, sum, from.common.size());
}

void additions::push_sum(std::uint32_t unit, std::uint32_t column, const unit_totals& sum,
                         std::size_t common) {
  if (packed_sum::fits(sum)) return push(unit, column, is_sum | packed_sum::pack(sum));
  if (common + sums_.size() >= is_sum)
    throw error(errc::overflow, "more than 2^31 sums wait at once");
  push(unit, column, common + sums_.size());
  sums_.push_back(sum);
}

void additions::add_one(std::uint32_t unit, std::uint32_t kind, const unit_totals& totals,
                        std::size_t common) {
  if (kind < common) return push(unit, 0, kind);
  push_sum(unit, 0, totals, common);
}

void additions::gather(std::span<additions* const> others, std::size_t common) {
  std::size_t sums = sums_.size();
  std::size_t far = far_.size();
  std::size_t buckets = buckets_.size();
  for (const additions* other : others) {
    sums += other->sums_.size();
    far += other->far_.size();
    buckets = (std::max)(buckets, other->buckets_.size());
  }
  if (common + sums >= is_sum) throw error(errc::overflow, "more than 2^31 sums wait at once");
  // What can fail comes before what is changed.
  sums_.reserve(sums);
  far_.reserve(far);
  buckets_.resize(buckets);
  for (bucket& b : buckets_) b.gathered.reserve(b.gathered.size() + others.size());
  for (additions* const other : others) take(*other);
}

/// There is room for all that it has, which has gathered nothing.
void additions::take(additions& other) noexcept {
  const std::size_t first_sum = sums_.size();
  sums_.insert(sums_.end(), other.sums_.begin(), other.sums_.end());
  far_.insert(far_.end(), other.far_.begin(), other.far_.end());
  for (std::size_t b = 0; b < other.buckets_.size(); ++b)
    if (!other.buckets_[b].added.empty())
      buckets_[b].gathered.push_back({std::move(other.buckets_[b].added), first_sum});
  size_ += other.size_;
  other = {};
}

std::vector<std::size_t> additions::ends_of_parts(std::size_t parts) const {
  std::vector<std::size_t> records;
  std::size_t all = 0;
  for (const bucket& b : buckets_) {
    b.for_each_piece([&](std::span<const record> some, std::size_t) { all += some.size(); });
    records.push_back(all);
  }
  std::vector<std::size_t> ends;
  for (std::size_t p = 1; p < parts; ++p) {
    const auto last = std::lower_bound(records.begin(), records.end(), all * p / parts);
    ends.push_back(
        (std::min)(buckets_.size(), static_cast<std::size_t>(last - records.begin()) + 1));
  }
  ends.push_back(buckets_.size());
  return ends;
}

/// By unit, each in the order of its rows: counts, places, then moves.
void additions::sort(const bucket& from, std::size_t common, record_list& to) {
  std::array<std::size_t, (1u << unit_bits) + 1> ends{};
  from.for_each_piece([&](std::span<const record> some, std::size_t) {
    for (const record r : some) ++ends[local_unit(r) + 1];
  });
  for (std::size_t unit = 1; unit < ends.size(); ++unit) ends[unit] += ends[unit - 1];
  to.resize(ends.back());
  from.for_each_piece([&](std::span<const record> some, std::size_t first_sum) {
    for (const record r : some) to[ends[local_unit(r)]++] = behind(r, first_sum, common);
  });
}

void additions::forget(record_list& bucket, const progress& before) {
  const auto visited = [&](record r) {
    return std::any_of(before.parts.begin(),
                       before.parts.begin() + static_cast<std::ptrdiff_t>(before.visited),
                       [&](const part& p) { return p.column == column(r); });
  };
  const auto first = bucket.begin() + static_cast<std::ptrdiff_t>(before.first);
  const auto last = bucket.begin() + static_cast<std::ptrdiff_t>(before.last);
  const auto kept = before.last > before.first ? std::remove_if(first, last, visited) : first;
  bucket.erase(kept, last > first ? last : first);
  bucket.erase(bucket.begin(), bucket.begin() + static_cast<std::ptrdiff_t>(before.first));
}

void additions::sum(std::span<const record> unit, std::span<const unit_totals> common,
                    std::vector<part>& parts) const {
  small_parts small;
  if (!small.sum(unit)) return sum_any(unit, common, parts);
  parts.clear();
  for (std::size_t at = 0; at < small.size(); ++at)
    parts.push_back({small.column_of(at), small.totals(at)});
}

/// The same of sums of any size.
void additions::sum_any(std::span<const record> unit, std::span<const unit_totals> common,
                        std::vector<part>& parts) const {
  parts.clear();
  std::vector<record> sorted;
  if (unit.size() > few) {
    sorted.assign(unit.begin(), unit.end());
    std::sort(sorted.begin(), sorted.end());  // by column
    unit = sorted;
  }
  for (const record r : unit) {
    std::size_t at = unit.size() > few && !parts.empty() ? parts.size() - 1 : 0;
    while (at < parts.size() && parts[at].column != column(r)) ++at;
    if (at == parts.size())
      parts.push_back({column(r), totals(r, common)});
    else
      add_totals(parts[at].totals, totals(r, common));
  }
}

}  // namespace xqs::engine

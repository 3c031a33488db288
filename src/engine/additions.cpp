#include "engine/additions.hpp"

#include <algorithm>
#include <array>

namespace xqs::engine {
namespace {

constexpr std::uint32_t digit_bits = 11;  // 2,048 places to write to: what the caches follow
constexpr std::uint32_t digits = 1u << digit_bits;

bool unit_before(const addition& a, const addition& b) { return a.unit < b.unit; }

/// Sorts by one digit of the unit, keeping the order of what is equal in it.
void sort_by_digit(const std::vector<addition>& from, std::uint32_t shift,
                   std::vector<addition>& to) {
  std::array<std::size_t, digits> ends{};
  for (const addition& a : from) ++ends[a.unit >> shift & (digits - 1)];
  std::size_t begin = 0;
  for (std::size_t& end : ends) {
    const std::size_t count = end;
    end = begin;
    begin += count;
  }
  for (const addition& a : from) to[ends[a.unit >> shift & (digits - 1)]++] = a;
}

}  // namespace

void additions::sort() {
  sort_by_unit();
  sort_columns();
}

/// Units are numbered as they appear: rows in runs are in order already.
void additions::sort_by_unit() {
  if (std::is_sorted(all_.begin(), all_.end(), unit_before)) return;
  const std::uint32_t most = std::max_element(all_.begin(), all_.end(), unit_before)->unit;
  scratch_.resize(all_.size());
  for (std::uint32_t shift = 0; shift < 32 && most >> shift > 0; shift += digit_bits) {
    sort_by_digit(all_, shift, scratch_);
    all_.swap(scratch_);
  }
}

void additions::sort_columns() {
  for (auto first = all_.begin(); first != all_.end();) {
    auto last = first;
    bool sorted = true;
    for (; last != all_.end() && last->unit == first->unit; ++last)
      sorted = sorted && (last == first || (last - 1)->column <= last->column);
    if (!sorted)
      std::sort(first, last,
                [](const addition& a, const addition& b) { return a.column < b.column; });
    first = last;
  }
}

}  // namespace xqs::engine

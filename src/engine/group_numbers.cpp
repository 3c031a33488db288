#include "engine/group_numbers.hpp"

#include <algorithm>
#include <utility>

namespace xqs::engine {

void group_numbers::bind(std::vector<const key_column*> keys, gap of_numbers) {
  keys_ = std::move(keys);
  gap_ = of_numbers;
  asked_ = 0;
  known_ = 0;
  zeroed_vector<std::uint32_t>().swap(numbers_);  // what is only cleared keeps old numbers
  clear();
  are_values_ = !keys_.empty();
}

void group_numbers::clear() {
  are_values_ = !keys_.empty() && !has_many_gaps();
  chain_.clear();
  tables_.clear();
  for (std::size_t i = 0; i < keys_.size(); ++i) tables_.emplace_back(chain_.emplace_back());
}

void group_numbers::begin(std::size_t rows) {
  asked_ += rows;
  if (are_values_ && has_many_gaps()) tell_apart();
  if (are_values_) known_ = keys_[0]->size();
  if (nothing_to_look_up()) return;
  numbers_.resize(rows);  // all 0 where there are no groups
  for (std::size_t i = first_in_chain(); i < keys_.size(); ++i) make_room(i, rows);
}

void group_numbers::make_room(std::size_t position, std::size_t rows) {
  const std::size_t groups_before = position == 0 ? 1 : size_of(position - 1);
  tables_[position].make_room(groups_before, keys_[position]->size(), rows);
}

/// Each group is that so far with the next key.
bool group_numbers::look_up(row_range rows) {
  if (are_values_ && has_null(rows)) return false;
  if (nothing_to_look_up()) return true;
  const auto part = [&](std::span<const std::uint32_t> all) { return all.data() + rows.first; };
  std::uint32_t* const groups = numbers_.data() + rows.first;
  const std::uint32_t* before = are_values_ ? part(keys_[0]->numbers()) : nullptr;
  bool all_known = true;
  for (std::size_t i = first_in_chain(); i < keys_.size() && all_known; ++i) {
    all_known = tables_[i].find(before, part(keys_[i]->numbers()), rows.size(), groups);
    before = groups;
  }
  return all_known;
}

void group_numbers::learn(row_range rows) {
  if (are_values_ && (has_many_gaps() || has_null(rows))) {
    tell_apart();
    if (keys_.size() == 1) keep_values();
  }
  if (are_values_) known_ = keys_[0]->size();
  if (nothing_to_look_up()) return;
  for (std::size_t i = first_in_chain(); i < keys_.size(); ++i) make_room(i, rows.size());
  if (look_up(rows)) return;
  const std::span<const std::uint32_t> first = keys_.empty() ? numbers_ : keys_[0]->numbers();
  for (std::size_t row = rows.first; row < rows.last; ++row)
    numbers_[row] = are_values_ ? first[row] : 0;
  for (std::size_t i = first_in_chain(); i < keys_.size(); ++i) {
    make_room(i, 0);
    const std::span<const std::uint32_t> values = keys_[i]->numbers();
    for (std::size_t row = rows.first; row < rows.last; ++row)
      numbers_[row] = tables_[i](numbers_[row], values[row]);
  }
}

bool group_numbers::has_null(row_range rows) const {
  if (keys_[0]->surely_has_all()) return false;
  return key_column::has_null(keys_[0]->numbers().subspan(rows.first, rows.size()));
}

/// A number of no group costs as much as one of a group, which of cells is some hundred bytes.
bool group_numbers::has_many_gaps() const {
  if (gap_ == gap::cheap) return false;
  constexpr std::size_t few = std::size_t{1} << 12u;
  constexpr std::size_t most = std::size_t{1} << 18u;
  return keys_[0]->may_be_gaps() > (std::max)(few, (std::min)(most, 2 * asked_));
}

/// From now on groups of the first column have numbers of their own; those of values before the
/// rows at hand keep theirs. After an error it can be tried again.
void group_numbers::tell_apart() {
  for (std::uint32_t value = 0; value < known_; ++value) (void)chain_[0].intern(0, value);
  are_values_ = false;
}

/// The rows of the batch that were looked up before have the numbers of their values.
void group_numbers::keep_values() {
  const std::span<const std::uint32_t> of_rows = keys_[0]->numbers();
  numbers_.assign(of_rows.begin(), of_rows.end());
}

/// How many groups the columns up to a position make.
std::uint32_t group_numbers::size_of(std::size_t position) const {
  return position == 0 && are_values_ ? keys_[0]->size() : chain_[position].size();
}

std::uint32_t group_numbers::size() const { return keys_.empty() ? 1 : size_of(keys_.size() - 1); }

std::uint32_t group_numbers::intern(std::span<const std::uint32_t> values) {
  if (are_values_ && values[0] == key_column::null) {
    known_ = keys_[0]->size();
    tell_apart();
  }
  std::uint32_t group = are_values_ ? values[0] : 0;
  for (std::size_t i = first_in_chain(); i < keys_.size(); ++i)
    group = chain_[i].intern(group, values[i]);
  return group;
}

void group_numbers::values_of(std::uint32_t group, std::uint32_t* to) const {
  for (std::size_t i = keys_.size(); i-- > first_in_chain();) {
    const auto [rest, value] = chain_[i][group];
    to[i] = value;
    group = rest;
  }
  if (are_values_) to[0] = group;
}

}  // namespace xqs::engine

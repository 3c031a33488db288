#include "engine/group_numbers.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/read_ahead.hpp"

namespace xqs::engine {
namespace {

/// So many gaps are nothing to speak of.
constexpr std::size_t few = std::size_t{1} << 12u;

/// The places of pairs of values.
void find_places(const std::uint32_t* __restrict a, const std::uint32_t* __restrict b,
                 std::size_t count, std::uint32_t shift, std::uint32_t* __restrict to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = (a[i] << shift) + b[i];
}

}  // namespace

void group_numbers::bind(std::vector<const key_column*> keys, gap of_numbers) {
  keys_ = std::move(keys);
  gap_ = of_numbers;
  asked_ = 0;
  zeroed_vector<std::uint32_t>().swap(numbers_);  // what is only cleared keeps old numbers
  clear();
  plain_ = keys_.empty() ? 0 : 1;  // as far as is known before the first rows
}

void group_numbers::clear() {
  shift_ = 0;
  known_ = 0;
  plain_ = keys_.empty() || has_many_gaps() ? 0 : 1;
  chain_.clear();
  tables_.clear();
  for (std::size_t i = 0; i < keys_.size(); ++i) tables_.emplace_back(chain_.emplace_back());
}

void group_numbers::begin(std::size_t rows) {
  if (rows == 0) return numbers_.resize(0);
  const bool is_first = asked_ == 0;
  asked_ += rows;
  if (is_first) expect_places();
  if (plain_ == 2 && !fit_places()) tell_pairs_apart();
  if (plain_ == 1 && has_many_gaps()) tell_apart();
  if (plain_ > 0) known_ = keys_[0]->size();
  if (nothing_to_look_up()) return;
  numbers_.resize(rows);  // all 0 where there are no groups
  for (std::size_t i = plain_; i < keys_.size(); ++i) make_room(i, rows);
}

void group_numbers::make_room(std::size_t position, std::size_t rows) {
  const std::size_t groups_before = position == 0 ? 1 : size_of(position - 1);
  std::uint32_t values = keys_[position]->size();
  if (position == 1) values = (std::max)(values, second_values());  // of places without a group
  tables_[position].make_room(groups_before, values, rows);
}

/// Each group is that so far with the next key.
bool group_numbers::look_up(row_range rows) {
  if (plain_ > 0 && has_null(rows)) return false;
  if (nothing_to_look_up()) return true;
  const auto keys = [&](std::size_t i) { return keys_[i]->numbers().data() + rows.first; };
  std::uint32_t* const groups = numbers_.data() + rows.first;
  if (plain_ == 2) number_plain(rows);
  const std::uint32_t* before = plain_ == 0 ? nullptr : plain_ == 1 ? keys(0) : groups;
  bool all_known = true;
  for (std::size_t i = plain_; i < keys_.size() && all_known; ++i) {
    all_known = tables_[i].find(before, keys(i), rows.size(), groups);
    before = groups;
  }
  return all_known;
}

bool group_numbers::stand() const {
  return plain_ > 0 && plain_ == keys_.size() &&
         std::all_of(keys_.begin(), keys_.end(),
                     [](const key_column* k) { return k->standing() != nullptr; });
}

const std::uint32_t* group_numbers::find_standing(row_range rows, std::uint32_t* room) const {
  const auto known = [&](std::size_t i) {
    const std::uint32_t* const keys = keys_[i]->standing() + rows.first;
    return keys_[i]->owns(bits_of(keys, rows.size())) ? keys : nullptr;
  };
  const std::uint32_t* const first = known(0);
  if (first == nullptr || plain_ == 1) return first;
  const std::uint32_t* const second = known(1);
  if (second == nullptr) return nullptr;
  find_places(first, second, rows.size(), shift_, room);
  return room;
}

void group_numbers::learn(row_range rows) {
  if (plain_ == 2 && !fit_places()) tell_pairs_apart();
  if (plain_ == 1 && (has_many_gaps() || has_null(rows))) {
    tell_apart();
    if (keys_.size() == 1) keep_values();
  }
  if (plain_ > 0) known_ = keys_[0]->size();
  if (nothing_to_look_up()) return;
  for (std::size_t i = plain_; i < keys_.size(); ++i) make_room(i, rows.size());
  if (look_up(rows)) return;
  number_plain(rows);
  for (std::size_t i = plain_; i < keys_.size(); ++i) {
    make_room(i, 0);
    const std::span<const std::uint32_t> values = keys_[i]->numbers();
    for (std::size_t row = rows.first; row < rows.last; ++row)
      numbers_[row] = tables_[i](numbers_[row], values[row]);
  }
}

/// The groups of the columns for which nothing is looked up.
void group_numbers::number_plain(row_range rows) {
  const auto keys = [&](std::size_t i) { return keys_[i]->numbers().data() + rows.first; };
  std::uint32_t* const groups = numbers_.data() + rows.first;
  if (plain_ == 0) std::fill_n(groups, rows.size(), 0u);
  if (plain_ == 1) std::copy_n(keys(0), rows.size(), groups);
  if (plain_ == 2) find_places(keys(0), keys(1), rows.size(), shift_, groups);
}

bool group_numbers::has_null(row_range rows) const {
  if (keys_[0]->surely_has_all()) return false;
  return key_column::has_null(keys_[0]->numbers().subspan(rows.first, rows.size()));
}

/// A number of no group costs as much as one of a group, which of cells is some hundred bytes.
std::size_t group_numbers::most_gaps() const {
  constexpr std::size_t most = std::size_t{1} << 18u;
  return (std::max)(few, (std::min)(most, 2 * asked_));
}

bool group_numbers::has_many_gaps() const {
  return gap_ == gap::dear && keys_[0]->may_be_gaps() > most_gaps();
}

/// Before the first group has a number.
void group_numbers::expect_places() {
  if (plain_ == 0 || keys_.size() < 2 || keys_[1]->size() > most_gaps()) return;
  shift_ = static_cast<std::uint32_t>(std::bit_width((std::max)(keys_[1]->size(), 1u) - 1));
  if (fit_places())
    plain_ = 2;
  else
    shift_ = 0;
}

/// Whether the groups of the first two columns can have the numbers of places: nulls have none, and
/// there may be many more places than groups.
bool group_numbers::fit_places() const {
  constexpr std::size_t rows_each = 32;
  const std::size_t most = (std::min)(most_gaps(), (std::max)(few, asked_ / rows_each));
  return gap_ == gap::dear && keys_[0]->surely_has_all() && keys_[1]->surely_has_all() &&
         keys_[1]->size() <= second_values() &&
         std::size_t{keys_[0]->size()} * second_values() <= most;
}

/// From now on groups of the first two columns are numbered when they are met; those of values that
/// had places keep them. After an error it can be tried again.
void group_numbers::tell_pairs_apart() {
  for (std::uint32_t a = 0; a < known_; ++a)
    for (std::uint32_t b = 0; b < second_values(); ++b) (void)chain_[1].intern(a, b);
  plain_ = 1;
}

/// From now on groups of the first column have numbers of their own; those of values that had them
/// keep theirs. After an error it can be tried again.
void group_numbers::tell_apart() {
  for (std::uint32_t value = 0; value < known_; ++value) (void)chain_[0].intern(0, value);
  plain_ = 0;
}

/// The rows of the batch that were looked up before have the numbers of their values.
void group_numbers::keep_values() {
  const std::span<const std::uint32_t> of_rows = keys_[0]->numbers();
  numbers_.assign(of_rows.begin(), of_rows.end());
}

/// How many groups the columns up to a position make.
std::uint32_t group_numbers::size_of(std::size_t position) const {
  if (plain_ == 2 && position == 1) return known_ << shift_;
  return position == 0 && plain_ > 0 ? known_ : chain_[position].size();
}

std::uint32_t group_numbers::size() const { return keys_.empty() ? 1 : size_of(keys_.size() - 1); }

std::uint32_t group_numbers::intern(std::span<const std::uint32_t> values) {
  if (plain_ > 0) known_ = keys_[0]->size();
  if (plain_ == 2 && (values[0] >= known_ || values[1] >= second_values())) tell_pairs_apart();
  if (plain_ == 1 && values[0] == key_column::null) tell_apart();
  std::uint32_t group = plain_ == 0 ? 0 : values[0];
  if (plain_ == 2) group = (group << shift_) + values[1];
  for (std::size_t i = plain_; i < keys_.size(); ++i) group = chain_[i].intern(group, values[i]);
  return group;
}

void group_numbers::values_of(std::uint32_t group, std::uint32_t* to) const {
  for (std::size_t i = keys_.size(); i-- > plain_;) {
    const auto [rest, value] = chain_[i][group];
    to[i] = value;
    group = rest;
  }
  if (plain_ == 2) to[1] = group % second_values();
  if (plain_ > 0) to[0] = plain_ == 2 ? group >> shift_ : group;
}

}  // namespace xqs::engine

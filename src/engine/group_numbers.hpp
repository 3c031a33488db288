#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "engine/crew.hpp"
#include "engine/key_column.hpp"
#include "engine/pair_table.hpp"
#include "engine/untouched_vector.hpp"
#include "xqs/detail/pair_index.hpp"

namespace xqs::engine {

/// Numbers the groups of a grouping: what the values of its key columns are together. The groups of
/// the first column have the numbers of its values, as long as none is null and their gaps cost
/// little, so that nothing is looked up for them. Those of the first two, where both are integers
/// that are their own numbers, have the numbers of places in a table of all pairs, if they fit the
/// first batch, and until they do not fit a later one.
class group_numbers {
 public:
  /// What a number that no group has costs.
  enum class gap { dear, cheap };
  /// Begins anew, with these columns. Without any there is one group.
  void bind(std::vector<const key_column*> keys, gap of_numbers = gap::dear);
  /// Forgets the groups.
  void clear();

  /// Begins with rows, whose keys have begun. Then come blocks of them, to look up or to learn,
  /// after their keys.
  void begin(std::size_t rows);
  /// Whether the groups of some rows are known. For several threads.
  bool look_up(row_range rows);
  void learn(row_range rows);
  /// Whether all columns stand as numbers, and nothing is looked up for their groups.
  [[nodiscard]] bool stand() const;
  /// The groups of a few rows, then: where the keys stand, if they are of one column, or in `room`,
  /// which has a place for each. Null if any may be new. For several threads.
  [[nodiscard]] const std::uint32_t* find_standing(row_range rows, std::uint32_t* room) const;
  /// The number of each row's group; they may be those of the key column itself.
  [[nodiscard]] std::span<const std::uint32_t> of_rows() const {
    return nothing_to_look_up() ? keys_[0]->numbers() : std::span(numbers_);
  }

  /// All numbers are below; not each has a row.
  [[nodiscard]] std::uint32_t size() const;
  /// The number of a group, which is added if it is new: a value of each column.
  std::uint32_t intern(std::span<const std::uint32_t> values);
  /// The values of a group, one for each column.
  void values_of(std::uint32_t group, std::uint32_t* to) const;

 private:
  [[nodiscard]] bool has_null(row_range rows) const;
  [[nodiscard]] std::size_t most_gaps() const;
  [[nodiscard]] bool has_many_gaps() const;
  [[nodiscard]] bool fit_places() const;
  [[nodiscard]] std::uint32_t second_values() const { return std::uint32_t{1} << shift_; }
  void expect_places();
  void tell_pairs_apart();
  void tell_apart();
  void keep_values();
  void number_plain(row_range rows);
  [[nodiscard]] bool nothing_to_look_up() const { return plain_ == 1 && keys_.size() == 1; }
  [[nodiscard]] std::uint32_t size_of(std::size_t position) const;
  void make_room(std::size_t position, std::size_t rows);

  std::vector<const key_column*> keys_;
  gap gap_ = gap::dear;
  /// The groups of so many columns, the first ones, are numbered without looking anything up: those
  /// of one are the numbers of its values, those of two are places.
  std::size_t plain_ = 0;
  std::uint32_t shift_ = 0;  ///< bits of a second value in places, also in former ones
  std::size_t asked_ = 0;    ///< rows so far
  std::uint32_t known_ = 0;  ///< while any are plain: values of the first column that have groups
  std::deque<detail::pair_index> chain_;  ///< (group of the columns before, value), by column
  std::vector<pair_table> tables_;        ///< of the chain
  zeroed_vector<std::uint32_t> numbers_;  ///< of the rows, where they are not those of the values
};

}  // namespace xqs::engine

#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "xqs/detail/hash_index.hpp"

namespace xqs::engine {

/// The numbers of integers that were met before. Ids are mostly dense, so small ones have a table,
/// which grows with the ids there are; the rest are hashed.
class integer_numbers {
 public:
  /// The number of a value that is in the table, or none.
  [[nodiscard]] std::uint32_t find_small(std::int64_t value) const {
    const auto at = static_cast<std::uint64_t>(value);
    return at < table_.size() ? table_[at] : none;
  }
  /// All values from 0 to below this are in the table.
  [[nodiscard]] std::uint64_t dense() const { return dense_; }
  /// The same of any value.
  [[nodiscard]] std::uint32_t find(std::int64_t value) const {
    const std::uint32_t small = find_small(value);
    if (small != none) return small;
    const std::uint32_t at = find_hashed(value);
    return at == none ? none : entries_[at].number;
  }
  /// The number of a value; that of a new one is what `make` gives for it. Amortised O(1).
  template <typename Make>
  std::uint32_t operator()(std::int64_t value, Make make) {
    const auto at = static_cast<std::uint64_t>(value);
    if (at < table_.size() && table_[at] != none) return table_[at];
    return may_reach(at) ? small(value, make) : large(value, make);
  }

 private:
  static constexpr std::uint32_t none = detail::hash_index::none;

  struct entry {
    std::int64_t value;
    std::uint32_t number;
  };

  /// Whether there may be a table up to a value: it grows in large steps, since each takes over
  /// what was hashed so far.
  [[nodiscard]] bool may_reach(std::uint64_t value) const {
    const std::uint64_t most = 65'536 + 4 * (std::uint64_t{in_table_} + index_.size());
    return value < table_.size() || (value < most && std::bit_ceil(value + 1) <= most);
  }

  template <typename Make>
  std::uint32_t small(std::int64_t value, Make make) {
    const auto at = static_cast<std::size_t>(value);
    if (at >= table_.size()) grow(at);
    if (table_[at] != none) return table_[at];
    const std::uint32_t number = make(value);
    put(at, number);
    return number;
  }

  /// All that is below its end is in the table, and nothing else.
  void grow(std::size_t at) {
    table_.resize(std::bit_ceil(at + 1), none);
    const auto is_below = [this](const entry& e) {
      return static_cast<std::uint64_t>(e.value) < table_.size();
    };
    if (std::none_of(entries_.begin(), entries_.end(), is_below)) return;
    std::vector<entry> hashed;
    hashed.swap(entries_);
    index_ = {};
    for (const entry& e : hashed)
      is_below(e) ? put(static_cast<std::size_t>(e.value), e.number) : hash(e.value, e.number);
  }

  void put(std::size_t at, std::uint32_t number) {
    table_[at] = number;
    ++in_table_;
    while (dense_ < table_.size() && table_[dense_] != none) ++dense_;
  }

  template <typename Make>
  std::uint32_t large(std::int64_t value, Make make) {
    const std::uint32_t known = find_hashed(value);
    if (known != none) return entries_[known].number;
    const std::uint32_t number = make(value);
    hash(value, number);
    return number;
  }

  void hash(std::int64_t value, std::uint32_t number) {
    index_.make_room();
    entries_.push_back({value, number});
    index_.insert(hash_of(value));
  }

  static std::uint32_t hash_of(std::int64_t value) {
    return detail::mix(static_cast<std::uint64_t>(value));
  }
  [[nodiscard]] std::uint32_t find_hashed(std::int64_t value) const {
    return index_.find(hash_of(value),
                       [&](std::uint32_t at) { return entries_[at].value == value; });
  }

  std::vector<std::uint32_t> table_;
  std::uint32_t in_table_ = 0;
  std::uint64_t dense_ = 0;
  std::vector<entry> entries_;  ///< of those that are hashed
  detail::hash_index index_;
};

}  // namespace xqs::engine

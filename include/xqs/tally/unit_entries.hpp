#pragma once

#include <cstdint>
#include <deque>

#include "xqs/detail/hash_index.hpp"
#include "xqs/tally/totals.hpp"

namespace xqs {

/// Totals by (unit, column), both as numbers: a ledger without its names.
class unit_entries {
 public:
  struct entry {
    std::uint32_t unit;
    std::uint32_t column;
    unit_totals totals;
  };

  /// Adds to the totals of a unit in a column. Amortised O(1).
  ///
  /// Errors: errc::overflow; nothing is changed.
  void add(std::uint32_t unit, std::uint32_t column, const unit_totals& totals) {
    const std::uint32_t at = position(unit, column);
    if (at != detail::hash_index::none) return add_totals(entries_[at].totals, totals);
    index_.insert(hash(unit, column));
    entries_.push_back({unit, column, totals});
    if (unit >= unit_limit_) unit_limit_ = unit + 1;
  }

  /// The totals of a unit in a column, or null. O(1).
  [[nodiscard]] const unit_totals* find(std::uint32_t unit, std::uint32_t column) const {
    const std::uint32_t at = position(unit, column);
    return at == detail::hash_index::none ? nullptr : &entries_[at].totals;
  }

  [[nodiscard]] const std::deque<entry>& all() const { return entries_; }
  /// One more than the largest unit number.
  [[nodiscard]] std::uint32_t unit_limit() const { return unit_limit_; }

 private:
  static std::uint32_t hash(std::uint32_t unit, std::uint32_t column) {
    return detail::mix(std::uint64_t{unit} << 32u | column);
  }
  [[nodiscard]] std::uint32_t position(std::uint32_t unit, std::uint32_t column) const {
    return index_.find(hash(unit, column), [&](std::uint32_t at) {
      return entries_[at].unit == unit && entries_[at].column == column;
    });
  }

  detail::hash_index index_;
  std::deque<entry> entries_;  // grows without copying: a large ledger must not double for a moment
  std::uint32_t unit_limit_ = 0;
};

}  // namespace xqs

#pragma once

#include <cstdint>

#include "xqs/detail/blocks.hpp"
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
    if (!is(last_, unit, column)) last_ = position(unit, column);
    if (last_ != none) return add_totals(entries_[last_].totals, totals);
    index_.make_room();
    entries_.push_back({unit, column, totals});
    index_.insert(hash(unit, column));
    last_ = index_.size() - 1;
    if (unit >= unit_limit_) unit_limit_ = unit + 1;
  }

  /// The totals of a unit in a column, or null. O(1).
  [[nodiscard]] const unit_totals* find(std::uint32_t unit, std::uint32_t column) const {
    const std::uint32_t at = position(unit, column);
    return at == none ? nullptr : &entries_[at].totals;
  }

  [[nodiscard]] const detail::blocks<entry>& all() const { return entries_; }
  /// One more than the largest unit number.
  [[nodiscard]] std::uint32_t unit_limit() const { return unit_limit_; }

 private:
  static constexpr std::uint32_t none = detail::hash_index::none;

  static std::uint32_t hash(std::uint32_t unit, std::uint32_t column) {
    return detail::mix(std::uint64_t{unit} << 32u | column);
  }
  [[nodiscard]] std::uint32_t position(std::uint32_t unit, std::uint32_t column) const {
    return index_.find(hash(unit, column), [&](std::uint32_t at) { return is(at, unit, column); });
  }
  [[nodiscard]] bool is(std::uint32_t at, std::uint32_t unit, std::uint32_t column) const {
    return at != none && entries_[at].unit == unit && entries_[at].column == column;
  }

  detail::hash_index index_;
  detail::blocks<entry> entries_;
  std::uint32_t unit_limit_ = 0;
  std::uint32_t last_ = none;  // rows come in runs of one unit and column
};

}  // namespace xqs

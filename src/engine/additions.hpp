#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace xqs::engine {

/// What a row of the batch adds to a ledger.
struct addition {
  std::uint32_t unit;
  std::uint32_t column;
  std::uint32_t row;
};

/// Orders the additions of a batch by unit and column, so that what belongs together is summed
/// before the ledger, which may be larger than any cache, is looked at once.
class additions {
 public:
  void clear() { all_.clear(); }
  void reserve(std::size_t rows) { all_.reserve(rows); }
  void push_back(const addition& a) { all_.push_back(a); }
  /// O(additions), but O(n log n) for the n of a unit.
  void sort();
  [[nodiscard]] const std::vector<addition>& all() const { return all_; }

 private:
  void sort_by_unit();
  void sort_columns();

  std::vector<addition> all_;
  std::vector<addition> scratch_;
};

}  // namespace xqs::engine

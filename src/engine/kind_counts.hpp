#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace xqs::engine {

/// How many rows of each kind a column has: all there is to know where every row is a unit of its
/// own.
class kind_counts {
 public:
  explicit kind_counts(std::size_t kinds) : kinds_(kinds) {}

  /// Whether counts of so many columns are few beside so many rows, or few at all.
  [[nodiscard]] bool has_room(std::size_t columns, std::size_t rows) const {
    constexpr std::size_t few = std::size_t{1} << 22;
    return columns * kinds_ <= few || columns * kinds_ <= 4 * rows;
  }
  void make_room(std::size_t columns) {
    if (columns * kinds_ > counts_.size()) counts_.resize(columns * kinds_);
  }
  /// Counts a row of a column that there is room for.
  void add(std::uint32_t column, std::uint32_t kind) { ++counts_[column * kinds_ + kind]; }

  /// Calls `visit(column, kind, count)` for what was counted, columns ascending.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t at = 0; at < counts_.size(); ++at)
      if (counts_[at] > 0)
        visit(static_cast<std::uint32_t>(at / kinds_), static_cast<std::uint32_t>(at % kinds_),
              counts_[at]);
  }

 private:
  std::size_t kinds_;
  std::vector<std::uint32_t> counts_;
};

}  // namespace xqs::engine

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace xqs::engine {

/// How many rows of each kind a column has: all there is to know where every row is a unit of its
/// own.
class kind_counts {
 public:
  static constexpr std::uint64_t most_rows = 0xffffffffu;  ///< that a count has room for

  explicit kind_counts(std::size_t kinds) : kinds_(kinds) {}

  /// Makes room for so many rows of so many columns, if the counts are few beside the rows so far,
  /// or few at all, of `lanes` that count at once.
  bool make_room(std::size_t columns, std::size_t rows, std::size_t lanes) {
    constexpr std::size_t few = std::size_t{1} << 22u;
    rows_ += rows;
    const std::size_t counts = columns * kinds_;
    if (counts > (std::max)(few / lanes, 2 * rows_) || counts > most_rows) return false;
    if (counts > counts_.size()) counts_.resize(counts);
    return true;
  }
  /// Rows that were counted, or were to be.
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

  /// Counts rows of columns that there is room for.
  void add(std::span<const std::uint32_t> columns, std::span<const std::uint8_t> kinds) {
    for (std::size_t row = 0; row < columns.size(); ++row)
      ++counts_[columns[row] * kinds_ + kinds[row]];
  }
  /// Columns that were counted are below.
  [[nodiscard]] std::size_t columns() const { return counts_.size() / kinds_; }
  /// Calls `visit(column, kind, count)` for what was counted of columns from `first` to below
  /// `last`, ascending.
  template <typename Visit>
  void for_each(std::size_t first, std::size_t last, Visit visit) const {
    const auto kinds = static_cast<std::uint32_t>(kinds_);
    if (first >= columns()) return;
    const auto end = static_cast<std::uint32_t>((std::min)(last, columns()));
    const std::uint32_t* count = counts_.data() + first * kinds_;
    for (auto column = static_cast<std::uint32_t>(first); column < end; ++column)
      for (std::uint32_t kind = 0; kind < kinds; ++kind, ++count)
        if (*count > 0) visit(column, kind, *count);
  }

 private:
  std::size_t kinds_;
  std::uint64_t rows_ = 0;
  std::vector<std::uint32_t> counts_;
};

}  // namespace xqs::engine

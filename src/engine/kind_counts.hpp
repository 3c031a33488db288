#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace xqs::engine {

/// How many rows of each kind a column has: all there is to know where every row is a unit of its
/// own. Counts that are too many for a cache are made part by part: rows wait until there are
/// enough of a part.
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
    if (counts > (std::max)(few / lanes, 4 * rows_) || counts > most_rows) return false;
    if (counts > counts_.size()) counts_.resize(counts);
    return true;
  }
  /// Rows that were counted, or were to be.
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

  /// Counts a row of a column that there is room for.
  void add(std::uint32_t column, std::uint32_t kind) { ++counts_[column * kinds_ + kind]; }
  /// Counts many rows of such columns.
  void add(std::span<const std::uint32_t> columns, std::span<const std::uint32_t> kinds) {
    if (counts_.size() > most_at_once) return add_by_part(columns, kinds);
    for (std::size_t row = 0; row < columns.size(); ++row) add(columns[row], kinds[row]);
  }
  /// Takes the counts of others where there is room for both, which are settled: whether it did.
  bool take(kind_counts& other) {
    if (rows_ > most_rows - (std::min)(most_rows, other.rows_)) return false;
    rows_ += other.rows_;
    counts_.resize((std::max)(counts_.size(), other.counts_.size()));
    for (std::size_t at = 0; at < other.counts_.size(); ++at) counts_[at] += other.counts_[at];
    other = kind_counts(kinds_);
    return true;
  }
  /// Before the counts are asked for.
  void settle() {
    for (std::size_t part = 0; part < waiting_ends_.size(); ++part) count(part);
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
  static constexpr std::uint32_t part_bits = 16;                     // 256 KiB of counts
  static constexpr std::size_t most_at_once = std::size_t{1} << 18;  // 1 MiB
  static constexpr std::size_t most_waiting = 16'384;                // rows of a part

  void add_by_part(std::span<const std::uint32_t> columns, std::span<const std::uint32_t> kinds) {
    const std::size_t parts = (counts_.size() >> part_bits) + 1;
    waiting_.resize(parts * most_waiting);
    waiting_ends_.resize(parts);
    for (std::size_t row = 0; row < columns.size(); ++row) {
      const std::size_t at = columns[row] * kinds_ + kinds[row];
      const std::size_t part = at >> part_bits;
      if (waiting_ends_[part] == most_waiting) count(part);
      waiting_[part * most_waiting + waiting_ends_[part]++] = static_cast<std::uint32_t>(at);
    }
  }
  void count(std::size_t part) {
    const std::uint32_t* const first = waiting_.data() + part * most_waiting;
    std::for_each(first, first + waiting_ends_[part], [this](std::uint32_t at) { ++counts_[at]; });
    waiting_ends_[part] = 0;
  }

  std::size_t kinds_;
  std::uint64_t rows_ = 0;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint32_t> waiting_;  ///< positions of counts, by part
  std::vector<std::uint32_t> waiting_ends_;
};

}  // namespace xqs::engine

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "engine/flat_tally.hpp"
#include "engine/wide_registers.hpp"
#include "xqs/tally/totals.hpp"

namespace xqs::engine {

/// Sums by column of rows that are units of their own: counts, points and their moments in 32
/// bytes, to which a row adds four words. After so many rows as fill no part by more than half,
/// what is half full is carried to where there is more room.
class row_sums {
 public:
  /// Whether all kinds of rows have few enough points.
  [[nodiscard]] static bool takes(std::span<const unit_totals> kinds);
  /// Needs kinds that it takes, of one answer each, counted or excluded. `wide`: to add the words
  /// of a column at once, where the machine can.
  explicit row_sums(std::span<const unit_totals> kinds, bool wide = has_wide_registers());

  /// Makes room for so many rows of columns below `columns`, if these are few beside the rows so
  /// far, or few at all, of `lanes` that add at once: whether there is room.
  bool make_room(std::size_t columns, std::size_t rows, std::size_t lanes);
  /// Whether it would.
  [[nodiscard]] bool has_room(std::size_t columns, std::size_t rows, std::size_t lanes) const;
  /// Adds rows of columns that there is room for.
  void add(std::span<const std::uint32_t> columns, std::span<const std::uint8_t> kinds);
  /// Whether totals are of one answer, with no more points than kinds have.
  [[nodiscard]] bool has_parts_for(const unit_totals& totals) const;
  /// Adds such totals, to any column.
  void add(std::uint32_t column, const unit_totals& totals);
  /// Takes back rows that were added.
  void take_back(std::span<const std::uint32_t> columns, std::span<const std::uint8_t> kinds);

  /// Columns that were added to are below.
  [[nodiscard]] std::size_t columns() const { return sums_.size(); }
  [[nodiscard]] small_sums operator[](std::uint32_t column) const;

 private:
  /// Requirement and satisfaction; the square of the one, and the product; the square of the other,
  /// and answers, in 32 bits each; exclusions by reason, in 21 bits each.
  struct alignas(32) words {
    std::array<std::uint64_t, 4> of{};
  };

  static words pack(const unit_totals& kind);
  static void add(words& sum, const words& more);
  static void add_rows(words* sums, const words* more, std::span<const std::uint32_t> columns,
                       const std::uint8_t* kinds);
  static void add_rows_widely(words* sums, const words* more,
                              std::span<const std::uint32_t> columns, const std::uint8_t* kinds);
  static void add_to_one(words* sum, const words* more, std::span<const std::uint8_t> kinds);
  static small_sums unpack(const words& from);
  void carry();

  bool wide_;
  std::vector<words> kinds_;
  std::int64_t most_points_ = 1;  ///< of a kind
  std::uint64_t rows_ = 0;
  std::vector<words> sums_;
  std::size_t rows_at_once_;  ///< which fill no part by more than half
  std::size_t since_carried_ = 0;
  /// What would have filled a part, less what was taken back: it may be below 0, modulo 2^64.
  std::map<std::uint32_t, small_sums> carried_;
};

}  // namespace xqs::engine

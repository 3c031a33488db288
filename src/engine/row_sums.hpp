#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/flat_tally.hpp"
#include "xqs/tally/totals.hpp"

namespace xqs::engine {

/// Sums by column of rows that are units of their own: counts, points and their moments, as parts
/// of two words, to which a row adds the two of its kind. How large a part is follows from what a
/// row adds to it at the most. What is half full is carried to where there is more room.
class row_sums {
 public:
  /// Whether all kinds of rows have few enough points.
  [[nodiscard]] static bool takes(std::span<const unit_totals> kinds);
  /// Needs kinds that it takes, of one answer each, counted or excluded.
  explicit row_sums(std::span<const unit_totals> kinds);

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
  /// Adds what others of the same kinds have, or nothing where memory runs out.
  void add(const row_sums& other);
  /// Takes back rows that were added.
  void take_back(std::span<const std::uint32_t> columns, std::span<const std::uint8_t> kinds);

  /// Columns that were added to are below.
  [[nodiscard]] std::size_t columns() const { return sums_.size(); }
  [[nodiscard]] small_sums operator[](std::uint32_t column) const;
  [[nodiscard]] column_contents contents_of(std::uint32_t column) const;
  /// Asks for what there is of a column that will be looked at soon.
  void read_ahead(std::uint32_t column) const;

 private:
  /// Which are added at once: compilers do not see by themselves that they can be.
  struct words {
    __attribute__((vector_size(16))) std::uint64_t of{};
    void add(const words& more) { of += more.of; }
    void merge_bits(const words& more) { of |= more.of; }
    [[nodiscard]] bool is_zero() const { return (of[0] | of[1]) == 0; }
    [[nodiscard]] bool shares_bits(const words& other) const {
      return ((of[0] & other.of[0]) | (of[1] & other.of[1])) != 0;
    }
  };
  /// What a row is in sums, the largest first: squares and product, requirement and satisfaction,
  /// exclusions by reason, answers.
  using parts = std::array<std::uint64_t, 6 + exclusion_count>;
  /// A part is what is left of a word shifted left, and then right.
  struct place {
    std::uint8_t word = 0;
    std::uint8_t left = 0;
    std::uint8_t right = 0;
  };

  static parts parts_of(const unit_totals& row);
  [[nodiscard]] bool find_places(const parts& most, std::uint64_t rows);
  [[nodiscard]] words pack(const parts& from) const;
  [[nodiscard]] std::uint64_t part(const words& from, std::size_t i) const {
    const place& p = places_[i];
    return from.of[p.word] << p.left >> p.right;
  }
  [[nodiscard]] small_sums unpack(const words& from) const;
  void add_to_one(std::span<const std::uint8_t> kinds);
  void carry(std::uint32_t column);

  std::int64_t most_points_ = 1;  ///< of a kind
  std::array<place, std::tuple_size_v<parts>> places_{};
  words halves_;  ///< the highest bit of each part
  std::vector<words> kinds_;
  std::uint64_t rows_ = 0;
  std::vector<words> sums_;
  /// What would have filled a part, less what was taken back: it may be below 0, modulo 2^64.
  std::unordered_map<std::uint32_t, small_sums> carried_;
};

}  // namespace xqs::engine

#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <span>
#include <vector>

#include "xqs/engine/cell_column.hpp"

namespace xqs {

/// Rows of cells, kept by column: to read as a vector of rows, each of which is made when it is
/// asked for. Many rows are faster to read by `columns`.
class cell_rows {
 public:
  using row = std::vector<cell>;

  /// Gives rows, not references to rows.
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = row;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = row;

    iterator() = default;
    iterator(const cell_rows& of, std::size_t at) : of_(&of), at_(at) {}
    row operator*() const { return (*of_)[at_]; }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      ++at_;
      return before;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    const cell_rows* of_ = nullptr;
    std::size_t at_ = 0;
  };

  cell_rows() = default;
  /// Errors: as push_back.
  cell_rows(std::initializer_list<row> rows) {
    for (const row& r : rows) push_back(r);
  }
  /// Errors: errc::invalid_argument for columns of different sizes.
  explicit cell_rows(std::vector<cell_column> columns);

  [[nodiscard]] std::size_t size() const { return columns_.empty() ? 0 : columns_[0].size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  /// Needs at < size().
  [[nodiscard]] row operator[](std::size_t at) const;
  /// Errors: std::out_of_range.
  [[nodiscard]] row at(std::size_t position) const;
  [[nodiscard]] row front() const { return (*this)[0]; }
  [[nodiscard]] row back() const { return (*this)[size() - 1]; }
  [[nodiscard]] iterator begin() const { return {*this, 0}; }
  [[nodiscard]] iterator end() const { return {*this, size()}; }
  /// As many as a row has cells; none before the first row.
  [[nodiscard]] std::span<const cell_column> columns() const { return columns_; }

  /// Errors: errc::invalid_argument for another number of cells than in the rows before, or a value
  /// of another type than those above it; nothing is changed.
  void push_back(const row& cells);

  friend bool operator==(const cell_rows&, const cell_rows&) = default;

 private:
  std::vector<cell_column> columns_;
};

}  // namespace xqs

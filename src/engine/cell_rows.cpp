#include "xqs/engine/cell_rows.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "xqs/error.hpp"

namespace xqs {

cell_rows::cell_rows(std::vector<cell_column> columns) : columns_(std::move(columns)) {
  for (const cell_column& c : columns_)
    if (c.size() != size())
      throw error(errc::invalid_argument, "columns of a result have different numbers of cells");
}

cell_rows::row cell_rows::operator[](std::size_t at) const {
  row cells;
  cells.reserve(columns_.size());
  for (const cell_column& c : columns_) cells.push_back(c[at]);
  return cells;
}

cell_rows::row cell_rows::at(std::size_t position) const {
  if (position >= size())
    throw std::out_of_range("a result of " + std::to_string(size()) + " rows has no row " +
                            std::to_string(position));
  return (*this)[position];
}

void cell_rows::push_back(const row& cells) {
  if (columns_.empty()) columns_.resize(cells.size());
  if (cells.size() != columns_.size())
    throw error(errc::invalid_argument, "a row of " + std::to_string(cells.size()) +
                                            " cells in a result of " +
                                            std::to_string(columns_.size()) + " columns");
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (!columns_[i].takes(cells[i]))
      throw error(errc::invalid_argument,
                  "cell " + std::to_string(i) + " of a row is of another type than those above it");
  const std::size_t before = size();
  try {
    for (std::size_t i = 0; i < cells.size(); ++i) columns_[i].push_back(cells[i]);
  } catch (...) {  // memory ran out
    for (cell_column& c : columns_) c.shrink(before);
    throw;
  }
}

}  // namespace xqs

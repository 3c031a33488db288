#pragma once

#include <string>
#include <vector>

#include "xqs/engine/cell.hpp"
#include "xqs/engine/cell_rows.hpp"

namespace xqs {

/// A released result: rows of typed cells, in the order to show them.
struct table {
  struct heading {
    std::string name;
    column_type type;
  };
  std::vector<heading> columns;
  cell_rows rows;
  std::string query;               ///< the query document, defaults filled in
  std::vector<std::string> notes;  ///< what a reader must know of the whole, in sentences
};

}  // namespace xqs

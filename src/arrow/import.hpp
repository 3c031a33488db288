#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>

#include "arrow/array_rows.hpp"
#include "arrow/c_data.hpp"
#include "arrow/column_storage.hpp"
#include "xqs/engine/column.hpp"

namespace xqs::arrow {

/// A batch of the rows that a struct array holds, or of a piece of them, one column each child. The
/// caller's structs must outlive it; they are read only, and stay to be released. O(rows) for each
/// column, and O(values) of its dictionary; most of it goes into types that are rewritten, see
/// docs/arrow.md. Text is unchecked, but for that of dictionaries.
///
/// What is not Arrow as it should be is refused. Arrow that the engine does not take, a list or an
/// integer above 2^63 - 1, becomes a column that is refused where a query needs it, and so does a
/// column that is not to be read, of which the values are not looked at.
///
/// Errors: errc::invalid_argument for structs that are no rows, released or contradict each other;
/// errc::invalid_data with the column and, where there is one, row (in this batch) and value.
class imported_rows {
 public:
  imported_rows(const ArrowSchema& schema, const ArrowArray& rows)
      : imported_rows(schema, rows, 0, rows.length) {}
  /// Rows `first` to `first + count`, which the array has. Errors count them from `first`.
  /// `is_read` says by its name whether a column is to be read; empty: all are. `run` is for
  /// checks; empty: they are made one by one.
  imported_rows(const ArrowSchema& schema, const ArrowArray& rows, std::int64_t first,
                std::int64_t count, const std::function<bool(std::string_view)>& is_read = {},
                const task_runner& run = {});
  imported_rows(const imported_rows&) = delete;
  imported_rows& operator=(const imported_rows&) = delete;

  [[nodiscard]] const batch& rows() const { return rows_; }

 private:
  void add(const ArrowSchema* schema, const array_rows& from);

  std::deque<column_storage> storage_;
  batch rows_;
};

}  // namespace xqs::arrow

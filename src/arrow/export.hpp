#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "arrow/c_data.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/engine/table.hpp"

namespace xqs::arrow {

/// How much goes into one array.
struct array_limits {
  std::size_t rows =
      16'384;  ///< few, since those of many arrays that say the same are written once
  /// Text of a column beyond which its offsets have 64 bits: those of 32 reach no further.
  std::size_t text_bytes = std::numeric_limits<std::int32_t>::max();
};

/// A stream of struct arrays with the rows of a table: text as utf8 or large_utf8, flags as lists
/// of utf8, the rest as int64, float64 and bool. The metadata of its schema are `xqs.query` and,
/// where there are notes, `xqs.notes`, one on a line. An empty table has a schema and no array.
///
/// `to` is overwritten, and its owner's to release; arrays and schemas outlive the stream. Its
/// functions return 0, ENOMEM or EINVAL (for a table that contradicts its headings), and change
/// nothing where they fail. Use one stream from one thread at a time. If memory runs out `t` is as
/// it was.
void export_table(table&& t, ArrowArrayStream& to, const array_limits& limits = {});

/// The same for rows that were not accepted: `row` (int64), `reason`, `column`, `value`, `message`.
void export_rejects(const std::vector<rejected_row>& rejects, ArrowArrayStream& to);

}  // namespace xqs::arrow

#pragma once

#include "arrow/array_rows.hpp"
#include "arrow/c_data.hpp"
#include "arrow/column_storage.hpp"
#include "xqs/engine/column.hpp"

namespace xqs::arrow {

/// A column of the engine with the values of `from`, which are of the type that `schema` says: a
/// view of the caller's buffers where they serve, else of the storage. docs/arrow.md says what
/// becomes of each type.
///
/// Errors: errc::invalid_data with the column and, where there is one, row and value; unusable for
/// a type or a value that is no fault of Arrow.
[[nodiscard]] column read_column(const ArrowSchema& schema, array_rows from,
                                 column_storage& storage);

}  // namespace xqs::arrow

#pragma once

#include "arrow/array_rows.hpp"
#include "arrow/column_storage.hpp"
#include "xqs/engine/column.hpp"

namespace xqs::arrow {

/// Text behind offsets of 32 or 64 bits, unchecked: the bytes stay the caller's, and so do aligned
/// offsets.
///
/// Errors: errc::invalid_data for negative or falling offsets.
template <typename Offset>
[[nodiscard]] text_values read_text(const array_rows& from, column_storage& storage);

/// Text behind views of 16 bytes, unchecked, which stays where it is.
///
/// Errors: errc::invalid_data for views that point outside the buffers.
[[nodiscard]] text_values read_text_views(const array_rows& from, column_storage& storage);

}  // namespace xqs::arrow

#pragma once

#include <cstdint>
#include <string_view>

#include "arrow/array_rows.hpp"

namespace xqs::arrow {

enum class value_kind {
  null,
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  text,
  large_text,
  text_view,
  date32,
  date64,
  timestamp,
};

/// What the values of an array are.
struct value_type {
  value_kind kind = value_kind::null;
  std::int64_t per_second = 1;  ///< of timestamps
  bool has_zone = false;        ///< of timestamps: then they are of UTC
};

/// Reads a format of the C data interface, in the name of the array it is of.
///
/// Errors: unusable for a type that the engine does not take.
[[nodiscard]] value_type value_type_of(std::string_view format, const array_rows& of);

}  // namespace xqs::arrow

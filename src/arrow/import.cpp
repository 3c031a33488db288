#include "arrow/import.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "arrow/read_column.hpp"
#include "arrow/unusable.hpp"
#include "engine/header.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/detail/utf8.hpp"
#include "xqs/error.hpp"

namespace xqs::arrow {
namespace {

constexpr std::int64_t most_columns = 100'000;
constexpr std::int64_t most_rows = std::numeric_limits<std::int32_t>::max();

[[noreturn]] void refuse(const std::string& why) { throw error(errc::invalid_argument, why); }

/// Children are there, and as many in the schema as in the array.
void check_children(const ArrowSchema& schema, const ArrowArray& rows) {
  const std::int64_t count = schema.n_children;
  if (count != rows.n_children)
    refuse("the schema has " + std::to_string(count) + " columns and the array " +
           std::to_string(rows.n_children) + "; they must have the same");
  if (count < 0 || count > most_columns)
    refuse("the schema has " + std::to_string(count) + " columns; there are at most " +
           std::to_string(most_columns));
  if (count > 0 && (schema.children == nullptr || rows.children == nullptr))
    refuse("the schema or the array has no list of its columns");
}

void check_struct(const ArrowSchema& schema, const ArrowArray& rows) {
  if (schema.release == nullptr) refuse("the schema is released: it was moved or freed");
  if (rows.release == nullptr) refuse("the array is released: it was moved or freed");
  const std::string_view format = schema.format == nullptr ? "" : schema.format;
  if (format != "+s" || schema.dictionary != nullptr)
    refuse("rows come as a struct (format \"+s\") with a child a column; the format is " +
           detail::in_quotes(format));
  check_children(schema, rows);
}

/// The rows as the struct has them, none of which is null.
array_rows rows_of(const ArrowArray& rows, std::int64_t first, std::int64_t count) {
  array_rows piece("", &rows, first, count);
  if (count > most_rows)
    refuse("there are " + std::to_string(count) + " rows; push at most " +
           std::to_string(most_rows) + " at once");
  piece.require_buffers(1);
  piece.read_validity();
  for (std::size_t row = 0; piece.may_have_nulls() && row < piece.size(); ++row)
    if (piece.is_null(row)) throw piece.problem(row, "", "has a row that is null as a whole");
  return piece;
}

std::string name_of(const ArrowSchema* schema, std::int64_t position) {
  const std::string which = "column " + std::to_string(position + 1);
  if (schema == nullptr) refuse(which + " has no schema");
  if (schema->release == nullptr) refuse(which + " has a schema that is released");
  const std::string_view name = schema->name == nullptr ? "" : schema->name;
  if (name.empty()) refuse(which + " has no name");
  if (detail::utf8_error_at(name) != std::string_view::npos)
    refuse(which + " has a name that is not UTF-8: " + detail::in_quotes(name));
  return std::string(name);
}

}  // namespace

imported_rows::imported_rows(const ArrowSchema& schema, const ArrowArray& rows, std::int64_t first,
                             std::int64_t count,
                             const std::function<bool(std::string_view)>& is_read,
                             const task_runner& run) {
  check_struct(schema, rows);
  rows_.rows = rows_of(rows, first, count).size();
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const array_rows from(name_of(schema.children[i], i), rows.children[i], rows.offset + first,
                          count, run);
    if (!is_read || is_read(from.name()))
      add(schema.children[i], from);
    else
      rows_.columns.push_back(
          {.name = from.name(), .values = {}, .refusal = from.problem<unusable>("was not read")});
  }
  engine::header().bind(rows_);
}

/// A column that is of no use to the engine is kept with the reason.
void imported_rows::add(const ArrowSchema* schema, const array_rows& from) {
  column_storage& storage = storage_.emplace_back();
  try {
    rows_.columns.push_back(read_column(*schema, from, storage));
  } catch (const unusable& why) {
    storage = {};
    rows_.columns.push_back({.name = from.name(), .values = {}, .refusal = why});
  }
}

}  // namespace xqs::arrow

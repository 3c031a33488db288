#include "arrow/read_column.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "arrow/read_text.hpp"
#include "arrow/unusable.hpp"
#include "arrow/value_text.hpp"
#include "arrow/value_type.hpp"
#include "engine/text_check.hpp"
#include "engine/values.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::arrow {
namespace {

using column_values = decltype(column::values);

void check_fits(const array_rows& from, const packed_values<std::uint64_t>& values) {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  for (std::size_t row = 0; row < from.size(); ++row) {
    if (from.is_null(row) || values[row] <= most) continue;
    const std::string text = std::to_string(values[row]);
    throw from.problem<unusable>(row, text,
                                 "holds " + text + "; integers are at most " +
                                     std::to_string(most) + ", convert larger ones to text");
  }
}

template <typename Integer>
column_values read_integers(const array_rows& from, column_storage& to) {
  const auto values = from.values<Integer>(1);
  if constexpr (std::is_same_v<Integer, std::uint64_t>) check_fits(from, values);
  if (values.is_aligned()) {
    // The unsigned ones that fit are the same bytes.
    if constexpr (std::is_same_v<Integer, std::uint64_t>)
      return integer_values(reinterpret_cast<const std::int64_t*>(values.data()));
    else
      return integer_values(values.data());
  }
  to.integers.resize(from.size());
  for (std::size_t row = 0; row < from.size(); ++row)
    to.integers[row] = static_cast<std::int64_t>(values[row]);
  return integer_values(to.integers.data());
}

template <typename Number>
column_values read_numbers(const array_rows& from, column_storage& to) {
  const auto values = from.values<Number>(1);
  if constexpr (std::is_same_v<Number, double>)
    if (values.is_aligned()) return values.data();
  to.numbers.resize(from.size());
  for (std::size_t row = 0; row < from.size(); ++row) to.numbers[row] = values[row];
  return to.numbers.data();
}

text_values read_booleans(const array_rows& from, column_storage& to) {
  const auto* bits =
      from.size() == 0 ? nullptr : static_cast<const std::uint8_t*>(from.required(1));
  return store_text(from, to, [&](std::size_t row) {
    return std::string_view(bit_at(bits, from.first() + row) ? "true" : "false");
  });
}

/// Whole numbers written as text of their own.
template <typename Integer, typename TextOf>
text_values read_as_text(const array_rows& from, column_storage& to, TextOf text_of) {
  const auto values = from.values<Integer>(1);
  return store_text(from, to, [&](std::size_t row) -> std::string {
    try {
      return text_of(values[row]);
    } catch (const error& problem) {
      const std::string value = std::to_string(values[row]);
      throw from.problem<unusable>(row, value, "holds " + value + ", which " + problem.what());
    }
  });
}

std::string day_of_date64(std::int64_t milliseconds) {
  constexpr std::int64_t day = 86'400'000;
  if (milliseconds % day != 0) throw error(errc::invalid_data, "is no whole number of days");
  return date_text(milliseconds / day);
}

text_values no_values(const array_rows& from, column_storage& to) {
  to.integers.assign(from.size() + 1, 0);
  return {to.integers.data(), nullptr};
}

column_values read_values(const value_type& type, const array_rows& from, column_storage& to) {
  switch (type.kind) {
    case value_kind::null:
      return no_values(from, to);
    case value_kind::boolean:
      return read_booleans(from, to);
    case value_kind::int8:
      return read_integers<std::int8_t>(from, to);
    case value_kind::int16:
      return read_integers<std::int16_t>(from, to);
    case value_kind::int32:
      return read_integers<std::int32_t>(from, to);
    case value_kind::int64:
      return read_integers<std::int64_t>(from, to);
    case value_kind::uint8:
      return read_integers<std::uint8_t>(from, to);
    case value_kind::uint16:
      return read_integers<std::uint16_t>(from, to);
    case value_kind::uint32:
      return read_integers<std::uint32_t>(from, to);
    case value_kind::uint64:
      return read_integers<std::uint64_t>(from, to);
    case value_kind::float32:
      return read_numbers<float>(from, to);
    case value_kind::float64:
      return read_numbers<double>(from, to);
    case value_kind::text:
      return read_text<std::int32_t>(from, to);
    case value_kind::large_text:
      return read_text<std::int64_t>(from, to);
    case value_kind::text_view:
      return read_text_views(from, to);
    case value_kind::date32:
      return read_as_text<std::int32_t>(from, to, date_text);
    case value_kind::date64:
      return read_as_text<std::int64_t>(from, to, day_of_date64);
    case value_kind::timestamp:
      break;
  }
  return read_as_text<std::int64_t>(
      from, to, [&](std::int64_t value) { return timestamp_text(value, type); });
}

void require_buffers(value_kind kind, const array_rows& from) {
  if (kind == value_kind::null) return;  // it has none, polars gives it one, and nobody reads it
  if (kind == value_kind::text_view) return from.require_buffers_from(3);
  from.require_buffers(kind == value_kind::text || kind == value_kind::large_text ? 3 : 2);
}

column read_plain(const value_type& type, array_rows& from, column_storage& to) {
  require_buffers(type.kind, from);
  if (type.kind == value_kind::null) {
    to.valid.assign(from.size(), 0);
  } else {
    from.read_validity();
    to.valid = from.valid_bytes();
  }
  column result{.name = from.name(), .values = read_values(type, from, to)};
  if (!to.valid.empty()) result.valid = to.valid.data();
  return result;
}

bool is_integer(value_kind kind) { return kind >= value_kind::int8 && kind <= value_kind::uint64; }

constexpr std::uint32_t no_code = std::numeric_limits<std::uint32_t>::max();

/// Where each row's value is in the dictionary; of nulls `no_code`.
template <typename Integer>
void read_codes_of(const array_rows& from, std::size_t values, std::vector<std::uint32_t>& to) {
  const auto codes = from.values<Integer>(1);
  to.resize(from.size());
  bool all_inside = true;  // without a branch a row
  for (std::size_t row = 0; row < from.size(); ++row) {
    const auto code = static_cast<std::int64_t>(codes[row]);  // out of range either way
    all_inside &= static_cast<std::uint64_t>(code) < values;
    to[row] = static_cast<std::uint32_t>(code);
  }
  if (all_inside && !from.may_have_nulls()) return;
  for (std::size_t row = 0; row < from.size(); ++row) {
    const auto code = static_cast<std::int64_t>(codes[row]);
    if (from.is_null(row))
      to[row] = no_code;
    else if (static_cast<std::uint64_t>(code) >= values)
      throw from.problem(row, std::to_string(code),
                         "refers to value " + std::to_string(code) + " of a dictionary of " +
                             std::to_string(values));
  }
}

void read_codes(value_kind kind, array_rows& from, std::size_t values,
                std::vector<std::uint32_t>& to) {
  if (!is_integer(kind))
    throw from.problem("has a dictionary, so its format must be one of integers");
  require_buffers(kind, from);
  from.read_validity();
  switch (kind) {
    case value_kind::int8:
      return read_codes_of<std::int8_t>(from, values, to);
    case value_kind::int16:
      return read_codes_of<std::int16_t>(from, values, to);
    case value_kind::int32:
      return read_codes_of<std::int32_t>(from, values, to);
    case value_kind::uint8:
      return read_codes_of<std::uint8_t>(from, values, to);
    case value_kind::uint16:
      return read_codes_of<std::uint16_t>(from, values, to);
    case value_kind::uint32:
      return read_codes_of<std::uint32_t>(from, values, to);
    default:
      return read_codes_of<std::int64_t>(from, values, to);
  }
}

/// The numbers of a dictionary by the codes of the rows.
template <typename Values, typename Number>
const Number* pick(const Values& values, const std::vector<std::uint32_t>& codes,
                   std::vector<Number>& to) {
  to.assign(codes.size(), 0);
  for (std::size_t row = 0; row < codes.size(); ++row)
    if (codes[row] != no_code) to[row] = values[codes[row]];
  return to.data();
}

/// Null are the rows without a code, and those whose value in the dictionary is null.
void read_validity_of_codes(const array_rows& from, const column& values, column_storage& to) {
  const bool has_numbers = std::holds_alternative<const double*>(values.values);  // NaN is null
  if (!from.may_have_nulls() && values.valid == nullptr && !has_numbers) return;
  bool any_null = false;
  to.valid.resize(to.codes.size());
  for (std::size_t row = 0; row < to.codes.size(); ++row) {
    const bool null = to.codes[row] == no_code || engine::is_null(values, to.codes[row]);
    to.valid[row] = null ? 0 : 1;
    any_null = any_null || null;
  }
  if (!any_null) to.valid.clear();
}

/// The values of a dictionary are few.
void require_utf8(const array_rows& dictionary, const column& values) {
  const auto& text = std::get<text_values>(values.values);
  for (std::size_t at = 0; at < dictionary.size() && text.unchecked; ++at) {
    if (dictionary.is_null(at)) continue;
    const std::string_view value = engine::entry_at(text, at);
    const std::string problem = engine::utf8_problem(value);
    if (!problem.empty()) throw dictionary.problem(at, detail::printable(value), problem);
  }
}

/// The text of a dictionary stays there: a row has its code.
text_values keep_coded(const array_rows& from, const text_values& values, std::size_t size,
                       column_storage& to) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < size; ++at)
    longest = (std::max)(longest, engine::entry_at(values, at).size());
  if (longest > 0 && from.size() > most_shared / longest)
    (void)shared_size(from,
                      [&](std::size_t row) { return engine::entry_at(values, to.codes[row]); });
  text_values coded = values;
  coded.codes = to.codes.data();
  coded.size = static_cast<std::uint32_t>(size);
  coded.unchecked = false;
  return coded;
}

column read_dictionary(const ArrowSchema& schema, array_rows& from, column_storage& to) {
  const ArrowSchema& of_values = *schema.dictionary;
  array_rows dictionary = array_rows::of_dictionary(from.name(), from.array().dictionary);
  if (of_values.release == nullptr || of_values.format == nullptr)
    throw dictionary.problem("has a schema that is released or has no format");
  if (of_values.dictionary != nullptr)
    throw dictionary.problem<unusable>("refers to a dictionary itself, which is not taken");
  if (dictionary.size() >= no_code)
    throw dictionary.problem<unusable>("has 2^32 values or more, which is not taken");
  column_storage storage;
  const column values =
      read_plain(value_type_of(of_values.format, dictionary), dictionary, storage);
  read_codes(value_type_of(schema.format, from).kind, from, dictionary.size(), to.codes);
  if (std::holds_alternative<text_values>(values.values)) require_utf8(dictionary, values);
  column result{.name = from.name(), .values = {}};
  read_validity_of_codes(from, values, to);
  if (!to.valid.empty()) result.valid = to.valid.data();
  if (const auto* text = std::get_if<text_values>(&values.values)) {
    result.values = keep_coded(from, *text, dictionary.size(), to);
    to.integers = std::move(storage.integers);  // which the text stands in
    to.bytes = std::move(storage.bytes);
    to.pieces = std::move(storage.pieces);
  } else if (const auto* integers = std::get_if<integer_values>(&values.values)) {
    result.values = pick(*integers, to.codes, to.integers);
  } else {
    result.values = pick(std::get<const double*>(values.values), to.codes, to.numbers);
  }
  return result;
}

}  // namespace

column read_column(const ArrowSchema& schema, array_rows from, column_storage& storage) {
  if (schema.format == nullptr) throw from.problem("has no format");
  if ((schema.dictionary != nullptr) != (from.array().dictionary != nullptr))
    throw from.problem("has a dictionary in its schema or in its array, but not in both");
  if (schema.dictionary != nullptr) return read_dictionary(schema, from, storage);
  return read_plain(value_type_of(schema.format, from), from, storage);
}

}  // namespace xqs::arrow

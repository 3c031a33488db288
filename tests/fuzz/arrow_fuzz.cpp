#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/import.hpp"
#include "arrow_data.hpp"
#include "engine/text_check.hpp"
#include "engine/values.hpp"
#include "xqs/detail/utf8.hpp"
#include "xqs/error.hpp"

// Structs whose buffers are as long as the structs say, with anything in them, and with fields that
// are wrong where the structs show it: each is refused with xqs::error or read, and nothing is read
// outside the buffers. What is read is text in UTF-8.

namespace {

/// Takes decisions from the front of the input; 0 behind its end.
class decisions {
 public:
  decisions(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  template <typename T>
  T take() {
    T value{};
    const std::size_t count = std::min(size_, sizeof value);
    if (count > 0) std::memcpy(&value, data_, count);
    data_ += count;
    size_ -= count;
    return value;
  }
  std::int64_t below(std::uint8_t limit) { return take<std::uint8_t>() % limit; }
  bool rarely() { return take<std::uint8_t>() >= 240; }
  /// Mostly small, sometimes anything.
  std::int64_t number() {
    return rarely() ? take<std::int64_t>() : static_cast<std::int64_t>(take<std::int8_t>() % 16);
  }
  std::string bytes(std::int64_t count) {
    std::string made;
    for (; count > 0; --count) made += static_cast<char>(take<std::uint8_t>());
    return made;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

constexpr const char* formats[] = {"n", "b",  "c",  "C",     "s",    "S",    "i",     "I", "l",
                                   "L", "f",  "g",  "tdD",   "tdm",  "tss:", "tsn:Z", "u", "u",
                                   "U", "vu", "vu", "d:5,2", "tsm:", "tsu:", "+l",    "e", "?"};

std::int64_t value_size(std::string_view format) {
  if (format == "c" || format == "C") return 1;
  if (format == "s" || format == "S") return 2;
  if (format == "i" || format == "I" || format == "f" || format == "tdD") return 4;
  return 8;
}

/// Offsets of any order and height, but a last one that says how many bytes there are.
template <typename Offset>
void add_text(arrow_data::column& to, std::int64_t rows, decisions& from) {
  std::vector<Offset> offsets;
  Offset last = 0;
  for (std::int64_t i = 0; i <= rows; ++i) {
    last = static_cast<Offset>(last + from.below(6));
    offsets.push_back(from.rarely() ? from.take<Offset>() : last);
  }
  offsets.back() = last;
  to.values(offsets);
  to.values(from.bytes(last));
}

void add_views(arrow_data::column& to, std::int64_t rows, decisions& from) {
  const std::int64_t buffers = from.below(3);
  std::string views;
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int32_t fields[] = {static_cast<std::int32_t>(from.number()), 0,
                                   static_cast<std::int32_t>(from.number()),
                                   static_cast<std::int32_t>(from.number())};
    views.append(reinterpret_cast<const char*>(fields), sizeof fields);
  }
  to.values(views);
  std::vector<std::int64_t> sizes;
  for (std::int64_t i = 0; i < buffers; ++i) {
    const std::int64_t size = from.below(40);
    to.values(std::string(static_cast<std::size_t>(size), '\0'));
    sizes.push_back(from.rarely() ? -size : size);
  }
  to.values(sizes);
}

/// The lengths are what the buffers are made for; then some field may become wrong.
void fill(arrow_data::column& to, std::string_view format, decisions& from) {
  to.array.offset = from.below(12);
  to.array.length += from.rarely() ? -from.below(4) : from.below(4);
  if (to.array.length < 0) to.array.length = 0;
  const std::int64_t rows = to.array.offset + to.array.length;
  if (format == "n" || format.starts_with('+')) return;
  const bool has_nulls = from.below(2) == 1;
  if (has_nulls)
    to.values(from.bytes((rows + 7) / 8));
  else
    to.no_buffer();
  if (format == "u")
    add_text<std::int32_t>(to, rows, from);
  else if (format == "U")
    add_text<std::int64_t>(to, rows, from);
  else if (format == "vu")
    add_views(to, rows, from);
  else
    to.values(from.bytes(format == "b" ? (rows + 7) / 8 : rows * value_size(format)));
}

/// Fewer rows, which end where the array's did: of text it is the last offset that must be right.
void shorten(ArrowArray& array, std::int64_t length) {
  if (length >= array.length) return;
  if (length >= 0) array.offset += array.length - length;
  array.length = length;
}

/// Makes a field wrong in a way that the structs show.
void spoil(ArrowSchema& schema, ArrowArray& array, decisions& from) {
  switch (from.below(12)) {
    case 0:
      shorten(array, from.number());
      break;
    case 1:
      array.offset = from.rarely() ? -1 - (from.number() & 0xFF) : array.offset;
      break;
    case 2:
      array.null_count = from.number();
      break;
    case 3:
      array.n_buffers = std::min(array.n_buffers, from.below(4) - 1);
      break;
    case 4:
      array.buffers = nullptr;
      break;
    case 5:
      array.release = nullptr;
      break;
    case 6:
      schema.release = nullptr;
      break;
    case 7:
      schema.name = nullptr;
      break;
    case 8:
      schema.format = nullptr;
      break;
    case 9:
      schema.n_children = array.n_children = std::min(array.n_children, from.number());
      break;
    case 10:
      array.children = nullptr;
      break;
    default:
      array.dictionary = nullptr;
  }
}

/// Reads everything that the engine could, as it does.
void read_all(const xqs::batch& rows) {
  xqs::engine::crew alone(1);
  xqs::engine::require_utf8(rows, alone);
  for (const xqs::column& c : rows.columns) {
    if (c.refusal) continue;
    xqs::engine::cell_text text(c);
    for (std::size_t row = 0; row < rows.rows; ++row) {
      if (xqs::engine::is_null(c, row)) continue;
      if (xqs::detail::utf8_error_at(text(row)) != std::string_view::npos) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  decisions from(data, size);
  const std::int64_t length = from.below(12);
  const std::int64_t offset = from.below(4);
  arrow_data::rows rows(length + offset);
  const std::int64_t columns = from.below(4);
  for (std::int64_t i = 0; i < columns; ++i) {
    const char* format = formats[from.below(std::size(formats))];
    arrow_data::column& c = rows.add(std::string(1, static_cast<char>('a' + i)), format);
    fill(c, format, from);
    if (from.below(3) == 0) {
      const char* of_values = formats[from.below(std::size(formats))];
      arrow_data::column& values = rows.add_dictionary(c, of_values, from.below(5));
      fill(values, of_values, from);
      if (from.rarely()) spoil(values.schema, values.array, from);
    }
    if (from.rarely()) spoil(c.schema, c.array, from);
  }
  rows.array().length = length;
  rows.array().offset = offset;
  if (from.rarely()) rows.top().set(0, std::vector<std::uint8_t>{0xFF, from.take<std::uint8_t>()});
  if (from.rarely()) spoil(rows.schema(), rows.array(), from);
  try {
    const xqs::arrow::imported_rows read(rows.schema(), rows.array());
    read_all(read.rows());
  } catch (const xqs::error&) {
    return 0;
  }
  // What is accepted whole is accepted in pieces.
  const std::int64_t rows_there = rows.array().length;
  const std::int64_t first = std::min(from.below(16), rows_there);
  const std::int64_t count = std::min(from.below(16), rows_there - first);
  read_all(xqs::arrow::imported_rows(rows.schema(), rows.array(), first, count).rows());
  return 0;
}

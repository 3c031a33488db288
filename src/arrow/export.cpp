#include "arrow/export.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "arrow/exported.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::arrow {
namespace {

/// Key and value pairs as Arrow packs them: counts of 32 bits in the byte order of the machine.
class packed_metadata {
 public:
  void add(std::string_view key, std::string_view value) {
    ++count_;
    append(key);
    append(value);
  }
  /// Empty without pairs.
  [[nodiscard]] std::string text() const { return count_ == 0 ? "" : number(count_) + pairs_; }

 private:
  static std::string number(std::size_t value) {
    const auto narrow = static_cast<std::int32_t>(value);
    std::string bytes(sizeof narrow, '\0');
    std::memcpy(bytes.data(), &narrow, sizeof narrow);
    return bytes;
  }
  void append(std::string_view text) { pairs_ += number(text.size()).append(text); }

  std::size_t count_ = 0;
  std::string pairs_;
};

std::string metadata_of(const table& t) {
  packed_metadata metadata;
  if (!t.query.empty()) metadata.add("xqs.query", t.query);
  std::string notes;
  for (const std::string& note : t.notes) notes += (notes.empty() ? "" : "\n") + note;
  if (!notes.empty()) metadata.add("xqs.notes", notes);
  return metadata.text();
}

/// Text in some cells of a column, in bytes.
std::size_t text_bytes(const cell_column& from, std::size_t first, std::size_t rows) {
  if (from.type() != column_type::text) return 0;
  std::size_t size = 0;
  for (std::size_t row = first; row < first + rows; ++row)
    if (from.valid()[row] != 0) size += from.text(from.references()[row]).size();
  return size;
}

/// A bit for each byte that is not 0.
std::vector<std::uint8_t> packed(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> bits((bytes.size() + 7) / 8);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bits[i / 8] |= static_cast<std::uint8_t>((bytes[i] != 0 ? 1u : 0u) << (i % 8));
  return bits;
}

/// Some rows of a column of a table, put into the buffers of an array. Numbers stay where they are:
/// the array shares the table.
class array_writer {
 public:
  array_writer(const std::shared_ptr<const table>& t, std::size_t column, std::size_t first,
               std::size_t last)
      : table_(t),
        heading_(t->columns[column]),
        from_(t->rows.columns()[column]),
        first_(first),
        rows_(last - first),
        content_(std::make_unique<array_content>(heading_.type == column_type::flags ? 1 : 0)) {
    if (from_.type().value_or(heading_.type) != heading_.type)
      throw error(errc::invalid_argument,
                  "column " + detail::in_quotes(heading_.name) + " holds a value of another type");
  }

  void write(bool is_large, ArrowArray& to) {
    const auto valid = part(from_.valid());
    nulls_ = static_cast<std::size_t>(std::count(valid.begin(), valid.end(), std::uint8_t{0}));
    if (nulls_ > 0) content_->validity = packed(valid);
    switch (heading_.type) {
      case column_type::text:
        return is_large ? write_text(content_->integers, to) : write_text(content_->offsets, to);
      case column_type::integer:
        return write_numbers(from_.integers(), content_->integers, to);
      case column_type::number:
        return write_numbers(from_.numbers(), content_->numbers, to);
      case column_type::boolean:
        return write_booleans(to);
      case column_type::flags:
        return write_flags(to);
    }
  }

 private:
  /// Those of the rows; none of a column of nothing but nulls.
  template <typename Value>
  [[nodiscard]] std::span<const Value> part(std::span<const Value> values) const {
    return values.empty() ? values : values.subspan(first_, rows_);
  }

  /// Goes through the rows, with what each refers to, or none for null.
  template <typename Use>
  void each_reference(Use use) const {
    for (std::size_t row = first_; row < first_ + rows_; ++row)
      use(from_.valid()[row] == 0 ? std::nullopt : std::optional(from_.references()[row]));
  }

  template <typename Number>
  void write_numbers(std::span<const Number> from, std::vector<Number>& values, ArrowArray& to) {
    if (from.empty()) {
      values.resize(rows_);
      return finish({values.data()}, to);
    }
    content_->others = table_;
    finish({part(from).data()}, to);
  }

  void write_booleans(ArrowArray& to) {
    content_->bits = packed(part(from_.booleans()));
    content_->bits.resize((rows_ + 7) / 8);
    finish({content_->bits.data()}, to);
  }

  template <typename Offset>
  void write_text(std::vector<Offset>& offsets, ArrowArray& to) {
    offsets.reserve(rows_ + 1);
    offsets.assign(1, 0);
    content_->bytes.reserve(text_bytes(from_, first_, rows_));
    each_reference([&](const std::optional<std::uint32_t>& text) {
      if (text) content_->bytes += from_.text(*text);
      offsets.push_back(static_cast<Offset>(content_->bytes.size()));
    });
    finish({offsets.data(), content_->bytes.data()}, to);
  }

  void write_flags(ArrowArray& to) {
    auto names = std::make_unique<array_content>(0);
    std::size_t count = 0;
    std::size_t bytes = 0;
    each_reference([&](const std::optional<std::uint32_t>& flags) {
      if (!flags) return;
      for (const std::string_view name : from_.flags(*flags)) bytes += name.size();
      count += from_.flags(*flags).size();
    });
    names->bytes.reserve(bytes);
    names->offsets.reserve(count + 1);
    names->offsets.assign(1, 0);
    content_->offsets.reserve(rows_ + 1);
    content_->offsets.assign(1, 0);
    each_reference([&](const std::optional<std::uint32_t>& flags) {
      if (flags)
        for (const std::string_view name : from_.flags(*flags)) {
          names->bytes += name;
          names->offsets.push_back(static_cast<std::int32_t>(names->bytes.size()));
        }
      content_->offsets.push_back(static_cast<std::int32_t>(names->offsets.size() - 1));
    });
    names->buffers = {nullptr, names->offsets.data(), names->bytes.data()};
    publish(std::move(names), count, 0, content_->children[0]);
    finish({content_->offsets.data()}, to);
  }

  void finish(std::initializer_list<const void*> values, ArrowArray& to) {
    content_->buffers.assign(1, nulls_ == 0 ? nullptr : content_->validity.data());
    content_->buffers.insert(content_->buffers.end(), values);
    publish(std::move(content_), rows_, nulls_, to);
  }

  const std::shared_ptr<const table>& table_;
  const table::heading& heading_;
  const cell_column& from_;
  std::size_t first_;
  std::size_t rows_;
  std::size_t nulls_ = 0;
  std::unique_ptr<array_content> content_;
};

/// The rows of a table that are not handed out yet.
class table_stream {
 public:
  table_stream(table&& t, const array_limits& limits) : limits_(limits) {
    is_large_.resize(t.columns.size());
    for (std::size_t i = 0; i < t.rows.columns().size() && i < is_large_.size(); ++i)
      is_large_[i] = text_bytes(t.rows.columns()[i], 0, t.rows.size()) > limits.text_bytes;
    table_ = std::make_shared<const table>(std::move(t));
  }

  void schema(ArrowSchema& to) const {
    auto rows = content("", "+s", table_->columns.size());
    rows->metadata = metadata_of(*table_);
    for (std::size_t i = 0; i < table_->columns.size(); ++i) {
      const std::string& name = table_->columns[i].name;
      const bool is_list = table_->columns[i].type == column_type::flags;
      auto column = content(name, format_of(i), is_list ? 1 : 0);
      if (is_list) publish(content("item", "u", 0), 0, column->children[0]);
      publish(std::move(column), ARROW_FLAG_NULLABLE, rows->children[i]);
    }
    publish(std::move(rows), 0, to);
  }

  /// A released array at the end.
  void next(ArrowArray& to) {
    to = {};
    const std::size_t last = next_ + std::min(limits_.rows, table_->rows.size() - next_);
    if (last == next_) return;
    if (table_->rows.columns().size() != table_->columns.size())
      throw error(errc::invalid_argument,
                  "the rows have " + std::to_string(table_->rows.columns().size()) +
                      " cells under " + std::to_string(table_->columns.size()) + " headings");
    auto rows = std::make_unique<array_content>(table_->columns.size());
    rows->buffers.assign(1, nullptr);
    for (std::size_t i = 0; i < table_->columns.size(); ++i)
      array_writer(table_, i, next_, last).write(is_large_[i], rows->children[i]);
    publish(std::move(rows), last - next_, 0, to);
    next_ = last;
  }

  [[nodiscard]] const char* problem() const { return problem_[0] == '\0' ? nullptr : problem_; }
  /// Does what may fail and says how it went, as the stream interface wants it.
  template <typename Step>
  int guarded(Step step) noexcept {
    problem_[0] = '\0';
    try {
      step();
      return 0;
    } catch (const std::bad_alloc&) {
      return failed(ENOMEM, "out of memory");
    } catch (const std::exception& why) {
      return failed(EINVAL, why.what());
    }
  }

 private:
  static std::unique_ptr<schema_content> content(const std::string& name, const char* format,
                                                 std::size_t children) {
    auto made = std::make_unique<schema_content>(children);
    made->name = name;
    made->format = format;
    return made;
  }

  [[nodiscard]] const char* format_of(std::size_t column) const {
    switch (table_->columns[column].type) {
      case column_type::text:
        return is_large_[column] ? "U" : "u";
      case column_type::integer:
        return "l";
      case column_type::number:
        return "g";
      case column_type::boolean:
        return "b";
      case column_type::flags:
        break;
    }
    return "+l";
  }

  int failed(int code, const char* why) noexcept {
    std::snprintf(problem_, sizeof problem_, "%s", why);
    return code;
  }

  std::shared_ptr<const table> table_;
  array_limits limits_;
  std::vector<bool> is_large_;
  std::size_t next_ = 0;
  char problem_[256] = "";
};

table_stream& content_of(ArrowArrayStream* stream) {
  return *static_cast<table_stream*>(stream->private_data);
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* to) noexcept {
  table_stream& from = content_of(stream);
  return from.guarded([&] { from.schema(*to); });
}

int get_next(ArrowArrayStream* stream, ArrowArray* to) noexcept {
  table_stream& from = content_of(stream);
  return from.guarded([&] { from.next(*to); });
}

const char* get_last_error(ArrowArrayStream* stream) noexcept {
  return content_of(stream).problem();
}

}  // namespace

void export_table(table&& t, ArrowArrayStream& to, const array_limits& limits) {
  auto from = std::make_unique<table_stream>(std::move(t), limits);
  to = {.get_schema = get_schema,
        .get_next = get_next,
        .get_last_error = get_last_error,
        .release = release<table_stream, ArrowArrayStream>,
        .private_data = from.release()};
}

void export_rejects(const std::vector<rejected_row>& rejects, ArrowArrayStream& to) {
  table all;
  all.columns = {{"row", column_type::integer},
                 {"reason", column_type::text},
                 {"column", column_type::text},
                 {"value", column_type::text},
                 {"message", column_type::text}};
  for (const rejected_row& from : rejects)
    all.rows.push_back(
        {static_cast<std::int64_t>(from.row), from.reason, from.column, from.value, from.message});
  export_table(std::move(all), to);
}

}  // namespace xqs::arrow

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
#include "arrow/few_short_texts.hpp"
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

/// Whether the text in all cells of a column is more than so many bytes.
bool is_longer(const cell_column& from, std::size_t most) {
  if (from.type() != column_type::text) return false;
  if (from.longest_text() <= most / (std::max)(from.size(), std::size_t{1})) return false;
  std::size_t bytes = 0;
  for (std::size_t row = 0; row < from.size(); ++row)
    if (from.valid()[row] != 0) bytes += from.text(from.references()[row]).size();
  return bytes > most;
}

/// A bit for each byte that is not 0.
std::vector<std::uint8_t> packed(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> bits((bytes.size() + 7) / 8);
  for (std::size_t first = 0; first < bytes.size(); first += 8) {
    const std::size_t count = (std::min)(bytes.size() - first, std::size_t{8});
    unsigned some = 0;
    for (std::size_t i = 0; i < count; ++i) some |= (bytes[first + i] != 0 ? 1u : 0u) << i;
    bits[first / 8] = static_cast<std::uint8_t>(some);
  }
  return bits;
}

/// Buffers of text, or of lists of text.
struct text_buffers {
  std::vector<std::int32_t> lists;    ///< where those of each row begin
  std::vector<std::int32_t> offsets;  ///< either these or
  std::vector<std::int64_t> large_offsets;
  std::string bytes;
};

/// Those of rows that all say the same. Further rows that do are arrays of the same buffers.
struct repeated_text {
  std::uint32_t reference = 0;
  std::size_t rows = 0;
  std::shared_ptr<const text_buffers> buffers = nullptr;
};

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

  /// `repeated`: what the rows before said, to be used again.
  void write(bool is_large, repeated_text& repeated, ArrowArray& to) {
    const auto valid = part(from_.valid());
    if (!valid.empty() && std::memchr(valid.data(), 0, valid.size()) != nullptr)  // mostly not
      nulls_ = static_cast<std::size_t>(std::count(valid.begin(), valid.end(), std::uint8_t{0}));
    if (nulls_ > 0) content_->validity = packed(valid);
    switch (heading_.type) {
      case column_type::text:
      case column_type::flags:
        return write_text(is_large, repeated, to);
      case column_type::integer:
        return write_numbers(from_.integers(), content_->integers, to);
      case column_type::number:
        return write_numbers(from_.numbers(), content_->numbers, to);
      case column_type::boolean:
        return write_booleans(to);
    }
  }

 private:
  /// Those of the rows; none of a column of nothing but nulls.
  template <typename Value>
  [[nodiscard]] std::span<const Value> part(std::span<const Value> values) const {
    return values.empty() ? values : values.subspan(first_, rows_);
  }

  [[nodiscard]] std::span<const std::uint32_t> references() const {
    return part(from_.references());
  }

  /// Goes through the rows, with what each refers to, or none for null.
  template <typename Use>
  void each_reference(Use use) const {
    const auto valid = part(from_.valid());
    const auto of = references();
    for (std::size_t row = 0; row < rows_; ++row)
      use(valid[row] == 0 ? std::nullopt : std::optional(of[row]));
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

  void write_text(bool is_large, repeated_text& repeated, ArrowArray& to) {
    const auto of = references();
    const bool same = nulls_ == 0 && std::equal(of.begin() + 1, of.end(), of.begin());
    if (!same) return share(text(is_large), is_large, to);
    if (repeated.rows < rows_ || repeated.reference != of[0])
      repeated = {of[0], rows_, text(is_large)};
    share(repeated.buffers, is_large, to);
  }

  [[nodiscard]] std::shared_ptr<const text_buffers> text(bool is_large) const {
    auto made = std::make_shared<text_buffers>();
    if (heading_.type == column_type::flags)
      put_flags(*made);
    else if (is_large)
      put_text(made->large_offsets, made->bytes);
    else
      put_text(made->offsets, made->bytes);
    return made;
  }

  template <typename Offset>
  void put_text(std::vector<Offset>& offsets, std::string& bytes) const {
    offsets.resize(rows_ + 1);
    Offset end = 0;
    Offset* next_offset = offsets.data();
    each_reference([&](const std::optional<std::uint32_t>& text) {
      if (text) end += static_cast<Offset>(from_.text(*text).size());
      *++next_offset = end;
    });
    if (few_short_texts::fit(from_))
      put_short(offsets, bytes);
    else
      put_long(offsets, bytes);
  }

  template <typename Offset>
  void put_short(const std::vector<Offset>& offsets, std::string& bytes) const {
    const few_short_texts texts(from_);
    const auto size = static_cast<std::size_t>(offsets.back());
    bytes.resize(size + few_short_texts::longest);
    char* to = bytes.data();
    each_reference([&](const std::optional<std::uint32_t>& text) {
      if (text) to = texts.put(*text, to);
    });
    bytes.resize(size);
  }

  template <typename Offset>
  void put_long(const std::vector<Offset>& offsets, std::string& bytes) const {
    bytes.resize(static_cast<std::size_t>(offsets.back()));
    for (std::size_t row = 0, next = 0; row < rows_; row = next) {
      next = end_of_run(row);
      if (bytes_between(offsets, row, next) > 0)
        std::memcpy(bytes.data() + offsets[row], from_.text(references()[row]).data(),
                    bytes_between(offsets, row, next));
    }
  }

  template <typename Offset>
  static std::size_t bytes_between(const std::vector<Offset>& offsets, std::size_t first,
                                   std::size_t last) {
    return static_cast<std::size_t>(offsets[last] - offsets[first]);
  }

  /// The end of rows whose texts stand one behind the other.
  [[nodiscard]] std::size_t end_of_run(std::size_t row) const {
    const auto valid = part(from_.valid());
    const auto of = references();
    if (valid[row] == 0) return row + 1;
    do ++row;
    while (row < rows_ && valid[row] != 0 && of[row] == of[row - 1] + 1);
    return row;
  }

  void put_flags(text_buffers& to) const {
    std::size_t count = 0;
    std::size_t bytes = 0;
    each_reference([&](const std::optional<std::uint32_t>& flags) {
      if (!flags) return;
      for (const std::string_view name : from_.flags(*flags)) bytes += name.size();
      count += from_.flags(*flags).size();
    });
    to.bytes.reserve(bytes);
    to.offsets.reserve(count + 1);
    to.offsets.assign(1, 0);
    to.lists.reserve(rows_ + 1);
    to.lists.assign(1, 0);
    each_reference([&](const std::optional<std::uint32_t>& flags) {
      if (flags)
        for (const std::string_view name : from_.flags(*flags)) {
          to.bytes += name;
          to.offsets.push_back(static_cast<std::int32_t>(to.bytes.size()));
        }
      to.lists.push_back(static_cast<std::int32_t>(to.offsets.size() - 1));
    });
  }

  void share(const std::shared_ptr<const text_buffers>& from, bool is_large, ArrowArray& to) {
    content_->others = from;
    if (heading_.type != column_type::flags) {
      const void* const offsets =
          is_large ? static_cast<const void*>(from->large_offsets.data()) : from->offsets.data();
      return finish({offsets, from->bytes.data()}, to);
    }
    auto names = std::make_unique<array_content>(0);
    names->others = from;
    names->buffers = {nullptr, from->offsets.data(), from->bytes.data()};
    publish(std::move(names), static_cast<std::size_t>(from->lists[rows_]), 0,
            content_->children[0]);
    finish({from->lists.data()}, to);
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
    columns_.resize(t.columns.size());
    for (std::size_t i = 0; i < t.rows.columns().size() && i < columns_.size(); ++i)
      columns_[i].is_large = is_longer(t.rows.columns()[i], limits.text_bytes);
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
      array_writer(table_, i, next_, last)
          .write(columns_[i].is_large, columns_[i].repeated, rows->children[i]);
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
  struct column_state {
    bool is_large = false;
    repeated_text repeated = {};
  };

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
        return columns_[column].is_large ? "U" : "u";
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
  std::vector<column_state> columns_;
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

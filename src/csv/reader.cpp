#include "csv/reader.hpp"

#include <csv.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "csv/lines.hpp"
#include "csv/source.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/detail/utf8.hpp"
#include "xqs/error.hpp"

namespace xqs::csv {
namespace {

constexpr std::size_t npos = std::string_view::npos;

/// Whether all of `text` is visible ASCII (0x21..0x7F), eight bytes at a time.
bool visible(std::string_view text) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  // The high bit of a byte stays 0 where 0x21 <= byte <= 0x7F; a false alarm needs a true one.
  const auto odd = [](std::uint64_t word) { return ((word - 0x21 * ones) | word) & (ones << 7U); };
  std::uint64_t word = 0x21 * ones;
  if (text.size() < sizeof word) {
    std::memcpy(&word, text.data(), text.size());
    return odd(word) == 0;
  }
  std::uint64_t found = 0;
  for (std::size_t at = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    found |= odd(word);
  }
  // The last eight bytes once more cover what the steps of eight left over.
  std::memcpy(&word, text.data() + text.size() - sizeof word, sizeof word);
  return (found | odd(word)) == 0;
}

/// `line` without its line end.
std::string_view without_end(std::string_view line) noexcept {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// The delimiter that a header uses: the most frequent outside quotes, in doubt the comma.
char delimiter_of(std::string_view header) noexcept {
  constexpr std::string_view candidates = ",;\t";
  std::size_t counts[candidates.size()] = {};
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    const std::size_t at = candidates.find(c);
    if (!quoted && at != npos) ++counts[at];
  }
  return candidates[static_cast<std::size_t>(std::max_element(counts, std::end(counts)) - counts)];
}

std::string hex(char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {'0', 'x', digits[value / 16U], digits[value % 16U]};
}

int never_space(unsigned char /*byte*/) { return 0; }

}  // namespace

void batch::clear() {
  lines.clear();
  for (text_column& column : columns) {
    column.bytes.clear();
    column.offsets.assign(1, 0);
    column.valid.clear();
  }
}

/// Feeds libcsv one physical line at a time, since it tells no positions.
///
/// libcsv reports every unquoted CR and LF (CSV_REPALL_NL). So a line that ends a record ends in
/// exactly one reported LF, and nothing but that LF may follow a reported CR.
class reader::parser {
 public:
  parser(byte_source source, std::string name, options how)
      : lines_(std::move(source)), name_(std::move(name)), delimiter_(how.delimiter) {
    constexpr unsigned char modes = CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL;
    csv_init(&csv_, modes);
  }
  parser(const parser&) = delete;
  parser& operator=(const parser&) = delete;
  ~parser() { csv_free(&csv_); }

  void read_header();
  bool next(batch& out, std::size_t max_rows);

  [[nodiscard]] const std::vector<std::string>& header() const noexcept { return header_; }
  [[nodiscard]] char delimiter() const noexcept { return delimiter_; }

 private:
  static void field_callback(void* bytes, std::size_t size, void* self) noexcept;
  static void row_callback(int end, void* self) noexcept;
  void on_field(const char* bytes, std::size_t size);
  void on_row(int end);

  bool step();
  std::optional<std::string_view> next_line();
  std::string_view without_mark(std::string_view line) const;
  void feed(std::string_view line);
  void parse(std::string_view text);
  void finish();
  void check_text(std::string_view line);
  void check_header() const;
  [[nodiscard]] std::string column_label(std::size_t at) const;
  [[noreturn]] void fail(std::int64_t line, const std::string& what) const;
  [[noreturn]] void fail_lone_cr() const;

  csv_parser csv_{};
  line_reader lines_;
  std::string name_;
  char delimiter_;
  std::vector<std::string> header_;
  batch* out_ = nullptr;       // null while the header is read
  std::exception_ptr failed_;  // exceptions must not cross libcsv's C frames

  std::int64_t line_ = 0;         // the line being read
  std::int64_t record_line_ = 0;  // where the record started
  std::int64_t quote_line_ = 0;   // where the field that is still open started
  std::size_t record_bytes_ = 0;
  std::size_t batch_bytes_ = 0;
  std::size_t fields_ = 0;  // of the record so far
  bool open_ = false;       // the record goes on in the next line
  bool ended_ = false;      // LF or the end of the file was reported in this line
  bool cr_ = false;         // CR was reported in this line
  bool complete_ = false;   // the header is complete
};

void reader::parser::field_callback(void* bytes, std::size_t size, void* self) noexcept {
  auto& me = *static_cast<parser*>(self);
  if (me.failed_) return;
  try {
    me.on_field(static_cast<const char*>(bytes), size);
  } catch (...) {
    me.failed_ = std::current_exception();
  }
}

void reader::parser::row_callback(int end, void* self) noexcept {
  auto& me = *static_cast<parser*>(self);
  if (me.failed_) return;
  try {
    me.on_row(end);
  } catch (...) {
    me.failed_ = std::current_exception();
  }
}

void reader::parser::on_field(const char* bytes, std::size_t size) {
  if (cr_) fail_lone_cr();
  const std::size_t at = fields_++;
  if (out_ == nullptr) {
    if (at < column_limit) header_.emplace_back(bytes, size);
  } else if (at < out_->columns.size()) {
    text_column& column = out_->columns[at];
    column.bytes.append(bytes, size);
    column.offsets.push_back(static_cast<std::int64_t>(column.bytes.size()));
    column.valid.push_back(size != 0 ? 1 : 0);
  }
}

void reader::parser::on_row(int end) {
  if (end == CSV_CR) {
    if (cr_) fail_lone_cr();
    cr_ = true;
    return;
  }
  ended_ = true;
  if (fields_ == 0) return;  // a blank line
  if (out_ == nullptr) {
    check_header();
    complete_ = true;
  } else if (fields_ != header_.size()) {
    fail(record_line_, "wrong number of fields: found " + std::to_string(fields_) + ", expected " +
                           std::to_string(header_.size()) + " (one for each column of the header)");
  } else {
    out_->lines.push_back(record_line_);
  }
  fields_ = 0;
}

void reader::parser::check_header() const {
  if (fields_ > column_limit) {
    fail(record_line_, "the header names " + std::to_string(fields_) + " columns; at most " +
                           std::to_string(column_limit) + " are allowed");
  }
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t at = 0; at < header_.size(); ++at) {
    if (header_[at].empty()) {
      fail(record_line_, "column " + std::to_string(at + 1) +
                             " of the header has no name; every column needs one");
    }
    const auto [first, fresh] = seen.emplace(header_[at], at);
    if (!fresh) {
      fail(record_line_, "columns " + std::to_string(first->second + 1) + " and " +
                             std::to_string(at + 1) + " of the header are both named " +
                             detail::in_quotes(header_[at]) + "; every column needs its own name");
    }
  }
}

void reader::parser::read_header() {
  while (!complete_ && step()) {
  }
  if (complete_) return;
  if (line_ == 0) fail(1, "empty file; a header that names the columns is needed");
  fail(line_, "no header, only blank lines; a header that names the columns is needed");
}

bool reader::parser::next(batch& out, std::size_t max_rows) {
  if (failed_) std::rethrow_exception(failed_);
  if (max_rows == 0) throw error(errc::invalid_argument, "max_rows is 0; at least 1 is allowed");
  out.columns.resize(header_.size());
  for (std::size_t at = 0; at < header_.size(); ++at) out.columns[at].name = header_[at];
  out.clear();
  out_ = &out;
  batch_bytes_ = 0;
  try {
    const auto full = [&] {  // never without a row, which would mean the end
      return out.rows() >= max_rows || (out.rows() > 0 && batch_bytes_ >= batch_limit);
    };
    while ((open_ || !full()) && step()) {
    }
  } catch (...) {
    failed_ = std::current_exception();
    throw;
  }
  return out.rows() > 0;
}

/// Reads one physical line; false: the end.
bool reader::parser::step() {
  const std::optional<std::string_view> line = next_line();
  if (!line) {
    finish();
    return false;
  }
  feed(*line);
  return true;
}

/// The next line, without a byte order mark; counts it.
std::optional<std::string_view> reader::parser::next_line() {
  try {
    std::optional<std::string_view> line = lines_.next();
    if (!line) return line;
    if (++line_ > 1) return line;
    line = without_mark(*line);
    if (!line->empty()) return line;
    line_ = 0;  // a mark and nothing else is an empty file
    return std::nullopt;
  } catch (const error&) {
    throw;
  } catch (const std::runtime_error& reason) {
    fail(line_ + 1, std::string("cannot be read: ") + reason.what());
  }
}

std::string_view reader::parser::without_mark(std::string_view line) const {
  if (line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF")) {
    fail(1, "the file starts with a UTF-16 byte order mark; it must be UTF-8");
  }
  if (line.starts_with("PK\x03\x04"))
    fail(1, "the file is a workbook or another archive; save it as CSV in UTF-8");
  if (line.starts_with("sep="))
    fail(1, "the first line is a hint to a spreadsheet program, not the header; remove it");
  return line.starts_with("\xEF\xBB\xBF") ? line.substr(3) : line;
}

void reader::parser::feed(std::string_view line) {
  const bool starts = !open_;
  if (header_.empty() && starts) {
    const std::string_view text = without_end(line);
    if (delimiter_ == detect && !text.empty()) delimiter_ = delimiter_of(text);
    csv_set_delim(&csv_, static_cast<unsigned char>(delimiter_ == detect ? ',' : delimiter_));
  }
  if (starts) {
    record_line_ = line_;
    record_bytes_ = 0;
  }
  record_bytes_ += line.size();
  batch_bytes_ += line.size();
  if (record_bytes_ > record_limit) {
    fail(record_line_, "the record that starts here is longer than " +
                           std::to_string(record_limit >> 20) +
                           " MiB, which is the most allowed; is a quote not closed?");
  }
  // libcsv's buffer grows by this step: double it, so that long fields take linear time.
  if (!starts || line.size() > chunk) {
    csv_set_blk_size(&csv_, std::max({chunk, line.size(), csv_get_buffer_size(&csv_)}));
  }
  const std::size_t before = fields_;
  ended_ = cr_ = false;
  // Without blanks in the line libcsv cannot trim, and does without a call for each byte.
  const bool simple = visible(without_end(line));
  csv_set_space_func(&csv_, simple ? nullptr : never_space);
  if (!simple) check_text(line);
  parse(line);
  if (cr_ && !ended_) fail_lone_cr();
  open_ = !ended_;
  if (open_ && (starts || fields_ != before)) quote_line_ = line_;
}

void reader::parser::parse(std::string_view text) {
  const std::size_t read =
      csv_parse(&csv_, text.data(), text.size(), field_callback, row_callback, this);
  if (failed_) std::rethrow_exception(failed_);
  if (read == text.size()) return;
  if (csv_error(&csv_) != CSV_EPARSE) throw std::bad_alloc();
  if (cr_) fail_lone_cr();
  if (text[read] == '"') {
    fail(line_, "stray quote inside the unquoted field of " + column_label(fields_) +
                    "; quote the whole field and double the quotes it holds");
  }
  fail(line_, "text after the closing quote of " + column_label(fields_) +
                  "; only a delimiter or a line end may follow, and quotes inside a quoted field "
                  "are doubled");
}

/// The end of the file also ends the last record.
void reader::parser::finish() {
  if (csv_fini(&csv_, field_callback, row_callback, this) != 0) {
    fail(quote_line_, "the quote that opens " + column_label(fields_) +
                          " here is not closed before the end of the file; close it");
  }
  if (failed_) std::rethrow_exception(failed_);
  open_ = false;
}

/// Refuses NUL and what is not UTF-8, naming the column: that of the text before it.
void reader::parser::check_text(std::string_view line) {
  const std::size_t nul = line.find('\0');
  const std::size_t bad = detail::utf8_error_at(line);
  const std::size_t at = std::min(nul, bad);
  if (at == npos) return;
  parse(line.substr(0, at));
  if (cr_) fail_lone_cr();
  const std::string label = column_label(fields_);
  if (at == nul) fail(line_, "NUL byte in " + label + "; the file must be text in UTF-8");
  fail(line_,
       "byte " + hex(line[at]) + " in " + label +
           " is not UTF-8; the file must be UTF-8, or be read as windows-1252 if it is that, "
           "as files of Excel often are");
}

std::string reader::parser::column_label(std::size_t at) const {
  if (out_ != nullptr && at < header_.size()) return "column " + detail::in_quotes(header_[at]);
  return "column " + std::to_string(at + 1);
}

void reader::parser::fail(std::int64_t line, const std::string& what) const {
  throw error(errc::invalid_data, name_ + ':' + std::to_string(line) + ": " + what);
}

void reader::parser::fail_lone_cr() const {
  fail(line_, "carriage return without line feed; outside quotes lines end in LF or CRLF");
}

reader::reader(byte_source source, std::string name, options how) {
  const auto delimiter = static_cast<unsigned char>(how.delimiter);
  if (how.delimiter != detect &&
      (delimiter > 0x7F || std::strchr("\"\r\n", how.delimiter) != nullptr)) {
    throw error(errc::invalid_argument, "the delimiter is byte " + hex(how.delimiter) +
                                            "; an ASCII character is allowed that is neither a "
                                            "quote, a line end nor NUL");
  }
  if (!source) throw error(errc::invalid_argument, "the source is empty; one that reads is needed");
  parser_ = std::make_unique<parser>(std::move(source), std::move(name), how);
  parser_->read_header();
}

reader::reader(std::FILE* file, std::string name, options how)
    : reader(file != nullptr ? file_source(file) : byte_source(), std::move(name), how) {}

reader::reader(reader&&) noexcept = default;
reader& reader::operator=(reader&&) noexcept = default;
reader::~reader() = default;

const std::vector<std::string>& reader::header() const noexcept { return parser_->header(); }

char reader::delimiter() const noexcept { return parser_->delimiter(); }

bool reader::next(batch& out, std::size_t max_rows) { return parser_->next(out, max_rows); }

}  // namespace xqs::csv

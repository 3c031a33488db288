#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace xqs::csv {

/// Longest physical line and longest record (several lines where quotes hold line feeds), in
/// bytes with their line ends. Bounds the memory an unclosed quote or a binary file can take.
inline constexpr std::size_t record_limit = std::size_t{64} << 20;

/// Most columns a header may name.
inline constexpr std::size_t column_limit = 100'000;

/// A batch ends with the record that brings its input to this many bytes, whatever `max_rows`.
inline constexpr std::size_t batch_limit = std::size_t{16} << 20;

/// One column of text; row i is `bytes[offsets[i], offsets[i + 1])`.
struct text_column {
  std::string name;
  std::string bytes;
  std::vector<std::int64_t> offsets = {0};  ///< rows + 1
  std::vector<std::uint8_t> valid;          ///< one byte per row: 1, or 0 for null
};

/// Consecutive records, column by column.
struct batch {
  std::vector<text_column> columns;
  std::vector<std::int64_t> lines;  ///< 1-based physical line on which each record starts

  [[nodiscard]] std::size_t rows() const noexcept { return lines.size(); }
  /// Removes the rows; names and capacity stay.
  void clear();
};

inline constexpr char detect = '\0';

struct options {
  /// ASCII, and neither a quote nor a line end; `detect`: comma, semicolon or tab, whichever the
  /// first line has most of outside quotes.
  char delimiter = ',';
};

/// Fills up to the given number of bytes and returns how many; 0 only at the end of the input.
///
/// A source that fails throws a std::runtime_error (std::system_error, say) whose text is the
/// reason; the reader adds file and line. An xqs::error passes unchanged.
using byte_source = std::function<std::size_t(char*, std::size_t)>;

/// Reads a CSV file in batches. The first record is the header.
///
/// Strict RFC 4180 in UTF-8: LF or CRLF ends a line, the last one may lack it, a UTF-8 byte order
/// mark is passed over, quoted fields hold delimiters, line ends and doubled quotes. Blank lines
/// are no records, but count as lines. Nothing is trimmed. An empty field, quoted or not, is null.
///
/// Everything else is refused with xqs::error(errc::invalid_data), `NAME:LINE: what is wrong;
/// what is allowed`: an empty file, nameless or duplicate columns, too many or too few fields,
/// stray or unclosed quotes, carriage returns alone outside quotes, NUL, other encodings, what
/// exceeds the limits above, and read errors. After an error each further `next` throws it again.
class reader {
 public:
  /// Reads the header. `name` is the file's name in messages.
  reader(byte_source source, std::string name, options how = {});
  reader(std::FILE* file, std::string name, options how = {});
  reader(reader&&) noexcept;
  reader& operator=(reader&&) noexcept;
  ~reader();

  [[nodiscard]] const std::vector<std::string>& header() const noexcept;
  /// As given or found.
  [[nodiscard]] char delimiter() const noexcept;

  /// Replaces the rows of `out` by the next 1..max_rows records; false, and no rows: the end.
  ///
  /// Fewer than `max_rows` rows do not mean the end (see batch_limit). `max_rows` is at least 1.
  /// Reuse `out`: its capacity is kept. After an error the content of `out` is unspecified.
  bool next(batch& out, std::size_t max_rows);

 private:
  class parser;
  std::unique_ptr<parser> parser_;
};

}  // namespace xqs::csv

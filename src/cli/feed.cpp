#include "cli/feed.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "cli/commands.hpp"
#include "cli/request.hpp"
#include "cli/show.hpp"
#include "csv/reader.hpp"
#include "csv/source.hpp"
#include "xqs/error.hpp"
#include "xqs/tally/ledger_encoding.hpp"

namespace xqs::cli {
namespace {

/// How many rows were read, on a terminal, once that takes longer than a second.
class progress {
 public:
  void add(std::size_t rows) {
    rows_ += rows;
    if (!terminal_ || std::chrono::steady_clock::now() - start_ < std::chrono::seconds(1)) return;
    shown_ = true;
    std::fprintf(stderr, "\r%.1f million rows", static_cast<double>(rows_) / 1e6);
  }
  ~progress() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  bool shown_ = false;
  std::size_t rows_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// One file of the input, opened as the flags say.
class input_file {
 public:
  input_file(const std::string& path, const feed_flags& flags)
      : name_(path == "-" ? "standard input" : path),
        file_(path == "-" ? stdin : std::fopen(path.c_str(), "rb"),
              [](std::FILE* f) { return f == stdin ? 0 : std::fclose(f); }) {
    if (!file_)
      throw error(errc::invalid_data, name_ + ": cannot be read: " + std::strerror(errno));
    csv::byte_source source = csv::file_source(file_.get());
    if (path.ends_with(".gz")) source = csv::gzip_source(std::move(source));
    source = peeked(std::move(source));
    if (is_ledger()) return;
    if (flags.encoding == "windows-1252") source = csv::windows_1252_source(std::move(source));
    const char delimiter = flags.delimiter.empty()    ? csv::detect
                           : flags.delimiter == "tab" ? '\t'
                                                      : flags.delimiter.front();
    reader_ = std::make_unique<csv::reader>(std::move(source), name_, csv::options{delimiter});
  }

  [[nodiscard]] bool is_ledger() const { return bytes_.starts_with(detail::state_format::magic); }

  void push_ledger(query& q, const definition& d) const {
    const auto* first = reinterpret_cast<const std::uint8_t*>(bytes_.data());
    try {
      q.push_ledger(decode_ledger({first, bytes_.size()}, d));
    } catch (const error& problem) {
      throw error(problem.code(), name_ + ": " + problem.what());
    }
  }

  /// Calls `push` with each batch; errors of rows get file and line.
  void each(char decimal_mark,
            const std::function<void(const batch&, const csv::batch&, const std::string&)>& push) {
    csv::batch rows;
    constexpr std::size_t rows_at_once = 65'536;
    // Decimal commas come with other delimiters: here "1,234" would be one with thousands.
    if (decimal_mark == '\0' && reader_->delimiter() == ',') decimal_mark = '.';
    for (bool more = true; more;) {  // a file without rows still has a header to be checked
      more = reader_->next(rows, rows_at_once);
      batch view{.columns = {}, .rows = rows.rows(), .decimal_mark = decimal_mark};
      for (const csv::text_column& c : rows.columns)
        view.columns.push_back(
            {c.name, text_values{c.offsets.data(), c.bytes.data()}, c.valid.data()});
      try {
        push(view, rows, name_);
      } catch (const error& problem) {
        throw located(problem, rows);
      }
    }
  }

 private:
  /// The engine knows rows; people know files and lines.
  [[nodiscard]] error located(const error& problem, const csv::batch& rows) const {
    std::string place = name_;
    if (problem.row() >= 0)
      place += ":" + std::to_string(rows.lines[static_cast<std::size_t>(problem.row())]);
    return {problem.code(), place + ": " + problem.what()};
  }

  /// Reads the first bytes, and all of them if they are those of a state. The source returned
  /// begins with them, and fails as this one did: who reads it knows what to say.
  csv::byte_source peeked(csv::byte_source source) {
    std::exception_ptr failure;
    try {
      read_ledger(source);
    } catch (...) {
      failure = std::current_exception();
    }
    if (is_ledger() && failure) std::rethrow_exception(failure);
    return [seen = bytes_, failure, rest = std::move(source), at = std::size_t{0}](
               char* to, std::size_t size) mutable {
      if (at == seen.size() && failure) std::rethrow_exception(failure);
      if (at == seen.size()) return rest(to, size);
      const std::size_t got = seen.copy(to, size, at);
      at += got;
      return got;
    };
  }

  void read_ledger(const csv::byte_source& source) {
    std::string part(std::size_t{1} << 16, '\0');
    std::size_t wanted = detail::state_format::magic.size();
    while (const std::size_t got = source(part.data(), wanted)) {
      bytes_.append(part, 0, got);
      if (bytes_.size() >= detail::state_format::magic.size() && !is_ledger()) return;
      wanted = is_ledger() ? part.size() : detail::state_format::magic.size() - bytes_.size();
    }
  }

  std::string name_;
  std::string bytes_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::unique_ptr<csv::reader> reader_;
};

/// The rows that were not accepted, as they stand in the input, with place and reason.
class rejects_file {
 public:
  void add(const std::vector<rejected_row>& rejected, const csv::batch& rows,
           const std::string& name) {
    if (rejected.empty()) return;
    if (text_.empty()) {
      for (const csv::text_column& c : rows.columns) {
        names_.push_back(c.name);
        text_ += csv_field(c.name) + ",";
      }
      text_ += "rejected_file,rejected_line,rejected_reason,rejected_message\n";
    }
    for (const rejected_row& r : rejected) {
      for (const std::string& column : names_) text_ += csv_field(field(rows, column, r.row)) + ",";
      text_ += csv_field(name) + "," + std::to_string(rows.lines[r.row]) + "," + r.reason + "," +
               csv_field(r.message) + "\n";
    }
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  /// Every file has the columns of the first, but may have them in another order.
  static std::string field(const csv::batch& rows, const std::string& name, std::size_t row) {
    const csv::text_column& c =
        *std::find_if(rows.columns.begin(), rows.columns.end(),
                      [&](const auto& other) { return other.name == name; });
    const auto begin = static_cast<std::size_t>(c.offsets[row]);
    return c.bytes.substr(begin, static_cast<std::size_t>(c.offsets[row + 1]) - begin);
  }
  std::vector<std::string> names_;
  std::string text_;
};

/// What is written must not replace what is read, nor each other.
void require_own_file(const std::string& flag, const std::string& path,
                      const std::vector<std::string>& others) {
  if (path == "-") throw error(errc::invalid_query, flag + " needs the name of a file, not -");
  for (const std::string& other : others) {
    std::error_code unknown;  // what does not exist is nobody else's
    if (path == other || std::filesystem::equivalent(path, other, unknown))
      throw error(errc::invalid_query,
                  flag + " " + path + " would replace " + other + "; name another file");
  }
}

}  // namespace

void add_feed_flags(CLI::App& command, feed_flags& flags) {
  command
      .add_option("feedback", flags.feedback,
                  "CSV files, or ledgers that --save-ledger wrote; .gz too; several are one input, "
                  "- is standard input")
      ->required();
  command
      .add_option("--touchpoints", flags.touchpoints,
                  "CSV of touchpoints, which the feedback refers to by its column touchpoint")
      ->allow_extra_args(false)
      ->check(not_empty);
  command
      .add_option("--delimiter", flags.delimiter,
                  "between columns: a character, or tab; else comma, semicolon or tab, as the "
                  "header shows")
      ->check([](const std::string& text) {
        return text.size() == 1 || text == "tab" ? "" : "must be one character, or tab";
      });
  command
      .add_option("--decimal", flags.decimal,
                  "mark of decimals, . or , ; else . in files with commas between columns, and in "
                  "others as the first number with one shows")
      ->check(CLI::IsMember({".", ","}));
  command.add_option("--encoding", flags.encoding, "of all files, touchpoints too")
      ->check(CLI::IsMember({"utf-8", "windows-1252"}))
      ->capture_default_str();
  command
      .add_option("--save-ledger", flags.save_ledger,
                  "write the exact totals of each respondent to this file, to be read again "
                  "instead of the answers: personal data")
      ->check(not_empty);
  command
      .add_option("--rejects", flags.rejects,
                  "with --on-error skip: write the rows left out, and why, to this file")
      ->check(not_empty);
}

void check_outputs(const feed_flags& flags, bool skips, const std::string& output) {
  std::vector<std::string> inputs = flags.feedback;
  inputs.insert(inputs.end(), flags.touchpoints.begin(), flags.touchpoints.end());
  std::erase(inputs, "-");
  const bool is_file = std::filesystem::is_regular_file(output);  // a device is nobody's file
  if (!output.empty() && (is_file || !std::filesystem::exists(output)))
    require_own_file("--output", output, inputs);
  if (!output.empty()) inputs.push_back(output);
  if (!flags.save_ledger.empty()) {
    if (flags.save_ledger.ends_with(".gz"))
      throw error(errc::invalid_query,
                  "--save-ledger " + flags.save_ledger + " is not packed; name it without .gz");
    require_own_file("--save-ledger", flags.save_ledger, inputs);
    inputs.push_back(flags.save_ledger);
  }
  if (flags.rejects.empty()) return;
  if (!skips)
    throw error(errc::invalid_query, "--rejects needs --on-error skip; else no row is left out");
  require_own_file("--rejects", flags.rejects, inputs);
}

void feed(query& q, const definition& d, const feed_flags& flags) {
  if (!flags.save_ledger.empty()) q.keep_ledger();
  const char mark = flags.decimal.empty() ? '\0' : flags.decimal.front();
  progress seen;
  for (const std::string& path : flags.touchpoints)
    input_file(path, flags).each(mark, [&](const batch& rows, const csv::batch&, auto&) {
      q.push_touchpoints(rows);
    });
  rejects_file rejects;
  for (const std::string& path : flags.feedback) {
    input_file file(path, flags);
    if (file.is_ledger()) {
      file.push_ledger(q, d);
      continue;
    }
    file.each(mark, [&](const batch& rows, const csv::batch& from, const std::string& name) {
      rejects.add(q.push_feedback(rows), from, name);
      seen.add(rows.rows);
    });
  }
  if (!flags.rejects.empty()) write_result(rejects.text(), flags.rejects);
}

void save_ledger(const query& q, const feed_flags& flags) {
  if (flags.save_ledger.empty()) return;
  const std::vector<std::uint8_t> bytes = encode(q.saved_ledger());
  write_result({bytes.begin(), bytes.end()}, flags.save_ledger);
}

}  // namespace xqs::cli

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "csv/reader.hpp"

namespace xqs::csv {

inline constexpr std::size_t chunk = std::size_t{256} << 10;

/// Physical lines of a source, in memory bounded by record_limit.
class line_reader {
 public:
  explicit line_reader(byte_source source) : source_(std::move(source)), buffer_(chunk) {}

  /// The next line with its LF (the last may lack it), valid until the next call; none: the end.
  /// A line above record_limit comes cut, but still above it; reading cannot go on after it.
  std::optional<std::string_view> next() {
    for (;;) {
      const char* const data = buffer_.data();
      if (const void* lf = std::memchr(data + scanned_, '\n', end_ - scanned_)) {
        return take(static_cast<std::size_t>(static_cast<const char*>(lf) - data) + 1);
      }
      scanned_ = end_;
      if (end_ - begin_ > record_limit) return take(end_);
      if (done_) return begin_ == end_ ? std::nullopt : std::optional(take(end_));
      fill();
    }
  }

 private:
  std::string_view take(std::size_t end) {
    const std::string_view line(buffer_.data() + begin_, end - begin_);
    begin_ = scanned_ = end;
    return line;
  }

  /// Reads on behind the unfinished line, which moves to the front.
  void fill() {
    const std::size_t rest = end_ - begin_;
    std::memmove(buffer_.data(), buffer_.data() + begin_, rest);
    begin_ = 0;
    scanned_ = end_ = rest;
    if (rest == buffer_.size()) buffer_.resize(std::min(2 * rest, record_limit + chunk));
    const std::size_t got = source_(buffer_.data() + rest, buffer_.size() - rest);
    done_ = got == 0;
    end_ += got;
  }

  byte_source source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t scanned_ = 0;  // no line feed in [begin_, scanned_)
  std::size_t end_ = 0;
  bool done_ = false;
};

}  // namespace xqs::csv

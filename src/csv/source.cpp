#include "csv/source.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace xqs::csv {
namespace {

constexpr std::size_t chunk = std::size_t{64} << 10;

class gzip_reader {
 public:
  explicit gzip_reader(byte_source packed) : packed_(std::move(packed)), input_(chunk) {
    constexpr int gzip_only = 16;
    if (inflateInit2(&stream_, MAX_WBITS + gzip_only) != Z_OK) throw std::bad_alloc();
  }
  gzip_reader(const gzip_reader&) = delete;
  gzip_reader& operator=(const gzip_reader&) = delete;
  ~gzip_reader() { inflateEnd(&stream_); }

  std::size_t read(char* to, std::size_t size) {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(std::min(size, std::size_t{1} << 30));
    const std::size_t wanted = stream_.avail_out;
    while (stream_.avail_out == wanted && more()) inflate_some();
    return wanted - stream_.avail_out;
  }

 private:
  /// Whether the file goes on: within a member, or with another one behind it.
  bool more() {
    if (stream_.avail_in == 0) {
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
      stream_.avail_in = static_cast<uInt>(packed_(input_.data(), input_.size()));
    }
    if (!between_members_) return true;
    if (stream_.avail_in > 0) inflateReset(&stream_);
    return stream_.avail_in > 0;
  }

  /// Without input, too: there may be output that had no room.
  void inflate_some() {
    between_members_ = false;
    const bool at_end = stream_.avail_in == 0;
    const int status = inflate(&stream_, Z_NO_FLUSH);
    if (status == Z_STREAM_END)
      between_members_ = true;
    else if (status == Z_BUF_ERROR && at_end)
      throw std::runtime_error("the gzip file is cut off");
    else if (status != Z_OK && status != Z_BUF_ERROR)
      throw std::runtime_error("the gzip file is damaged");
  }

  byte_source packed_;
  std::vector<char> input_;
  z_stream stream_{};
  bool between_members_ = false;
};

/// Code points of the bytes 0x80 to 0x9F; 0: undefined.
constexpr std::array<std::uint16_t, 32> from_0x80 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::size_t write_utf8(unsigned char byte, char* to) {
  const std::uint32_t point = byte < 0x80 || byte >= 0xA0 ? byte : from_0x80[byte - 0x80U];
  if (point == 0)
    throw std::runtime_error(
        "a byte that Windows-1252 does not define (0x81, 0x8D, 0x8F, 0x90 or "
        "0x9D); is the encoding right?");
  if (point < 0x80) {
    to[0] = static_cast<char>(point);
    return 1;
  }
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (point < 0x800) {
    to[0] = static_cast<char>(0xC0U | point >> 6U);
    to[1] = tail(point);
    return 2;
  }
  to[0] = static_cast<char>(0xE0U | point >> 12U);
  to[1] = tail(point >> 6U);
  to[2] = tail(point);
  return 3;
}

}  // namespace

byte_source file_source(std::FILE* file) {
  return [file](char* to, std::size_t size) {
    errno = 0;
    const std::size_t got = std::fread(to, 1, size, file);
    if (got < size && std::ferror(file) != 0) {
      throw std::system_error(errno != 0 ? errno : EIO, std::generic_category());
    }
    return got;
  };
}

byte_source gzip_source(byte_source packed) {
  return [reader = std::make_shared<gzip_reader>(std::move(packed))](char* to, std::size_t size) {
    return reader->read(to, size);
  };
}

byte_source windows_1252_source(byte_source source) {
  constexpr std::size_t widest = 3;
  return [source = std::move(source), bytes = std::vector<char>()](char* to,
                                                                   std::size_t size) mutable {
    bytes.resize(size / widest + (size < widest ? 1 : 0));
    const std::size_t got = source(bytes.data(), bytes.size());
    std::size_t written = 0;
    for (std::size_t i = 0; i < got; ++i)
      written += write_utf8(static_cast<unsigned char>(bytes[i]), to + written);
    return written;
  };
}

}  // namespace xqs::csv

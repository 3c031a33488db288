#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "csv/source.hpp"

// Any bytes are unpacked or refused, and are Windows-1252 or refused; in which pieces they come and
// are asked for makes no difference.

namespace {

using xqs::csv::byte_source;

byte_source pieces_of(std::string_view text, std::size_t piece) {
  return [text, piece](char* to, std::size_t room) mutable {
    const std::size_t size = std::min({text.size(), room, piece});
    std::memcpy(to, text.data(), size);
    text.remove_prefix(size);
    return size;
  };
}

/// All that a source gives, up to a limit, or why it fails.
std::string read_all(byte_source source, std::size_t room) {
  constexpr std::size_t most = std::size_t{1} << 20;
  std::string all;
  std::vector<char> buffer(room);
  try {
    for (std::size_t got = 1; got > 0 && all.size() < most;) {
      got = source(buffer.data(), room);
      all.append(buffer.data(), got);
    }
  } catch (const std::runtime_error& problem) {
    return problem.what();
  }
  all.resize(std::min(all.size(), most));
  return all;
}

template <typename Wrap>
void check(std::string_view text, Wrap wrap) {
  const std::string all = read_all(wrap(pieces_of(text, 1 << 20)), 1 << 16);
  if (all != read_all(wrap(pieces_of(text, 7)), 1 << 16)) std::abort();
  if (all != read_all(wrap(pieces_of(text, 1 << 20)), 11)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, xqs::csv::gzip_source);
  check(text, xqs::csv::windows_1252_source);
  return 0;
}

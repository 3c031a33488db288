#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "csv/reader.hpp"
#include "xqs/error.hpp"

// Any bytes are refused with xqs::error or read; how they arrive in pieces and how many rows are
// asked for at once makes no difference to either.

namespace {

/// Everything that was read, or the message of the refusal.
std::string read_all(std::string_view text, std::size_t piece, std::size_t rows_at_once) {
  const auto source = [&](char* to, std::size_t room) {
    const std::size_t size = std::min({text.size(), room, piece});
    std::memcpy(to, text.data(), size);
    text.remove_prefix(size);
    return size;
  };
  std::string all;
  try {
    xqs::csv::reader reader(source, "fuzz");
    xqs::csv::batch rows;
    for (bool more = true; more;) {
      more = reader.next(rows, rows_at_once);
      for (std::size_t row = 0; row < rows.rows(); ++row) {
        all += std::to_string(rows.lines[row]) + ':';
        for (const auto& c : rows.columns) {
          all.append(c.bytes, static_cast<std::size_t>(c.offsets[row]),
                     static_cast<std::size_t>(c.offsets[row + 1] - c.offsets[row]));
          all += c.valid[row] != 0 ? '|' : '0';
        }
      }
    }
  } catch (const xqs::error& problem) {
    return problem.what();
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (read_all(text, 1 << 20, 1000) != read_all(text, 3, 1)) std::abort();
  return 0;
}

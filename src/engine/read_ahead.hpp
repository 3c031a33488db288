#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace xqs::engine {

/// Asks for what stands so many bytes behind; there may be nothing. A page: machines read columns
/// ahead by themselves, but not beyond one; so once for each line of memory.
template <std::size_t bytes = 4'096, typename Value>
void read_ahead([[maybe_unused]] const Value* values) {
#ifdef __GNUC__
  __builtin_prefetch(reinterpret_cast<const char*>(values) + bytes);
#endif
}

/// All bits of many integers that are read for the first time: no less than the largest, and huge
/// if one is below 0.
template <typename Integer>
[[nodiscard]] std::uint64_t bits_of(const Integer* values, std::size_t count) {
  constexpr std::size_t line = 64 / sizeof(Integer);
  std::array<Integer, line> bits{};  // each place of a line by itself, so that all are one step
  const std::size_t whole = count / line * line;
  for (std::size_t i = 0; i < whole; i += line) {
    read_ahead(values + i);
    for (std::size_t at = 0; at < line; ++at)
      bits[at] = static_cast<Integer>(bits[at] | values[i + at]);
  }
  Integer all = 0;
  for (std::size_t i = whole; i < count; ++i) all = static_cast<Integer>(all | values[i]);
  for (const Integer some : bits) all = static_cast<Integer>(all | some);
  return static_cast<std::uint64_t>(std::int64_t{all});
}

}  // namespace xqs::engine

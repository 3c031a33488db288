#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace xqs::detail {

/// The CRC of each single byte, start and end not inverted.
constexpr std::array<std::uint32_t, 256> crc32_table() noexcept {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1u ^ ((rest & 1u) != 0 ? 0xedb88320u : 0u);
    table[byte] = rest;
  }
  return table;
}

inline constexpr std::array<std::uint32_t, 256> crc32_of_byte = crc32_table();

/// CRC-32 of zlib, gzip and PNG; finds every single flipped bit. O(size).
///
/// Source: RFC 1952 (1996), section 8.
[[nodiscard]] constexpr std::uint32_t crc32(std::span<const std::uint8_t> bytes) noexcept {
  std::uint32_t rest = 0xffffffffu;
  for (const std::uint8_t byte : bytes) rest = rest >> 8u ^ crc32_of_byte[(rest ^ byte) & 0xffu];
  return ~rest;
}

}  // namespace xqs::detail

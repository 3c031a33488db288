#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace xqs::detail {

/// Length of the well-formed UTF-8 sequence `text` starts with, in bytes: 1..4; 0: ill-formed.
///
/// `text` is not empty. Source: The Unicode Standard 15.0, section 3.9, table 3-7.
constexpr std::size_t utf8_sequence(std::string_view text) noexcept {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  // The second byte alone rules out overlong forms, surrogates and what lies above U+10FFFF.
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t at = 2; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return 0;
  }
  return length;
}

/// Index of the first byte of the first ill-formed sequence of `text`; npos: all is UTF-8.
///
/// Overlong forms, surrogates, code points above U+10FFFF and a sequence cut off by the end are
/// ill-formed. Linear; ASCII is passed over eight bytes at a time.
constexpr std::size_t utf8_error_at(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (!std::is_constant_evaluated() && text.size() - at >= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const std::size_t length = utf8_sequence(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace xqs::detail

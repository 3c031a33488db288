#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "xqs/detail/utf8.hpp"

namespace xqs::detail {

/// Text from outside on one line, unable to steer a terminal: a control character (C0, DEL, C1)
/// becomes `with`, bytes that are not UTF-8 become '?'.
inline std::string printable(std::string_view text, char with = '?') {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool c1 =
        byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    out += byte < 0x20 || byte == 0x7f || c1 ? with : text[at];
    if (c1) ++at;
  }
  for (std::size_t bad = utf8_error_at(out); bad != std::string::npos; bad = utf8_error_at(out))
    out[bad] = '?';
  return out;
}

/// A value or a name in quotes for a message: printable, and cut when long.
inline std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 64;
  std::string start(text.substr(0, longest));
  if (text.size() > longest) {
    start.resize((std::min)(start.size(), utf8_error_at(start)));
    start += "...";
  }
  return '"' + printable(start) + '"';
}

}  // namespace xqs::detail

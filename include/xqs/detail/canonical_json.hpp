#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace xqs::detail {

/// JSON text as RFC 8785 (JSON Canonicalization Scheme) writes it. Keys of this library are ASCII,
/// so sorting by bytes is sorting by UTF-16 code units.
inline std::string json_string(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  constexpr std::string_view short_forms = "btnvfr";  // \b is 0x08 .. \r is 0x0d; \v has none
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte >= 0x08 && byte <= 0x0d && byte != 0x0b) {
      out += {'\\', short_forms[byte - 0x08u]};
    } else if (byte < 0x20) {
      out += {'\\', 'u', '0', '0', hex[byte >> 4u], hex[byte & 15u]};
    } else {
      out += c;
    }
  }
  return out += '"';
}

/// Members whose values are JSON text already.
using json_members = std::map<std::string, std::string>;

inline std::string json_object(const json_members& members) {
  std::string out = "{";
  for (const auto& [key, value] : members)
    out += (out.size() > 1 ? "," : "") + json_string(key) + ":" + value;
  return out += '}';
}

inline std::string json_array(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) out += (out.size() > 1 ? "," : "") + value;
  return out += ']';
}

template <typename Values, typename ToJson>
std::string json_list(const Values& values, ToJson to_json) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const auto& value : values) texts.push_back(to_json(value));
  return json_array(texts);
}

}  // namespace xqs::detail

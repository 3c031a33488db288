#pragma once

#include <charconv>
#include <string>

namespace xqs::detail {

/// The shortest text that reads back to the same double, whatever the locale.
inline std::string shortest(double number) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

}  // namespace xqs::detail

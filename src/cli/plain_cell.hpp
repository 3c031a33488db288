#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "xqs/detail/number_text.hpp"

namespace xqs::cli {

inline std::string joined(const std::vector<std::string_view>& names, const char* separator) {
  return fmt::format("{}", fmt::join(names, separator));
}

/// A cell as text, null being none. Numbers read back to the same double.
struct plain_cell {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return detail::shortest(number); }
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(const std::vector<std::string_view>& flags) const {
    return joined(flags, ";");
  }
};

}  // namespace xqs::cli

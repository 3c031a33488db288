#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace xqs {

enum class column_type { text, integer, number, boolean, flags };

/// The names of flags. A type of its own, because a variant of nothing but library types takes
/// itself for never valueless (libstdc++), and breaks where a copy runs out of memory.
struct flag_names : std::vector<std::string_view> {
  using vector::vector;
  flag_names(std::vector<std::string_view> names)  // implicit on purpose: flags.names() is a cell
      : vector(std::move(names)) {}
};

/// One value of a result; std::monostate is null.
using cell = std::variant<std::monostate, std::string, std::int64_t, double, bool, flag_names>;

}  // namespace xqs

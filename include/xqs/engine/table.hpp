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

/// A released result: rows of typed cells, in the order to show them.
struct table {
  struct heading {
    std::string name;
    column_type type;
  };
  std::vector<heading> columns;
  std::vector<std::vector<cell>> rows;
  std::string query;               ///< the query document, defaults filled in
  std::vector<std::string> notes;  ///< what a reader must know of the whole, in sentences
};

}  // namespace xqs

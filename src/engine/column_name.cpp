#include "engine/column_name.hpp"

#include <string_view>

namespace xqs::engine {

column_name parse_name(const std::string& text) {
  column_name name{.column = text};
  if (const auto expression = parse_period(text)) {
    name.column = expression->column;
    name.period = expression->rule;
  }
  const auto strip = [&](std::string_view prefix, origin from) {
    if (!name.column.starts_with(prefix) || name.column.size() == prefix.size()) return;
    name.column.erase(0, prefix.size());
    name.from = from;
  };
  strip("touchpoint.", origin::touchpoint);
  if (name.from == origin::either) strip("feedback.", origin::feedback);
  return name;
}

}  // namespace xqs::engine

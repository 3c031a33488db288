#pragma once

#include <optional>
#include <string>

#include "xqs/engine/calendar.hpp"

namespace xqs::engine {

enum class origin { either, feedback, touchpoint };

/// A column as a query names it: `region`, `touchpoint.time`, `month(feedback.time)`.
struct column_name {
  origin from = origin::either;
  std::string column;
  std::optional<period_rule> period = {};
};

/// Errors: errc::invalid_query for a period that does not exist or is written wrongly.
[[nodiscard]] column_name parse_name(const std::string& text);

}  // namespace xqs::engine

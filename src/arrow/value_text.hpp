#pragma once

#include <cstdint>
#include <string>

#include "arrow/value_type.hpp"

/// Dates and times as the engine reads them: in text, exact.
namespace xqs::arrow {

/// `2025-03-07`, of days since 1970-01-01.
///
/// Errors: errc::invalid_data outside the years 1400 to 9999.
[[nodiscard]] std::string date_text(std::int64_t day);

/// `2025-03-07T10:15:30.5`, with Z behind it where the type has a zone: the times are then of UTC,
/// whatever the zone.
///
/// Errors: errc::invalid_data outside the years 1400 to 9999, and for parts of a microsecond.
[[nodiscard]] std::string timestamp_text(std::int64_t value, const value_type& type);

}  // namespace xqs::arrow

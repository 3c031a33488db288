#include "arrow/value_text.hpp"

#include <cstddef>
#include <limits>

#include "xqs/engine/calendar.hpp"
#include "xqs/error.hpp"

namespace xqs::arrow {
namespace {

constexpr std::int64_t us_per_second = 1'000'000;

time_us microseconds(std::int64_t value, std::int64_t per_second) {
  if (per_second > us_per_second) {
    const std::int64_t parts = per_second / us_per_second;
    if (value % parts != 0)
      throw error(errc::invalid_data, "is no whole number of microseconds; round it");
    return value / parts;
  }
  const std::int64_t factor = us_per_second / per_second;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (value > most / factor || value < -(most / factor))
    throw error(errc::invalid_data, "is outside the years 1400 to 9999");
  return value * factor;
}

}  // namespace

std::string date_text(std::int64_t day) { return period_label({}, day); }

std::string timestamp_text(std::int64_t value, const value_type& type) {
  static const time_zone utc = time_zone::utc();
  constexpr std::size_t offset_size = 6;  // "+00:00"
  std::string text = time_text(microseconds(value, type.per_second), utc);
  text.resize(text.size() - offset_size);
  return type.has_zone ? text + "Z" : text;
}

}  // namespace xqs::arrow

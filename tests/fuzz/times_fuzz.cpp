#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/posix_zone.hpp"
#include "xqs/engine/calendar.hpp"
#include "xqs/error.hpp"

// Any text is a time or none, a period or refused, a rule of a zone or refused. What is a time is
// written as the same time again.

namespace {

void check_time(std::string_view text) {
  const auto written = xqs::parse_time(text);
  if (!written) return;
  const xqs::time_us at = written->local - written->offset.value_or(0);
  try {
    const auto again = xqs::parse_time(xqs::time_text(at, xqs::time_zone::utc()));
    if (!again || again->local - *again->offset != at) std::abort();
  } catch (const xqs::error&) {  // beyond the ends of the calendar
  }
}

void check_period(std::string_view text, std::int64_t day) {
  try {
    if (const auto period = xqs::parse_period(text)) (void)xqs::period_label(period->rule, day);
  } catch (const xqs::error&) {
  }
}

void check_rule(std::string_view text, xqs::time_us at) {
  try {
    const auto rule = xqs::posix_zone::parse(text);
    if (rule && rule->offset_at(at) != rule->standard_offset() &&
        rule->offset_at(at) != rule->summer_offset())
      std::abort();
  } catch (const xqs::error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::int64_t number = 0;
  for (std::size_t i = 0; i < size && i < 6; ++i) number = number * 256 + data[i];
  check_time(text);
  check_period(text, number / 1'000'000 - 200'000);
  check_rule(text, number * 1'000);
  return 0;
}

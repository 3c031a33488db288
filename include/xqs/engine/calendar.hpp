#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "xqs/engine/time_zone.hpp"
#include "xqs/model/touchpoint.hpp"

namespace xqs {

/// A time as it is written, in microseconds since 1970-01-01 00:00 of the clock that it was read
/// from.
struct written_time {
  time_us local = 0;
  std::optional<time_us> offset = {};  ///< of that clock to UTC, if written
  bool date_only = false;              ///< then `local` is the start of the day
};

/// Reads `2025-03-07`, `2025-03-07T10:15`, `2025-03-07 10:15:30.123456`, the last two with `Z`,
/// `+01:00` or `+0100` behind them or nothing, and `07.03.2025` in place of the date. Years 1400
/// to 9999. Empty for anything else, days and times there are not included.
[[nodiscard]] std::optional<written_time> parse_time(std::string_view text);

enum class period_kind {
  day,
  iso_week,
  month,
  quarter,
  half_year,
  year,
  fiscal_quarter,
  fiscal_year,
  weeks445
};

/// Which periods days fall in.
struct period_rule {
  period_kind kind = period_kind::day;
  int first_month = 1;     ///< of fiscal years, 1 to 12
  std::int64_t start = 0;  ///< of weeks445: a day (since 1970-01-01) that begins a fiscal year
};

/// A period of a column, as in `month(time)` or `fiscal_quarter(touchpoint.time,4)`.
struct period_expression {
  std::string column;
  period_rule rule;
};

/// Empty for a text without parentheses, which is a column.
///
/// Errors: errc::invalid_query for a period that is none, or with wrong arguments.
[[nodiscard]] std::optional<period_expression> parse_period(std::string_view text);

/// The period of a day (since 1970-01-01) in the Gregorian calendar: `2025-03-07`, `2025-W10`,
/// `2025-03`, `2025-Q1`, `2025-H1`, `2025`, `FY2025-Q1`, `FY2025`, `FY2025-P01`. Labels of a rule
/// sort by time. Fiscal years have the name of the year in which they end.
///
/// `weeks445` has years of twelve periods of 4, 4 and 5 weeks in turn, which begin on the weekday
/// of `start`, on the day nearest to its month and day; a 53rd week belongs to the last period. A
/// year that begins near a day from 1 to 5 January has the name of that calendar year.
///
/// Errors: errc::invalid_data for a day outside the years 1400 to 9999.
[[nodiscard]] std::string period_label(const period_rule& rule, std::int64_t day);

/// Whether the calendar has a time on the clocks of every zone: it is within the years 1400 to
/// 9999, and not on their first or last day.
[[nodiscard]] bool is_in_calendar(time_us at);

/// A time as clocks of the zone show it: `2025-03-07T10:15:00+01:00`, with a fraction where there
/// is one.
///
/// Errors: errc::invalid_data for a time outside the years 1400 to 9999.
[[nodiscard]] std::string time_text(time_us at, const time_zone& zone);

/// The day, since 1970-01-01, that a calendar on the wall of the zone shows at a time.
///
/// Errors: errc::invalid_data for a time outside the years 1400 to 9999.
[[nodiscard]] std::int64_t local_day(time_us at, const time_zone& zone);

}  // namespace xqs

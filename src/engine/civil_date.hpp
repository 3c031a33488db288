#pragma once

#include <cstdint>

/// Days since 1970-01-01 and the Gregorian calendar, for the years 1400 to 9999.
namespace xqs::engine {

struct civil_date {
  int year, month, day;
};

inline constexpr int first_year = 1400;
inline constexpr int last_year = 9999;

[[nodiscard]] std::int64_t day_number(int year, int month, int day);
[[nodiscard]] civil_date civil_of(std::int64_t day);
[[nodiscard]] int days_in_month(int year, int month);
[[nodiscard]] bool is_leap_year(int year);
/// 0: Sunday.
[[nodiscard]] int weekday(std::int64_t day);

/// The ISO 8601 week of a day.
struct iso_week {
  int year, week;
};
[[nodiscard]] iso_week iso_week_of(std::int64_t day);

}  // namespace xqs::engine

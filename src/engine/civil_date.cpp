#include "engine/civil_date.hpp"

#include <boost/date_time/gregorian/gregorian_types.hpp>

namespace xqs::engine {
namespace {

using boost::gregorian::date;
using calendar = boost::gregorian::gregorian_calendar;

date date_of(std::int64_t day) {
  return date(1970, 1, 1) + boost::gregorian::days(static_cast<long>(day));
}

}  // namespace

std::int64_t day_number(int year, int month, int day) {
  const date on(static_cast<unsigned short>(year), static_cast<unsigned short>(month),
                static_cast<unsigned short>(day));
  return (on - date(1970, 1, 1)).days();
}

civil_date civil_of(std::int64_t day) {
  const auto ymd = date_of(day).year_month_day();
  return {ymd.year, ymd.month, ymd.day};
}

int days_in_month(int year, int month) {
  return calendar::end_of_month_day(static_cast<unsigned short>(year),
                                    static_cast<unsigned short>(month));
}

bool is_leap_year(int year) { return calendar::is_leap_year(static_cast<unsigned short>(year)); }

int weekday(std::int64_t day) { return date_of(day).day_of_week().as_number(); }

iso_week iso_week_of(std::int64_t day) {
  const std::int64_t thursday = day + 4 - (weekday(day) + 6) % 7 - 1;  // of the same ISO week
  return {civil_of(thursday).year, date_of(day).week_number()};
}

}  // namespace xqs::engine

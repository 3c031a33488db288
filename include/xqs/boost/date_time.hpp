#pragma once

#include <boost/date_time/gregorian/gregorian_types.hpp>
#include <boost/date_time/posix_time/posix_time_types.hpp>

#include <cstdint>

#include "xqs/error.hpp"
#include "xqs/model/touchpoint.hpp"

/// Times of Boost.Date_Time as times of the core, microseconds since 1970-01-01 UTC, and back. A
/// ptime has no time zone; here it is UTC. Not part of xqs.hpp: needs the headers of Boost 1.74 or
/// newer.
namespace xqs {

/// From `begin` up to, and without, `end`.
struct time_range {
  time_us begin = 0;
  time_us end = 0;

  [[nodiscard]] bool contains(time_us t) const { return begin <= t && t < end; }
  friend bool operator==(const time_range&, const time_range&) = default;
};

namespace detail {

inline boost::posix_time::ptime epoch() {
  return boost::posix_time::ptime(boost::gregorian::date(1970, 1, 1));
}

template <typename Special>
void require_ordinary(const Special& value) {
  if (value.is_special())
    throw error(errc::invalid_argument, "a time must be neither infinite nor not_a_date_time");
}

}  // namespace detail

/// What is finer than a microsecond is cut off.
///
/// Errors: errc::invalid_argument for infinite times and not_a_date_time.
[[nodiscard]] inline time_us to_time_us(const boost::posix_time::ptime& t) {
  detail::require_ordinary(t);
  return (t - detail::epoch()).total_microseconds();
}

/// Midnight UTC at the beginning of a day. Errors: as above.
[[nodiscard]] inline time_us to_time_us(const boost::gregorian::date& day) {
  detail::require_ordinary(day);
  return to_time_us(boost::posix_time::ptime(day));
}

/// Both kinds of period end before their end(). Errors: errc::invalid_argument for a period that
/// ends before it begins; else as above.
[[nodiscard]] inline time_range to_time_range(const boost::posix_time::time_period& period) {
  if (period.is_null() && period.begin() != period.end())
    throw error(errc::invalid_argument, "a period must not end before it begins");
  return {to_time_us(period.begin()), to_time_us(period.end())};
}
[[nodiscard]] inline time_range to_time_range(const boost::gregorian::date_period& days) {
  if (days.is_null() && days.begin() != days.end())
    throw error(errc::invalid_argument, "a period must not end before it begins");
  return {to_time_us(days.begin()), to_time_us(days.end())};
}

/// Errors: errc::invalid_argument outside the years 1400 to 9999, which are all that Boost knows.
[[nodiscard]] inline boost::posix_time::ptime to_ptime(time_us t) {
  const time_us first = to_time_us(boost::gregorian::date(boost::gregorian::min_date_time));
  const time_us last = to_time_us(boost::gregorian::date(boost::gregorian::max_date_time));
  constexpr time_us day = 86'400'000'000;
  if (t < first || t - last >= day)
    throw error(errc::invalid_argument, "a time must be in the years 1400 to 9999");
  return detail::epoch() + boost::posix_time::microseconds(t);
}

/// The day that holds a time, in UTC. Errors: as `to_ptime`.
[[nodiscard]] inline boost::gregorian::date to_date(time_us t) { return to_ptime(t).date(); }

/// Errors: as `to_ptime`.
[[nodiscard]] inline boost::posix_time::time_period to_time_period(const time_range& r) {
  return {to_ptime(r.begin), to_ptime(r.end)};
}

}  // namespace xqs

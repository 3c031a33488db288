#include "engine/instant.hpp"

#include "engine/values.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {
constexpr time_us day = 86'400'000'000;
}  // namespace

time_reader::time_reader(const column& c, const time_zone* zone) : column_(c), zone_(zone) {
  if (std::holds_alternative<const double*>(c.values))
    throw row_error(0, c.name, "",
                    "column " + c.name +
                        " holds floating-point numbers; times are text or integers (microseconds "
                        "since 1970-01-01 UTC)");
}

std::optional<instant> time_reader::operator()(std::size_t row) const {
  if (is_null(column_, row)) return std::nullopt;
  cell_text cells(column_);
  const std::string_view text = cells(row);
  if (const auto* integers = std::get_if<integer_values>(&column_.values))
    return bounded({(*integers)[row], (*integers)[row]}, row, text);
  if (is_missing_text(text)) return std::nullopt;
  const auto written = parse_time(text);
  if (!written)
    throw row_error(row, column_.name, text,
                    column_.name + " " + detail::in_quotes(text) +
                        " is no time; write 2025-03-07 or 07.03.2025, a time behind it as in "
                        "2025-03-07T10:15:30, and Z or +01:00 "
                        "where the zone is known");
  instant result{written->local, written->local, true, written->date_only};
  if (written->date_only) result.latest += day - 1;
  if (written->offset) {
    result.at = result.latest -= *written->offset;
  } else if (zone_ == nullptr) {
    result.has_zone = false;
  } else {
    result.at = result.latest = from_local(*written, row, text);
    const written_time next{written->local + day, {}, true};
    if (written->date_only) result.latest = from_local(next, row, text) - 1;
  }
  return bounded(result, row, text);
}

/// Within the calendar wherever the clock stands.
instant time_reader::bounded(const instant& time, std::size_t row, std::string_view text) const {
  if (!is_in_calendar(time.at))
    throw row_error(row, column_.name, text,
                    column_.name + " " + detail::in_quotes(text) +
                        " is outside the years 1400 to 9999, or within a day of their ends");
  return time;
}

/// Of a date the first moment that there is: some clocks go forward at midnight.
time_us time_reader::from_local(const written_time& written, std::size_t row,
                                std::string_view text) const {
  if (const auto at = zone_->from_local(written.local)) return *at;
  constexpr time_us minute = 60'000'000;
  if (written.date_only)
    for (time_us late = minute; late <= 180 * minute; late += minute)
      if (const auto at = zone_->from_local(written.local + late)) return *at;
  throw row_error(row, column_.name, text,
                  column_.name + " " + detail::in_quotes(text) +
                      " does not exist in time_zone, where clocks went forward past it");
}

std::int64_t period_numbers::day_of(const instant& time, std::size_t row,
                                    const std::string& name) const {
  if (!time.has_zone)
    throw row_error(row, name, "",
                    name +
                        " has no time zone, so that its period is not known; give time_zone, "
                        "for instance Europe/Berlin, or write the zone into the input, as in "
                        "2025-03-07T10:15:00+01:00");
  static const time_zone utc = time_zone::utc();
  try {
    return local_day(time.at, zone_ != nullptr ? *zone_ : utc);
  } catch (const error& problem) {
    throw row_error(row, name, "", name + " " + problem.what());
  }
}

std::string period_numbers::label_of(std::int64_t day, std::size_t row,
                                     const std::string& name) const {
  try {
    return period_label(rule_, day);
  } catch (const error& problem) {
    throw row_error(row, name, "", name + " " + problem.what());
  }
}

void period_numbers::check(const std::optional<instant>& time, std::size_t row,
                           const std::string& name) const {
  if (!time) return;
  const std::int64_t day = day_of(*time, row, name);
  if (!number_of_day_.contains(day)) (void)label_of(day, row, name);
}

std::uint32_t period_numbers::number(const std::optional<instant>& time, std::size_t row,
                                     const std::string& name, key_column& of) {
  if (!time) return key_column::null;
  const std::int64_t day = day_of(*time, row, name);
  if (const auto known = number_of_day_.find(day); known != number_of_day_.end())
    return known->second;
  const std::uint32_t number = of.intern(label_of(day, row, name));
  number_of_day_.emplace(day, number);
  return number;
}

}  // namespace xqs::engine

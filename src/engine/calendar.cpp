#include "xqs/engine/calendar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdlib>

#include "engine/civil_date.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs {
namespace {

using namespace engine;

constexpr time_us second = 1'000'000;
constexpr time_us day_us = 86'400 * second;

/// The day of a time of the same clock.
std::int64_t day_of(time_us local) { return local / day_us - (local % day_us < 0 ? 1 : 0); }

/// Reads a text from left to right; after the first mismatch nothing matches.
class scanner {
 public:
  explicit scanner(std::string_view text) : text_(text) {}

  /// Exactly so many digits, of a number from `least` to `most`.
  int digits(std::size_t count, int least, int most) {
    int value = 0;
    if (text_.size() < count) return fail();
    const auto [end, problem] = std::from_chars(text_.data(), text_.data() + count, value);
    const bool all = problem == std::errc() && end == text_.data() + count && text_[0] != '-';
    if (!all || value < least || value > most) return fail();
    text_.remove_prefix(count);
    return value;
  }
  bool skip(std::string_view any) {
    if (text_.empty() || any.find(text_.front()) == std::string_view::npos) return false;
    last_ = text_.front();
    text_.remove_prefix(1);
    return true;
  }
  void expect(std::string_view any) {
    if (!skip(any)) fail();
  }
  /// One to six digits behind a point, in millionths.
  int millionths() {
    const std::size_t end = std::min(text_.find_first_not_of("0123456789"), text_.size());
    if (end == 0 || end > 6) return fail();
    int value = digits(end, 0, 999'999);
    for (std::size_t i = end; i < 6; ++i) value *= 10;
    return value;
  }
  [[nodiscard]] bool starts_with_year() const {
    return text_.size() > 4 && text_.find_first_of("-.") == 4;
  }
  [[nodiscard]] char last() const { return last_; }
  [[nodiscard]] bool at_end() const { return good_ && text_.empty(); }
  [[nodiscard]] bool more() const { return good_ && !text_.empty(); }
  int fail() {
    good_ = false;
    text_ = {};
    return 0;
  }

 private:
  std::string_view text_;
  char last_ = '\0';
  bool good_ = true;
};

/// The start of a day; 0 after a mismatch.
time_us scan_date(scanner& in) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (in.starts_with_year()) {
    year = in.digits(4, first_year, last_year);
    in.expect("-");
    month = in.digits(2, 1, 12);
    in.expect("-");
    day = in.digits(2, 1, 31);
  } else {
    day = in.digits(2, 1, 31);
    in.expect(".");
    month = in.digits(2, 1, 12);
    in.expect(".");
    year = in.digits(4, first_year, last_year);
  }
  if (!in.at_end() && !in.more()) return 0;
  if (day > days_in_month(year, month)) return in.fail();
  return day_number(year, month, day) * day_us;
}

time_us scan_time_of_day(scanner& in) {
  time_us at = 3'600 * second * in.digits(2, 0, 23);
  in.expect(":");
  at += 60 * second * in.digits(2, 0, 59);
  if (!in.skip(":")) return at;
  at += in.digits(2, 0, 59) * second;
  return in.skip(".") ? at + in.millionths() : at;
}

std::optional<time_us> scan_offset(scanner& in) {
  if (in.skip("Z")) return 0;
  if (!in.skip("+-")) return std::nullopt;
  const bool west = in.last() == '-';
  time_us offset = 3'600 * second * in.digits(2, 0, 23);
  if (in.more()) {
    in.skip(":");
    offset += 60 * second * in.digits(2, 0, 59);
  }
  return west ? -offset : offset;
}

struct named_period {
  std::string_view name;
  period_kind kind;
  std::string_view arguments;
};
constexpr std::array<named_period, 9> periods = {
    {{"day", period_kind::day, "COLUMN"},
     {"iso_week", period_kind::iso_week, "COLUMN"},
     {"month", period_kind::month, "COLUMN"},
     {"quarter", period_kind::quarter, "COLUMN"},
     {"half_year", period_kind::half_year, "COLUMN"},
     {"year", period_kind::year, "COLUMN"},
     {"fiscal_quarter", period_kind::fiscal_quarter, "COLUMN,FIRST_MONTH"},
     {"fiscal_year", period_kind::fiscal_year, "COLUMN,FIRST_MONTH"},
     {"weeks445", period_kind::weeks445, "COLUMN,START"}}};

[[noreturn]] void bad_period(std::string_view text, const std::string& what) {
  throw error(errc::invalid_query, "period " + detail::in_quotes(text) + " " + what);
}

const named_period& find_period(std::string_view text, std::string_view name) {
  std::string known;
  for (const named_period& p : periods) {
    if (p.name == name) return p;
    known += (known.empty() ? "" : ", ") + std::string(p.name);
  }
  bad_period(text, "is none of " + known);
}

int read_month(std::string_view text, std::string_view number) {
  int month = 0;
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), month);
  if (problem != std::errc() || end != number.data() + number.size() || month < 1 || month > 12)
    bad_period(text, "needs a first month from 1 to 12 behind the column");
  return month;
}

std::int64_t read_start(std::string_view text, std::string_view date) {
  const auto start = parse_time(date);
  if (!start || !start->date_only)
    bad_period(text,
               "needs the first day of a fiscal year behind the column, for instance "
               "2024-12-30");
  return day_of(start->local);
}

/// `number` with at least so many digits.
std::string padded(int number, std::size_t width) {
  std::string text = std::to_string(number);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

/// The year in which the fiscal year of a month ends.
int fiscal_year_of(const civil_date& on, int first_month) {
  return on.year + (first_month > 1 && on.month >= first_month ? 1 : 0);
}

/// The day nearest to the rule's month and day of that year, on the weekday of its start.
std::int64_t start_of_445(const period_rule& rule, int year) {
  const civil_date named = civil_of(rule.start);
  const int day = std::min(named.day, days_in_month(year, named.month));
  const std::int64_t near = day_number(year, named.month, day);
  const int ahead = (weekday(rule.start) - weekday(near) + 7) % 7;
  return near + (ahead > 3 ? ahead - 7 : ahead);
}

std::string label_of_445(const period_rule& rule, std::int64_t day) {
  const civil_date on = civil_of(day);
  if (on.year <= first_year || on.year >= last_year)
    throw error(errc::invalid_data, "is too near to the ends of the calendar for weeks445");
  int year = on.year + 1;
  while (start_of_445(rule, year) > day) --year;
  const auto week = static_cast<int>((day - start_of_445(rule, year)) / 7);
  const int quarter = std::min(week / 13, 3);
  const int of_quarter = week - 13 * quarter;
  const int period = 3 * quarter + (of_quarter < 4 ? 1 : of_quarter < 8 ? 2 : 3);
  const civil_date named = civil_of(rule.start);
  // Up to four days of January: the year then ends in the first days of January or just before.
  const bool ends_in_next = named.month > 1 || named.day > 5;
  return "FY" + padded(year + (ends_in_next ? 1 : 0), 4) + "-P" + padded(period, 2);
}

}  // namespace

std::optional<written_time> parse_time(std::string_view text) {
  scanner in(text);
  written_time result{.local = scan_date(in)};
  if (in.at_end()) {
    result.date_only = true;
    return result;
  }
  in.expect("T ");
  result.local += scan_time_of_day(in);
  if (in.more()) result.offset = scan_offset(in);
  if (!in.at_end()) return std::nullopt;
  return result;
}

std::optional<period_expression> parse_period(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || open == 0 || !text.ends_with(')')) return std::nullopt;
  const named_period& period = find_period(text, text.substr(0, open));
  std::string_view column = text.substr(open + 1, text.size() - open - 2);
  const std::size_t comma = column.rfind(',');
  const bool has_argument = comma != std::string_view::npos;
  const std::string_view argument = has_argument ? column.substr(comma + 1) : "";
  if (has_argument) column = column.substr(0, comma);
  const bool wants_argument = period.arguments != "COLUMN";
  if (column.empty() || has_argument != wants_argument)
    bad_period(text,
               "must be " + std::string(period.name) + "(" + std::string(period.arguments) + ")");
  period_expression result{std::string(column), {.kind = period.kind}};
  if (period.kind == period_kind::weeks445)
    result.rule.start = read_start(text, argument);
  else if (wants_argument)
    result.rule.first_month = read_month(text, argument);
  return result;
}

std::string period_label(const period_rule& rule, std::int64_t day) {
  if (day < day_number(first_year, 1, 1) || day > day_number(last_year, 12, 31))
    throw error(errc::invalid_data, "is outside the years 1400 to 9999");
  const civil_date on = civil_of(day);
  std::string year = padded(on.year, 4);
  const int fiscal = fiscal_year_of(on, rule.first_month);
  if (fiscal > last_year) throw error(errc::invalid_data, "is in a fiscal year behind 9999");
  switch (rule.kind) {
    case period_kind::day:
      return year + "-" + padded(on.month, 2) + "-" + padded(on.day, 2);
    case period_kind::iso_week: {
      const iso_week week = iso_week_of(day);
      return padded(week.year, 4) + "-W" + padded(week.week, 2);
    }
    case period_kind::month:
      return year + "-" + padded(on.month, 2);
    case period_kind::quarter:
      return year + "-Q" + std::to_string((on.month + 2) / 3);
    case period_kind::half_year:
      return year + "-H" + std::to_string((on.month + 5) / 6);
    case period_kind::year:
      return year;
    case period_kind::fiscal_quarter:
      return "FY" + padded(fiscal, 4) + "-Q" +
             std::to_string((on.month - rule.first_month + 12) % 12 / 3 + 1);
    case period_kind::fiscal_year:
      return "FY" + padded(fiscal, 4);
    case period_kind::weeks445:
      break;
  }
  return label_of_445(rule, day);
}

std::string time_text(time_us at, const time_zone& zone) {
  const std::int64_t day = local_day(at, zone);
  const time_us offset = zone.offset_at(at);
  const time_us of_day = at + offset - day * day_us;
  const auto two = [](time_us number) { return padded(static_cast<int>(number), 2); };
  std::string text = period_label({}, day) + "T" + two(of_day / second / 3'600) + ":" +
                     two(of_day / second / 60 % 60) + ":" + two(of_day / second % 60);
  if (of_day % second != 0) {
    text += "." + padded(static_cast<int>(of_day % second), 6);
    text.erase(text.find_last_not_of('0') + 1);
  }
  const time_us minutes = std::abs(offset) / second / 60;
  return text + (offset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

bool is_in_calendar(time_us at) {
  static const time_us first = day_number(first_year, 1, 2) * day_us;
  static const time_us last = day_number(last_year, 12, 31) * day_us;
  return first <= at && at < last;
}

std::int64_t local_day(time_us at, const time_zone& zone) {
  if (!is_in_calendar(at)) throw error(errc::invalid_data, "is outside the years 1400 to 9999");
  return day_of(at + zone.offset_at(at));
}

}  // namespace xqs

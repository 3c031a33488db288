#include "engine/posix_zone.hpp"

#include <algorithm>

#include "engine/civil_date.hpp"
#include "xqs/error.hpp"

namespace xqs {
namespace {
constexpr time_us second = 1'000'000;
constexpr time_us day = 86'400 * second;
}  // namespace

/// Reads the text from left to right.
class posix_zone::parser {
 public:
  explicit parser(std::string_view text) : text_(text) {}

  posix_zone zone() {
    posix_zone result;
    name();
    result.standard_ = result.summer_ = -time();  // POSIX counts westwards
    if (text_.empty()) return result;
    name();
    const bool said = !text_.empty() && text_.front() != ',';
    result.summer_ = said ? -time() : result.standard_ + 3'600 * second;
    result.begin_ = date();
    result.end_ = date();
    require(text_.empty());
    return result;
  }

 private:
  static void require(bool good) {
    if (!good) throw error(errc::invalid_data, "the rule of the zone is damaged");
  }
  bool skip(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void name() {
    const std::size_t end = skip('<') ? text_.find('>') : text_.find_first_of("+-,0123456789");
    const bool quoted = end < text_.size() && text_[end] == '>';
    require(end >= 3);
    text_.remove_prefix(end > text_.size() ? text_.size() : end + (quoted ? 1 : 0));
  }
  int number(int most) {
    int value = 0;
    require(!text_.empty() && text_.front() >= '0' && text_.front() <= '9');
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; text_.remove_prefix(1)) {
      value = 10 * value + (text_.front() - '0');
      require(value <= most);
    }
    return value;
  }
  /// [+-]hours[:minutes[:seconds]]
  time_us time() {
    const bool negative = skip('-');
    if (!negative) skip('+');
    int seconds = 3'600 * number(167);
    if (skip(':')) seconds += 60 * number(59);
    if (skip(':')) seconds += number(59);
    return (negative ? -seconds : seconds) * second;
  }
  yearly date() {
    require(skip(','));
    yearly on;
    on.form = skip('M') ? 'M' : skip('J') ? 'J' : 'D';
    if (on.form == 'M') {
      on.month = number(12);
      require(on.month > 0 && skip('.'));
      on.week = number(5);
      require(on.week > 0 && skip('.'));
    }
    on.day = number(on.form == 'M' ? 6 : 365);
    require(on.form != 'J' || on.day > 0);
    on.time = skip('/') ? time() : 7'200 * second;
    return on;
  }

  std::string_view text_;
};

/// Local time, in microseconds since 1970, at which the date of a year begins plus its time.
time_us posix_zone::yearly::in(int year) const {
  std::int64_t on = engine::day_number(year, 1, 1) + day;
  if (form == 'J' && !(engine::is_leap_year(year) && day > 59)) --on;
  if (form == 'M') {
    const std::int64_t first = engine::day_number(year, month, 1);
    on = first + (day - engine::weekday(first) + 7) % 7 + std::int64_t{7} * (week - 1);
    while (on > engine::day_number(year, month, engine::days_in_month(year, month))) on -= 7;
  }
  return on * xqs::day + time;
}

std::optional<posix_zone> posix_zone::parse(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return parser(text).zone();
}

time_us posix_zone::offset_at(time_us at) const {
  if (!begin_) return standard_;
  const time_us local = at + standard_;
  const std::int64_t on = std::clamp<std::int64_t>(local / day - (local % day < 0 ? 1 : 0),
                                                   engine::day_number(engine::first_year, 1, 1),
                                                   engine::day_number(engine::last_year, 12, 31));
  const int year = engine::civil_of(on).year;
  const time_us begin = begin_->in(year)-standard_;
  const time_us end = end_.in(year)-summer_;
  const bool summer = begin < end ? begin <= at && at < end : at < end || begin <= at;
  return summer ? summer_ : standard_;
}

}  // namespace xqs

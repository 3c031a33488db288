#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/key_column.hpp"
#include "xqs/engine/calendar.hpp"
#include "xqs/engine/column.hpp"

namespace xqs::engine {

/// A time of the input. Without a zone, in the text or the request, `at` is local.
struct instant {
  time_us at = 0;
  time_us latest = 0;  ///< a date alone may be any time of its day
  bool has_zone = true;
  bool date_only = false;
};

/// Reads a column of times: text (see parse_time) or integers, microseconds UTC.
class time_reader {
 public:
  /// Errors: errc::invalid_data for a column of floating-point numbers.
  time_reader(const column& c, const time_zone* zone);

  /// Empty for null and NA. Errors: errc::invalid_data for what is no time, with the row.
  [[nodiscard]] std::optional<instant> operator()(std::size_t row) const;

 private:
  [[nodiscard]] instant bounded(const instant& time, std::size_t row, std::string_view text) const;
  [[nodiscard]] time_us from_local(const written_time& written, std::size_t row,
                                   std::string_view text) const;

  const column& column_;
  const time_zone* zone_;
};

/// Numbers the periods that times fall in, by their labels.
class period_numbers {
 public:
  period_numbers(const period_rule& rule, const time_zone* zone) : rule_(rule), zone_(zone) {}

  /// The number of the period among the values of `of`; null without a time. `row` and `name` are
  /// the time's place, for messages.
  ///
  /// Errors: errc::invalid_data for a time without a zone, or outside the years 1400 to 9999.
  std::uint32_t number(const std::optional<instant>& time, std::size_t row, const std::string& name,
                       key_column& of);
  /// Errors: as `number`, of which it does nothing else.
  void check(const std::optional<instant>& time, std::size_t row, const std::string& name) const;

 private:
  [[nodiscard]] std::string label_of(std::int64_t day, std::size_t row,
                                     const std::string& name) const;
  [[nodiscard]] std::int64_t day_of(const instant& time, std::size_t row,
                                    const std::string& name) const;

  period_rule rule_;
  const time_zone* zone_;
  std::unordered_map<std::int64_t, std::uint32_t> number_of_day_;
};

}  // namespace xqs::engine

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "xqs/model/touchpoint.hpp"

namespace xqs {

/// A zone whose summer time follows one rule each year, `CET-1CEST,M3.5.0,M10.5.0/3`: what a file
/// of the IANA database says of the time after its last transition.
///
/// Source: POSIX.1-2017, Base Definitions, 8.3 (TZ); RFC 8536, 3.3 (times of -167 to 167 hours).
class posix_zone {
 public:
  /// Empty for an empty text. Errors: errc::invalid_data for what is no such rule.
  [[nodiscard]] static std::optional<posix_zone> parse(std::string_view text);

  [[nodiscard]] time_us offset_at(time_us at) const;
  [[nodiscard]] time_us standard_offset() const { return standard_; }
  [[nodiscard]] time_us summer_offset() const { return summer_; }

 private:
  /// A day of each year, and the time of that day, which may lie on another.
  struct yearly {
    char form = 'M';  ///< M: month, week, weekday; J: day 1 to 365, no 29 February; D: day 0 to 365
    int month = 0, week = 0, day = 0;
    time_us time = 0;
    [[nodiscard]] time_us in(int year) const;
  };
  class parser;

  time_us standard_ = 0;
  time_us summer_ = 0;
  std::optional<yearly> begin_ = {};  ///< of summer time, by standard time
  yearly end_ = {};                   ///< by summer time
};

}  // namespace xqs

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "xqs/model/touchpoint.hpp"

namespace xqs {

/// A time zone of the IANA database, as the system has it (package tzdata). Immutable, cheap to
/// copy. Compiled: needs xqs::xqs.
class time_zone {
 public:
  [[nodiscard]] static time_zone utc();

  /// Reads the zone, for instance Europe/Berlin, from the system's database.
  ///
  /// Errors: errc::invalid_argument for a name that is none, or where there is no database.
  [[nodiscard]] static time_zone named(const std::string& name);

  /// What local time is ahead of UTC at a time, in microseconds. O(log transitions).
  [[nodiscard]] time_us offset_at(time_us at) const;

  /// The time at which clocks show `local` (microseconds since 1970-01-01 00:00 of the clock); of
  /// two, where clocks go back, the earlier. Empty where clocks go forward past it.
  [[nodiscard]] std::optional<time_us> from_local(time_us local) const;

  class rules;

 private:
  explicit time_zone(std::shared_ptr<const rules> of) : rules_(std::move(of)) {}
  std::shared_ptr<const rules> rules_;
};

}  // namespace xqs

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "xqs/model/choice.hpp"
#include "xqs/model/decimal.hpp"

namespace xqs {

/// Microseconds since 1970-01-01 00:00 UTC.
using time_us = std::int64_t;

enum class initiator { field, central };  ///< a rep, or a head office
enum class touchpoint_status { planned, realised, cancelled };

template <>
inline constexpr std::array<std::string_view, 2> choice_names<initiator> = {"field", "central"};
template <>
inline constexpr std::array<std::string_view, 3> choice_names<touchpoint_status> = {
    "planned", "realised", "cancelled"};

/// One action towards one contact: a visit, a call, one recipient's copy of a mailing.
struct touchpoint {
  std::string id;
  std::string kind = {};     ///< visit, call, webinar, mailing, ...
  std::string channel = {};  ///< face to face, phone, e-mail, ...
  std::optional<xqs::initiator> initiated_by = {};
  touchpoint_status status = touchpoint_status::realised;
  std::optional<time_us> time = {};
  std::string contact = {};  ///< the physician
  std::string owner = {};    ///< the rep or department answerable for it
  std::string action = {};   ///< the shared mailing, webinar or congress
  std::string campaign = {};
  std::optional<decimal> cost = {};
};

}  // namespace xqs

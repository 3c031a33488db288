#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "xqs/detail/order.hpp"
#include "xqs/model/decimal.hpp"

namespace xqs {

/// Text by language tag: {"en": "Relevance", "de": "Relevanz"}.
using localized = std::map<std::string, std::string>;

/// One criterion asked about, for its requirement and for the satisfaction with it.
struct item {
  std::string id;
  localized title = {};
  localized requirement_question = {};
  localized satisfaction_question = {};
  decimal weight = 1;  ///< positive; counts in `item_mean` only
};

/// Positions of items in byte order of their ids.
[[nodiscard]] inline std::vector<std::uint32_t> order_by_id(const std::vector<item>& items) {
  return detail::order(items.size(),
                       [&](std::uint32_t a, std::uint32_t b) { return items[a].id < items[b].id; });
}

}  // namespace xqs

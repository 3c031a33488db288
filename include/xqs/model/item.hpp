#pragma once

#include <map>
#include <string>

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

}  // namespace xqs

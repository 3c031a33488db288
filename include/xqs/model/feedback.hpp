#pragma once

#include <optional>
#include <string>
#include <vector>

#include "xqs/model/decimal.hpp"
#include "xqs/model/touchpoint.hpp"

namespace xqs {

/// One item answered: the code of its requirement and of the satisfaction with it; empty: no
/// answer.
struct answer {
  std::string item;
  std::optional<decimal> requirement;
  std::optional<decimal> satisfaction;
};

/// A submitted form, and the touchpoint it is about: the answers of one respondent at one time.
struct feedback {
  std::string respondent;
  std::vector<answer> answers;
  std::string response = {};    ///< id of the form
  std::string touchpoint = {};  ///< id of the touchpoint, if known
  std::optional<time_us> time = {};
};

}  // namespace xqs

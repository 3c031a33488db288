#pragma once

#include <string>
#include <vector>

#include "engine/query_document.hpp"
#include "json/value.hpp"

namespace xqs::engine {

/// Reads the keys that only some questions have, and refuses those of others. The keys that every
/// question has are read already.
void read_question_keys(const json::node& n, query_document& request);

/// The groupings whose cells answer the question.
[[nodiscard]] std::vector<std::vector<std::string>> groupings_of(const query_document& request);

}  // namespace xqs::engine

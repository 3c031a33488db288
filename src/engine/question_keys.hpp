#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/query_document.hpp"
#include "json/value.hpp"

namespace xqs::engine {

/// Reads the keys that only some questions have, and refuses those of others. The keys that every
/// question has are read already.
void read_question_keys(const json::node& n, query_document& request);

/// Whether a question has a key; those that all have are none of those asked for here.
[[nodiscard]] bool has_key(question q, std::string_view key);

/// The groupings whose cells answer the question.
[[nodiscard]] std::vector<std::vector<std::string>> groupings_of(const query_document& request);

}  // namespace xqs::engine

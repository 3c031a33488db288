#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/query_document.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"

// Any bytes are refused with xqs::error, or are a query; written with every choice filled in, it
// asks the same.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const xqs::definition rules = xqs::preset("ceqs");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string canonical;
  try {
    const xqs::engine::query_document request = xqs::engine::parse_query(text);
    canonical = canonical_json(request, effective_definition(rules, request));
  } catch (const xqs::error&) {
    return 0;
  }
  const xqs::engine::query_document again = xqs::engine::parse_query(canonical);
  if (canonical_json(again, effective_definition(rules, again)) != canonical) std::abort();
  return 0;
}

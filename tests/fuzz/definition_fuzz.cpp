#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "xqs/model/definition_json.hpp"

// Any bytes are refused with xqs::error, or are a definition whose canonical JSON is the same one.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const xqs::definition d = xqs::parse_definition(text);
    if (xqs::parse_definition(d.canonical_json()).fingerprint() != d.fingerprint()) std::abort();
  } catch (const xqs::error&) {
  }
  return 0;
}

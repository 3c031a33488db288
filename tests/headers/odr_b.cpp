#include "hostile_macros.hpp"
// The same headers again: a definition that is not inline fails to link.
#include "all_headers.hpp"

std::string label_from_other_unit() {
  return xqs::definition({.name = "odr", .version = "1", .items = {{.id = "b"}}}).label();
}

#include "hostile_macros.hpp"
// Every public header, in two translation units of one program.
#include "all_headers.hpp"

std::string label_from_other_unit();

int main() {
  const xqs::definition d({.name = "odr", .version = "1", .items = {{.id = "a"}}});
  return d.label() == label_from_other_unit() ? 0 : 1;
}

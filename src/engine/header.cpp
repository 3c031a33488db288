#include "engine/header.hpp"

#include <algorithm>

#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {

const column& find_column(const batch& rows, const std::string& name) {
  for (const column& c : rows.columns) {
    if (c.name != name) continue;
    if (c.refusal) throw error(*c.refusal);
    return c;
  }
  constexpr std::size_t most = 30;
  std::string known;
  for (std::size_t i = 0; i < rows.columns.size() && i < most; ++i)
    known += (i == 0 ? "" : ", ") + detail::printable(rows.columns[i].name);
  if (rows.columns.size() > most) known += ", ...";
  if (rows.columns.size() == 1 && known.find_first_of(";?|") != std::string::npos)
    known += " - a single column; is the delimiter right?";
  throw error(-1, name, "",
              "there is no column " + detail::in_quotes(name) + "; the input has: " + known);
}

void header::bind(const batch& rows) {
  names_.clear();
  for (const column& c : rows.columns)
    if (!names_.insert(c.name).second)
      throw error(-1, c.name, "", "there are two columns " + detail::in_quotes(c.name));
}

void header::require_same(const batch& rows) const {
  if (rows.columns.size() > names_.size())
    throw error(-1, "", "", "these rows have more columns than the rows before");
  for (const column& c : rows.columns)
    if (!names_.contains(c.name))
      throw error(-1, c.name, "",
                  "column " + detail::in_quotes(c.name) + " was not in the rows before these");
  if (rows.columns.size() == names_.size()) return;
  const auto is_missing = [&](const std::string& name) {
    return std::none_of(rows.columns.begin(), rows.columns.end(),
                        [&](const column& c) { return c.name == name; });
  };
  (void)find_column(rows, *std::find_if(names_.begin(), names_.end(), is_missing));
}

}  // namespace xqs::engine

#include "cli/show.hpp"

#include "cli/plain_cell.hpp"
#include "xqs/detail/canonical_json.hpp"

namespace xqs::cli {
namespace {

struct csv_cell : plain_cell {
  using plain_cell::operator();
  std::string operator()(const std::string& text) const { return csv_field(text); }
};

struct json_cell : plain_cell {
  using plain_cell::operator();
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(const std::string& text) const { return detail::json_string(text); }
  std::string operator()(const std::vector<std::string_view>& flags) const {
    return detail::json_list(flags, detail::json_string);
  }
};

}  // namespace

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string as_csv(const table& t) {
  std::string out;
  for (std::size_t i = 0; i < t.columns.size(); ++i)
    out += (i == 0 ? "" : ",") + csv_field(t.columns[i].name);
  out += '\n';
  for (const auto& row : t.rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      out += (i == 0 ? "" : ",") + std::visit(csv_cell{}, row[i]);
    out += '\n';
  }
  return out;
}

std::string as_json(const table& t) {
  std::string out = "[";
  for (const auto& row : t.rows) {
    out += out.size() > 1 ? ",\n {" : "\n {";
    for (std::size_t i = 0; i < row.size(); ++i)
      out += (i == 0 ? "" : ", ") + detail::json_string(t.columns[i].name) + ": " +
             std::visit(json_cell{}, row[i]);
    out += '}';
  }
  return out + "\n]\n";
}

}  // namespace xqs::cli

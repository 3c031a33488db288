#include "engine/ledger_rows.hpp"

#include <utility>

#include "json/value.hpp"
#include "xqs/detail/canonical_json.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

constexpr const char* item_name = "item";
constexpr std::size_t longest_label = 4'096;

bool is_object(std::string_view label) { return label.starts_with('{'); }

}  // namespace

std::string label_of(const ledger_column& c, const definition& d) {
  if (c.names.empty() && (!is_object(c.item) || d.find_item(c.item))) return c.item;
  detail::json_members members = {{item_name, detail::json_string(c.item)}};
  for (std::size_t i = 0; i < c.names.size(); ++i)
    members[c.names[i]] = c.values[i] ? detail::json_string(*c.values[i]) : "null";
  return detail::json_object(members);
}

ledger_column column_of(std::string_view label, const definition& d) {
  if (!is_object(label) || d.find_item(label)) return {.item = std::string(label)};
  ledger_column result;
  const json::value root = json::parse(std::string(label), errc::invalid_data);
  const json::node n(root, "label " + detail::in_quotes(label), errc::invalid_data);
  result.item = n.at(item_name).text();
  for (const auto& [name, value] : n.members()) {
    if (name == item_name) continue;
    result.names.push_back(name);
    const bool is_null = value.kind() == json::kind::null;
    result.values.push_back(is_null ? std::nullopt : std::optional(value.text()));
  }
  return result;
}

void ledger_rows::text_column::add(const std::optional<std::string_view>& value) {
  bytes += value.value_or("");
  offsets.push_back(static_cast<std::int64_t>(bytes.size()));
  valid.push_back(value ? 1 : 0);
}

ledger_rows::ledger_rows(const ledger& from, const definition& d, const std::string& unit,
                         const std::string& item) {
  std::vector<ledger_column> of_columns;
  for (std::uint32_t c = 0; c < from.column_count(); ++c) {
    if (from.column(c).size() > longest_label)
      throw error(errc::invalid_data, "the label of a column has " +
                                          std::to_string(from.column(c).size()) +
                                          " bytes; ledgers that are read may have 4096");
    of_columns.push_back(column_of(from.column(c), d));
    if (of_columns[c].names != of_columns[0].names)
      throw error(errc::invalid_data, "columns " + detail::in_quotes(from.column(0)) + " and " +
                                          detail::in_quotes(from.column(c)) +
                                          " of the ledger are of different groups");
  }
  columns_ = {{.name = unit}, {.name = item}};
  if (!of_columns.empty())
    for (const std::string& name : of_columns[0].names) columns_.push_back({.name = name});
  from.entries().for_each([&](const unit_entries::entry& e) {
    const ledger_column& c = of_columns[e.column];
    columns_[0].add(from.unit(e.unit));
    columns_[1].add(c.item);
    for (std::size_t i = 0; i < c.values.size(); ++i) columns_[2 + i].add(c.values[i]);
    totals_.push_back(e.totals);
  });
}

long_rows ledger_rows::view() const {
  long_rows result;
  result.rows.rows = totals_.size();
  for (const text_column& c : columns_)
    result.rows.columns.push_back(
        {c.name, text_values{c.offsets.data(), c.bytes.data()}, c.valid.data()});
  result.totals = totals_;
  return result;
}

}  // namespace xqs::engine

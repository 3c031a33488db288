#include "engine/wide.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "engine/values.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

constexpr std::string_view requirement_prefix = "requirement.";
constexpr std::string_view satisfaction_prefix = "satisfaction.";

bool is_answer(const column& c) {
  return c.name.starts_with(requirement_prefix) || c.name.starts_with(satisfaction_prefix);
}

}  // namespace

bool is_wide(const batch& rows) {
  return std::any_of(rows.columns.begin(), rows.columns.end(), is_answer);
}

std::vector<wide_form::side> wide_form::sides_of(const batch& rows) {
  std::vector<side> sides;
  std::unordered_map<std::string, std::size_t> position_of;
  for (const column& c : rows.columns) {
    if (!is_answer(c)) continue;
    if (c.refusal) throw error(*c.refusal);
    const bool requirement = c.name.starts_with(requirement_prefix);
    const std::string item =
        c.name.substr(requirement ? requirement_prefix.size() : satisfaction_prefix.size());
    const auto [at, is_new] = position_of.emplace(item, sides.size());
    if (is_new) sides.push_back({item});
    (requirement ? sides[at->second].requirement : sides[at->second].satisfaction) = &c;
  }
  for (const side& s : sides)
    if (s.requirement == nullptr || s.satisfaction == nullptr)
      throw error(-1, "item", s.item,
                  "item " + detail::in_quotes(s.item) + " has a column " +
                      (s.requirement == nullptr ? "satisfaction." : "requirement.") + s.item +
                      " but none for the other side, " +
                      (s.requirement == nullptr ? "requirement." : "satisfaction.") + s.item);
  return sides;
}

column wide_form::items(const std::vector<side>& sides, std::size_t rows) {
  owned& to = owned_.emplace_back();
  to.offsets = {0};
  for (std::size_t row = 0; row < rows; ++row)
    for (const side& s : sides) {
      to.bytes += s.item;
      to.offsets.push_back(static_cast<std::int64_t>(to.bytes.size()));
    }
  return {"item", text_values{to.offsets.data(), to.bytes.data()}};
}

/// One value of each column for each row, in turn.
column wide_form::interleave(const std::string& name, const std::vector<const column*>& from,
                             std::size_t rows) {
  for (const column* c : from)
    if (c->values.index() != from.front()->values.index())
      throw error(-1, c->name, "",
                  "columns " + from.front()->name + " and " + c->name +
                      " hold values of different types; convert one");
  owned& to = owned_.emplace_back();
  to.offsets = {0};
  for (std::size_t row = 0; row < rows; ++row)
    for (const column* c : from) {
      const bool null = is_null(*c, row);
      to.valid.push_back(null ? 0 : 1);
      if (const auto* text = std::get_if<text_values>(&c->values)) {
        if (!null) to.bytes += text_at(*text, row);
        to.offsets.push_back(static_cast<std::int64_t>(to.bytes.size()));
      } else if (const auto* integers = std::get_if<const std::int64_t*>(&c->values)) {
        to.integers.push_back((*integers)[row]);
      } else {
        to.numbers.push_back(std::get<const double*>(c->values)[row]);
      }
    }
  column made{.name = name, .values = text_values{to.offsets.data(), to.bytes.data()}};
  if (std::holds_alternative<const std::int64_t*>(from.front()->values))
    made.values = static_cast<const std::int64_t*>(to.integers.data());
  if (std::holds_alternative<const double*>(from.front()->values))
    made.values = static_cast<const double*>(to.numbers.data());
  made.valid = to.valid.data();
  return made;
}

long_rows wide_form::to_long(const batch& rows) {
  owned_.clear();
  const std::vector<side> sides = sides_of(rows);
  std::vector<const column*> requirements;
  std::vector<const column*> satisfactions;
  for (const side& s : sides) {
    requirements.push_back(s.requirement);
    satisfactions.push_back(s.satisfaction);
  }
  long_rows result{
      .rows = {.columns = {}, .rows = rows.rows * sides.size(), .decimal_mark = rows.decimal_mark},
      .per_input_row = sides.size()};
  for (const column& c : rows.columns) {
    if (c.name == "item" || c.name == "requirement" || c.name == "satisfaction")
      throw error(-1, c.name, "",
                  "there is a column " + c.name + " (a row per answer) and a column " +
                      sides.front().requirement->name +
                      " (a row per response); an input has one form");
    if (c.refusal)
      result.rows.columns.push_back(c);
    else if (!is_answer(c))
      result.rows.columns.push_back(
          interleave(c.name, std::vector<const column*>(sides.size(), &c), rows.rows));
  }
  result.rows.columns.push_back(items(sides, rows.rows));
  result.rows.columns.push_back(interleave("requirement", requirements, rows.rows));
  result.rows.columns.push_back(interleave("satisfaction", satisfactions, rows.rows));
  return result;
}

}  // namespace xqs::engine

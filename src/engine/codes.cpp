#include "engine/codes.hpp"

#include <cmath>
#include <string_view>
#include <variant>

#include "engine/code_lookup.hpp"
#include "engine/values.hpp"
#include "xqs/detail/number_text.hpp"

namespace xqs::engine {

std::optional<decimal> code_reader::operator()(std::size_t row) const {
  if (is_null(column_, row)) return std::nullopt;
  if (const auto* text = std::get_if<text_values>(&column_.values))
    return from_text(text_at(*text, row));
  if (const auto* integers = std::get_if<integer_values>(&column_.values))
    return checked(decimal::from((*integers)[row]),
                   [&] { return std::to_string((*integers)[row]); });
  const double number = std::get<const double*>(column_.values)[row];
  if (std::isnan(number)) return std::nullopt;
  return checked(decimal::from(number), [&] { return detail::shortest(number); });
}

std::optional<decimal> code_reader::from_text(std::string_view text) const {
  if (is_missing_text(text)) return std::nullopt;
  return checked(numbers_.parse(text), [&] { return std::string(text); });
}

template <typename Text>
decimal code_reader::checked(std::optional<decimal> code, Text text) const {
  if (!code) throw definition_.off_scale(role_, text());
  return *code;
}

namespace {

/// Of each entry of a dictionary once.
void read_coded(const column& c, const text_values& values, std::vector<std::uint8_t>& to) {
  std::vector<std::uint8_t> position_of(values.size);
  for (std::uint32_t code = 0; code < values.size; ++code)
    position_of[code] = code_lookup::position(entry_at(values, code));
  for (std::size_t row = 0; row < to.size(); ++row)
    if (!is_null(c, row)) to[row] = position_of[values.codes[row]];
}

}  // namespace

void read_positions(const column& c, std::size_t rows, std::vector<std::uint8_t>& to) {
  to.resize(rows);
  const auto read = [&](const auto& value_at) {
    for (std::size_t row = 0; row < rows; ++row) to[row] = code_lookup::position(value_at(row));
  };
  if (const auto* integers = std::get_if<integer_values>(&c.values))
    integers->visit([&](const auto* values) {
      read([&](std::size_t row) { return static_cast<std::int64_t>(values[row]); });
    });
  else if (const auto* numbers = std::get_if<const double*>(&c.values))
    read([&](std::size_t row) { return (*numbers)[row]; });
  else if (const auto& text = std::get<text_values>(c.values); text.codes != nullptr)
    read_coded(c, text, to);
  else
    read([&](std::size_t row) { return entry_at(text, row); });
  if (c.valid == nullptr) return;
  for (std::size_t row = 0; row < rows; ++row)
    if (c.valid[row] == 0) to[row] = code_lookup::no_answer;
}

}  // namespace xqs::engine

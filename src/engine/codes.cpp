#include "engine/codes.hpp"

#include <cmath>
#include <string_view>
#include <variant>

#include "engine/read_ahead.hpp"
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

/// Of each entry of a dictionary once, where it is small beside the rows.
void read_coded(const column& c, const text_values& values, row_range rows,
                std::vector<std::uint8_t>& to) {
  const auto position = [&](std::uint32_t code) {
    return code_lookup::position(entry_at(values, code));
  };
  if (values.size > rows.size()) {
    for (std::size_t row = rows.first; row < rows.last; ++row)
      if (!is_null(c, row)) to[row - rows.first] = position(values.codes[row]);
    return;
  }
  std::vector<std::uint8_t> position_of(values.size);
  for (std::uint32_t code = 0; code < values.size; ++code) position_of[code] = position(code);
  for (std::size_t row = rows.first; row < rows.last; ++row)
    if (!is_null(c, row)) to[row - rows.first] = position_of[values.codes[row]];
}

template <typename Integer>
void read_integers(const Integer* values, std::vector<std::uint8_t>& to) {
  constexpr std::size_t line = 64 / sizeof(Integer);
  std::uint8_t* const out = to.data();
  const std::size_t count = to.size();
  const std::size_t whole = count / line * line;
  for (std::size_t i = 0; i < whole; i += line) {
    read_ahead(values + i);
    for (std::size_t at = i; at < i + line; ++at) out[at] = code_lookup::position(values[at]);
  }
  for (std::size_t i = whole; i < count; ++i) out[i] = code_lookup::position(values[i]);
}

void copy_positions(const column& c, row_range rows, std::vector<std::uint8_t>& to) {
  to.resize(rows.size());
  const auto read = [&, out = to.data(), first = rows.first, count = rows.size()](auto value_at) {
    for (std::size_t i = 0; i < count; ++i) out[i] = code_lookup::position(value_at(first + i));
  };
  if (const auto* integers = std::get_if<integer_values>(&c.values))
    integers->visit([&](const auto* values) { read_integers(values + rows.first, to); });
  else if (const auto* numbers = std::get_if<const double*>(&c.values))
    read([values = *numbers](std::size_t row) { return values[row]; });
  else if (const auto& text = std::get<text_values>(c.values); text.codes != nullptr)
    read_coded(c, text, rows, to);
  else
    read([&text](std::size_t row) { return entry_at(text, row); });
  if (c.valid == nullptr) return;
  for (std::size_t row = rows.first; row < rows.last; ++row)
    if (c.valid[row] == 0) to[row - rows.first] = code_lookup::no_answer;
}

}  // namespace

/// Of bytes below 0 the positions are large.
std::optional<code_lookup::code_positions> standing_positions(const column& c) {
  using positions = std::optional<code_lookup::code_positions>;
  const auto* const integers = std::get_if<integer_values>(&c.values);
  if (integers == nullptr || c.valid != nullptr) return std::nullopt;
  return integers->visit([]<typename Integer>(const Integer* values) -> positions {
    if constexpr (sizeof(Integer) == 1)
      return code_lookup::code_positions{reinterpret_cast<const std::uint8_t*>(values),
                                         code_lookup::other};
    return std::nullopt;
  });
}

code_lookup::code_positions read_positions(const column& c, row_range rows,
                                           std::vector<std::uint8_t>& room) {
  if (const auto standing = standing_positions(c)) return standing->from(rows.first);
  copy_positions(c, rows, room);
  return {room.data()};
}

}  // namespace xqs::engine

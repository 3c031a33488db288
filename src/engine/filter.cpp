#include "engine/filter.hpp"

#include <compare>
#include <string_view>

#include "engine/values.hpp"
#include "xqs/detail/quoted.hpp"

namespace xqs::engine {
namespace {

decimal number_at(std::string_view text, decimal value, std::size_t row, const std::string& column,
                  number_format& numbers) {
  const auto number = numbers.parse(text);
  if (!number)
    throw row_error(row, column, text,
                    column + " " + detail::in_quotes(text) + " is compared with the number " +
                        value.text() + " but is no decimal below 1000000000 with at most 6 places");
  return *number;
}

bool holds(comparison how, std::strong_ordering order) {
  switch (how) {
    case comparison::not_equal:
      return order != 0;
    case comparison::less:
      return order < 0;
    case comparison::at_most:
      return order <= 0;
    case comparison::greater:
      return order > 0;
    case comparison::at_least:
      return order >= 0;
    case comparison::equal:
    case comparison::in:
      break;
  }
  return order == 0;
}

bool meets(const condition& c, std::string_view text, std::size_t row, number_format& numbers) {
  for (const auto& value : c.values) {
    const auto* number = std::get_if<decimal>(&value);
    const std::strong_ordering order =
        number != nullptr ? number_at(text, *number, row, c.column, numbers) <=> *number
                          : text.compare(std::get<std::string>(value)) <=> 0;
    if (holds(c.how, order)) return true;
  }
  return false;
}

}  // namespace

bool meets(const condition& c, const column& values, std::size_t row, number_format& numbers) {
  return !is_null(values, row) && meets(c, cell_text(values)(row), row, numbers);
}

std::vector<std::uint8_t> values_that_meet(const condition& c, const key_column& key) {
  std::vector<std::uint8_t> met(key.size());
  number_format numbers;
  for (std::uint32_t value = 0; value < key.size(); ++value)
    met[value] = meets(c, key.text(value), 0, numbers) ? 1 : 0;
  return met;
}

}  // namespace xqs::engine

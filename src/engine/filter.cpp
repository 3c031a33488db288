#include "engine/filter.hpp"

#include <charconv>
#include <compare>
#include <optional>
#include <string_view>

#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

/// A cell as text; numbers in their shortest form.
class cell_text {
 public:
  explicit cell_text(const column& c) : column_(c) {}

  std::string_view operator()(std::size_t row) {
    if (const auto* text = std::get_if<text_values>(&column_.values))
      return {text->bytes + text->offsets[row],
              static_cast<std::size_t>(text->offsets[row + 1] - text->offsets[row])};
    if (const auto* integers = std::get_if<const std::int64_t*>(&column_.values))
      return written((*integers)[row]);
    return written(std::get<const double*>(column_.values)[row]);
  }

 private:
  template <typename Number>
  std::string_view written(Number number) {
    const char* end = std::to_chars(buffer_, buffer_ + sizeof buffer_, number).ptr;
    return {buffer_, static_cast<std::size_t>(end - buffer_)};
  }

  const column& column_;
  char buffer_[32];
};

std::strong_ordering compare(std::string_view text, const std::string& value, std::size_t,
                             const std::string&) {
  return text.compare(value) <=> 0;
}

std::strong_ordering compare(std::string_view text, decimal value, std::size_t row,
                             const std::string& column) {
  const auto number = decimal::parse(text);
  if (!number)
    throw error(static_cast<std::int64_t>(row), column, std::string(text),
                column + " \"" + std::string(text) + "\" is compared with the number " +
                    value.text() + " but is no decimal below 1000000000 with at most 6 places");
  return *number <=> value;
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

bool meets(const condition& c, std::string_view text, std::size_t row) {
  for (const auto& value : c.values) {
    const auto order =
        std::visit([&](const auto& v) { return compare(text, v, row, c.column); }, value);
    if (holds(c.how, order)) return true;
  }
  return false;
}

}  // namespace

void apply(const condition& c, const column& values, std::vector<std::uint8_t>& kept) {
  cell_text text(values);
  for (std::size_t row = 0; row < kept.size(); ++row) {
    if (kept[row] == 0) continue;
    const bool null = values.valid != nullptr && values.valid[row] == 0;
    kept[row] = !null && meets(c, text(row), row) ? 1 : 0;
  }
}

}  // namespace xqs::engine

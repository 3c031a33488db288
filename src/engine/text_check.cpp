#include "engine/text_check.hpp"

#include <cstdint>
#include <variant>
#include <vector>

#include "engine/read_ahead.hpp"
#include "engine/values.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/detail/utf8.hpp"

namespace xqs::engine {

std::string utf8_problem(std::string_view text) {
  const std::size_t wrong = detail::utf8_error_at(text);
  if (wrong == std::string_view::npos) return "";
  return "holds " + detail::in_quotes(text) + ", whose byte " + std::to_string(wrong + 1) +
         " is not UTF-8";
}

void require_utf8(const column& c, std::size_t row, std::string_view text) {
  const std::string problem = utf8_problem(text);
  if (!problem.empty())
    throw row_error(row, c.name, detail::printable(text),
                    "column " + detail::in_quotes(c.name) + " " + problem);
}

namespace {

/// Of texts that stand one behind the other, which mostly are, none is looked at by itself.
bool is_ascii(const text_values& t, row_range rows) {
  if (t.codes != nullptr || t.pieces != nullptr) return false;
  const std::string_view first = entry_at(t, rows.first);
  const std::string_view last = entry_at(t, rows.last - 1);
  const auto bytes = static_cast<std::size_t>(last.data() + last.size() - first.data());
  return bits_of(reinterpret_cast<const unsigned char*>(first.data()), bytes) < 0x80;
}

}  // namespace

void require_utf8(const column& c, std::size_t rows, crew& lanes) {
  const auto* text = std::get_if<text_values>(&c.values);
  if (text == nullptr || !text->unchecked) return;
  const auto for_texts = [&](row_range block, auto check) {
    for (std::size_t row = block.first; row < block.last; ++row)
      if (!is_null(c, row)) check(row, text_at(*text, row));
  };
  std::vector<std::uint8_t> is_wrong(blocks_of(rows));
  lanes.for_each(is_wrong.size(), [&](std::size_t, std::size_t b) {
    if (is_ascii(*text, block_of(rows, b))) return;
    bool wrong = false;
    for_texts(block_of(rows, b), [&](std::size_t, std::string_view value) {
      wrong |= detail::utf8_error_at(value) != std::string_view::npos;
    });
    is_wrong[b] = wrong ? 1 : 0;
  });
  for (std::size_t b = 0; b < is_wrong.size(); ++b)
    if (is_wrong[b] != 0)
      for_texts(block_of(rows, b),
                [&](std::size_t row, std::string_view value) { require_utf8(c, row, value); });
}

void require_utf8(const batch& rows, crew& lanes) {
  for (const column& c : rows.columns) require_utf8(c, rows.rows, lanes);
}

}  // namespace xqs::engine

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/code_lookup.hpp"
#include "engine/crew.hpp"
#include "engine/number.hpp"
#include "xqs/engine/column.hpp"
#include "xqs/model/decimal.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// Answer codes of one side, empty for null.
class code_reader {
 public:
  code_reader(const column& c, std::string role, const definition& d, number_format& numbers)
      : column_(c), role_(std::move(role)), definition_(d), numbers_(numbers) {}

  /// Errors: errc::invalid_data; what is no number at all is off the scale like any other wrong
  /// code.
  [[nodiscard]] std::optional<decimal> operator()(std::size_t row) const;

 private:
  [[nodiscard]] std::optional<decimal> from_text(std::string_view text) const;
  template <typename Text>
  [[nodiscard]] decimal checked(std::optional<decimal> code, Text text) const;

  const column& column_;
  std::string role_;
  const definition& definition_;
  number_format& numbers_;
};

/// The positions in a `code_lookup` of all codes of a column, where they stand: if they are bytes,
/// and none is null.
[[nodiscard]] std::optional<code_lookup::code_positions> standing_positions(const column& c);
/// Those of some rows: where they stand, if they do, or in `room`.
[[nodiscard]] code_lookup::code_positions read_positions(const column& c, row_range rows,
                                                         std::vector<std::uint8_t>& room);

}  // namespace xqs::engine

#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/key_column.hpp"
#include "engine/number.hpp"
#include "xqs/engine/column.hpp"
#include "xqs/model/choice.hpp"
#include "xqs/model/decimal.hpp"

namespace xqs::engine {

enum class comparison { equal, not_equal, less, at_most, greater, at_least, in };

/// One condition of a query. Text is compared by its bytes, a number by its value.
struct condition {
  std::string column;
  comparison how = comparison::equal;
  std::vector<std::variant<std::string, decimal>> values = {};  ///< several for `in` only
};

/// Whether a row meets a condition; a null meets none.
///
/// Errors: errc::invalid_data where a value is compared with a number and is none itself.
[[nodiscard]] bool meets(const condition& c, const column& values, std::size_t row,
                         number_format& numbers);

/// Which values of a key meet a condition, by their numbers. Errors: as above.
[[nodiscard]] std::vector<std::uint8_t> values_that_meet(const condition& c, const key_column& key);

}  // namespace xqs::engine

namespace xqs {
template <>
inline constexpr std::array<std::string_view, 7> choice_names<engine::comparison> = {
    "=", "!=", "<", "<=", ">", ">=", "in"};
}  // namespace xqs

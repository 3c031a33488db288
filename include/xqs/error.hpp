#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace xqs {

/// What kind of thing went wrong; one value per status of the C ABI.
enum class errc {
  invalid_argument = 1,    ///< a parameter is outside what the function allows
  invalid_definition = 2,  ///< a definition contradicts itself or its file is malformed
  invalid_query = 3,       ///< a query document is malformed or asks for the impossible
  invalid_data = 4,        ///< a row of input cannot be accepted
  incompatible = 5,        ///< states of different definitions, columns or unit kinds
  overflow = 6,            ///< a total would leave its range; nothing was changed
  refused = 7,             ///< the gate refuses to show the result
  invalid_bytes = 8,       ///< bytes are no state: damaged, unknown or not canonical
};

/// The one exception type of the library.
///
/// `what()` says what is wrong and what is allowed. Errors about a row carry its 0-based index in
/// the batch (-1: none), the column and the value, so that each door can add its own location.
class error : public std::runtime_error {
 public:
  error(errc code, const std::string& message) : std::runtime_error(message), code_(code) {}
  error(std::int64_t row, std::string column, std::string value, const std::string& message)
      : std::runtime_error(message),
        code_(errc::invalid_data),
        row_(row),
        column_(std::move(column)),
        value_(std::move(value)) {}

  [[nodiscard]] errc code() const noexcept { return code_; }
  [[nodiscard]] std::int64_t row() const noexcept { return row_; }
  [[nodiscard]] const std::string& column() const noexcept { return column_; }
  [[nodiscard]] const std::string& value() const noexcept { return value_; }

 private:
  errc code_;
  std::int64_t row_ = -1;
  std::string column_;
  std::string value_;
};

}  // namespace xqs

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/crew.hpp"
#include "engine/long_rows.hpp"
#include "xqs/engine/column.hpp"

namespace xqs::engine {

/// Whether a column of this name is `requirement.<item>` or `satisfaction.<item>`.
[[nodiscard]] bool is_wide_answer(std::string_view name);

/// Wide form: a row per response, with such columns.
[[nodiscard]] bool is_wide(const batch& rows);

/// Turns wide form into long form: a row per response and item, in the order of the columns.
class wide_form {
 public:
  /// A view of `rows` and of this object, until the next call. Where the columns of a side hold
  /// values of different kinds, integers beside doubles become doubles, and all others text.
  ///
  /// Errors: errc::invalid_data for a column of one side without the other, or columns of both
  /// forms.
  [[nodiscard]] long_rows to_long(const batch& rows, crew& lanes);

 private:
  struct side {
    std::string item;
    const column* requirement = nullptr;
    const column* satisfaction = nullptr;
  };
  struct owned {
    std::string bytes;
    std::vector<std::int64_t> offsets;
    std::vector<std::byte> integers;  ///< of any width
    std::vector<double> numbers;
    std::vector<std::uint8_t> valid;
    std::vector<std::uint32_t> codes;  ///< of values in a dictionary
  };

  [[nodiscard]] static std::vector<side> sides_of(const batch& rows);
  template <typename Integer>
  static Integer* room_for(std::size_t count, owned& to);
  [[nodiscard]] static integer_values interleave_integers(const std::vector<const column*>& from,
                                                          std::size_t rows, crew& lanes, owned& to);
  [[nodiscard]] column interleave(const std::string& name, const std::vector<const column*>& from,
                                  std::size_t rows, crew& lanes);
  [[nodiscard]] static column interleave_text(const std::string& name,
                                              const std::vector<const column*>& from,
                                              std::size_t rows, owned& to);
  [[nodiscard]] column repeat(const column& c, std::size_t times, std::size_t rows, crew& lanes);
  [[nodiscard]] column items(const std::vector<side>& sides, std::size_t rows);

  std::deque<owned> owned_;
  std::vector<std::uint32_t> items_in_turn_;  ///< for as many rows as there were in a batch
  std::size_t item_count_ = 0;
};

}  // namespace xqs::engine

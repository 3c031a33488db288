#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "xqs/model/decimal.hpp"

namespace xqs::engine {

/// How the numbers of a table are written: with a point, with a comma, or as the first number with
/// either shows.
class number_format {
 public:
  static constexpr char detect = '\0';

  number_format() = default;
  explicit number_format(char mark) : mark_(mark) {}

  [[nodiscard]] std::optional<decimal> parse(std::string_view text) {
    const std::size_t at = text.find_first_of(".,");
    if (at == std::string_view::npos) return decimal::parse(text);
    if (mark_ == detect) mark_ = text[at];
    if (text[at] != mark_) return std::nullopt;
    if (mark_ == '.') return decimal::parse(text);
    std::string with_point(text);
    with_point[at] = '.';
    return decimal::parse(with_point);
  }
  [[nodiscard]] char mark() const { return mark_ == detect ? '.' : mark_; }

 private:
  char mark_ = '.';
};

}  // namespace xqs::engine

#include "engine/weight.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "engine/values.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

/// A weight as it stands in the input.
class weight_reader {
 public:
  weight_reader(const definition& d, const column& c, bool rounded, number_format& numbers)
      : definition_(d), column_(c), rounded_(rounded), numbers_(numbers) {}

  /// The weight as an integer of 10^-weight_places.
  [[nodiscard]] std::int64_t operator()(std::size_t row) const {
    if (column_.valid != nullptr && column_.valid[row] == 0) refuse(row, "is missing");
    const std::optional<decimal> exact = read(row);
    if (!exact) refuse(row, rounded_ ? "is not a number below 1000000000" : precise());
    const auto units = definition_.weight_units(*exact);
    if (*exact < decimal()) refuse(row, "is negative");
    if (!units) refuse(row, precise());
    return *units;
  }

 private:
  [[nodiscard]] std::optional<decimal> read(std::size_t row) const {
    if (const auto* text = std::get_if<text_values>(&column_.values))
      return from_text(text_at(*text, row));
    if (const auto* integers = std::get_if<integer_values>(&column_.values))
      return decimal::from((*integers)[row]);
    const double number = std::get<const double*>(column_.values)[row];
    return rounded_ ? rounded(number) : decimal::from(number);
  }

  /// Rounding takes what any number reads as, exact decimals only as they are.
  [[nodiscard]] std::optional<decimal> from_text(std::string_view text) const {
    const std::optional<decimal> exact = numbers_.parse(text);
    if (exact || !rounded_) return exact && rounded_ ? rounded(exact->value()) : exact;
    std::string with_point(text);
    std::replace(with_point.begin(), with_point.end(), numbers_.mark(), '.');
    return rounded(number_in(with_point));
  }

  /// NaN for what is no number.
  static double number_in(std::string_view text) {
    double number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size() ? number : std::nan("");
  }

  [[nodiscard]] std::optional<decimal> rounded(double number) const {
    if (!(std::abs(number) < 1e9)) return std::nullopt;
    if (number < 0) return decimal(-1);  // refused as negative, however little it is
    const double scale = std::pow(10, definition_.file().weight_places);
    const auto units = static_cast<std::int64_t>(std::nearbyint(number * scale));
    return decimal::from_millionths(units * (decimal::one / static_cast<std::int64_t>(scale)));
  }

  [[nodiscard]] std::string precise() const {
    return "is not a decimal of at most " + std::to_string(definition_.file().weight_places) +
           " places, as definition " + definition_.label() +
           " wants (weight_places); round it in the input or ask for round_weights";
  }
  [[noreturn]] void refuse(std::size_t row, const std::string& why) const {
    const std::string text(cell_text(column_)(row));
    throw row_error(row, "weight", text, "weight \"" + text + "\" " + why);
  }

  const definition& definition_;
  const column& column_;
  bool rounded_;
  number_format& numbers_;
};

}  // namespace

std::int64_t weight_at(const definition& d, const column& weights, std::size_t row, bool rounded,
                       number_format& numbers) {
  return weight_reader(d, weights, rounded, numbers)(row);
}

}  // namespace xqs::engine

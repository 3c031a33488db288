#include "engine/weight.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "xqs/detail/number_text.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

/// A weight as it stands in the input.
class weight_reader {
 public:
  weight_reader(const definition& d, const column& c, bool rounded)
      : definition_(d), column_(c), rounded_(rounded) {}

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
    if (std::holds_alternative<text_values>(column_.values)) {
      const std::string written = text_at(row);
      return rounded_ ? rounded(number_in(written)) : decimal::parse(written);
    }
    if (const auto* integers = std::get_if<const std::int64_t*>(&column_.values))
      return decimal::from((*integers)[row]);
    const double number = std::get<const double*>(column_.values)[row];
    return rounded_ ? rounded(number) : decimal::from(number);
  }

  [[nodiscard]] std::string text_at(std::size_t row) const {
    if (const auto* text = std::get_if<text_values>(&column_.values))
      return {text->bytes + text->offsets[row], text->bytes + text->offsets[row + 1]};
    if (const auto* integers = std::get_if<const std::int64_t*>(&column_.values))
      return std::to_string((*integers)[row]);
    return detail::shortest(std::get<const double*>(column_.values)[row]);
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
    throw error(static_cast<std::int64_t>(row), "weight", text_at(row),
                "weight \"" + text_at(row) + "\" " + why);
  }

  const definition& definition_;
  const column& column_;
  bool rounded_;
};

}  // namespace

void apply_weights(const definition& d, const column& weights, bool rounded,
                   std::vector<answer_points>& points) {
  const weight_reader weight(d, weights, rounded);
  for (std::size_t row = 0; row < points.size(); ++row) {
    try {
      points[row] = weighted(points[row], weight(row));
    } catch (const error& problem) {
      if (problem.row() >= 0) throw;
      throw error(static_cast<std::int64_t>(row), "weight", "", problem.what());
    }
  }
}

}  // namespace xqs::engine

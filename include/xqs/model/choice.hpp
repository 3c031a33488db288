#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace xqs {

/// The words of the choices in files, flags and messages; in the order of each enumeration.
template <typename Choice>
inline constexpr std::array<std::string_view, 0> choice_names = {};

template <typename Choice>
[[nodiscard]] constexpr std::string_view name_of(Choice choice) {
  return choice_names<Choice>[static_cast<std::size_t>(choice)];
}

template <typename Choice>
[[nodiscard]] constexpr std::optional<Choice> choice_from(std::string_view name) {
  for (std::size_t i = 0; i < choice_names<Choice>.size(); ++i)
    if (choice_names<Choice>[i] == name) return static_cast<Choice>(i);
  return std::nullopt;
}

}  // namespace xqs

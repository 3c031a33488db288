#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "xqs/detail/limbs.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/detail/utf8.hpp"
#include "xqs/error.hpp"

namespace xqs::detail {

/// Appends values to bytes, the least significant byte first (docs/tally-format.md, section 1).
class byte_writer {
 public:
  template <std::unsigned_integral Integer>
  void integer(Integer value) {
    const auto bytes = bytes_of(value);
    append(bytes.data(), bytes.size());
  }
  template <std::size_t N>
  void limbs(const limb_array<N>& value) {
    for (const std::uint64_t limb : value) integer(limb);
  }
  void raw(std::string_view text) { append(text.data(), text.size()); }

  /// Errors: errc::invalid_argument for what is not UTF-8 or has 4 GiB.
  void text(std::string_view text) {
    if (text.size() > 0xffffffffu || utf8_error_at(text) != std::string_view::npos)
      throw error(errc::invalid_argument,
                  in_quotes(text) + " cannot be stored: text must be UTF-8, below 4 GiB");
    integer(static_cast<std::uint32_t>(text.size()));
    raw(text);
  }

  /// Writes over what stands at `offset`.
  void replace(std::size_t offset, std::uint64_t value) {
    const auto bytes = bytes_of(value);
    std::memcpy(bytes_.data() + offset, bytes.data(), bytes.size());
  }

  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  template <typename Integer>
  static std::array<std::uint8_t, sizeof(Integer)> bytes_of(Integer value) {
    std::array<std::uint8_t, sizeof(Integer)> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
    return bytes;
  }

  void append(const void* from, std::size_t size) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + size);
    if (size > 0) std::memcpy(bytes_.data() + at, from, size);
  }

  std::vector<std::uint8_t> bytes_;
};

}  // namespace xqs::detail

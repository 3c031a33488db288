#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
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
    std::array<std::uint8_t, sizeof(Integer)> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = byte_of(value, i);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  template <std::size_t N>
  void limbs(const limb_array<N>& value) {
    for (const std::uint64_t limb : value) integer(limb);
  }
  void raw(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }

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
    for (std::size_t i = 0; i < sizeof value; ++i) bytes_[offset + i] = byte_of(value, i);
  }

  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  static std::uint8_t byte_of(std::uint64_t value, std::size_t i) {
    return static_cast<std::uint8_t>(value >> (8 * i));
  }

  std::vector<std::uint8_t> bytes_;
};

}  // namespace xqs::detail

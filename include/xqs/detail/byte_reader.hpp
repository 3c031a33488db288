#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "xqs/detail/limbs.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/detail/utf8.hpp"
#include "xqs/error.hpp"

namespace xqs::detail {

/// Refuses bytes for what stands at `offset`.
[[noreturn]] inline void refuse_bytes(std::size_t offset, const std::string& message,
                                      errc code = errc::invalid_bytes) {
  throw error(code, "byte " + std::to_string(offset) + ": " + message);
}

/// Takes values from bytes, front to back, as byte_writer wrote them. Nothing is allocated.
///
/// Errors: errc::invalid_bytes for a value that reaches beyond the end.
class byte_reader {
 public:
  explicit byte_reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  /// The offset of the next value.
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  template <std::unsigned_integral Integer>
  Integer integer() {
    std::uint64_t value = 0;
    const std::string_view from = raw(sizeof(Integer));
    for (std::size_t i = from.size(); i-- > 0;)
      value = value << 8u | static_cast<std::uint8_t>(from[i]);
    return static_cast<Integer>(value);
  }
  template <std::size_t N>
  limb_array<N> limbs() {
    limb_array<N> value{};
    for (std::uint64_t& limb : value) limb = integer<std::uint64_t>();
    return value;
  }

  /// An integer of 63 bits. Errors: errc::invalid_bytes for more.
  std::int64_t total() {
    const std::size_t begin = at_;
    const auto value = integer<std::uint64_t>();
    if (value > static_cast<std::uint64_t>((std::numeric_limits<std::int64_t>::max)()))
      refuse_bytes(begin, "total " + std::to_string(value) + "; allowed is less than 2^63");
    return static_cast<std::int64_t>(value);
  }

  /// Text, which lives as long as the bytes. Errors: errc::invalid_bytes for what is not UTF-8.
  std::string_view text() {
    const std::size_t begin = at_;
    const auto size = integer<std::uint32_t>();
    if (size > left())
      refuse_bytes(begin, "text of " + std::to_string(size) + " bytes, but " +
                              std::to_string(left()) + " are left");
    const std::string_view value = raw(size);
    if (utf8_error_at(value) != std::string_view::npos)
      refuse_bytes(begin, "text " + in_quotes(value) + " is not UTF-8");
    return value;
  }

  std::string_view raw(std::size_t size) {
    if (size > left())
      refuse_bytes(at_, std::to_string(size) + " bytes are needed, but " + std::to_string(left()) +
                            " are left");
    const std::string_view value(reinterpret_cast<const char*>(bytes_.data()) + at_, size);
    at_ += size;
    return value;
  }

  void require_end() const {
    if (left() != 0)
      refuse_bytes(at_, std::to_string(left()) + " bytes left over; allowed are none");
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace xqs::detail

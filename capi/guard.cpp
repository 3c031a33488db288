#include "guard.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

#include "xqs/detail/utf8.hpp"
#include "xqs/version.hpp"

namespace xqs::c {
namespace {

/// Writes the members that are whole in what the caller compiled.
class error_writer {
 public:
  explicit error_writer(xqs_error& to) noexcept : to_(to) {}

  template <typename Member>
  void number(Member xqs_error::*member, Member value) const noexcept {
    if (has(member)) to_.*member = value;
  }
  template <std::size_t Size>
  void text(char (xqs_error::*member)[Size], std::string_view value) const noexcept {
    if (!has(member)) return;
    std::string_view part = value.substr(0, Size - 1);
    if (part.size() < value.size()) part = part.substr(0, detail::utf8_error_at(part));
    char* target = to_.*member;
    *std::copy(part.begin(), part.end(), target) = '\0';
  }

 private:
  template <typename Member>
  [[nodiscard]] bool has(Member xqs_error::*member) const noexcept {
    const auto* start = reinterpret_cast<const char*>(&to_);
    const auto* end = reinterpret_cast<const char*>(&(to_.*member)) + sizeof(Member);
    return static_cast<std::size_t>(end - start) <= to_.struct_size;
  }

  xqs_error& to_;
};

constexpr xqs_status status_of(errc code) { return -static_cast<xqs_status>(code); }

static_assert(status_of(errc::invalid_argument) == XQS_INVALID_ARGUMENT);
static_assert(status_of(errc::invalid_definition) == XQS_INVALID_DEFINITION);
static_assert(status_of(errc::invalid_query) == XQS_INVALID_QUERY);
static_assert(status_of(errc::invalid_data) == XQS_INVALID_DATA);
static_assert(status_of(errc::incompatible) == XQS_INCOMPATIBLE);
static_assert(status_of(errc::overflow) == XQS_OVERFLOW);
static_assert(status_of(errc::refused) == XQS_REFUSED);
static_assert(status_of(errc::invalid_bytes) == XQS_INVALID_BYTES);

xqs_status describe(xqs_error* to, xqs_status status, std::string_view message, int argument = 0,
                    const error* from = nullptr) noexcept {
  if (to == nullptr) return status;
  const error_writer writer(*to);
  writer.number(&xqs_error::argument, std::int32_t{argument});
  writer.number(&xqs_error::row, from == nullptr ? std::int64_t{-1} : from->row());
  writer.text(&xqs_error::column, from == nullptr ? std::string_view() : from->column());
  writer.text(&xqs_error::value, from == nullptr ? std::string_view() : from->value());
  writer.text(&xqs_error::message, message);
  return status;
}

}  // namespace

xqs_status report(xqs_error* to) noexcept {
  try {
    throw;
  } catch (const argument_error& e) {
    return describe(to, XQS_INVALID_ARGUMENT, e.what(), e.argument(), &e);
  } catch (const error& e) {
    return describe(to, status_of(e.code()), e.what(), 0, &e);
  } catch (const buffer_too_small&) {
    return describe(to, XQS_BUFFER_TOO_SMALL, "the buffer is too small; *size says what is needed");
  } catch (const std::bad_alloc&) {
    return describe(to, XQS_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return describe(to, XQS_INTERNAL, e.what());
  } catch (...) {
    return describe(to, XQS_INTERNAL, "an unknown fault");
  }
}

std::string_view text_in(const char* data, std::size_t size, const argument& which) {
  const std::string_view text(&required(data, which), size);
  if (detail::utf8_error_at(text) != std::string_view::npos) throw which.wrong("is not UTF-8");
  return text;
}

std::span<const std::uint8_t> bytes_in(const void* data, std::size_t size, const argument& which) {
  return {&required(static_cast<const std::uint8_t*>(data), which), size};
}

void output::write_text(std::string_view text) const {
  if (!has_room(text.size(), text.size() + 1)) return;
  *std::copy(text.begin(), text.end(), static_cast<char*>(buffer)) = '\0';
}

void output::write_bytes(std::span<const std::uint8_t> bytes) const {
  if (has_room(bytes.size(), bytes.size()))
    std::copy(bytes.begin(), bytes.end(), static_cast<std::uint8_t*>(buffer));
}

bool output::has_room(std::size_t bytes, std::size_t needed) const {
  required(size, size_which);
  if (buffer == nullptr && capacity > 0) throw which.wrong("is NULL, and its capacity is not 0");
  *size = bytes;
  if (buffer != nullptr && capacity < needed) throw buffer_too_small();
  return buffer != nullptr;
}

}  // namespace xqs::c

extern "C" {

const char* xqs_version(void) { return xqs::version.data(); }

uint32_t xqs_abi_version(void) { return XQS_ABI_VERSION; }

const char* xqs_status_name(xqs_status status) {
  switch (status) {
    case XQS_OK:
      return "XQS_OK";
    case XQS_INVALID_ARGUMENT:
      return "XQS_INVALID_ARGUMENT";
    case XQS_INVALID_DEFINITION:
      return "XQS_INVALID_DEFINITION";
    case XQS_INVALID_QUERY:
      return "XQS_INVALID_QUERY";
    case XQS_INVALID_DATA:
      return "XQS_INVALID_DATA";
    case XQS_INCOMPATIBLE:
      return "XQS_INCOMPATIBLE";
    case XQS_OVERFLOW:
      return "XQS_OVERFLOW";
    case XQS_REFUSED:
      return "XQS_REFUSED";
    case XQS_INVALID_BYTES:
      return "XQS_INVALID_BYTES";
    case XQS_OUT_OF_MEMORY:
      return "XQS_OUT_OF_MEMORY";
    case XQS_BUFFER_TOO_SMALL:
      return "XQS_BUFFER_TOO_SMALL";
    case XQS_INTERNAL:
      return "XQS_INTERNAL";
    default:
      return "unknown status";
  }
}

}  // extern "C"

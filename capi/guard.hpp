#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "xqs.h"
#include "xqs/error.hpp"

namespace xqs::c {

/// What is wrong with an argument of a call, the first being 1.
class argument_error : public error {
 public:
  argument_error(int argument, const std::string& message)
      : error(errc::invalid_argument, message), argument_(argument) {}
  [[nodiscard]] int argument() const noexcept { return argument_; }

 private:
  int argument_;
};

/// The text does not fit the caller's buffer.
class buffer_too_small {};

/// Turns the exception that is being handled into a status, and describes it in `to`, which may be
/// null. Allocates nothing.
xqs_status report(xqs_error* to) noexcept;

/// The one way from C into the library: runs `body`, and nothing is thrown out of it.
template <std::invocable Body>
xqs_status guarded(xqs_error* error, Body body) noexcept {
  try {
    body();
    return XQS_OK;
  } catch (...) {
    return report(error);
  }
}

/// An argument by its position in the call and its name in xqs.h.
struct argument {
  int position;
  const char* name;

  [[nodiscard]] argument_error wrong(const std::string& why) const {
    return {position, std::string(name) + " " + why};
  }
};

template <typename T>
T& required(T* pointer, const argument& which) {
  if (pointer == nullptr) throw which.wrong("is NULL");
  return *pointer;
}

/// What `make` makes of an argument alone: that is at fault if it fails.
template <std::invocable Make>
auto named(const argument& which, Make make) {
  try {
    return make();
  } catch (const argument_error&) {
    throw;
  } catch (const error& problem) {
    throw argument_error(which.position, std::string(which.name) + ": " + problem.what());
  }
}

/// Text passed in. Errors: argument_error for NULL and for what is not UTF-8.
std::string_view text_in(const char* data, std::size_t size, const argument& which);

std::span<const std::uint8_t> bytes_in(const void* data, std::size_t size, const argument& which);

/// Where text or bytes are passed out. Errors: argument_error for NULL, buffer_too_small.
struct output {
  void* buffer;
  argument which;
  std::size_t capacity;
  std::size_t* size;
  argument size_which;

  /// With a closing NUL.
  void write_text(std::string_view text) const;
  void write_bytes(std::span<const std::uint8_t> bytes) const;

 private:
  [[nodiscard]] bool has_room(std::size_t bytes, std::size_t needed) const;
};

}  // namespace xqs::c

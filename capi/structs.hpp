#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "guard.hpp"

namespace xqs::c {

/// A struct of options as this version of the library knows it, from one of any version: what the
/// caller's lacks is 0, and what it has beyond must be. `least` is the size in the first version.
template <typename Struct>
Struct struct_in(const Struct* from, std::size_t least, const argument& which) {
  Struct known{};
  const std::size_t size = required(from, which).struct_size;
  if (size < least)
    throw which.wrong("has struct_size " + std::to_string(size) + "; it is at least " +
                      std::to_string(least));
  std::memcpy(&known, from, (std::min)(size, sizeof known));
  const char* bytes = reinterpret_cast<const char*>(from);
  if (size > sizeof known &&
      std::any_of(bytes + sizeof known, bytes + size, [](char byte) { return byte != 0; }))
    throw which.wrong("sets members that this version of the library does not know");
  return known;
}

/// Errors: argument_error for bits that are not in `known`.
inline void require_flags(std::uint32_t flags, std::uint32_t known, const argument& which) {
  if ((flags & ~known) != 0)
    throw which.wrong("has flags " + std::to_string(flags & ~known) + ", which are unknown");
}

template <typename Struct>
void require_room(const Struct* to, std::size_t least, const argument& which) {
  if (required(to, which).struct_size < least)
    throw which.wrong("has struct_size " + std::to_string(to->struct_size) + "; it is at least " +
                      std::to_string(least));
}

/// Fills in what the caller's version of a struct has.
template <typename Struct>
void struct_out(Struct known, Struct* to) {
  known.struct_size = to->struct_size;
  std::memcpy(to, &known, (std::min)(std::size_t{to->struct_size}, sizeof known));
}

}  // namespace xqs::c

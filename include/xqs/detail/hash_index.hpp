#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "xqs/error.hpp"

namespace xqs::detail {

/// Mixes a 64-bit key into 32 well spread bits (the finalizer of MurmurHash3, by A. Appleby).
constexpr std::uint32_t mix(std::uint64_t key) {
  key ^= key >> 33u;
  key *= 0xff51afd7ed558ccdu;
  key ^= key >> 33u;
  key *= 0xc4ceb9fe1a85ec53u;
  return static_cast<std::uint32_t>(key >> 32u);
}

/// Finds positions 0, 1, 2, ... of things that are kept elsewhere, by their hash: open addressing
/// with linear probing. Eight bytes a slot, at most 3/4 full. At most 2^32 - 2 positions.
class hash_index {
 public:
  static constexpr std::uint32_t none = 0xffffffffu;

  /// The position whose hash is `hash` and for which `same(position)` holds, or none. O(1).
  template <typename Same>
  [[nodiscard]] std::uint32_t find(std::uint32_t hash, Same same) const {
    if (slots_.empty()) return none;
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const slot& s = slots_[at];
      if (s.position == none || (s.hash == hash && same(s.position))) return s.position;
    }
  }

  /// Makes room for one more position, so that what is indexed can be stored before it is inserted.
  ///
  /// Errors: errc::overflow beyond 2^32 - 2 positions; nothing is changed.
  void make_room() {
    if (size_ >= none - 1) throw error(errc::overflow, "more than 2^32 - 2 distinct keys");
    if (4 * (std::size_t{size_} + 1) > 3 * slots_.size()) grow();
  }

  /// Adds the next position, size(), under a hash that is not found yet; needs make_room() before.
  void insert(std::uint32_t hash) noexcept {
    place({size_, hash});
    ++size_;
  }

  [[nodiscard]] std::uint32_t size() const { return size_; }

 private:
  struct slot {
    std::uint32_t position = none;
    std::uint32_t hash = 0;
  };

  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }

  void place(slot s) noexcept {
    std::size_t at = s.hash & mask();
    while (slots_[at].position != none) at = (at + 1) & mask();
    slots_[at] = s;
  }

  void grow() {
    std::vector<slot> old(slots_.empty() ? 16 : 2 * slots_.size());
    old.swap(slots_);
    for (const slot& s : old)
      if (s.position != none) place(s);
  }

  std::vector<slot> slots_;
  std::uint32_t size_ = 0;
};

}  // namespace xqs::detail

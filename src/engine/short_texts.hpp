#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "engine/read_ahead.hpp"

namespace xqs::engine {

/// The numbers of some thousands of texts of up to 16 bytes, found without looking at the texts
/// that are kept: the bytes themselves are compared, in two words.
class short_texts {
 public:
  static constexpr std::size_t longest = 16;  ///< bytes
  static constexpr std::uint32_t none = ~0u;

  /// The number of a text; none if it was not kept. For several threads, while none is kept.
  [[nodiscard]] std::uint32_t find(std::string_view text) const;
  /// The same of many texts, `text_at(i)`: most of them without a branch that nobody could foresee.
  /// Of the first `padded` texts all 16 bytes may be read, whatever their length.
  template <typename TextAt>
  void find(std::size_t count, std::size_t padded, TextAt text_at, std::uint32_t* to) const {
    const auto find_some = [&](std::size_t first, std::size_t last, auto words_of) {
      for (; first < last; first += (std::min)(step, last - first))
        find_step((std::min)(step, last - first), [&](std::size_t i) { return text_at(first + i); },
                  words_of, to + first);
    };
    find_some(0, padded, [](std::string_view text) { return words_of_padded(text); });
    find_some(padded, count, [](std::string_view text) { return words_of(text); });
  }
  /// Keeps the number of a text that was not found, unless it is long or there are many already.
  void keep(std::string_view text, std::uint32_t number);

 private:
  struct words {
    std::uint64_t head = 0;    ///< the first eight bytes; where there are fewer, 0 follows
    std::uint64_t tail = 0;    ///< the next eight
    std::uint32_t size = ~0u;  ///< bytes; that of no text
  };
  struct entry {
    std::uint64_t head;
    std::uint64_t tail;
    std::uint32_t size;
    std::uint32_t number;

    entry(const words& w, std::uint32_t n) : head(w.head), tail(w.tail), size(w.size), number(n) {}
    [[nodiscard]] bool is(const words& other) const {
      return ((head ^ other.head) | (tail ^ other.tail) | (size ^ other.size)) == 0;
    }
  };

  static constexpr std::size_t step = 512;

  /// Looks into the first slot of each; those that are not there are looked for afterwards.
  template <typename TextAt, typename WordsOf>
  void find_step(std::size_t count, TextAt text_at, WordsOf words_of, std::uint32_t* to) const {
    const std::uint16_t* const slots = slots_.data();
    const entry* const entries = entries_.data();
    const std::uint32_t slot_bits = slot_bits_;
    std::array<std::uint16_t, step> missed;
    std::size_t misses = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const words asked = words_of(text_at(i));
      const entry& found = entries[slots[first_slot(asked, slot_bits)]];
      to[i] = found.number;
      missed[misses] = static_cast<std::uint16_t>(i);
      misses += found.is(asked) ? 0u : 1u;
    }
    for (std::size_t m = 0; m < misses; ++m) to[missed[m]] = find(text_at(missed[m]));
  }
  /// Long texts have a size and no bytes, so that they are like no entry.
  static words words_of(std::string_view text) {
    char padded[longest] = {};
    if (text.size() <= longest) std::copy(text.begin(), text.end(), padded);
    return words_at(padded, text.size());
  }
  static words words_of_padded(std::string_view text) {
    read_ahead(text.data());
    return words_at(text.data(), text.size());
  }
  static words words_at(const char* bytes, std::size_t text_size) {
    const std::size_t size = (std::min)(text_size, longest + 1);
    words w;
    std::memcpy(&w.head, bytes, sizeof w.head);
    std::memcpy(&w.tail, bytes + sizeof w.head, sizeof w.tail);
    w.head &= masks[size].head;
    w.tail &= masks[size].tail;
    w.size = static_cast<std::uint32_t>(size);
    return w;
  }
  static std::size_t first_slot(const words& w, std::uint32_t slot_bits) {
    const std::uint64_t mixed = (w.head ^ std::rotl(w.tail, 23)) * 0xff51afd7ed558ccdu;
    return mixed >> (64 - slot_bits);
  }
  [[nodiscard]] std::size_t next_slot(std::size_t slot) const {
    return (slot + 1) & (slots_.size() - 1);
  }
  void fill_slot(std::uint16_t place);

  /// By length: which bytes belong to a text.
  struct mask {
    std::uint64_t head;
    std::uint64_t tail;
  };
  static const std::array<mask, longest + 2> masks;

  std::uint32_t slot_bits_ = 3;
  std::vector<std::uint16_t> slots_ = std::vector<std::uint16_t>(8);  ///< places of entries, or 0
  std::vector<entry> entries_ = {entry(words(), none)};               ///< the first is of no text
};

}  // namespace xqs::engine

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace xqs::engine {

/// The numbers of some thousands of texts of up to 16 bytes, found without looking at the texts
/// that are kept: the bytes themselves are compared, in two words.
class short_texts {
 public:
  static constexpr std::size_t longest = 16;  ///< bytes
  static constexpr std::uint32_t none = ~0u;

  /// The number of a text; none if it was not kept. For several threads, while none is kept.
  [[nodiscard]] std::uint32_t find(std::string_view text) const {
    if (text.size() > longest) return none;
    const words asked = words_of(text);
    for (std::size_t slot = first_slot(asked); slots_[slot] != 0; slot = next_slot(slot))
      if (entries_[slots_[slot]].is(asked)) return entries_[slots_[slot]].number;
    return none;
  }
  /// The same of many texts, `text_at(i)`: most of them without a branch that nobody could foresee.
  template <typename TextAt>
  void find(std::size_t count, TextAt text_at, std::uint32_t* to) const {
    for (std::size_t i = 0; i < count; ++i) {
      const words asked = words_of(text_at(i));
      const entry& found = entries_[slots_[first_slot(asked)]];
      to[i] = found.is(asked) ? found.number : find(text_at(i));
    }
  }
  /// Keeps the number of a text that was not found, unless it is long or there are many already.
  void keep(std::string_view text, std::uint32_t number);

 private:
  struct words {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;    ///< may overlap with the head
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

  /// Of long texts, too, which are then like no entry.
  static words words_of(std::string_view text) {
    words w;
    w.size = static_cast<std::uint32_t>((std::min)(text.size(), longest + 1));
    if (text.size() < sizeof w.head) {
      for (const char c : text) w.head = w.head << 8u | static_cast<unsigned char>(c);
      return w;
    }
    std::memcpy(&w.head, text.data(), sizeof w.head);
    std::memcpy(&w.tail, text.data() + text.size() - sizeof w.tail, sizeof w.tail);
    return w;
  }
  [[nodiscard]] std::size_t first_slot(const words& w) const {
    const std::uint64_t mixed = (w.head ^ w.tail * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
    return mixed >> (64 - slot_bits_);
  }
  [[nodiscard]] std::size_t next_slot(std::size_t slot) const {
    return (slot + 1) & (slots_.size() - 1);
  }
  void fill_slot(std::uint16_t place);

  std::uint32_t slot_bits_ = 3;
  std::vector<std::uint16_t> slots_ = std::vector<std::uint16_t>(8);  ///< places of entries, or 0
  std::vector<entry> entries_ = {entry(words(), none)};               ///< the first is of no text
};

}  // namespace xqs::engine

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace xqs::engine {

/// The numbers of texts of up to 16 bytes that were met lately, found without looking at the texts
/// that are kept: the bytes themselves are compared, in two words.
class short_texts {
 public:
  static constexpr std::size_t longest = 16;  ///< bytes

  static constexpr std::uint32_t none = ~0u;

  /// The number of `text`, which is `make(text)` if it was not met lately; none is not kept.
  template <typename Make>
  std::uint32_t operator()(std::string_view text, Make make) {
    if (text.size() > longest) return make(text);
    if (entries_.empty()) entries_.resize(2 * places);
    entry asked = entry_of(text);
    entry& first = entries_[2 * place(asked)];
    if (first.is(asked)) return first.number;
    entry& second = entries_[2 * place(asked) + 1];
    if (second.is(asked)) return second.number;
    asked.number = make(text);
    if (asked.number == none) return none;
    second = first;
    first = asked;
    return asked.number;
  }

 private:
  static constexpr std::uint32_t place_bits = 11;  // each has room for two
  static constexpr std::size_t places = std::size_t{1} << place_bits;

  struct entry {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;    ///< may overlap with the head
    std::uint32_t size = ~0u;  ///< of none
    std::uint32_t number = 0;

    [[nodiscard]] bool is(const entry& other) const {
      return head == other.head && tail == other.tail && size == other.size;
    }
  };

  static entry entry_of(std::string_view text) {
    entry e;
    e.size = static_cast<std::uint32_t>(text.size());
    if (text.size() < sizeof e.head) {
      for (const char c : text) e.head = e.head << 8u | static_cast<unsigned char>(c);
      return e;
    }
    std::memcpy(&e.head, text.data(), sizeof e.head);
    std::memcpy(&e.tail, text.data() + text.size() - sizeof e.tail, sizeof e.tail);
    return e;
  }
  static std::size_t place(const entry& e) {
    const std::uint64_t mixed = (e.head ^ e.tail * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
    return mixed >> (64 - place_bits);
  }

  std::vector<entry> entries_;
};

}  // namespace xqs::engine

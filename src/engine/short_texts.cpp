#include "engine/short_texts.hpp"

#include <bit>

namespace xqs::engine {
namespace {

/// The first bytes of a word in memory.
constexpr std::uint64_t first_bytes(std::size_t count) {
  std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
  for (std::size_t i = 0; i < bytes.size() && i < count; ++i) bytes[i] = 0xff;
  return std::bit_cast<std::uint64_t>(bytes);
}

}  // namespace

/// None of longer texts.
constinit const std::array<short_texts::mask, short_texts::longest + 2> short_texts::masks = [] {
  std::array<mask, longest + 2> masks{};
  for (std::size_t size = 1; size <= longest; ++size)
    masks[size] = {first_bytes(size), first_bytes(size < 8 ? 0 : size - 8)};
  return masks;
}();

std::uint32_t short_texts::find(std::string_view text) const {
  if (text.size() > longest) return none;
  const words asked = words_of(text);
  for (std::size_t slot = first_slot(asked, slot_bits_); slots_[slot] != 0; slot = next_slot(slot))
    if (entries_[slots_[slot]].is(asked)) return entries_[slots_[slot]].number;
  return none;
}

void short_texts::keep(std::string_view text, std::uint32_t number) {
  constexpr std::size_t most = std::size_t{1} << 14u;
  constexpr std::size_t slots_each = 8;  // so that few have to look at a second one
  if (text.size() > longest || entries_.size() == most) return;
  entries_.emplace_back(words_of(text), number);
  if (slots_each * entries_.size() <= slots_.size())
    return fill_slot(static_cast<std::uint16_t>(entries_.size() - 1));
  std::vector<std::uint16_t> more(std::size_t{4} * slots_.size());  // what can fail comes first
  slots_.swap(more);
  slot_bits_ += 2;
  for (std::size_t place = 1; place < entries_.size(); ++place)
    fill_slot(static_cast<std::uint16_t>(place));
}

void short_texts::fill_slot(std::uint16_t place) {
  const entry& e = entries_[place];
  std::size_t slot = first_slot({e.head, e.tail, e.size}, slot_bits_);
  while (slots_[slot] != 0) slot = next_slot(slot);
  slots_[slot] = place;
}

}  // namespace xqs::engine

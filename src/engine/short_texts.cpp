#include "engine/short_texts.hpp"

namespace xqs::engine {

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
  std::size_t slot = first_slot({e.head, e.tail, e.size});
  while (slots_[slot] != 0) slot = next_slot(slot);
  slots_[slot] = place;
}

}  // namespace xqs::engine

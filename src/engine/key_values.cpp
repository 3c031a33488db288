#include "engine/key_values.hpp"

#include "xqs/error.hpp"

namespace xqs::engine {

std::uint32_t key_values::add(std::string_view text) {
  const std::uint32_t number = number_of(text);
  short_.keep(text, number);
  return number;
}

std::uint32_t key_values::number_of(std::string_view text) {
  if (const std::int64_t value = own_in(text); value >= 0) return own(value);
  spell_out();
  return own_limit_ + text_.intern(text);
}

std::uint32_t key_values::find_other(std::string_view text) const {
  if (const std::int64_t value = own_in(text); value >= 0)
    return value < own_end_ ? static_cast<std::uint32_t>(value) : none;
  spell_out();
  const std::uint32_t known = text_.find(text);
  return known == none ? none : own_limit_ + known;
}

std::string_view key_values::operator[](std::uint32_t number) const {
  if (number >= own_limit_) {
    spell_out();
    return text_[number - own_limit_];
  }
  if (own_ends_.size() < own_end_) spell_out_own();
  const std::size_t begin = number == 0 ? 0 : own_ends_[number - 1];
  return std::string_view(own_text_).substr(begin, own_ends_[number] - begin);
}

/// The limit stands once there are others behind it. What is kept for each number stays small
/// beside the rows there are: mostly ids are dense, but the first rows do not show it.
void key_values::make_room_for_own(std::size_t count) {
  asked_ += count;
  if (text_.size() + unwritten_.size() > 0) return;
  const std::uint64_t few = (std::min)(gaps_.per_value * asked_, gaps_.most_per_value);
  const std::uint64_t limit = (std::min)((std::max)(few, asked_), gaps_.most);
  own_limit_ = (std::max)(own_limit_, static_cast<std::uint32_t>(limit));
}

/// The number of an integer that may have come as text.
std::uint32_t key_values::find_written(std::int64_t value) const {
  const std::uint32_t known = text_.find(written_integer(value).text());
  return known == none ? none : own_limit_ + known;
}

bool key_values::expect(std::uint64_t bits, std::size_t count) {
  make_room_for_own(count);
  if (bits >= own_limit_) return false;
  (void)own(static_cast<std::int64_t>(bits));
  return true;
}

std::uint32_t key_values::add(std::int64_t value) {
  return integers_(value, [&](std::int64_t new_one) {
    if (text_.size() > 0) return own_limit_ + text_.intern(written_integer(new_one).text());
    if (unwritten_.size() >= none - 1 - own_limit_)
      throw error(errc::overflow, "more than 2^32 - 2 distinct keys");
    unwritten_.push_back(new_one);
    return own_limit_ + static_cast<std::uint32_t>(unwritten_.size() - 1);
  });
}

/// The integer that is its own number and is written so; below 0 if there is none.
std::int64_t key_values::own_in(std::string_view text) const {
  const bool starts_well =
      !text.empty() && text[0] >= '0' && text[0] <= '9' && (text[0] != '0' || text.size() == 1);
  if (own_limit_ == 0 || !starts_well || text.size() > 10) return -1;
  std::int64_t value = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  return whole && value < own_limit_ ? value : -1;
}

void key_values::spell_out() const {
  if (unwritten_.empty()) return;
  detail::dictionary all;
  for (const std::int64_t value : unwritten_) (void)all.intern(written_integer(value).text());
  text_ = std::move(all);
  unwritten_ = {};
}

void key_values::spell_out_own() const {
  own_text_.resize(own_ends_.empty() ? 0 : own_ends_.back());  // if memory ran out before
  while (own_ends_.size() < own_end_) {
    own_text_ += written_integer(static_cast<std::int64_t>(own_ends_.size())).text();
    own_ends_.push_back(own_text_.size());
  }
}

}  // namespace xqs::engine

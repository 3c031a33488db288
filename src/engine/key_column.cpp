#include "engine/key_column.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "engine/read_ahead.hpp"
#include "engine/text_check.hpp"
#include "engine/values.hpp"

namespace xqs::engine {
namespace {

/// Integers from 0 on, if they stand as numbers do.
constexpr auto as_numbers = []<typename Integer>(const Integer* values) -> const std::uint32_t* {
  if constexpr (std::is_same_v<std::make_unsigned_t<Integer>, std::uint32_t>)
    return reinterpret_cast<const std::uint32_t*>(values);  // which the language allows
  else
    return nullptr;
};

/// Texts that stand one behind the other, none of them null: as nearly all do.
template <typename Offset>
struct standing_texts {
  const char* bytes;
  const Offset* offsets;
  std::string_view operator()(std::size_t at) const {
    const auto begin = static_cast<std::size_t>(offsets[at]);
    return {bytes + begin, static_cast<std::size_t>(offsets[at + 1]) - begin};
  }
  /// How many of the first so many texts have so many bytes behind their beginning.
  [[nodiscard]] std::size_t padded(std::size_t count, std::size_t longest) const {
    const auto end = static_cast<std::size_t>(offsets[count]);
    while (count > 0 && static_cast<std::size_t>(offsets[count - 1]) + longest > end) --count;
    return count;
  }
};

}  // namespace

bool key_column::has_null(std::span<const std::uint32_t> numbers) {
  std::uint32_t any = 0;  // as wide as a number, so that several are compared at once
  for (const std::uint32_t number : numbers) any |= number == null ? ~0u : 0u;
  return any != 0;
}

void key_column::require_key(const column& c) {
  if (std::holds_alternative<const double*>(c.values))
    throw error(-1, c.name, "",
                "column " + c.name +
                    " holds floating-point numbers, which cannot be keys; convert it to integers "
                    "or text");
}

void key_column::begin(const column& c, std::size_t rows) {
  require_key(c);
  numbers_.resize(rows);
  begin_text(c, rows);
  expect_numbers(rows);
}

/// Of values that may be shown only.
void key_column::begin_text(const column& c, std::size_t rows) {
  column_ = &c;
  from_ = nullptr;
  are_numbers_ = false;
  viewed_ = nullptr;
  dictionary_.clear();
  if (std::holds_alternative<integer_values>(c.values)) return;
  values_->expect_text();
  const auto* text = std::get_if<text_values>(&c.values);
  if (text != nullptr && text->codes != nullptr) learn_dictionary(c, *text, rows);
}

/// Whether integers are their own numbers is seen at both ends, since they often ascend. What is
/// found to be too large between them is learned.
void key_column::expect_numbers(std::size_t rows) {
  if (rows == 0 || values_ != &own_ || plain_integers() == nullptr) return;
  const std::uint64_t bits =
      bits_of(block_of(rows, 0)) | bits_of(block_of(rows, blocks_of(rows) - 1));
  are_numbers_ = values_->expect(bits, rows);
  if (are_numbers_) viewed_ = plain_integers()->visit(as_numbers);
}

/// Integers of which none is null; else there are none.
const integer_values* key_column::plain_integers() const {
  return from_ != nullptr || column_->valid != nullptr
             ? nullptr
             : std::get_if<integer_values>(&column_->values);
}

std::uint64_t key_column::bits_of(row_range rows) const {
  return plain_integers()->visit(
      [&](const auto* values) { return engine::bits_of(values + rows.first, rows.size()); });
}

void key_column::begin(const key_column& from, const std::vector<std::uint32_t>& rows) {
  from_ = &from;
  rows_from_ = &rows;
  viewed_ = nullptr;
  are_numbers_ = false;
  numbers_.resize(rows.size());
}

bool key_column::look_up(row_range rows) {
  if (from_ != nullptr) {
    learn(rows);
    return true;
  }
  std::uint32_t* const to = numbers_.data();
  if (const auto* integers = std::get_if<integer_values>(&column_->values))
    return look_up(*column_, *integers, rows, to);
  return number_text(*column_, std::get<text_values>(column_->values), rows, to,
                     [this](std::size_t, std::string_view text) { return values_->find(text); });
}

/// Integers.
bool key_column::look_up(const column& c, const integer_values& values, row_range rows,
                         std::uint32_t* to) const {
  if (are_numbers_ && !values_->owns(bits_of(rows))) return false;
  if (viewed_ != nullptr) return true;
  return values.visit([&](const auto* integers) {
    if (are_numbers_) {
      std::copy(integers + rows.first, integers + rows.last, to + rows.first);
      return true;
    }
    if (c.valid == nullptr)
      return values_->find(integers + rows.first, rows.size(), to + rows.first);
    bool all = true;
    for (std::size_t row = rows.first; row < rows.last; ++row) {
      to[row] = c.valid[row] == 0 ? null : values_->find(std::int64_t{integers[row]});
      all &= c.valid[row] == 0 || to[row] != null;
    }
    return all;
  });
}

void key_column::learn(row_range rows) {
  if (from_ == nullptr) return learn(*column_, rows, numbers_.data());
  const std::span<const std::uint32_t> numbers_from = from_->numbers();
  for (std::size_t row = rows.first; row < rows.last; ++row) {
    const std::uint32_t from = (*rows_from_)[row];
    numbers_[row] = from == null ? null : numbers_from[from];
  }
}

bool key_column::knows(row_range rows) {
  const integer_values* const integers = plain_integers();
  const bool has_all = integers != nullptr && integers->visit([&](const auto* values) {
    return values_->surely_has(values + rows.first, rows.size());
  });
  return has_all || look_up(rows);
}

/// From now on the values of this column are looked up. Those of rows that were looked up before
/// are their numbers.
void key_column::copy_numbers() {
  if (viewed_ != nullptr) std::copy(viewed_, viewed_ + numbers_.size(), numbers_.begin());
  viewed_ = nullptr;
  are_numbers_ = false;
}

/// After the end, when all values are known.
void key_column::number_all() { (void)look_up({0, numbers_.size()}); }

void key_column::end() {
  if (from_ == nullptr) return finish(*column_);
  not_available_ = from_->not_available_;
  may_have_null_ = true;
}

void key_column::append_text(const column& c, std::size_t rows) {
  const std::size_t before = numbers_.size();
  numbers_.resize(before + rows);
  begin_text(c, rows);
  learn(c, {0, rows}, numbers_.data() + before);
  finish(c);
}

/// Each value of the dictionary that a row has, once. What is not among shared values has no
/// number.
void key_column::learn_dictionary(const column& c, const text_values& values, std::size_t rows) {
  constexpr std::uint32_t unread = null - 1;  // which is no number
  dictionary_.assign(values.size, unread);
  std::size_t left = values.size;
  for (std::size_t row = 0; row < rows && left > 0; ++row) {
    if (is_null(c, row) || dictionary_[values.codes[row]] != unread) continue;
    --left;
    const std::string_view value = entry_at(values, values.codes[row]);
    if (values.unchecked) require_utf8(c, row, value);
    dictionary_[values.codes[row]] = value.empty()      ? null
                                     : values_ == &own_ ? values_->intern(value)
                                                        : values_->find(value);
  }
}

void key_column::learn(const column& c, row_range rows, std::uint32_t* to) {
  if (const auto* integers = std::get_if<integer_values>(&c.values)) {
    if (are_numbers_ && !values_->expect(bits_of(rows), 0)) copy_numbers();
    if (look_up(c, *integers, rows, to)) return;
    for (std::size_t row = rows.first; row < rows.last; ++row)
      to[row] = is_null(c, row) ? null : values_->intern((*integers)[row]);
  } else if (const auto* text = std::get_if<text_values>(&c.values)) {
    (void)number_text(c, *text, rows, to, [&](std::size_t row, std::string_view value) {
      const std::uint32_t known = text->unchecked ? values_->find(value) : null;
      if (known != null) return known;
      if (text->unchecked) require_utf8(c, row, value);
      return values_->intern(value);
    });
  } else {
    cell_text text_of(c);
    for (std::size_t row = rows.first; row < rows.last; ++row)
      to[row] = is_null(c, row) ? null : values_->intern(text_of(row));
  }
}

/// Whether every text has a number. Empty text is null.
template <typename NumberOf>
bool key_column::number_text(const column& c, const text_values& values, row_range rows,
                             std::uint32_t* to, NumberOf number_of) const {
  const auto absent = [&c](std::size_t row) { return c.valid != nullptr && c.valid[row] == 0; };
  if (values.codes != nullptr) {
    for (std::size_t row = rows.first; row < rows.last; ++row)
      to[row] = absent(row) ? null : dictionary_[values.codes[row]];
    return true;
  }
  const auto text_at = [&](std::size_t row) {
    return absent(row) ? std::string_view() : entry_at(values, row);
  };
  const auto find_short = [&](auto text, std::size_t padded) {
    values_->find_short(rows.size(), padded, text, to + rows.first);
  };
  const auto find_standing = [&]<typename Offset>(const Offset* offsets) {
    const standing_texts<Offset> texts{values.bytes, offsets + rows.first};
    find_short(texts, texts.padded(rows.size(), key_values::longest_short));
  };
  const bool stand_together =
      c.valid == nullptr && values.pieces == nullptr && values.bytes != nullptr;
  if (!stand_together)
    find_short([&](std::size_t i) { return text_at(rows.first + i); }, 0);
  else if (values.narrow_offsets != nullptr)
    find_standing(values.narrow_offsets);
  else
    find_standing(values.offsets);
  if (!has_null(std::span(to + rows.first, rows.size()))) return true;
  bool all = true;
  std::string_view last;  // the others often come in runs
  std::uint32_t last_number = null;
  for (std::size_t row = rows.first; row < rows.last; ++row) {
    const std::string_view value = to[row] != null ? std::string_view() : text_at(row);
    if (value.empty()) continue;
    if (value != last) last_number = number_of(row, value);
    last = value;
    to[row] = last_number;
    all &= last_number != null;
  }
  return all;
}

void key_column::finish(const column& c) {
  not_available_ = values_->are_integers() ? null : values_->find("NA");
  may_have_null_ = c.valid != nullptr || !std::holds_alternative<integer_values>(c.values);
}

bool key_column::any_missing() const {
  if (!may_have_null_) return false;
  bool any = false;  // without a branch a row
  for (const std::uint32_t number : numbers()) any |= number == null || number == not_available_;
  return any;
}

bool key_column::any_null() const { return may_have_null_ && has_null(numbers()); }

}  // namespace xqs::engine

#include "xqs/engine/cell_column.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "xqs/error.hpp"

namespace xqs {

namespace {

std::optional<column_type> type_of(const cell& value) {
  using enum column_type;
  constexpr std::optional<column_type> types[] = {{}, text, integer, number, boolean, flags};
  return types[value.index()];
}

}  // namespace

template <typename Use>
void cell_column::use_values(Use use) {
  if (!type_) return;
  switch (*type_) {
    case column_type::integer:
      return use(integers_);
    case column_type::number:
      return use(numbers_);
    case column_type::boolean:
      return use(booleans_);
    case column_type::text:
    case column_type::flags:
      return use(references_);
  }
}

/// The nulls so far get values as well.
void cell_column::become(column_type type) {
  if (type_)
    throw error(errc::invalid_argument, "a column of a result holds values of one type only");
  type_ = type;
  try {
    use_values([this](auto& values) {
      values.reserve(valid_.capacity());
      values.resize(size());
    });
  } catch (...) {  // memory ran out
    type_.reset();
    throw;
  }
}

cell cell_column::operator[](std::size_t row) const {
  if (valid_[row] == 0) return {};
  switch (*type_) {
    case column_type::integer:
      return integers_[row];
    case column_type::number:
      return numbers_[row];
    case column_type::boolean:
      return booleans_[row] != 0;
    case column_type::text:
      return std::string(text(references_[row]));
    case column_type::flags:
      break;
  }
  return flags_[references_[row]];
}

bool cell_column::takes(const cell& value) const {
  const std::optional<column_type> type = type_of(value);
  return !type || !type_ || type == type_;
}

void cell_column::push_back(const cell& value) {
  const auto repeats = [this](const std::string& text) {
    return text_count() > 0 && this->text(text_count() - 1) == text;
  };
  const auto add_any = [&](const auto& any) {
    using value_type = std::decay_t<decltype(any)>;
    if constexpr (std::is_same_v<value_type, std::monostate>)
      add_null();
    else if constexpr (std::is_same_v<value_type, std::string>)
      add_reference(repeats(any) ? text_count() - 1 : keep(any));
    else if constexpr (std::is_same_v<value_type, flag_names>)
      add_reference(keep(any));
    else
      add(any);
  };
  std::visit(add_any, value);
}

void cell_column::add_null() {
  use_values([this](auto& values) { values.resize(size() + 1); });
  valid_.push_back(0);
}

std::uint32_t cell_column::keep(std::string_view text) {
  if (type_ != column_type::text) become(column_type::text);
  const std::uint32_t count = text_count();
  text_.resize(count == 0 ? 0 : text_ends_.back());  // if memory ran out before
  text_ += text;
  text_ends_.push_back(text_.size());
  return count;
}

std::uint32_t cell_column::keep(const flag_names& flags) {
  if (type_ != column_type::flags) become(column_type::flags);
  const auto number = std::find(flags_.begin(), flags_.end(), flags) - flags_.begin();
  if (std::cmp_equal(number, flags_.size())) flags_.push_back(flags);
  return static_cast<std::uint32_t>(number);
}

std::size_t cell_column::longest_text() const {
  std::size_t longest = 0;
  std::size_t begin = 0;
  for (const std::size_t end : text_ends_)
    longest = (std::max)(longest, end - std::exchange(begin, end));
  return longest;
}

void cell_column::add_nulls(column_type type, std::size_t count) {
  if (type_ != type) become(type);
  use_values([&](auto& values) { values.resize(size() + count); });
  valid_.resize(size() + count);
}

void cell_column::shrink(std::size_t size) {
  valid_.resize((std::min)(valid_.size(), size));
  use_values([&](auto& values) { values.resize((std::min)(values.size(), size)); });
}

bool operator==(const cell_column& a, const cell_column& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t row = 0; row < a.size(); ++row)
    if (a[row] != b[row]) return false;
  return true;
}

}  // namespace xqs

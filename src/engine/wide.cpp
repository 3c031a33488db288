#include "engine/wide.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "engine/values.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"
#include "xqs/model/decimal.hpp"

namespace xqs::engine {
namespace {

constexpr std::string_view requirement_prefix = "requirement.";
constexpr std::string_view satisfaction_prefix = "satisfaction.";

bool is_answer(const column& c) { return is_wide_answer(c.name); }

/// What a column holds, in the order of column::values.
enum class kind { text, integer, number };

kind kind_of(const column& c) { return static_cast<kind>(c.values.index()); }

bool has_values(const column& c, std::size_t rows) {
  return c.valid == nullptr || std::any_of(c.valid, c.valid + rows, [](auto v) { return v != 0; });
}

/// Whether integers are none of a code: as doubles they could be others, or look like others.
bool has_large(const column& c, std::size_t rows) {
  if (kind_of(c) != kind::integer) return false;
  const auto& integers = std::get<integer_values>(c.values);
  for (std::size_t row = 0; row < rows; ++row)
    if (!is_null(c, row) && !decimal::from(integers[row])) return true;
  return false;
}

/// What can hold the values of all columns: data frames have doubles where integers are missing,
/// and of columns without any value they may say anything.
kind common_kind(const std::vector<const column*>& from, std::size_t rows) {
  std::optional<kind> common;
  for (const column* c : from) {
    if (!has_values(*c, rows) || common == kind_of(*c)) continue;
    const bool is_text = common == kind::text || kind_of(*c) == kind::text;
    common = !common ? kind_of(*c) : is_text ? kind::text : kind::number;
  }
  const bool shows_all =
      common != kind::number ||
      std::none_of(from.begin(), from.end(), [&](const column* c) { return has_large(*c, rows); });
  return shows_all ? common.value_or(kind::text) : kind::text;
}

const double* interleave_numbers(const std::vector<const column*>& from, std::size_t rows,
                                 std::vector<double>& to) {
  to.assign(rows * from.size(), 0);
  const auto put = [&](std::size_t i, const auto& values) {
    for (std::size_t row = 0; row < rows; ++row)
      to[row * from.size() + i] = static_cast<double>(values[row]);
  };
  for (std::size_t i = 0; i < from.size(); ++i)
    if (const auto* numbers = std::get_if<const double*>(&from[i]->values))
      put(i, *numbers);
    else if (const auto* integers = std::get_if<integer_values>(&from[i]->values))
      put(i, *integers);
  return to.data();
}

template <typename Integer>
constexpr auto has_width_of =
    []<typename Other>(const Other*) { return std::is_same_v<Other, Integer>; };

template <typename Integer>
constexpr auto as_pointer_to = []<typename Other>(const Other* values) -> const Integer* {
  if constexpr (std::is_same_v<Other, Integer>)
    return values;
  else
    return nullptr;
};

/// Rows in blocks, of which each is made within the first caches, by whoever is free.
template <typename Make>
void in_blocks(crew& lanes, std::size_t rows, Make make) {
  constexpr std::size_t block = 1'024;
  lanes.for_each((rows + block - 1) / block, [&](std::size_t, std::size_t b) {
    make(row_range{b * block, (std::min)(rows, (b + 1) * block)});
  });
}

}  // namespace

bool is_wide_answer(std::string_view name) {
  return name.starts_with(requirement_prefix) || name.starts_with(satisfaction_prefix);
}

bool is_wide(const batch& rows) {
  return std::any_of(rows.columns.begin(), rows.columns.end(), is_answer);
}

std::vector<wide_form::side> wide_form::sides_of(const batch& rows) {
  std::vector<side> sides;
  std::unordered_map<std::string, std::size_t> position_of;
  for (const column& c : rows.columns) {
    if (!is_answer(c)) continue;
    if (c.refusal) throw error(*c.refusal);
    const bool requirement = c.name.starts_with(requirement_prefix);
    const std::string item =
        c.name.substr(requirement ? requirement_prefix.size() : satisfaction_prefix.size());
    const auto [at, is_new] = position_of.emplace(item, sides.size());
    if (is_new) sides.push_back({item});
    (requirement ? sides[at->second].requirement : sides[at->second].satisfaction) = &c;
  }
  for (const side& s : sides)
    if (s.requirement == nullptr || s.satisfaction == nullptr)
      throw error(-1, "item", s.item,
                  "item " + detail::in_quotes(s.item) + " has a column " +
                      (s.requirement == nullptr ? "satisfaction." : "requirement.") + s.item +
                      " but none for the other side, " +
                      (s.requirement == nullptr ? "requirement." : "satisfaction.") + s.item);
  return sides;
}

/// The items in turn, for each row: what is there from the batch before is the same.
column wide_form::items(const std::vector<side>& sides, std::size_t rows) {
  owned& to = owned_.emplace_back();
  to.offsets = {0};
  for (const side& s : sides) {
    to.bytes += s.item;
    to.offsets.push_back(static_cast<std::int64_t>(to.bytes.size()));
  }
  const auto count = static_cast<std::uint32_t>(sides.size());
  if (item_count_ != count) items_in_turn_.clear();
  item_count_ = count;
  while (items_in_turn_.size() < rows * count)
    for (std::uint32_t item = 0; item < count; ++item) items_in_turn_.push_back(item);
  return {"item", text_values{to.offsets.data(), to.bytes.data(), items_in_turn_.data(), count}};
}

template <typename Integer>
Integer* wide_form::room_for(std::size_t count, owned& to) {
  to.integers.resize(count * sizeof(Integer));
  return reinterpret_cast<Integer*>(to.integers.data());
}

/// In the width that all have, else in 64 bits. Columns without any value may be of any kind.
integer_values wide_form::interleave_integers(const std::vector<const column*>& from,
                                              std::size_t rows, crew& lanes, owned& to) {
  const auto in_width_of = [&]<typename Integer>(const Integer*) -> std::optional<integer_values> {
    std::vector<const Integer*> columns;  // null: without a value
    for (const column* c : from) {
      const auto* integers = std::get_if<integer_values>(&c->values);
      if (integers != nullptr && !integers->visit(has_width_of<Integer>)) return std::nullopt;
      columns.push_back(integers == nullptr ? nullptr : integers->visit(as_pointer_to<Integer>));
    }
    Integer* const all = room_for<Integer>(rows * from.size(), to);
    in_blocks(lanes, rows, [&](row_range block) {
      Integer* at = all + block.first * columns.size();
      for (std::size_t row = block.first; row < block.last; ++row)
        for (const Integer* values : columns) *at++ = values == nullptr ? Integer{} : values[row];
    });
    return integer_values(all);
  };
  const auto first = std::find_if(from.begin(), from.end(),
                                  [](const column* c) { return kind_of(*c) == kind::integer; });
  if (first != from.end())
    if (const auto narrow = std::get<integer_values>((*first)->values).visit(in_width_of))
      return *narrow;
  auto* const all = room_for<std::int64_t>(rows * from.size(), to);
  std::fill_n(all, rows * from.size(), 0);
  for (std::size_t i = 0; i < from.size(); ++i)
    if (const auto* integers = std::get_if<integer_values>(&from[i]->values))
      for (std::size_t row = 0; row < rows; ++row) all[row * from.size() + i] = (*integers)[row];
  return all;
}

/// Each value of a column so many times; text is not copied.
column wide_form::repeat(const column& c, std::size_t times, std::size_t rows, crew& lanes) {
  owned& to = owned_.emplace_back();
  const auto each = [&](auto value_at, auto& all) {
    all.resize(rows * times);
    for (std::size_t row = 0; row < rows; ++row)
      std::fill_n(all.begin() + static_cast<std::ptrdiff_t>(row * times), times, value_at(row));
    return all.data();
  };
  column made{.name = c.name, .values = {}};
  if (const auto* integers = std::get_if<integer_values>(&c.values)) {
    made.values = integers->visit([&]<typename Integer>(const Integer* values) -> integer_values {
      Integer* const all = room_for<Integer>(rows * times, to);
      in_blocks(lanes, rows, [&](row_range block) {
        for (std::size_t row = block.first; row < block.last; ++row)
          std::fill_n(all + row * times, times, values[row]);
      });
      return all;
    });
  } else if (const auto* numbers = std::get_if<const double*>(&c.values)) {
    made.values = static_cast<const double*>(
        each([&](std::size_t row) { return (*numbers)[row]; }, to.numbers));
  } else {
    const auto& text = std::get<text_values>(c.values);
    const bool coded = text.codes != nullptr;
    const auto code = [&](std::size_t row) {
      return coded ? text.codes[row] : static_cast<std::uint32_t>(row);
    };
    text_values repeated = text;
    repeated.unchecked = false;  // it was looked at before it was repeated
    repeated.codes = each(code, to.codes);
    if (!coded) repeated.size = static_cast<std::uint32_t>(rows);
    made.values = repeated;
  }
  if (c.valid != nullptr)
    made.valid = each([&](std::size_t row) { return c.valid[row]; }, to.valid);
  return made;
}

/// One value of each column for each row, in turn.
column wide_form::interleave(const std::string& name, const std::vector<const column*>& from,
                             std::size_t rows, crew& lanes) {
  owned& to = owned_.emplace_back();
  column made{.name = name, .values = {}};
  switch (common_kind(from, rows)) {
    case kind::integer:
      made.values = interleave_integers(from, rows, lanes, to);
      break;
    case kind::number:
      made.values = interleave_numbers(from, rows, to.numbers);
      break;
    case kind::text:
      return interleave_text(name, from, rows, to);
  }
  const auto has_nulls = [](const column* c) { return c->valid != nullptr; };
  if (std::none_of(from.begin(), from.end(), has_nulls)) return made;
  to.valid.assign(rows * from.size(), 1);
  for (std::size_t i = 0; i < from.size(); ++i)
    for (std::size_t row = 0; from[i]->valid != nullptr && row < rows; ++row)
      to.valid[row * from.size() + i] = from[i]->valid[row];
  made.valid = to.valid.data();
  return made;
}

column wide_form::interleave_text(const std::string& name, const std::vector<const column*>& from,
                                  std::size_t rows, owned& to) {
  to.offsets = {0};
  for (std::size_t row = 0; row < rows; ++row)
    for (const column* c : from) {
      const bool null = is_null(*c, row);
      to.valid.push_back(null ? 0 : 1);
      if (!null) to.bytes += cell_text(*c)(row);
      to.offsets.push_back(static_cast<std::int64_t>(to.bytes.size()));
    }
  return {name, text_values{to.offsets.data(), to.bytes.data()}, to.valid.data()};
}

long_rows wide_form::to_long(const batch& rows, crew& lanes) {
  owned_.clear();
  const std::vector<side> sides = sides_of(rows);
  std::vector<const column*> requirements;
  std::vector<const column*> satisfactions;
  for (const side& s : sides) {
    requirements.push_back(s.requirement);
    satisfactions.push_back(s.satisfaction);
  }
  long_rows result{
      .rows = {.columns = {}, .rows = rows.rows * sides.size(), .decimal_mark = rows.decimal_mark},
      .per_input_row = sides.size()};
  for (const column& c : rows.columns) {
    if (c.name == "item" || c.name == "requirement" || c.name == "satisfaction")
      throw error(-1, c.name, "",
                  "there is a column " + c.name + " (a row per answer) and a column " +
                      sides.front().requirement->name +
                      " (a row per response); an input has one form");
    if (c.refusal)
      result.rows.columns.push_back(c);
    else if (!is_answer(c))
      result.rows.columns.push_back(repeat(c, sides.size(), rows.rows, lanes));
  }
  result.rows.columns.push_back(items(sides, rows.rows));
  result.rows.columns.push_back(interleave("requirement", requirements, rows.rows, lanes));
  result.rows.columns.push_back(interleave("satisfaction", satisfactions, rows.rows, lanes));
  return result;
}

}  // namespace xqs::engine

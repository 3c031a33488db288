#include "engine/input.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/filter.hpp"
#include "engine/weight.hpp"
#include "xqs/detail/number_text.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

bool is_null(const column& c, std::size_t row) { return c.valid != nullptr && c.valid[row] == 0; }

std::string_view text_at(const text_values& t, std::size_t row) {
  return {t.bytes + t.offsets[row], static_cast<std::size_t>(t.offsets[row + 1] - t.offsets[row])};
}

/// Text as R and Excel write a missing number. In keys it would be a person called NA.
bool is_missing_text(std::string_view text) { return text.empty() || text == "NA"; }

/// An answer code, empty for null.
///
/// Errors: what is no number at all is off the scale like any other wrong code.
class code_reader {
 public:
  code_reader(const column& c, std::string role, const definition& d)
      : column_(c), role_(std::move(role)), definition_(d) {}

  [[nodiscard]] std::optional<decimal> operator()(std::size_t row) const {
    if (is_null(column_, row)) return std::nullopt;
    if (const auto* text = std::get_if<text_values>(&column_.values)) return from_text(*text, row);
    if (const auto* integers = std::get_if<const std::int64_t*>(&column_.values))
      return checked(decimal::from((*integers)[row]),
                     [&] { return std::to_string((*integers)[row]); });
    const double number = std::get<const double*>(column_.values)[row];
    if (std::isnan(number)) return std::nullopt;
    return checked(decimal::from(number), [&] { return detail::shortest(number); });
  }

 private:
  [[nodiscard]] std::optional<decimal> from_text(const text_values& values, std::size_t row) const {
    const std::string_view text = text_at(values, row);
    if (text.size() == 1 && text[0] >= '0' && text[0] <= '9') return decimal(text[0] - '0');
    if (is_missing_text(text)) return std::nullopt;
    return checked(decimal::parse(text), [&] { return std::string(text); });
  }

  template <typename Text>
  [[nodiscard]] decimal checked(std::optional<decimal> code, Text text) const {
    if (!code) throw definition_.off_scale(role_, text());
    return *code;
  }

  const column& column_;
  std::string role_;
  const definition& definition_;
};

}  // namespace

void key_column::number(const column& c, std::size_t rows) {
  numbers_.resize(rows);
  if (const auto* text = std::get_if<text_values>(&c.values)) {
    std::uint32_t last = null;
    for (std::size_t row = 0; row < rows; ++row) {
      const std::string_view value = text_at(*text, row);
      if (is_null(c, row) || value.empty()) {
        numbers_[row] = null;
        continue;
      }
      if (last == null || values_[last] != value)
        last = values_.intern(value);  // rows come in runs
      numbers_[row] = last;
    }
    return;
  }
  const auto* integers = std::get_if<const std::int64_t*>(&c.values);
  if (integers == nullptr)
    throw row_error(0, name_, "",
                    "column " + name_ +
                        " holds floating-point numbers, which cannot "
                        "be keys; convert it to integers or text");
  for (std::size_t row = 0; row < rows; ++row) {
    char digits[24];
    const char* end = std::to_chars(digits, digits + sizeof digits, (*integers)[row]).ptr;
    numbers_[row] =
        is_null(c, row) ? null : values_.intern({digits, static_cast<std::size_t>(end - digits)});
  }
}

input::input(const definition& d, const query_document& request)
    : definition_(d), request_(request) {}

std::string input::actual_name(const std::string& name) const {
  const auto mapped = request_.columns.find(name);
  return mapped == request_.columns.end() ? name : mapped->second;
}

const column& input::find(const batch& rows, const std::string& name) const {
  for (const column& c : rows.columns)
    if (c.name == name) return c;
  constexpr std::size_t most = 30;
  std::string known;
  for (std::size_t i = 0; i < rows.columns.size() && i < most; ++i)
    known += (i == 0 ? "" : ", ") + detail::printable(rows.columns[i].name);
  if (rows.columns.size() > most) known += ", ...";
  if (rows.columns.size() == 1 && known.find_first_of(";?|") != std::string::npos)
    known += " - a single column; columns are separated by commas";
  throw error(-1, name, "",
              "there is no column " + detail::in_quotes(name) + "; the input has: " + known);
}

void input::require_column(const batch& rows, const std::string& standard) const {
  const std::string actual = actual_name(standard);
  for (const column& c : rows.columns)
    if (c.name == actual) return;
  try {
    (void)find(rows, actual);
  } catch (const error& problem) {
    throw error(
        -1, standard, "",
        std::string(problem.what()) + "; map another column with \"" + standard + "=NAME\"");
  }
}

const key_column& input::key(const std::string& name) const { return keys_.at(actual_name(name)); }

bool input::same_column(const std::string& a, const std::string& b) const {
  return actual_name(a) == actual_name(b);
}

/// Decides, from the columns of the first batch that is accepted, what is read.
void input::bind(const batch& rows) {
  header_.clear();
  keys_.clear();
  items_.clear();
  form_chain_.clear();
  for (const column& c : rows.columns)
    if (!header_.insert(c.name).second)
      throw error(-1, c.name, "", "there are two columns " + detail::in_quotes(c.name));
  const auto has = [&](const std::string& standard) {
    const std::string actual = actual_name(standard);
    return std::any_of(rows.columns.begin(), rows.columns.end(),
                       [&](const column& c) { return c.name == actual; });
  };
  for (const auto& [standard, actual] : request_.columns) (void)find(rows, actual);
  for (const char* standard : {"item", "requirement", "satisfaction"})
    require_column(rows, standard);
  require_distinct_roles();
  has_respondent_ = has("respondent");
  const bool needs_people = request_.unit == "respondent" || request_.unit == "response";
  if (needs_people && !has_respondent_ && !has("response")) require_column(rows, "respondent");
  if (!definition_.weighted() && has("weight"))
    throw error(-1, "weight", "",
                "there is a column \"weight\" but definition " + definition_.label() +
                    " has no weights; set its weight_places or leave the column out");
  if (definition_.weighted()) require_column(rows, "weight");

  form_columns_.clear();
  if (has_respondent_) form_columns_.push_back(actual_name("respondent"));
  if (has("response")) {
    form_columns_.push_back(actual_name("response"));
  } else {
    for (const char* standard : {"touchpoint", "time"})
      if (has(standard)) form_columns_.push_back(actual_name(standard));
  }
  std::vector<std::string> needed = form_columns_;
  needed.push_back(actual_name("item"));
  for (const auto& set : request_.sets)
    for (const std::string& name : set) needed.push_back(actual_name(name));
  if (request_.unit != "response" && request_.unit != "row" &&
      (request_.unit != "respondent" || has_respondent_))
    needed.push_back(actual_name(request_.unit));
  if (const auto* name = std::get_if<std::string>(&request_.population))
    needed.push_back(actual_name(*name));
  for (const std::string& name : needed) {
    (void)find(rows, name);
    keys_.try_emplace(name, name);
  }
  form_chain_.resize(form_columns_.size());
}

/// One column cannot be two things.
void input::require_distinct_roles() const {
  std::map<std::string, std::string> role_of;
  for (const char* role : {"respondent", "item", "requirement", "satisfaction", "response",
                           "touchpoint", "time", "weight"}) {
    const auto [at, is_new] = role_of.emplace(actual_name(role), role);
    if (!is_new)
      throw error(
          -1, role, "",
          "column " + detail::in_quotes(at->first) + " is both " + at->second + " and " + role);
  }
}

void input::read(const batch& rows) {
  if (!bound_) bind(rows);
  require_same_columns(rows);
  for (auto& [name, key] : keys_) key.read(find(rows, name), rows.rows);
  read_items();
  read_points(rows);
  if (definition_.weighted())
    apply_weights(definition_, find(rows, actual_name("weight")), request_.round_weights, points_);
  read_forms();
  kept_.assign(rows.rows, 1);
  for (const condition& c : request_.where) apply(c, find(rows, actual_name(c.column)), kept_);
}

void input::require_same_columns(const batch& rows) const {
  if (rows.columns.size() > header_.size())
    throw error(-1, "", "", "these rows have more columns than the rows before");
  for (const column& c : rows.columns)
    if (!header_.contains(c.name))
      throw error(-1, c.name, "",
                  "column " + detail::in_quotes(c.name) + " was not in the rows before these");
  if (rows.columns.size() < header_.size())
    for (const std::string& name : header_) (void)find(rows, name);
}

void input::read_items() {
  const key_column& key = this->key("item");
  for (auto number = static_cast<std::uint32_t>(items_.size()); number < key.size(); ++number)
    items_.push_back(definition_.find_item(key.text(number)));
}

void input::read_points(const batch& rows) {
  const code_reader requirement(find(rows, actual_name("requirement")), "requirement", definition_);
  const code_reader satisfaction(find(rows, actual_name("satisfaction")), "satisfaction",
                                 definition_);
  const key_column& item = key("item");
  const bool rejects_extra = definition_.file().extra_items == extra_items::reject;
  points_.resize(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    try {
      if (item[row] == key_column::null) throw error(-1, "item", "", "item is missing");
      if (!items_[item[row]] && rejects_extra)
        throw definition_.unknown_item(std::string(item.text(item[row])));
      points_[row] = definition_.points(requirement(row), satisfaction(row));
    } catch (const error& problem) {
      if (problem.row() >= 0) throw;
      throw row_error(row, problem.column(), problem.value(), problem.what());
    }
  }
}

void input::read_forms() {
  forms_.assign(rows(), 0);
  people_.resize(rows());
  for (std::size_t i = 0; i < form_columns_.size(); ++i) {
    const key_column& key = keys_.at(form_columns_[i]);
    for (std::size_t row = 0; row < rows(); ++row)
      forms_[row] = form_chain_[i].intern(forms_[row], key[row]);
  }
  const key_column* respondent = has_respondent_ ? &key("respondent") : nullptr;
  for (std::size_t row = 0; row < rows(); ++row)
    people_[row] = respondent == nullptr         ? forms_[row]
                   : respondent->is_missing(row) ? key_column::null
                                                 : (*respondent)[row];
}

std::string input::form_in_words(std::uint32_t form) const {
  std::string words;
  for (std::size_t i = form_columns_.size(); i-- > 0;) {
    const auto [rest, value] = form_chain_[i][form];
    const key_column& key = keys_.at(form_columns_[i]);
    words = key.name() + " " +
            (value == key_column::null ? "(none)" : detail::in_quotes(key.text(value))) +
            (words.empty() ? "" : ", ") + words;
    form = rest;
  }
  return words;
}

// Rows of unknown people without a response cannot be told apart, so they are never duplicates.
void input::check_duplicates() {
  if (!request_.check_duplicates || form_columns_.empty()) return;
  const key_column& item = key("item");
  const key_column* response = keys_.contains(actual_name("response")) ? &key("response") : nullptr;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> added;
  for (std::size_t row = 0; row < rows(); ++row) {
    const bool has_response = response != nullptr && (*response)[row] != key_column::null;
    const bool has_person = has_respondent_ && people_[row] != key_column::null;
    if (!has_person && !has_response) continue;
    const std::uint32_t block = answered_.intern(forms_[row], item[row] / 64);
    if (block >= answered_items_.size()) answered_items_.resize(block + 1);
    const std::uint64_t bit = std::uint64_t{1} << item[row] % 64;
    if ((answered_items_[block] & bit) != 0) {
      for (const auto& [at, undone] : added) answered_items_[at] &= ~undone;
      throw row_error(row, "item", item.text(item[row]),
                      "duplicate answer: " + form_in_words(forms_[row]) + " answers item " +
                          detail::in_quotes(item.text(item[row])) +
                          " twice; remove one row, say which column tells the forms of one person "
                          "apart (response), or switch check_duplicates off");
    }
    added.emplace_back(block, bit);
    answered_items_[block] |= bit;
  }
}

}  // namespace xqs::engine

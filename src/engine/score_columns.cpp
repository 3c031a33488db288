#include "engine/score_columns.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "xqs/model/choice.hpp"

namespace xqs::engine {
namespace {

// Of the columns behind those of the groups:
constexpr std::size_t kind_column = 4;
constexpr std::size_t band_column = 12;
constexpr std::size_t flags_column = 15;
constexpr std::size_t definition_column = 16;

/// The columns of all sets, in the order of their first appearance.
std::vector<std::string> all_columns(const std::vector<cell_set>& sets) {
  std::vector<std::string> columns;
  for (const cell_set& set : sets)
    for (const std::string& name : set.by())
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  return columns;
}

/// Sets the cells of a row, one column after the other.
class row_writer {
 public:
  row_writer(cell_column* first, std::size_t row) : at_(first), row_(row) {}

  template <typename Value>
  void set(const Value& value) {
    (at_++)->set(row_, value);
  }
  void set(const std::optional<double>& value) {
    if (value) at_->set(row_, *value);
    ++at_;
  }
  void set_count(std::uint64_t number) { set(static_cast<std::int64_t>(number)); }
  void set_reference(std::size_t number) {
    (at_++)->set_reference(row_, static_cast<std::uint32_t>(number));
  }
  /// What is not set stays null.
  void skip(std::size_t columns) { at_ += columns; }

  void set_score(const score& s, std::uint64_t respondents,
                 const std::optional<double>& confidence) {
    for (const auto& number : {s.value, s.std_error, s.low, s.high}) set(number);
    set_reference(static_cast<std::size_t>(s.interval_kind));
    const std::uint64_t all =
        std::accumulate(s.excluded.begin(), s.excluded.end(), std::uint64_t{0});
    for (const std::uint64_t number : {respondents, s.units, s.answers, all}) set_count(number);
    for (const exclusion why :
         {exclusion::no_answer, exclusion::not_applicable, exclusion::zero_requirement})
      set_count(s.excluded[static_cast<std::size_t>(why)]);
    s.band ? set_reference(*s.band) : skip(1);
    set(confidence);
    set(s.confirmed);
  }

  void set_touchpoints(const touchpoint_counts& counts) {
    const auto per_cent = [](std::uint64_t part, std::uint64_t whole) {
      return whole == 0
                 ? std::nullopt
                 : std::optional(100 * static_cast<double>(part) / static_cast<double>(whole));
    };
    set_count(counts.all);
    set_count(counts.answered);
    set(per_cent(counts.answered, counts.all));
    set(per_cent(counts.scored_actions, counts.actions));
  }

 private:
  cell_column* at_;
  std::size_t row_;
};

}  // namespace

std::vector<table::heading> score_headings(bool with_touchpoints) {
  using enum column_type;
  std::vector<table::heading> headings = {{"score", number},
                                          {"std_error", number},
                                          {"ci_low", number},
                                          {"ci_high", number},
                                          {"interval_kind", text},
                                          {"respondents", integer},
                                          {"units", integer},
                                          {"answers", integer},
                                          {"excluded", integer},
                                          {"excluded_no_answer", integer},
                                          {"excluded_not_applicable", integer},
                                          {"excluded_zero_requirement", integer},
                                          {"band", text},
                                          {"confidence", number},
                                          {"confirmed", boolean},
                                          {"flags", column_type::flags},
                                          {"definition", text}};
  if (with_touchpoints)
    headings.insert(headings.end(), {{"touchpoints", integer},
                                     {"answered", integer},
                                     {"response_rate", number},
                                     {"scored_share", number}});
  return headings;
}

score_columns::score_columns(const definition& d, const input& rows,
                             const std::vector<cell_set>& sets)
    : definition_(d), rows_(rows), sets_(sets) {
  if (sets.size() > 1) result_.columns.push_back({"set", column_type::integer});
  for (const std::string& name : all_columns(sets)) {
    group_columns_.push_back({.name = name});
    result_.columns.push_back({name, column_type::text});
  }
  const std::vector<table::heading> headings = score_headings(rows.touchpoints().given());
  first_ = result_.columns.size();
  result_.columns.insert(result_.columns.end(), headings.begin(), headings.end());
  columns_.resize(result_.columns.size());
  keep_names();
}

/// Kinds of intervals, bands and the definition have references in the order of their names.
void score_columns::keep_names() {
  for (const std::string_view kind : choice_names<interval_kind>)
    (void)columns_[first_ + kind_column].keep(kind);
  for (const band& b : definition_.file().bands) (void)columns_[first_ + band_column].keep(b.id);
  (void)columns_[first_ + definition_column].keep(definition_.provenance());
}

void score_columns::start(std::size_t set, std::size_t rows, crew& lanes) {
  name_flags();
  set_ = set;
  first_row_ = next_row_ = columns_.front().size();
  flags_.assign(rows, {});
  lanes.for_each(columns_.size(), [&](std::size_t, std::size_t i) {
    columns_[i].add_nulls(result_.columns[i].type, rows);
  });
  const std::vector<std::string>& by = sets_[set].by();
  for (group_column& column : group_columns_) {
    const auto at = std::find(by.begin(), by.end(), column.name);
    column.key = at == by.end() ? nullptr : &rows_.key(column.name);
    column.position = static_cast<std::size_t>(at - by.begin());
    if (column.key != nullptr) column.kept.resize(column.key->size(), key_column::null);
  }
}

void score_columns::add_group(std::span<const std::uint32_t> group) {
  std::size_t at = 0;
  if (sets_.size() > 1) columns_[at++].set(next_row_, static_cast<std::int64_t>(set_));
  for (group_column& column : group_columns_) {
    cell_column& to = columns_[at++];
    const std::uint32_t number = column.key == nullptr ? key_column::null : group[column.position];
    if (number == key_column::null) continue;
    std::uint32_t& kept = column.kept[number];
    if (kept == key_column::null)
      kept = column.key->use_text(number, [&to](std::string_view text) { return to.keep(text); });
    to.set_reference(next_row_, kept);
  }
  ++next_row_;
}

void score_columns::set_rest(std::size_t row, const cell_facts& from,
                             const released_score& released,
                             const std::optional<double>& confidence) {
  row_writer to(columns_.data() + first_, first_row_ + row);
  if (released.shown)
    to.set_score(*released.shown, released.respondents, confidence);
  else
    to.skip(flags_column);
  flags_[row] = released.shown ? released.flags | from.flags : released.flags;
  to.skip(1);
  to.set_reference(0);  // the definition
  if (released.shown && from.touchpoints) to.set_touchpoints(*from.touchpoints);
}

/// The names of flags of all rows of the set at hand: the same ones once.
void score_columns::name_flags() {
  cell_column& to = columns_[first_ + flags_column];
  std::vector<std::pair<flag_set, std::uint32_t>> kept;
  for (std::size_t row = 0; row < flags_.size(); ++row) {
    auto known = std::find_if(kept.begin(), kept.end(),
                              [&](const auto& one) { return one.first == flags_[row]; });
    if (known == kept.end())
      known = kept.insert(known, {flags_[row], to.keep(flag_names(flags_[row].names()))});
    to.set_reference(first_row_ + row, known->second);
  }
  flags_.clear();
}

table score_columns::take() {
  name_flags();
  result_.rows = cell_rows(std::move(columns_));
  return std::move(result_);
}

}  // namespace xqs::engine

#include "engine/score_columns.hpp"

#include <algorithm>
#include <numeric>

#include "xqs/model/choice.hpp"

namespace xqs::engine {
namespace {

// Of the columns behind those of the groups:
constexpr std::size_t kind_column = 4;
constexpr std::size_t band_column = 12;
constexpr std::size_t flags_column = 15;
constexpr std::size_t definition_column = 16;
constexpr std::size_t touchpoint_columns = 4;

/// The columns of all sets, in the order of their first appearance.
std::vector<std::string> all_columns(const std::vector<cell_set>& sets) {
  std::vector<std::string> columns;
  for (const cell_set& set : sets)
    for (const std::string& name : set.by())
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  return columns;
}

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
                             const std::vector<cell_set>& sets, std::size_t count)
    : definition_(d), rows_(rows), sets_(sets) {
  if (sets.size() > 1) result_.columns.push_back({"set", column_type::integer});
  for (const std::string& name : all_columns(sets)) {
    group_columns_.push_back({.name = name});
    result_.columns.push_back({name, column_type::text});
  }
  add_columns(score_headings(rows.touchpoints().given()));
  for (cell_column& column : columns_) column.reserve(count);
  keep_names();
}

void score_columns::add_columns(const std::vector<table::heading>& headings) {
  first_ = result_.columns.size();
  result_.columns.insert(result_.columns.end(), headings.begin(), headings.end());
  columns_.resize(result_.columns.size());
}

/// Kinds of intervals, bands and the definition have references in the order of their names.
void score_columns::keep_names() {
  for (const std::string_view kind : choice_names<interval_kind>)
    (void)columns_[first_ + kind_column].keep(kind);
  for (const band& b : definition_.file().bands) (void)columns_[first_ + band_column].keep(b.id);
  (void)columns_[first_ + definition_column].keep(definition_.provenance());
}

void score_columns::start(std::size_t set) {
  set_ = set;
  const std::vector<std::string>& by = sets_[set].by();
  for (group_column& column : group_columns_) {
    const auto at = std::find(by.begin(), by.end(), column.name);
    column.key = at == by.end() ? nullptr : &rows_.key(column.name);
    column.position = static_cast<std::size_t>(at - by.begin());
    if (column.key != nullptr) column.kept.resize(column.key->size(), key_column::null);
  }
}

void score_columns::add_group(std::span<const std::uint32_t> group) {
  at_ = 0;
  if (sets_.size() > 1) add_count(set_);
  for (group_column& column : group_columns_) {
    cell_column& to = columns_[at_++];
    const std::uint32_t number = column.key == nullptr ? key_column::null : group[column.position];
    if (number == key_column::null) {
      to.add_null();
      continue;
    }
    std::uint32_t& kept = column.kept[number];
    if (kept == key_column::null) kept = to.keep(column.key->text(number));
    to.add_reference(kept);
  }
}

void score_columns::add_rest(const cell_facts& from, const released_score& released,
                             const std::optional<double>& confidence) {
  at_ = first_;
  if (released.shown)
    add_score(*released.shown, released.respondents, confidence);
  else
    add_nulls(flags_column);
  add_flags(released.shown ? released.flags | from.flags : released.flags);
  columns_[at_++].add_reference(0);
  if (rows_.touchpoints().given())
    add_touchpoints(released.shown ? from.touchpoints : std::nullopt);
}

void score_columns::add_score(const score& s, std::uint64_t respondents,
                              const std::optional<double>& confidence) {
  for (const auto& number : {s.value, s.std_error, s.low, s.high}) add(number);
  columns_[at_++].add_reference(static_cast<std::uint32_t>(s.interval_kind));
  const std::uint64_t all = std::accumulate(s.excluded.begin(), s.excluded.end(), std::uint64_t{0});
  for (const std::uint64_t number : {respondents, s.units, s.answers, all}) add_count(number);
  for (const exclusion why :
       {exclusion::no_answer, exclusion::not_applicable, exclusion::zero_requirement})
    add_count(s.excluded[static_cast<std::size_t>(why)]);
  if (s.band)
    columns_[at_++].add_reference(static_cast<std::uint32_t>(*s.band));
  else
    add_nulls(1);
  add(confidence);
  add(s.confirmed);
}

void score_columns::add_flags(flag_set flags) {
  cell_column& to = columns_[at_++];
  auto known = std::find_if(flags_.begin(), flags_.end(),
                            [&](const auto& reference) { return reference.first == flags; });
  if (known == flags_.end())
    known = flags_.insert(known, {flags, to.keep(flag_names(flags.names()))});
  to.add_reference(known->second);
}

void score_columns::add_touchpoints(const std::optional<touchpoint_counts>& counts) {
  if (!counts) return add_nulls(touchpoint_columns);
  const auto per_cent = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? std::nullopt
                      : std::optional(100 * static_cast<double>(part) / static_cast<double>(whole));
  };
  add_count(counts->all);
  add_count(counts->answered);
  add(per_cent(counts->answered, counts->all));
  add(per_cent(counts->scored_actions, counts->actions));
}

void score_columns::add_nulls(std::size_t columns) {
  for (std::size_t i = 0; i < columns; ++i) columns_[at_++].add_null();
}

table score_columns::take() {
  result_.rows = cell_rows(std::move(columns_));
  return std::move(result_);
}

}  // namespace xqs::engine

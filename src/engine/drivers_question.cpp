#include "engine/drivers_question.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/score_question.hpp"
#include "xqs/analysis/answer_means.hpp"
#include "xqs/analysis/drivers.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

/// The cells of one group, an item each.
using group_cells = std::span<const folded_cell>;

std::vector<group_cells> groups_of(const std::vector<folded_cell>& sorted) {
  std::vector<group_cells> groups;
  for (std::size_t first = 0, last = 0; first < sorted.size(); first = last) {
    const auto same_group = [&](const folded_cell& c) {
      return std::equal(c.group.begin(), c.group.end() - 1, sorted[first].group.begin());
    };
    while (last < sorted.size() && same_group(sorted[last])) ++last;
    groups.push_back(group_cells(sorted).subspan(first, last - first));
  }
  return groups;
}

/// Folds the answer means of the groups, some at a time: each has moments of all pairs of items.
class means_folder {
 public:
  means_folder(const definition& d, const input& rows, const cell_set& set,
               const std::vector<group_cells>& groups)
      : set_(set), groups_(groups), labels_(answer_mean_labels(d)), items_(profile_labels(d)) {
    constexpr std::size_t most_items = 1'000;
    if (items_.size() > most_items)
      throw error(errc::invalid_argument, "drivers are for at most 1000 items; definition " +
                                              d.label() + " has " + std::to_string(items_.size()));
    for (std::uint32_t g = 0; g < groups.size(); ++g)
      for (const folded_cell& c : groups[g])
        if (!c.extra_item) targets_[c.number] = {g, position(rows.items().text(c.group.back()))};
  }

  /// Of the group `at`, and of the ones after it for the next calls.
  [[nodiscard]] const tally& of(std::size_t at) {
    if (at >= first_ + means_.size()) fold_from(at);
    return means_[at - first_];
  }

 private:
  [[nodiscard]] std::uint32_t position(std::string_view item) const {
    return static_cast<std::uint32_t>(std::lower_bound(items_.begin(), items_.end(), item) -
                                      items_.begin());
  }

  void fold_from(std::size_t first) {
    constexpr std::size_t most_moments = std::size_t{1} << 24;
    const std::size_t moments = 2 * labels_.size() * labels_.size();
    const std::size_t count =
        std::clamp<std::size_t>(most_moments / moments, 1, groups_.size() - first);
    first_ = first;
    means_.assign(count, tally(set_.identity(), labels_));
    std::vector<fold_target> plan(set_.column_count());
    for (std::uint32_t c = 0; c < plan.size(); ++c) {
      const auto found = targets_.find(set_.column(c).first);
      if (found == targets_.end()) continue;
      const std::size_t group = found->second.tally;
      if (group >= first && group < first + count)
        plan[c] = {static_cast<std::uint32_t>(group - first), found->second.column};
    }
    fold_answer_means(set_.entries(), plan, means_);
  }

  const cell_set& set_;
  const std::vector<group_cells>& groups_;
  std::vector<std::string> labels_;
  std::vector<std::string> items_;
  std::map<std::uint32_t, fold_target> targets_;  ///< group and item of each cell, by its number
  std::size_t first_ = 0;                         ///< group of the first of the means
  std::vector<tally> means_;
};

std::optional<std::uint64_t> population_of(group_cells cells) {
  std::optional<std::uint64_t> population;
  for (const folded_cell& c : cells) {
    if (c.extra_item || !c.population) continue;
    if (population && *population != *c.population)
      throw error(errc::invalid_data, "population " + std::to_string(*c.population) +
                                          " differs from " + std::to_string(*population) +
                                          " of another item of the same group");
    population = c.population;
  }
  return population;
}

std::vector<cell> cells_of(const released_driver& item, flag_set flags, const definition& d,
                           cut_off cut) {
  const std::optional<placement>& place = item.shown.under(cut);
  const score& s = item.shown.score;
  return {item.shown.item,
          maybe(item.shown.requirement),
          maybe(item.shown.satisfaction),
          maybe(s.value),
          maybe(s.low),
          maybe(s.high),
          maybe(item.shown.gap_share),
          place ? cell(std::string(name_of(place->quadrant))) : cell(),
          place ? maybe(place->confidence) : cell(),
          item.hidden ? cell() : cell(static_cast<std::int64_t>(item.respondents)),
          (item.hidden ? s.flags : s.flags | flags).names(),
          d.provenance()};
}

/// The items of one group that somebody was asked about, released and in order.
class group_rows {
 public:
  group_rows(const input& rows, group_cells cells) {
    for (const folded_cell& c : cells)
      if (!c.extra_item) cells_[rows.items().text(c.group.back())] = &c;
  }

  [[nodiscard]] std::vector<released_driver> release_all(std::vector<driver> drivers,
                                                         const definition& d, cut_off cut) const {
    std::erase_if(drivers, [&](const driver& one) { return !cells_.contains(one.item); });
    order_by_action(drivers, cut);
    std::vector<people> who;
    who.reserve(drivers.size());
    for (const driver& one : drivers) who.push_back(cell_of(one.item).who);
    return release(drivers, d, who);
  }
  [[nodiscard]] const folded_cell& cell_of(std::string_view item) const { return *cells_.at(item); }
  [[nodiscard]] bool empty() const { return cells_.empty(); }

 private:
  std::map<std::string_view, const folded_cell*> cells_;
};

/// The request is for rows of items already.
void require_other_columns(const input& rows, const query_document& request) {
  for (const std::string& name : request.sets.front())
    if (rows.same_column(name, "feedback.item"))
      throw error(errc::invalid_query,
                  "drivers have a row for each item, so they cannot be by " + name + " as well");
}

}  // namespace

std::vector<table::heading> driver_headings() {
  using enum column_type;
  return {{"item", text},
          {"requirement", number},
          {"satisfaction", number},
          {"score", number},
          {"ci_low", number},
          {"ci_high", number},
          {"gap_share", number},
          {"quadrant", text},
          {"confidence", number},
          {"respondents", integer},
          {"flags", column_type::flags},
          {"definition", text}};
}

scored_table drivers_table(const definition& d, const input& rows, const query_document& request,
                           const cell_set& set) {
  require_other_columns(rows, request);
  const std::vector<std::string>& by = request.sets.front();
  table result;
  for (const std::string& name : by) result.columns.push_back({name, column_type::text});
  const std::vector<table::heading> headings = driver_headings();
  result.columns.insert(result.columns.end(), headings.begin(), headings.end());

  std::vector<folded_cell> sorted = set.fold(rows);
  sort_cells(rows, set.by(), sorted);
  const std::vector<group_cells> groups = groups_of(sorted);
  means_folder means(d, rows, set, groups);
  std::size_t hidden = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const group_rows items(rows, groups[g]);
    if (items.empty()) continue;
    const std::vector<driver> drivers = drivers_of(means.of(g), d, population_of(groups[g]));
    for (const released_driver& item : items.release_all(drivers, d, request.cut)) {
      std::vector<cell> row = keys_of(rows, by, groups[g].front());
      const flag_set flags = items.cell_of(item.shown.item).flags;
      for (cell& value : cells_of(item, flags, d, request.cut)) row.push_back(std::move(value));
      result.rows.push_back(row);
      hidden += item.hidden ? 1 : 0;
    }
  }
  return {std::move(result), hidden};
}

}  // namespace xqs::engine

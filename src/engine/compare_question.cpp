#include "engine/compare_question.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/gate.hpp"
#include "engine/headcount.hpp"
#include "engine/period_pairs.hpp"
#include "engine/score_question.hpp"
#include "xqs/analysis/compare.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

/// A comparison on its way to its row.
struct compared {
  std::vector<cell> keys;
  released_comparison released = {};    ///< once it is made, or what is shown in its place
  std::optional<group_pair> open = {};  ///< the cells that are to be compared, by position
};

/// The cells of a set as the groups of comparisons.
class comparer {
 public:
  comparer(const definition& d, const input& rows, const query_document& request,
           const cell_set& set)
      : definition_(d), request_(request), set_(set), cells_(set.fold(rows)) {
    sort_cells(rows, set.by(), cells_);
    if (!cells_.empty() && !cells_.front().units_are_people) count_people_.emplace(set);
    options_.margin = request.margin ? std::optional(request.margin->value()) : std::nullopt;
    const std::vector<fold_target> plan = plan_of(rows);
    if (request.design == design::request) options_.request = design_of(plan);
    groups_.emplace(comparable_groups(set.entries(), plan, set.identity(), d));
  }

  [[nodiscard]] const std::vector<folded_cell>& cells() const { return cells_; }

  /// Makes the comparisons that are open. Their joint tallies are made by stretches, which are
  /// shared out.
  void make(std::vector<compared>& all, crew& lanes) const {
    std::vector<compared*> open;
    for (compared& c : all)
      if (c.open) open.push_back(&c);
    const std::size_t share = (open.size() + lanes.size() - 1) / lanes.size();
    const std::size_t stretch = (std::min)(tallies_at_a_time(), (std::max)(share, least_at_once));
    std::optional<tally> everybody;
    if (open.size() > stretch && open.front()->open->second == group_pair::rest)
      everybody = groups_->everybody();
    std::vector<std::exception_ptr> failures((open.size() + stretch - 1) / stretch);
    lanes.for_each(failures.size(), [&](std::size_t, std::size_t i) {
      const std::size_t first = i * stretch;
      try {
        make(std::span(open).subspan(first, (std::min)(stretch, open.size() - first)),
             everybody ? &*everybody : nullptr);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    });
    for (const std::exception_ptr& failure : failures)  // the first, whoever came upon it
      if (failure) std::rethrow_exception(failure);
  }

 private:
  static constexpr std::size_t least_at_once = 64;  ///< else passes are most of the work

  /// As many as a large cache has room for: each pass over the ledger adds to all of them.
  [[nodiscard]] std::size_t tallies_at_a_time() const {
    const std::size_t components =
        definition_.file().estimator == estimator::item_mean ? 4 * definition_.items().size() : 4;
    const std::size_t bytes = 2 * (800 + 8 * components * (components + 1));
    return (std::max)((std::size_t{1} << 24u) / bytes, std::size_t{1});
  }

  void make(std::span<compared* const> some, const tally* everybody) const {
    std::vector<group_pair> pairs;
    for (const compared* c : some) pairs.push_back(*c->open);
    const std::vector<tally> joint = groups_->joint(pairs, everybody);
    for (std::size_t i = 0; i < some.size(); ++i)
      some[i]->released = pairs[i].second == group_pair::rest
                              ? with_rest(cells_[pairs[i].first], joint[i])
                              : of_two(cells_[pairs[i].first], cells_[pairs[i].second], joint[i]);
  }

  [[nodiscard]] released_comparison of_two(const folded_cell& before, const folded_cell& after,
                                           const tally& joint) const {
    const xqs::comparison c =
        compare(joint, {0, before.population}, {1, after.population}, definition_, options_);
    released_comparison released =
        release(c, definition_, who(before, c.units_before), who(after, c.units_after));
    return flagged(released, before.flags | after.flags);
  }

  /// A group (after) and everybody else (before).
  [[nodiscard]] released_comparison with_rest(const folded_cell& group, const tally& joint) const {
    const xqs::comparison c = compare(joint, {1}, {0}, definition_, options_);
    people rest = group.who;
    rest.count =
        group.units_are_people ? c.units_before : (*count_people_)([&](std::uint32_t other) {
          return other != group.number && !is_extra(other);
        });
    return flagged(release(c, definition_, rest, who(group, c.units_after)), group.flags);
  }

  static std::uint32_t number(std::size_t position) { return static_cast<std::uint32_t>(position); }

  /// Each column of the ledger belongs to the group at its cell's position.
  [[nodiscard]] std::vector<fold_target> plan_of(const input& rows) {
    std::vector<std::uint32_t> position_of_cell(set_.cell_count(), fold_target::nowhere);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (!cells_[i].extra_item) position_of_cell[cells_[i].number] = number(i);
      if (cells_[i].extra_item) extra_.push_back(cells_[i].number);
    }
    const bool by_item = definition_.file().estimator == estimator::item_mean;
    const std::vector<std::string> items = profile_labels(definition_);
    std::vector<fold_target> plan;
    for (std::uint32_t c = 0; c < set_.column_count(); ++c) {
      const auto [cell, item] = set_.column(c);
      std::uint32_t column = 0;
      if (by_item && rows.item(item)) {
        const auto at = std::lower_bound(items.begin(), items.end(), rows.items().text(item));
        column = static_cast<std::uint32_t>(at - items.begin());
      }
      plan.push_back({position_of_cell[cell], column});
    }
    return plan;
  }

  /// All units of the request with an answer in one of its groups.
  [[nodiscard]] request_design design_of(const std::vector<fold_target>& plan) const {
    request_design result;
    bool counted = false;
    set_.entries().for_each(
        [&](const unit_entries::entry& e) {
          counted =
              counted || (e.totals.answers > 0 && plan[e.column].tally != fold_target::nowhere);
        },
        [&] {
          if (counted) ++result.units;
          counted = false;
        });
    if (const auto* number = std::get_if<std::uint64_t>(&request_.population))
      result.population = *number;
    return result;
  }

  [[nodiscard]] bool is_extra(std::uint32_t cell) const {
    return std::find(extra_.begin(), extra_.end(), cell) != extra_.end();
  }

  static people who(const folded_cell& c, std::uint64_t units) {
    return {c.units_are_people ? units : c.who.count, c.who.known};
  }

  static released_comparison flagged(released_comparison released, flag_set flags) {
    if (released.respondents_before > 0 && released.respondents_after > 0)
      released.shown.flags = released.shown.flags | flags;
    return released;
  }

  const definition& definition_;
  const query_document& request_;
  const cell_set& set_;
  std::vector<folded_cell> cells_;
  std::vector<std::uint32_t> extra_;  ///< numbers of the cells of extra items, in no comparison
  std::optional<headcount> count_people_;  ///< where they are not the units
  compare_options options_;
  std::optional<grouped_entries> groups_;
};

/// What a comparison shows of which nothing may be shown: the reason.
compared hidden_comparison(std::vector<cell> keys, flag reason) {
  compared result{std::move(keys)};
  result.released.shown.flags.add(reason);
  return result;
}

group_pair pair_of(std::size_t first, std::size_t second) {
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second)};
}

/// Which cells of the first set may be shown, given whatever else the comparisons show. A mean of
/// items may not where few people answered one of them; nor may others, whose rest has that item.
std::vector<visibility> visible_cells(const definition& d, const input& rows,
                                      const std::vector<cell_set>& sets,
                                      const std::vector<folded_cell>& cells, bool with_rest) {
  std::vector<ordered_set> shown = {{&sets.front(), cells}};
  if (sets.size() > 1) shown.push_back({&sets[1], sets[1].fold(rows)});
  std::vector<visibility> visible = gate(d, rows, shown).front();
  const auto few = std::count_if(cells.begin(), cells.end(),
                                 [](const folded_cell& c) { return c.few_of_an_item; });
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (visible[i] == visibility::shown && (cells[i].few_of_an_item || (with_rest && few > 0)))
      visible[i] = visibility::suppressed;
  return visible;
}

std::vector<compared> compare_periods(const input& rows, const query_document& request,
                                      const std::vector<visibility>& visible,
                                      const std::vector<folded_cell>& cells, table& to) {
  const period_pairs found = pairs_of(rows, request, cells);
  std::vector<compared> all;
  for (const auto& [before, after] : found.pairs) {
    std::vector<cell> keys = keys_of(rows, request.sets.front(), cells[after]);
    keys.emplace_back(period_of(rows, request, cells[before]));
    keys.emplace_back(period_of(rows, request, cells[after]));
    const bool suppressed =
        visible[before] == visibility::suppressed || visible[after] == visibility::suppressed;
    all.push_back(suppressed ? hidden_comparison(std::move(keys), flag::suppressed)
                             : compared{std::move(keys), {}, pair_of(before, after)});
  }
  note_left_out(request, found, to);
  return all;
}

std::vector<compared> compare_groups(const input& rows, const query_document& request,
                                     const std::vector<visibility>& visible,
                                     const std::vector<folded_cell>& cells) {
  const bool with_rest = request.against.empty();
  const std::size_t reference = with_rest ? 0 : position_of(request.against, rows, request, cells);
  std::vector<compared> all;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].extra_item || (!with_rest && i == reference)) continue;
    const visibility own = visible[i];
    std::vector<cell> keys = keys_of(rows, request.sets.front(), cells[i]);
    if (own == visibility::suppressed ||
        (!with_rest && visible[reference] == visibility::suppressed))
      all.push_back(hidden_comparison(std::move(keys), flag::suppressed));
    else if (!with_rest)
      all.push_back({std::move(keys), {}, pair_of(reference, i)});
    else if (own == visibility::shown)
      all.push_back({std::move(keys), {}, pair_of(i, group_pair::rest)});
    else  // what is left of the whole would give back others that are suppressed
      all.push_back(hidden_comparison(std::move(keys), flag::below_minimum));
  }
  if (all.empty() || (with_rest && all.size() == 1))
    throw error(errc::invalid_data, "there is only one group, and no other to compare it with");
  return all;
}

/// p values that are looked at together. Of two groups each is the rest of the other: that is one
/// comparison, seen from both sides.
void adjust(std::vector<compared>& all, bool mirrored) {
  std::vector<xqs::comparison> family;
  family.reserve(all.size());
  for (const compared& c : all) family.push_back(c.released.shown);
  if (mirrored) family.pop_back();
  adjust_together(family);
  for (std::size_t i = 0; i < family.size(); ++i) all[i].released.shown = family[i];
  if (!mirrored) return;
  all[1].released.shown.p_holm = family[0].p_holm;
  all[1].released.shown.p_bh = family[0].p_bh;
}

/// Comparisons of which at least one side is not shown.
std::size_t hidden_rows(const std::vector<compared>& all) {
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const compared& c) {
    return c.released.respondents_before == 0 || c.released.respondents_after == 0;
  }));
}

std::vector<cell> cells_of(const released_comparison& r, const definition& d, bool of_periods) {
  const auto count = [](std::uint64_t n) {
    return n > 0 ? cell(static_cast<std::int64_t>(n)) : cell();
  };
  const xqs::comparison& c = r.shown;
  const cell sides[] = {maybe(c.before), maybe(c.after)};
  const std::size_t first = of_periods ? 0 : 1;  // a group comes before what it is compared with
  return {sides[first],
          sides[1 - first],
          maybe(c.change),
          maybe(c.std_error),
          maybe(c.low),
          maybe(c.high),
          maybe(c.p),
          maybe(c.p_holm),
          maybe(c.p_bh),
          c.verdict ? cell(std::string(name_of(*c.verdict))) : cell(),
          count(c.needed_respondents.value_or(0)),
          count(r.respondents_before),
          count(r.respondents_after),
          c.flags.names(),
          d.provenance()};
}

}  // namespace

std::vector<table::heading> comparison_headings(bool of_periods) {
  using enum column_type;
  std::vector<table::heading> headings;
  if (of_periods) headings = {{"before", text}, {"after", text}};
  headings.insert(headings.end(), {{of_periods ? "score_before" : "score", number},
                                   {of_periods ? "score_after" : "score_other", number},
                                   {"change", number},
                                   {"std_error", number},
                                   {"ci_low", number},
                                   {"ci_high", number},
                                   {"p", number},
                                   {"p_holm", number},
                                   {"p_bh", number},
                                   {"verdict", text},
                                   {"needed_respondents", integer},
                                   {"respondents_before", integer},
                                   {"respondents_after", integer},
                                   {"flags", column_type::flags},
                                   {"definition", text}});
  return headings;
}

scored_table compare_table(const definition& d, const input& rows, const query_document& request,
                           const std::vector<cell_set>& sets, crew& lanes) {
  const bool of_periods = !request.period.empty();
  table result;
  for (const std::string& name : request.sets.front())
    result.columns.push_back({name, column_type::text});
  const std::vector<table::heading> headings = comparison_headings(of_periods);
  result.columns.insert(result.columns.end(), headings.begin(), headings.end());

  const comparer compare_cells(d, rows, request, sets.front());
  const std::vector<folded_cell>& cells = compare_cells.cells();
  const std::vector<visibility> visible =
      visible_cells(d, rows, sets, cells, !of_periods && request.against.empty());
  std::vector<compared> all = of_periods ? compare_periods(rows, request, visible, cells, result)
                                         : compare_groups(rows, request, visible, cells);
  compare_cells.make(all, lanes);
  adjust(all, !of_periods && request.against.empty() && all.size() == 2);
  for (compared& c : all) {
    std::vector<cell> row = std::move(c.keys);
    for (cell& value : cells_of(c.released, d, of_periods)) row.push_back(std::move(value));
    result.rows.push_back(row);
  }
  return {std::move(result), hidden_rows(all)};
}

}  // namespace xqs::engine

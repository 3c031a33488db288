#include "engine/explain_question.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "engine/headcount.hpp"
#include "engine/period_pairs.hpp"
#include "engine/score_question.hpp"
#include "xqs/analysis/explain.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

/// The groups of the first set in the periods of the last.
class explainer {
 public:
  explainer(const definition& d, const input& rows, const query_document& request,
            const std::vector<cell_set>& sets)
      : definition_(d),
        set_(sets.front()),
        groups_(set_.fold(rows)),
        periods_(sets.back().fold(rows)),
        count_people_(set_) {
    sort_cells(rows, set_.by(), groups_);
    sort_cells(rows, sets.back().by(), periods_);
    if (const auto* number = std::get_if<std::uint64_t>(&request.population))
      options_.population_before = options_.population_after = *number;
  }

  [[nodiscard]] const std::vector<folded_cell>& periods() const { return periods_; }

  [[nodiscard]] released_explanation operator()(const period_pair& pair) const {
    const folded_cell& before = periods_[pair.before];
    const folded_cell& after = periods_[pair.after];
    const std::vector<place> places = places_in(before.group.back(), after.group.back());
    const explanation e = explain(set_.entries(), plan_of(places), definition_, options_);
    released_explanation released = release(e, definition_, people_of(e, places, before, after));
    if (released.respondents_before > 0 && released.respondents_after > 0)
      released.shown.flags = released.shown.flags | before.flags | after.flags;
    return released;
  }

 private:
  /// Where a cell of the set stands in a move.
  struct place {
    std::uint32_t cell;
    std::uint32_t period;  ///< 0 before, 1 after
    std::uint32_t group;   ///< in sorted order, so that the order of the rows changes nothing
    bool without_requirement;
    std::uint64_t people;
  };

  [[nodiscard]] std::vector<place> places_in(std::uint32_t before, std::uint32_t after) const {
    std::vector<place> places;
    std::map<std::vector<std::uint32_t>, std::uint32_t> numbers;
    for (const folded_cell& c : groups_) {
      const bool is_before = c.group.back() == before;
      if (c.extra_item || (!is_before && c.group.back() != after)) continue;
      const std::vector<std::uint32_t> group(c.group.begin(), c.group.end() - 1);
      const auto next = static_cast<std::uint32_t>(numbers.size());
      const std::uint32_t number = numbers.emplace(group, next).first->second;
      const bool nothing = c.state.empty() || c.state.sum(0).is_zero();
      places.push_back({c.number, is_before ? 0u : 1u, number, nothing, c.who.count});
    }
    return places;
  }

  [[nodiscard]] std::vector<fold_target> plan_of(const std::vector<place>& places) const {
    std::map<std::uint32_t, fold_target> targets;
    for (const place& p : places) targets[p.cell] = {p.period, p.group};
    std::vector<fold_target> plan(set_.column_count());
    for (std::uint32_t c = 0; c < plan.size(); ++c)
      if (const auto found = targets.find(set_.column(c).first); found != targets.end())
        plan[c] = found->second;
    return plan;
  }

  /// Whom the periods, and the parts that may be about few people, are about.
  [[nodiscard]] explained_people people_of(const explanation& e, const std::vector<place>& places,
                                           const folded_cell& before,
                                           const folded_cell& after) const {
    explained_people who{.before = before.who, .after = after.who};
    if (e.groups.empty()) return who;
    const auto count = [&](auto belongs) {
      std::set<std::uint32_t> cells;
      for (const place& p : places)
        if (belongs(p)) cells.insert(p.cell);
      return cells.empty() ? 0 : count_people_([&](auto cell) { return cells.contains(cell); });
    };
    const auto only_in = [&](present_in which) {
      return count([&, which](const place& p) {
        return !p.without_requirement && e.groups[p.group].periods == which;
      });
    };
    who.entry = only_in(present_in::after);
    who.exit = only_in(present_in::before);
    who.without_requirement = count([](const place& p) { return p.without_requirement; });
    for (const place& p : places)
      if (p.people > 0 && (who.smallest_group == 0 || p.people < who.smallest_group))
        who.smallest_group = p.people;
    return who;
  }

  const definition& definition_;
  const cell_set& set_;
  std::vector<folded_cell> groups_;
  std::vector<folded_cell> periods_;
  headcount count_people_;
  explain_options options_;
};

std::string_view why(no_split reason) {
  switch (reason) {
    case no_split::no_requirement:
      return "nothing was required in one of them";
    case no_split::weighted:
      return "means per answer would need weighted counts of answers";
    case no_split::small_group:
      return "a part would be about fewer people than may be shown";
  }
  return "";
}

/// The scores of both periods, which have no column, and why there are no parts.
void note_move(const explanation& shown, const std::string& before, const std::string& after,
               table& to) {
  if (shown.before && shown.after)
    to.notes.push_back("score " + rounded(*shown.before) + " in " + before + ", " +
                       rounded(*shown.after) + " in " + after);
  if (shown.not_split)
    to.notes.push_back("the move from " + before + " to " + after +
                       " is not split: " + std::string(why(*shown.not_split)));
}

void add_parts(const explanation& shown, const std::string& before, const std::string& after,
               const definition& d, table& to) {
  for (std::size_t p = 0; p < shown.parts.size(); ++p)
    to.rows.push_back({before, after, std::string(choice_names<move_part>[p]),
                       maybe(shown.parts[p].value), maybe(shown.parts[p].std_error),
                       shown.flags.names(), d.provenance()});
}

}  // namespace

std::vector<table::heading> explanation_headings() {
  using enum column_type;
  return {{"before", text},         {"after", text},       {"part", text},
          {"contribution", number}, {"std_error", number}, {"flags", column_type::flags},
          {"definition", text}};
}

scored_table explain_table(const definition& d, const input& rows, const query_document& request,
                           const std::vector<cell_set>& sets) {
  table result;
  result.columns = explanation_headings();
  const explainer explain_move(d, rows, request, sets);
  const period_pairs found = pairs_of(rows, request, explain_move.periods());
  std::size_t hidden = 0;
  for (const period_pair& pair : found.pairs) {
    const released_explanation released = explain_move(pair);
    const std::string before = period_of(rows, request, explain_move.periods()[pair.before]);
    const std::string after = period_of(rows, request, explain_move.periods()[pair.after]);
    add_parts(released.shown, before, after, d, result);
    note_move(released.shown, before, after, result);
    if (released.respondents_before == 0 || released.respondents_after == 0) ++hidden;
  }
  note_left_out(request, found, result);
  return {std::move(result), hidden};
}

}  // namespace xqs::engine

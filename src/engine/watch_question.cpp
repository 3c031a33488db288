#include "engine/watch_question.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "engine/gate.hpp"
#include "xqs/analysis/e_bh.hpp"
#include "xqs/analysis/watch.hpp"
#include "xqs/analysis/watch_pair.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

watch_rule rule_of(const query_document& request) {
  watch_rule rule{.alpha = request.alpha.value()};
  if (request.good) rule.good = request.good->value();
  if (request.bad) rule.bad = request.bad->value();
  return rule;
}

/// The groups of a request as concepts, in the order of printing.
class watched_groups {
 public:
  watched_groups(const definition& d, const input& rows, const query_document& request,
                 const cell_set& set)
      : definition_(d), rows_(rows), request_(request), set_(set) {
    std::vector<ordered_set> shown = {{&set, set.fold(rows)}};
    sort_cells(rows, set.by(), shown.front().cells);
    visible_ = gate(d, rows, shown).front();
    groups_ = std::move(shown.front().cells);
    states_.assign(groups_.size(), watch_state(d, request.max_answers, set.identity().unit_kind));
    fold(set.entries(), plan(), states_);
    if (!request.against.empty()) find_reference();
  }

  [[nodiscard]] const std::vector<folded_cell>& groups() const { return groups_; }
  [[nodiscard]] bool has_row(std::size_t at) const {
    return !groups_[at].extra_item && at != reference_;
  }

  /// What a group may show: beside another one nothing if that is hidden.
  [[nodiscard]] released_score released(std::size_t at) const {
    const folded_cell& c = groups_[at];
    const bool beside_hidden = reference_ && visible_[*reference_] != visibility::shown;
    if (visible_[at] == visibility::suppressed || beside_hidden) return suppressed_score();
    score shown;
    if (c.state.sum(0).is_zero())
      shown.flags.add(flag::no_requirement);
    else if (c.state.sum(1) > c.state.sum(0))
      shown.flags.add(flag::over_100);
    released_score result = release(shown, definition_, c.who);
    if (result.shown) result.flags = result.flags | c.flags;
    return result;
  }

  /// Whether a verdict may be given.
  [[nodiscard]] bool judged(std::size_t at) const {
    return may_judge(definition_, groups_[at].who.count) &&
           (!reference_ || may_judge(definition_, groups_[*reference_].who.count));
  }

  /// The state of a concept. Evidence against another one is for and against being better.
  [[nodiscard]] watch_result watched(std::size_t at) const {
    watch_result result = watch(states_[at], rule_of(request_));
    if (!reference_) return result;
    result.evidence_good = evidence_better(states_[at], states_[*reference_]);
    result.evidence_bad = evidence_better(states_[*reference_], states_[at]);
    return result;
  }

 private:
  [[nodiscard]] std::vector<std::uint32_t> plan() const {
    std::vector<std::uint32_t> position_of_cell(set_.cell_count(), fold_target::nowhere);
    for (std::uint32_t i = 0; i < groups_.size(); ++i)
      if (!groups_[i].extra_item) position_of_cell[groups_[i].number] = i;
    std::vector<std::uint32_t> columns;
    for (std::uint32_t c = 0; c < set_.columns().size(); ++c)
      columns.push_back(position_of_cell[set_.columns()[c].first]);
    return columns;
  }

  void find_reference() {
    reference_ = position_of(request_.against, rows_, request_, groups_);
    require_other_people();
  }

  /// Evidence of two concepts multiplies only if nobody is in both.
  void require_other_people() const {
    std::vector<presence> present = set_.presences();
    std::sort(present.begin(), present.end(),
              [](const presence& a, const presence& b) { return a.person < b.person; });
    const std::uint32_t reference = groups_[*reference_].number;
    for (std::size_t first = 0, last = 0; first < present.size(); first = last) {
      bool in_reference = false;
      for (; last < present.size() && present[last].person == present[first].person; ++last)
        in_reference = in_reference || present[last].cell == reference;
      if (in_reference && last - first > 1)
        throw error(errc::invalid_data,
                    "people have answered on " + detail::in_quotes(request_.against) +
                        " and on another group as well; evidence between two concepts needs "
                        "different people: choose groups that share nobody (where)");
    }
  }

  const definition& definition_;
  const input& rows_;
  const query_document& request_;
  const cell_set& set_;
  std::vector<folded_cell> groups_;
  std::vector<visibility> visible_;
  std::vector<watch_state> states_;
  std::optional<std::size_t> reference_;
};

/// Verdicts of all concepts that may have one, together.
void judge(std::vector<watch_result>& results, const std::vector<std::size_t>& judged,
           double alpha) {
  std::vector<watch_result> family;
  for (const std::size_t i : judged) family.push_back(results[i]);
  judge_together(family, alpha);
  for (watch_result& r : results) r.verdict = watch_verdict::undecided;
  for (std::size_t k = 0; k < judged.size(); ++k) results[judged[k]].verdict = family[k].verdict;
}

std::vector<cell> cells_of(const released_score& r, const watch_result& w, const definition& d) {
  std::vector<cell> cells(7);
  if (r.shown)
    cells = {maybe(w.score),
             w.range ? cell(w.range->low) : cell(),
             w.range ? cell(w.range->high) : cell(),
             maybe(w.evidence_good),
             maybe(w.evidence_bad),
             std::string(name_of(w.verdict)),
             static_cast<std::int64_t>(r.respondents)};
  cells.emplace_back(r.flags.names());
  cells.emplace_back(d.provenance());
  return cells;
}

}  // namespace

std::vector<table::heading> watch_headings() {
  using enum column_type;
  return {{"score", number},        {"ci_low", number},
          {"ci_high", number},      {"evidence_good", number},
          {"evidence_bad", number}, {"verdict", text},
          {"respondents", integer}, {"flags", column_type::flags},
          {"definition", text}};
}

void require_watchable(const definition& d, const query_document& request) {
  try {
    (void)watch(watch_state(d, request.max_answers), rule_of(request));
  } catch (const error& e) {  // what does not fit the definition is wrong in the request
    throw error(errc::invalid_query, e.what());
  }
}

scored_table watch_table(const definition& d, const input& rows, const query_document& request,
                         const cell_set& set) {
  table result;
  for (const std::string& name : set.by()) result.columns.push_back({name, column_type::text});
  const std::vector<table::heading> headings = watch_headings();
  result.columns.insert(result.columns.end(), headings.begin(), headings.end());

  const watched_groups concepts(d, rows, request, set);
  const std::size_t count = concepts.groups().size();
  std::vector<released_score> released(count);
  std::vector<watch_result> results(count);
  std::vector<std::size_t> judged;
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!concepts.has_row(i)) continue;
    released[i] = concepts.released(i);
    if (!released[i].shown) {
      ++hidden;
      continue;
    }
    results[i] = concepts.watched(i);
    if (concepts.judged(i)) judged.push_back(i);
  }
  judge(results, judged, request.alpha.value());
  for (std::size_t i = 0; i < count; ++i) {
    if (!concepts.has_row(i)) continue;
    std::vector<cell> row = keys_of(rows, set.by(), concepts.groups()[i]);
    for (cell& value : cells_of(released[i], results[i], d)) row.push_back(std::move(value));
    result.rows.push_back(std::move(row));
  }
  return {std::move(result), hidden};
}

}  // namespace xqs::engine

#include "engine/watch_question.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
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
    if (!request.against.empty()) reference_ = position_of(request.against, rows, request, groups_);
    const std::vector<std::uint32_t> position = positions();
    require_few_enough(position);
    if (reference_ && visible_[*reference_] == visibility::shown) {
      require_other_people();
      require_other_units(position);
    }
    states_.assign(groups_.size(), watch_state(d, request.max_answers, set.identity().unit_kind));
    fold(set.entries(), position, states_);
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

  void note_reference(table& to) const {
    if (!reference_) return;
    if (std::count_if(groups_.begin(), groups_.end(),
                      [](const folded_cell& c) { return !c.extra_item; }) < 2)
      throw error(errc::invalid_data, "there is only one group, and no other to watch it against");
    if (visible_[*reference_] != visibility::shown)
      to.notes.push_back("group " + detail::in_quotes(request_.against) +
                         " is hidden, and so is whatever is compared with it");
  }

  /// Whether a verdict may be given.
  [[nodiscard]] bool judged(std::size_t at) const {
    return may_judge(definition_, groups_[at].who.count) &&
           (!reference_ || may_judge(definition_, groups_[*reference_].who.count));
  }

  /// The state of a concept. Evidence against another one is for and against being better.
  [[nodiscard]] watch_result watched(std::size_t at) const {
    watch_result result = watch(states_[at], rule_of(request_));
    if (!result.score) return {.units = result.units};  // nothing was required, nothing achieved
    if (!reference_) return result;
    result.evidence_good = evidence_better(states_[at], states_[*reference_]);
    result.evidence_bad = evidence_better(states_[*reference_], states_[at]);
    return result;
  }

 private:
  /// Of the cells that are shown, by their numbers: what is hidden decides nothing.
  [[nodiscard]] std::vector<std::uint32_t> positions_of_cells() const {
    std::vector<std::uint32_t> position(set_.cell_count(), fold_target::nowhere);
    for (std::uint32_t i = 0; i < groups_.size(); ++i)
      if (!groups_[i].extra_item && visible_[i] == visibility::shown)
        position[groups_[i].number] = i;
    return position;
  }
  /// Of the columns of the ledger.
  [[nodiscard]] std::vector<std::uint32_t> positions() const {
    const std::vector<std::uint32_t> of_cells = positions_of_cells();
    std::vector<std::uint32_t> position;
    for (std::uint32_t c = 0; c < set_.column_count(); ++c)
      position.push_back(of_cells[set_.column(c).first]);
    return position;
  }

  /// In a pooled set a unit has one entry in each of its groups.
  void require_few_enough(const std::vector<std::uint32_t>& position) const {
    set_.entries().for_each([&](const unit_entries::entry& e) {
      if (position[e.column] == fold_target::nowhere || e.totals.answers <= request_.max_answers)
        return;
      const bool identified = definition_.file().confidentiality == confidentiality::identified;
      throw error(errc::invalid_data,
                  "a unit (" + request_.unit + ") of " + group_in_words(position[e.column]) +
                      " gave " + (identified ? std::to_string(e.totals.answers) : "more") +
                      (identified ? " answers, more than" : " answers than") + " max_answers, " +
                      std::to_string(request_.max_answers) + ", allows");
    });
  }

  [[nodiscard]] std::string group_in_words(std::uint32_t at) const {
    std::string names;
    for (std::size_t i = 0; i < set_.by().size(); ++i) {
      const key_column& key = rows_.key(set_.by()[i]);
      const std::uint32_t value = groups_[at].group[i];
      names += (names.empty() ? "" : ", ") + set_.by()[i] + " " +
               (value == key_column::null ? "(none)" : detail::in_quotes(key.text(value)));
    }
    return names.empty() ? "the input" : names;
  }

  /// Evidence of two concepts multiplies only if they share nothing that varies.
  void require_other_units(const std::vector<std::uint32_t>& position) const {
    bool in_reference = false;
    bool in_another = false;
    set_.entries().for_each(
        [&](const unit_entries::entry& e) {
          if (position[e.column] == fold_target::nowhere || e.totals.answers == 0) return;
          (position[e.column] == *reference_ ? in_reference : in_another) = true;
        },
        [&] {
          if (in_reference && in_another)
            throw shared("units (" + request_.unit + ") have answers on");
          in_reference = in_another = false;
        });
  }

  void require_other_people() const {
    const std::vector<std::uint32_t> of_cells = positions_of_cells();
    std::vector<presence> present = set_.presences();
    std::erase_if(present, [&](const presence& p) {
      return !p.counted || of_cells[p.cell] == fold_target::nowhere;
    });
    std::sort(present.begin(), present.end(),
              [](const presence& a, const presence& b) { return a.person < b.person; });
    for (std::size_t first = 0, last = 0; first < present.size(); first = last) {
      bool in_reference = false;
      bool in_another = false;
      for (; last < present.size() && present[last].person == present[first].person; ++last)
        (of_cells[present[last].cell] == *reference_ ? in_reference : in_another) = true;
      if (in_reference && in_another)
        throw shared(present[first].person == key_column::null ? "rows without a respondent are on"
                                                               : "people have answered on");
    }
  }

  [[nodiscard]] error shared(const std::string& who) const {
    return {errc::invalid_data,
            who + " " + detail::in_quotes(request_.against) +
                " and on another group as well; evidence between two concepts needs different "
                "people: choose groups that share nobody (where)"};
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
  family.reserve(judged.size());
  for (const std::size_t i : judged) family.push_back(results[i]);
  judge_together(family, alpha);
  for (watch_result& r : results) r.verdict = watch_verdict::undecided;
  for (std::size_t k = 0; k < judged.size(); ++k) results[judged[k]].verdict = family[k].verdict;
}

/// A number to two digits.
double coarse(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", number);
  return std::strtod(text, nullptr);
}

/// What may be shown of a watch. Evidence is a function of each single answer, and with all its
/// digits gives them back; so under an anonymous definition it is for as many people as a verdict,
/// and rounded, the range outwards.
watch_result show(watch_result w, const definition& d, bool judged) {
  if (d.file().confidentiality == confidentiality::identified) return w;
  if (!judged) return {.score = w.score, .verdict = w.verdict, .units = w.units};
  if (w.range) w.range = {std::floor(10 * w.range->low) / 10, std::ceil(10 * w.range->high) / 10};
  if (w.evidence_good) w.evidence_good = coarse(*w.evidence_good);
  if (w.evidence_bad) w.evidence_bad = coarse(*w.evidence_bad);
  return w;
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
  concepts.note_reference(result);
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
    const watch_result shown = show(results[i], d, concepts.judged(i));
    for (cell& value : cells_of(released[i], shown, d)) row.push_back(std::move(value));
    result.rows.push_back(row);
  }
  return {std::move(result), hidden};
}

}  // namespace xqs::engine

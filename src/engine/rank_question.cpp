#include "engine/rank_question.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "engine/gate.hpp"
#include "xqs/analysis/funnel.hpp"
#include "xqs/analysis/rank.hpp"
#include "xqs/analysis/shrinkage.hpp"
#include "xqs/detail/threads.hpp"
#include "xqs/error.hpp"
#include "xqs/score/student_t.hpp"

namespace xqs::engine {
namespace {

/// The groups of a request, in the order of printing, and what of them takes part.
class ranking {
 public:
  ranking(const definition& d, const input& rows, const query_document& request,
          const std::vector<cell_set>& sets)
      : definition_(d), rows_(rows), request_(request), set_(sets.back()) {
    std::vector<ordered_set> shown = {{&sets.front(), sets.front().fold(rows)}};
    sort_cells(rows, sets.front().by(), shown.front().cells);
    visible_ = gate(d, rows, shown).front();
    groups_ = std::move(shown.front().cells);
    if (std::count_if(groups_.begin(), groups_.end(),
                      [](const folded_cell& c) { return !c.extra_item; }) < 2)
      throw error(errc::invalid_data, "there is only one group, and no other to rank it with");
    if (standardised())
      place_segments();
    else
      place_groups();
    sample_ranks_of_groups();
  }

  [[nodiscard]] const std::vector<folded_cell>& groups() const { return groups_; }

  /// What a group may show. Standardised scores have another value and interval.
  [[nodiscard]] released_score released(std::size_t at) const {
    const folded_cell& c = groups_[at];
    if (visible_[at] == visibility::suppressed) return suppressed_score();
    if (visible_[at] != visibility::shown) return release({}, definition_, c.who);
    released_score result = release(
        standardised() ? standardised_score(at) : score_of(c.state, definition_, c.population),
        definition_, c.who);
    result.flags = result.flags | c.flags;
    return result;
  }

  /// Ranks of the groups that may carry one.
  [[nodiscard]] std::vector<std::optional<entry_rank>> ranks() const {
    rank_settings settings{.alpha = request_.alpha.value(),
                           .family = request_.family,
                           .adjustment = request_.adjustment};
    return rank(judged(), sample_.residuals, settings, detail::threads(request_.threads));
  }

  /// The estimates of those groups; empty for all others.
  [[nodiscard]] std::vector<std::optional<rank_entry>> judged() const {
    std::vector<std::optional<rank_entry>> entries = sample_.entries;
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (!may_judge(definition_, groups_[i].who.count)) entries[i].reset();
    return entries;
  }

  /// Says what the segments do to groups that have few of them, or few people in one.
  void note_segments(table& to) const {
    if (hidden_for_segments_ > 0)
      to.notes.push_back("groups hidden since a " + request_.standardise +
                         " of theirs has fewer respondents than may be shown: " +
                         std::to_string(hidden_for_segments_));
    note_coverage(to);
  }

 private:
  /// As `unit_entries` has them.
  struct units {
    const cell_set& of;
    const input& rows;

    template <typename Visit, typename EndOfUnit>
    void for_each(Visit visit, EndOfUnit unit_ends) const {
      of.for_each_of_units(rows, visit, unit_ends);
    }
  };

  void note_coverage(table& to) const {
    std::string names;
    std::size_t count = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (!sample_.entries[i] || sample_.covered[i] > 1 - 1e-12 || ++count > 10) continue;
      names += (names.empty() ? "" : ", ") + name_of(groups_[i]) + " (" +
               rounded(100 * sample_.covered[i]) + " %)";
    }
    if (count > 0)
      to.notes.push_back("groups without answers in every " + request_.standardise +
                         " are standardised over the requirement they share with the others: " +
                         names + (count > 10 ? ", ..." : ""));
  }

  [[nodiscard]] bool standardised() const { return !request_.standardise.empty(); }

  void place(const folded_cell& c, const rank_place& where) {
    if (c.extra_item || visible_[where.entry] != visibility::shown) return;
    if (c.number >= places_.size()) places_.resize(std::size_t{c.number} + 1);
    places_[c.number] = where;
  }

  void place_groups() {
    for (std::uint32_t i = 0; i < groups_.size(); ++i) place(groups_[i], {i, 0});
  }

  /// Segments are numbered by their text, so that the order of the rows changes nothing. A group is
  /// hidden that has one of few people: its standardised score could give them back.
  void place_segments() {
    const std::vector<folded_cell> cells = set_.fold(rows_);
    const std::map<std::uint32_t, std::uint32_t> numbers = segment_numbers(cells);
    std::map<std::vector<std::uint32_t>, std::uint32_t> positions;
    for (std::uint32_t i = 0; i < groups_.size(); ++i) positions.emplace(groups_[i].group, i);
    const auto position = [&](const folded_cell& c) {
      return positions.at({c.group.begin(), c.group.end() - 1});
    };
    for (const folded_cell& c : cells)
      if (!c.extra_item && c.who.count > 0 && !may_show(definition_, c.who.count) &&
          visible_[position(c)] == visibility::shown) {
        visible_[position(c)] = visibility::suppressed;
        ++hidden_for_segments_;
      }
    for (const folded_cell& c : cells)
      if (c.who.count > 0) place(c, {position(c), numbers.at(c.group.back())});
  }

  [[nodiscard]] std::map<std::uint32_t, std::uint32_t> segment_numbers(
      const std::vector<folded_cell>& cells) const {
    const key_column& key = rows_.key(request_.standardise);
    std::map<std::string, std::uint32_t> by_text;  // null is apart, and last
    for (const folded_cell& c : cells)
      if (c.group.back() != key_column::null)
        by_text.emplace(key.text(c.group.back()), c.group.back());
    std::map<std::uint32_t, std::uint32_t> numbers;
    for (const auto& [text, value] : by_text)
      numbers.emplace(value, static_cast<std::uint32_t>(numbers.size()));
    numbers.emplace(key_column::null, static_cast<std::uint32_t>(numbers.size()));
    return numbers;
  }

  void sample_ranks_of_groups() {
    std::vector<rank_place> plan;
    for (std::uint32_t c = 0; c < set_.column_count(); ++c) {
      const std::uint32_t cell = set_.column(c).first;
      plan.push_back(cell < places_.size() ? places_[cell] : rank_place{});
    }
    std::vector<std::optional<std::uint64_t>> populations;
    if (!std::holds_alternative<std::monostate>(request_.population))
      for (const folded_cell& c : groups_) populations.push_back(c.population);
    sample_ = sample_ranks(units{set_, rows_}, plan, static_cast<std::uint32_t>(groups_.size()),
                           populations);
  }

  [[nodiscard]] score standardised_score(std::size_t at) const {
    score result;
    const std::optional<rank_entry>& e = sample_.entries[at];
    if (!e) {
      result.flags.add(flag::no_requirement);
      return result;
    }
    result.value = e->value;
    if (e->value > 100) result.flags.add(flag::over_100);
    if (e->census) {
      result.low = result.high = e->value;
    } else if (e->df > 0 && e->std_error > 0) {
      const double tail = (1 - definition_.file().level.value()) / 2;
      const double half = -student_t_quantile(tail, e->df) * e->std_error;
      result.low = e->value - half;
      result.high = e->value + half;
    } else if (e->df > 0) {
      result.flags.add(flag::degenerate);
    }
    return result;
  }

  [[nodiscard]] std::string name_of(const folded_cell& c) const {
    std::string names;
    for (const cell& key : keys_of(rows_, request_.sets.front(), c)) {
      const auto* text = std::get_if<std::string>(&key);
      names += (names.empty() ? "" : ", ") + (text == nullptr ? "(none)" : *text);
    }
    return names;
  }

  const definition& definition_;
  const input& rows_;
  const query_document& request_;
  const cell_set& set_;  // the finest
  std::vector<folded_cell> groups_;
  std::vector<visibility> visible_;
  std::vector<rank_place> places_;  // of the cells of `set_`, by their numbers
  std::size_t hidden_for_segments_ = 0;
  rank_sample sample_;
};

/// What is for display beside a rank.
struct standing {
  std::optional<double> shrunken = {};
  std::optional<funnel_side> side = {};
};

/// Nothing can be said of entries of which none has a variance.
std::vector<standing> standings(const std::vector<std::optional<rank_entry>>& judged) {
  std::vector<rank_entry> entries;
  for (const auto& e : judged)
    if (e) entries.push_back(*e);
  borrow_variance(entries);
  const shrinkage shrunken = shrink(entries);
  const funnel around = funnel_of(entries);
  const bool varies = std::any_of(entries.begin(), entries.end(),
                                  [](const rank_entry& e) { return e.std_error > 0; });
  std::vector<standing> result(judged.size());
  for (std::size_t i = 0, k = 0; i < judged.size(); ++i) {
    if (!judged[i]) continue;
    if (varies) result[i] = {shrunken.entries[k].value, around.entries[k].side};
    ++k;
  }
  return result;
}

/// The positions of the rows: all in the order of printing, or the first or last ranks.
std::vector<std::size_t> selection(const std::vector<std::optional<entry_rank>>& ranks,
                                   const std::vector<folded_cell>& groups,
                                   const query_document& request) {
  std::vector<std::size_t> chosen;
  const auto limit = request.top ? request.top : request.bottom;
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (!groups[i].extra_item && (!limit || ranks[i])) chosen.push_back(i);
  if (!limit) return chosen;
  std::stable_sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
    return request.top ? ranks[a]->rank < ranks[b]->rank : ranks[a]->rank > ranks[b]->rank;
  });
  if (chosen.size() > *limit) chosen.resize(*limit);
  return chosen;
}

std::vector<cell> cells_of(const released_score& r, const std::optional<entry_rank>& rank,
                           const standing& s, const definition& d) {
  const score shown = r.shown.value_or(score());
  flag_set flags = r.flags;
  if (rank && rank->variance_borrowed) flags.add(flag::variance_borrowed);
  const auto place = [&](std::uint32_t entry_rank::*part) {
    return rank ? cell(static_cast<std::int64_t>((*rank).*part)) : cell();
  };
  return {maybe(shown.value),
          maybe(shown.low),
          maybe(shown.high),
          place(&entry_rank::rank),
          place(&entry_rank::low),
          place(&entry_rank::high),
          place(&entry_rank::tier),
          maybe(s.shrunken),
          s.side ? cell(std::string(name_of(*s.side))) : cell(),
          r.shown ? cell(static_cast<std::int64_t>(r.respondents)) : cell(),
          flags.names(),
          d.provenance()};
}

void require_other_segments(const input& rows, const query_document& request) {
  if (request.standardise.empty()) return;
  if (request.unit != "row" && request.unit != "response" &&
      rows.same_column(request.unit, request.standardise))
    throw error(errc::invalid_query, "the unit " + request.unit + " is the segment as well");
  for (const std::string& name : request.sets.front())
    if (rows.same_column(name, request.standardise))
      throw error(errc::invalid_query,
                  "groups by " + name + " have one segment each of " + request.standardise);
}

}  // namespace

std::vector<table::heading> rank_headings() {
  using enum column_type;
  return {{"score", number},
          {"ci_low", number},
          {"ci_high", number},
          {"rank", integer},
          {"rank_low", integer},
          {"rank_high", integer},
          {"tier", integer},
          {"shrunken", number},
          {"funnel", text},
          {"respondents", integer},
          {"flags", column_type::flags},
          {"definition", text}};
}

scored_table rank_table(const definition& d, const input& rows, const query_document& request,
                        const std::vector<cell_set>& sets) {
  require_other_segments(rows, request);
  const std::vector<std::string>& by = request.sets.front();
  table result;
  for (const std::string& name : by) result.columns.push_back({name, column_type::text});
  const std::vector<table::heading> headings = rank_headings();
  result.columns.insert(result.columns.end(), headings.begin(), headings.end());

  const ranking groups(d, rows, request, sets);
  const std::vector<std::optional<entry_rank>> ranks = groups.ranks();
  const std::vector<standing> beside = standings(groups.judged());
  std::size_t hidden = 0;
  std::vector<released_score> released;
  for (std::size_t i = 0; i < groups.groups().size(); ++i) {
    released.push_back(groups.released(i));
    if (!released.back().shown && !groups.groups()[i].extra_item) ++hidden;
  }
  for (const std::size_t i : selection(ranks, groups.groups(), request)) {
    std::vector<cell> row = keys_of(rows, by, groups.groups()[i]);
    for (cell& value : cells_of(released[i], ranks[i], beside[i], d))
      row.push_back(std::move(value));
    result.rows.push_back(row);
  }
  if (!request.standardise.empty()) groups.note_segments(result);
  if (std::none_of(ranks.begin(), ranks.end(), [](const auto& r) { return r.has_value(); }))
    result.notes.push_back("no group has a rank: each has no score, or fewer than the " +
                           std::to_string(d.file().minimum_for_verdict) +
                           " respondents that definition " + d.label() + " asks for");
  return {std::move(result), hidden};
}

}  // namespace xqs::engine

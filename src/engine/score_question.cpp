#include "engine/score_question.hpp"

#include <charconv>
#include <iterator>
#include <system_error>

#include "engine/gate.hpp"
#include "engine/group_order.hpp"
#include "engine/plain_scores.hpp"
#include "engine/score_columns.hpp"
#include "engine/score_selection.hpp"
#include "xqs/detail/number_text.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"
#include "xqs/score/release.hpp"
#include "xqs/score/score.hpp"

namespace xqs::engine {
namespace {

/// The scores of the cells that may be shown, each cell then knowing whom its score uses.
std::vector<std::vector<std::optional<score>>> score_cells(const definition& d,
                                                           std::vector<ordered_set>& sets) {
  std::vector<std::vector<std::optional<score>>> scores;
  for (ordered_set& set : sets) {
    scores.emplace_back();
    for (folded_cell& c : set.cells) {
      scores.back().emplace_back();
      if (!may_show(d, c.who.count)) continue;
      scores.back().back() = score_of(c.state, d, c.population);
      if (c.units_are_people) c.who.count = scores.back().back()->units;
    }
  }
  return scores;
}

std::vector<ordered_set> ordered(const input& rows, const std::vector<cell_set>& sets) {
  std::vector<ordered_set> result;
  for (const cell_set& set : sets) {
    result.push_back({&set, set.fold(rows)});
    sort_cells(rows, set.by(), result.back().cells);
  }
  return result;
}

}  // namespace

void sort_cells(const input& rows, const std::vector<std::string>& by,
                std::vector<folded_cell>& cells) {
  std::vector<std::uint32_t> groups;
  groups.reserve(cells.size() * by.size());
  for (const folded_cell& c : cells) groups.insert(groups.end(), c.group.begin(), c.group.end());
  std::vector<folded_cell> sorted;
  sorted.reserve(cells.size());
  for (const std::uint32_t at : group_order(rows, by, groups, cells.size()))
    sorted.push_back(std::move(cells[at]));
  cells.swap(sorted);
}

cell key_cell(const key_column& key, std::uint32_t number) {
  return number == key_column::null ? cell() : cell(std::string(key.text(number)));
}

std::vector<cell> keys_of(const input& rows, const std::vector<std::string>& by,
                          const folded_cell& c) {
  std::vector<cell> keys;
  for (std::size_t i = 0; i < by.size(); ++i) keys.push_back(key_cell(rows.key(by[i]), c.group[i]));
  return keys;
}

std::size_t position_of(const std::string& group, const input& rows, const query_document& request,
                        const std::vector<folded_cell>& cells) {
  const key_column& key = rows.key(request.sets.front().front());
  std::string known;
  std::size_t count = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].extra_item || cells[i].group[0] == key_column::null) continue;
    if (key.text(cells[i].group[0]) == group) return i;
    if (++count <= 10)
      known += (count == 1 ? "" : ", ") + detail::in_quotes(key.text(cells[i].group[0]));
  }
  throw error(errc::invalid_data, "there is no group " + detail::in_quotes(group) + " of " +
                                      request.sets.front().front() +
                                      " to compare others with; there are " + known +
                                      (count > 10 ? ", ..." : ""));
}

std::string rounded(double per_cent) {
  char text[32];
  const auto [end, problem] =
      std::to_chars(text, std::end(text), per_cent, std::chars_format::fixed, 1);
  return problem == std::errc() ? std::string(text, end) : detail::shortest(per_cent);
}

cell maybe(const std::optional<double>& number) { return number ? cell(*number) : cell(); }

scored_table score_table(const definition& d, const input& rows, const query_document& request,
                         const std::vector<cell_set>& sets, crew& lanes,
                         const std::set<std::uint32_t>& hidden_cells) {
  if (hidden_cells.empty() && are_plain(d, sets))
    return {plain_scores(d, rows, request, sets, lanes), 0};
  scored_table scored;
  std::vector<ordered_set> cells = ordered(rows, sets);
  const std::vector<std::vector<std::optional<score>>> scores = score_cells(d, cells);
  const std::vector<std::vector<visibility>> visible = gate(d, rows, cells);
  score_columns result(d, rows, sets);
  for (std::size_t s = 0; s < sets.size(); ++s) {
    std::vector<released_score> released;
    std::vector<std::optional<double>> values;
    for (std::size_t i = 0; i < cells[s].cells.size(); ++i) {
      const folded_cell& c = cells[s].cells[i];
      const bool suppressed = visible[s][i] == visibility::suppressed || c.few_of_an_item ||
                              hidden_cells.contains(c.number);
      released.push_back(suppressed     ? suppressed_score()
                         : scores[s][i] ? release(*scores[s][i], d, c.who)
                                        : release({}, d, c.who));
      const std::optional<score>& shown = released.back().shown;
      values.push_back(shown ? shown->value : std::nullopt);
      if (!shown) ++scored.hidden_cells;
    }
    const std::vector<std::size_t> chosen = selection(values, request);
    result.start(s, chosen.size(), lanes);
    for (std::size_t row = 0; row < chosen.size(); ++row) {
      const std::size_t i = chosen[row];
      const std::optional<score>& shown = released[i].shown;
      result.add_group(cells[s].cells[i].group);
      result.set_rest(row, cells[s].cells[i], released[i],
                      shown ? shown->confidence() : std::nullopt);
    }
  }
  scored.result = result.take();
  return scored;
}

}  // namespace xqs::engine

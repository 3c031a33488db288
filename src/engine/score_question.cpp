#include "engine/score_question.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>
#include <system_error>

#include "engine/gate.hpp"
#include "xqs/detail/number_text.hpp"
#include "xqs/detail/order.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"
#include "xqs/score/release.hpp"
#include "xqs/score/score.hpp"

namespace xqs::engine {
namespace {

cell count(std::uint64_t number) { return static_cast<std::int64_t>(number); }

/// Items as defined, extra items after them; everything else by bytes; null last.
bool key_before(const input& rows, const key_column& key, bool is_item, std::uint32_t a,
                std::uint32_t b) {
  if (a == key_column::null || b == key_column::null) return a != key_column::null;
  if (is_item && (rows.item(a) || rows.item(b))) {
    if (rows.item(a) && rows.item(b)) return *rows.item(a) < *rows.item(b);
    return rows.item(a).has_value();
  }
  return key.text(a) < key.text(b);
}

class group_order {
 public:
  group_order(const input& rows, const std::vector<std::string>& by) : rows_(rows) {
    for (const std::string& name : by)
      columns_.push_back({&rows.key(name), rows.same_column(name, "feedback.item")});
  }
  bool operator()(const folded_cell& a, const folded_cell& b) const {
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (a.group[i] != b.group[i])
        return key_before(rows_, *columns_[i].key, columns_[i].is_item, a.group[i], b.group[i]);
    return false;
  }

 private:
  struct group_column {
    const key_column* key;
    bool is_item;
  };
  const input& rows_;
  std::vector<group_column> columns_;
};

void add_shown_cells(std::vector<cell>& cells, const score& s, const definition& d,
                     std::uint64_t respondents) {
  const auto excluded = [&](exclusion why) {
    return count(s.excluded[static_cast<std::size_t>(why)]);
  };
  const std::uint64_t all = std::accumulate(s.excluded.begin(), s.excluded.end(), std::uint64_t{0});
  for (const auto& number : {s.value, s.std_error, s.low, s.high}) cells.push_back(maybe(number));
  cells.emplace_back(std::string(name_of(s.interval_kind)));
  for (const std::uint64_t number : {respondents, s.units, s.answers, all})
    cells.push_back(count(number));
  for (const exclusion why :
       {exclusion::no_answer, exclusion::not_applicable, exclusion::zero_requirement})
    cells.push_back(excluded(why));
  cells.emplace_back();
  if (s.band) cells.back() = d.file().bands[*s.band].id;
  cells.push_back(maybe(s.confidence()));
  cells.emplace_back(s.confirmed);
}

std::vector<cell> touchpoint_cells(const std::optional<touchpoint_counts>& counts) {
  if (!counts) return std::vector<cell>(4);
  const auto per_cent = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? cell() : cell(100 * static_cast<double>(part) / static_cast<double>(whole));
  };
  return {count(counts->all), count(counts->answered), per_cent(counts->answered, counts->all),
          per_cent(counts->scored_actions, counts->actions)};
}

/// The rows of one set, group columns placed where the table has them.
class set_rows {
 public:
  set_rows(const definition& d, const input& rows, const std::vector<std::string>& group_columns,
           const cell_set& set)
      : definition_(d), with_touchpoints_(rows.touchpoints().given()) {
    for (const std::string& column : group_columns) {
      const auto at = std::find(set.by().begin(), set.by().end(), column);
      if (at == set.by().end())
        columns_.push_back({nullptr, 0});
      else
        columns_.push_back({&rows.key(column), static_cast<std::size_t>(at - set.by().begin())});
    }
  }

  [[nodiscard]] std::vector<cell> row(const folded_cell& from,
                                      const released_score& released) const {
    constexpr std::size_t score_cells = 15;  // but for flags and definition
    std::vector<cell> cells;
    cells.reserve(1 + columns_.size() + score_cells + 6);  // with the set, and touchpoints
    for (const auto& [key, position] : columns_)
      if (key == nullptr)
        cells.emplace_back();
      else
        cells.push_back(key_cell(*key, from.group[position]));
    flag_set flags = released.flags;
    if (released.shown) {
      add_shown_cells(cells, *released.shown, definition_, released.respondents);
      flags = flags | from.flags;
    }
    cells.resize(columns_.size() + score_cells);
    cells.push_back(flags.names());
    cells.push_back(definition_.provenance());
    if (!with_touchpoints_) return cells;
    const auto counts = touchpoint_cells(released.shown ? from.touchpoints : std::nullopt);
    cells.insert(cells.end(), counts.begin(), counts.end());
    return cells;
  }

 private:
  struct group_column {
    const key_column* key;  // null where the set does not have it
    std::size_t position;
  };
  const definition& definition_;
  bool with_touchpoints_;
  std::vector<group_column> columns_;
};

/// The columns of all sets, in the order of their first appearance.
std::vector<std::string> all_columns(const std::vector<cell_set>& sets) {
  std::vector<std::string> columns;
  for (const cell_set& set : sets)
    for (const std::string& name : set.by())
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  return columns;
}

/// Positions of the cells to print: all in order, or the highest or lowest scores first.
std::vector<std::size_t> selection(const std::vector<released_score>& released,
                                   const query_document& request) {
  std::vector<std::size_t> chosen(released.size());
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  const auto limit = request.top ? request.top : request.bottom;
  if (!limit) return chosen;
  const auto score_at = [&](std::size_t i) -> std::optional<double> {
    return released[i].shown ? released[i].shown->value : std::nullopt;
  };
  std::erase_if(chosen, [&](std::size_t i) { return !score_at(i); });
  std::stable_sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
    return request.top ? *score_at(a) > *score_at(b) : *score_at(a) < *score_at(b);
  });
  if (chosen.size() > *limit) chosen.resize(*limit);
  return chosen;
}

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
  const group_order before(rows, by);
  std::vector<folded_cell> sorted;
  sorted.reserve(cells.size());
  for (const std::uint32_t at : detail::order(cells.size(), [&](std::uint32_t a, std::uint32_t b) {
         return before(cells[a], cells[b]);
       }))
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

scored_table score_table(const definition& d, const input& rows, const query_document& request,
                         const std::vector<cell_set>& sets,
                         const std::set<std::uint32_t>& hidden_cells) {
  const std::vector<std::string> group_columns = all_columns(sets);
  scored_table scored;
  table& result = scored.result;
  if (sets.size() > 1) result.columns.push_back({"set", column_type::integer});
  for (const std::string& name : group_columns) result.columns.push_back({name, column_type::text});
  const std::vector<table::heading> headings = score_headings(rows.touchpoints().given());
  result.columns.insert(result.columns.end(), headings.begin(), headings.end());

  std::vector<ordered_set> cells = ordered(rows, sets);
  const std::vector<std::vector<std::optional<score>>> scores = score_cells(d, cells);
  const std::vector<std::vector<visibility>> visible = gate(d, rows, cells);
  for (std::size_t s = 0; s < sets.size(); ++s) {
    const set_rows to_row(d, rows, group_columns, sets[s]);
    std::vector<released_score> released;
    for (std::size_t i = 0; i < cells[s].cells.size(); ++i) {
      const folded_cell& c = cells[s].cells[i];
      const bool suppressed = visible[s][i] == visibility::suppressed || c.few_of_an_item ||
                              hidden_cells.contains(c.number);
      released.push_back(suppressed     ? suppressed_score()
                         : scores[s][i] ? release(*scores[s][i], d, c.who)
                                        : release({}, d, c.who));
    }
    scored.hidden_cells += static_cast<std::size_t>(
        std::count_if(released.begin(), released.end(), [](const auto& r) { return !r.shown; }));
    for (const std::size_t i : selection(released, request)) {
      std::vector<cell> row = to_row.row(cells[s].cells[i], released[i]);
      if (sets.size() > 1) row.insert(row.begin(), static_cast<std::int64_t>(s));
      result.rows.push_back(std::move(row));
    }
  }
  return scored;
}

}  // namespace xqs::engine

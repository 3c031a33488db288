#include "engine/score_question.hpp"

#include <algorithm>
#include <numeric>

#include "engine/gate.hpp"
#include "xqs/score/release.hpp"
#include "xqs/score/score.hpp"

namespace xqs::engine {
namespace {

cell maybe(const std::optional<double>& number) { return number ? cell(*number) : cell(); }

cell count(std::uint64_t number) { return static_cast<std::int64_t>(number); }

cell key_cell(const key_column& key, std::uint32_t number) {
  return number == key_column::null ? cell() : cell(std::string(key.text(number)));
}

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
  group_order(const input& rows, const std::vector<std::string>& by) : rows_(rows), by_(by) {}
  bool operator()(const folded_cell& a, const folded_cell& b) const {
    for (std::size_t i = 0; i < by_.size(); ++i)
      if (a.group[i] != b.group[i])
        return key_before(rows_, rows_.key(by_[i]), rows_.same_column(by_[i], "item"), a.group[i],
                          b.group[i]);
    return false;
  }

 private:
  const input& rows_;
  const std::vector<std::string>& by_;
};

std::vector<cell> shown_cells(const score& s, const definition& d, std::uint64_t respondents) {
  const auto excluded = [&](exclusion why) {
    return count(s.excluded[static_cast<std::size_t>(why)]);
  };
  const std::uint64_t all = std::accumulate(s.excluded.begin(), s.excluded.end(), std::uint64_t{0});
  return {maybe(s.value),
          maybe(s.std_error),
          maybe(s.low),
          maybe(s.high),
          std::string(name_of(s.interval_kind)),
          count(respondents),
          count(s.units),
          count(s.answers),
          count(all),
          excluded(exclusion::no_answer),
          excluded(exclusion::not_applicable),
          excluded(exclusion::zero_requirement),
          s.band ? cell(d.file().bands[*s.band].id) : cell(),
          maybe(s.confidence()),
          s.confirmed};
}

/// The rows of one set, group columns placed where the table has them.
class set_rows {
 public:
  set_rows(const definition& d, const input& rows, const std::vector<std::string>& group_columns)
      : definition_(d), rows_(rows), group_columns_(group_columns) {}

  [[nodiscard]] std::vector<cell> row(const cell_set& set, const folded_cell& from,
                                      const released_score& released) const {
    std::vector<cell> cells;
    for (const std::string& column : group_columns_) {
      const auto at = std::find(set.by().begin(), set.by().end(), column);
      cells.push_back(at == set.by().end()
                          ? cell()
                          : key_cell(rows_.key(column),
                                     from.group[static_cast<std::size_t>(at - set.by().begin())]));
    }
    flag_set flags = released.flags;
    if (released.shown) {
      const auto shown = shown_cells(*released.shown, definition_, released.respondents);
      cells.insert(cells.end(), shown.begin(), shown.end());
      flags = flags | from.flags;
    } else {
      cells.resize(group_columns_.size() + score_headings().size() - 2);
    }
    cells.push_back(flags.names());
    cells.push_back(definition_.provenance());
    return cells;
  }

 private:
  const definition& definition_;
  const input& rows_;
  const std::vector<std::string>& group_columns_;
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

/// Why cells are empty.
void note_hidden(const definition& d, std::size_t hidden, table& t) {
  if (hidden == 0) return;
  t.notes.push_back("hidden cells: " + std::to_string(hidden) + "; definition " + d.label() +
                    " is anonymous, and a cell is hidden if it has fewer than " +
                    std::to_string(d.file().minimum_respondents) +
                    " respondents, or if one that has could be computed from it");
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
    std::sort(result.back().cells.begin(), result.back().cells.end(), group_order(rows, set.by()));
  }
  return result;
}

}  // namespace

const std::vector<table::heading>& score_headings() {
  using enum column_type;
  static const std::vector<table::heading> headings = {{"score", number},
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
  return headings;
}

table score_table(const definition& d, const input& rows, const query_document& request,
                  const std::vector<cell_set>& sets) {
  const std::vector<std::string> group_columns = all_columns(sets);
  table result;
  if (sets.size() > 1) result.columns.push_back({"set", column_type::integer});
  for (const std::string& name : group_columns) result.columns.push_back({name, column_type::text});
  const std::vector<table::heading>& headings = score_headings();
  result.columns.insert(result.columns.end(), headings.begin(), headings.end());

  std::vector<ordered_set> cells = ordered(rows, sets);
  const std::vector<std::vector<std::optional<score>>> scores = score_cells(d, cells);
  const std::vector<std::vector<visibility>> visible = gate(d, rows, cells);
  const set_rows to_row(d, rows, group_columns);
  std::size_t hidden = 0;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    std::vector<released_score> released;
    for (std::size_t i = 0; i < cells[s].cells.size(); ++i) {
      const folded_cell& c = cells[s].cells[i];
      released.push_back(visible[s][i] == visibility::suppressed ? suppressed_score()
                         : scores[s][i]                          ? release(*scores[s][i], d, c.who)
                                                                 : release({}, d, c.who));
    }
    hidden += static_cast<std::size_t>(
        std::count_if(released.begin(), released.end(), [](const auto& r) { return !r.shown; }));
    for (const std::size_t i : selection(released, request)) {
      std::vector<cell> row = to_row.row(sets[s], cells[s].cells[i], released[i]);
      if (sets.size() > 1) row.insert(row.begin(), static_cast<std::int64_t>(s));
      result.rows.push_back(std::move(row));
    }
  }
  note_hidden(d, hidden, result);
  return result;
}

}  // namespace xqs::engine

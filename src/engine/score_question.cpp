#include "engine/score_question.hpp"

#include <algorithm>
#include <numeric>

#include "xqs/error.hpp"
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

/// Until small cells can be hidden together with what would give them back, a table with one is
/// not shown at all.
void require_no_hidden(const definition& d, std::size_t hidden, std::size_t all) {
  if (hidden == 0) return;
  throw error(errc::refused,
              "definition " + d.label() + " is anonymous and " + std::to_string(hidden) + " of " +
                  std::to_string(all) + " groups have fewer than " +
                  std::to_string(d.file().minimum_respondents) +
                  " respondents, so the table would reveal them; group more coarsely");
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

table score_table(const definition& d, const input& rows, const std::vector<std::string>& by,
                  std::vector<folded_cell> cells) {
  std::sort(cells.begin(), cells.end(), group_order(rows, by));
  table result;
  for (const std::string& name : by) result.columns.push_back({name, column_type::text});
  const std::vector<table::heading>& headings = score_headings();
  result.columns.insert(result.columns.end(), headings.begin(), headings.end());
  std::size_t hidden = 0;
  for (const folded_cell& from : cells) {
    const released_score released = release(score_of(from.state, d, from.population), d, from.who);
    std::vector<cell> row;
    for (std::size_t i = 0; i < by.size(); ++i)
      row.push_back(key_cell(rows.key(by[i]), from.group[i]));
    flag_set flags = released.flags;
    if (released.shown) {
      const std::vector<cell> shown = shown_cells(*released.shown, d, released.respondents);
      row.insert(row.end(), shown.begin(), shown.end());
      flags = flags | from.flags;
    } else {
      row.resize(result.columns.size() - 2);
      ++hidden;
    }
    row.push_back(flags.names());
    row.push_back(d.provenance());
    result.rows.push_back(std::move(row));
  }
  if (!by.empty()) require_no_hidden(d, hidden, cells.size());
  return result;
}

}  // namespace xqs::engine

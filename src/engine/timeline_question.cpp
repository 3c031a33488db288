#include "engine/timeline_question.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/score_question.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/score/release.hpp"
#include "xqs/score/score.hpp"

namespace xqs::engine {
namespace {

/// Sums of points over all columns of a tally.
struct point_sums {
  int128 requirement;
  int128 satisfaction;

  void add(const tally& t) {
    for (std::size_t c = 0; c < t.columns().size(); ++c) {
      requirement += t.sum(2 * c);
      satisfaction += t.sum(2 * c + 1);
    }
  }
};

/// Score, answers, contribution and flags of a cell beside the total of its contact.
class part_cells {
 public:
  part_cells(const definition& d, const std::vector<folded_cell>& cells) : definition_(d) {
    for (const folded_cell& c : cells) total_.add(c.state);
  }

  [[nodiscard]] std::vector<cell> operator()(const folded_cell* from) const {
    if (from == nullptr) return {cell(), cell(std::int64_t{0}), cell(), flag_set().names()};
    const score s = score_of(from->state, definition_);
    people who = from->who;
    if (from->units_are_people) who.count = s.units;
    const released_score released = release(s, definition_, who);
    const auto answers = static_cast<std::int64_t>(s.answers);
    return {released.shown && s.value ? cell(*s.value) : cell(), answers,
            answers == 0 ? cell() : contribution(from->state),
            (released.flags | from->flags).names()};
  }

  /// The contact's total in per cent; empty where nothing was required.
  [[nodiscard]] std::optional<double> total() const {
    if (total_.requirement.is_zero()) return std::nullopt;
    return 100 * to_double(total_.satisfaction) / to_double(total_.requirement);
  }

 private:
  /// 100 (S_t - R_t) / R.
  [[nodiscard]] cell contribution(const tally& part) const {
    if (total_.requirement.is_zero()) return {};
    point_sums own;
    own.add(part);
    return 100 * to_double(own.satisfaction - own.requirement) / to_double(total_.requirement);
  }

  const definition& definition_;
  point_sums total_;
};

std::vector<table::heading> part_headings() {
  return {{"score", column_type::number},
          {"answers", column_type::integer},
          {"contribution", column_type::number},
          {"flags", column_type::flags}};
}

/// The touchpoints of the contact, by time, those without one last.
std::vector<std::uint32_t> in_order(const touchpoint_table& all) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t at = 0; at < all.size(); ++at)
    if (all.selected(at)) order.push_back(at);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto x = all.time(a);
    const auto y = all.time(b);
    if (!x || !y) return x.has_value() != y.has_value() ? x.has_value() : all.id(a) < all.id(b);
    return x->at != y->at ? x->at < y->at : all.id(a) < all.id(b);
  });
  return order;
}

cell time_cell(const touchpoint_table& all, std::uint32_t at, const cell& as_written,
               const time_zone* zone) {
  const std::optional<instant> time = all.time(at);
  if (zone == nullptr || !time || !time->has_zone) return as_written;
  return time_text(time->at, *zone);
}

void add_touchpoints(const input& rows, const time_zone* zone,
                     const std::vector<folded_cell>& cells, const part_cells& parts, table& to) {
  const touchpoint_table& all = rows.touchpoints();
  const key_column& ids = rows.key("touchpoint");
  std::map<std::string_view, const folded_cell*> by_id;
  const folded_cell* without = nullptr;
  for (const folded_cell& c : cells)
    (c.group[0] == key_column::null ? without : by_id[ids.text(c.group[0])]) = &c;
  to.columns = {{"touchpoint", column_type::text}};
  constexpr const char* columns[] = {"time",   "kind",   "channel",  "initiator",
                                     "status", "action", "campaign", "cost"};
  for (const char* name : columns) to.columns.push_back({name, column_type::text});
  const auto text = [&](const std::string& name, std::uint32_t at) {
    const std::string canonical = all.canonical("touchpoint." + name);
    return all.has_key(canonical) ? key_cell(all.key(canonical), all.key(canonical)[at]) : cell();
  };
  const auto add = [&](std::vector<cell> row, const folded_cell* from) {
    for (cell& c : parts(from)) row.push_back(std::move(c));
    to.rows.push_back(row);
  };
  for (const std::uint32_t at : in_order(all)) {
    std::vector<cell> row = {std::string(all.id(at))};
    for (const char* name : columns) row.push_back(text(name, at));
    row[1] = time_cell(all, at, row[1], zone);
    const auto found = by_id.find(all.id(at));
    const bool scored = found != by_id.end() && !found->second->state.empty();
    add(std::move(row), scored ? found->second : nullptr);
  }
  if (without != nullptr) add(std::vector<cell>(1 + std::size(columns)), without);
}

void add_groups(const input& rows, const std::vector<std::string>& by,
                const std::vector<folded_cell>& cells, const part_cells& parts, table& to) {
  for (const std::string& name : by) to.columns.push_back({name, column_type::text});
  to.columns.push_back({"touchpoints", column_type::integer});
  to.columns.push_back({"answered", column_type::integer});
  for (const folded_cell& c : cells) {
    std::vector<cell> row;
    for (std::size_t i = 0; i < by.size(); ++i)
      row.push_back(key_cell(rows.key(by[i]), c.group[i]));
    const auto count = [&](std::uint64_t touchpoint_counts::*which) {
      return c.touchpoints ? cell(static_cast<std::int64_t>((*c.touchpoints).*which)) : cell();
    };
    row.push_back(count(&touchpoint_counts::all));
    row.push_back(count(&touchpoint_counts::answered));
    for (cell& value : parts(c.state.empty() ? nullptr : &c)) row.push_back(std::move(value));
    to.rows.push_back(row);
  }
}

}  // namespace

table timeline_table(const definition& d, const input& rows, const query_document& request,
                     const time_zone* zone, const cell_set& set) {
  std::vector<folded_cell> cells = set.fold(rows);
  sort_cells(rows, set.by(), cells);
  const part_cells parts(d, cells);
  table result;
  const bool grouped = set.by() != std::vector<std::string>{"touchpoint"};
  if (grouped)
    add_groups(rows, set.by(), cells, parts, result);
  else
    add_touchpoints(rows, zone, cells, parts, result);
  const std::vector<table::heading> headings = part_headings();
  result.columns.insert(result.columns.end(), headings.begin(), headings.end());
  if (result.rows.empty())
    throw error(errc::invalid_data,
                "there is no touchpoint of contact " + detail::in_quotes(request.contact));
  const auto total = parts.total();
  result.notes.push_back(
      "contact " + detail::in_quotes(request.contact) + ": " +
      (total ? "score of all feedback " + rounded(*total) +
                   " per cent; the contributions, in points of it, sum to score - 100"
             : "no feedback with a requirement, so there is no score") +
      "; definition " + d.provenance());
  return result;
}

}  // namespace xqs::engine

#include "engine/period_pairs.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

bool same_group(const folded_cell& a, const folded_cell& b) {
  return std::equal(a.group.begin(), a.group.end() - 1, b.group.begin());
}

[[noreturn]] void refuse(const input& rows, const query_document& request,
                         const std::vector<folded_cell>& cells) {
  std::set<std::string> labels;
  for (const folded_cell& c : cells)
    if (c.group.back() != key_column::null && !c.extra_item)
      labels.insert(period_of(rows, request, c));
  std::string known;
  constexpr std::size_t most = 20;
  std::size_t shown = 0;
  for (const std::string& label : labels)
    if (++shown <= most) known += (known.empty() ? "" : ", ") + detail::printable(label);
  const std::string wanted = request.before.empty() ? "two periods"
                                                    : detail::in_quotes(request.before) + " and " +
                                                          detail::in_quotes(request.after);
  throw error(errc::invalid_data, "no group has " + wanted + " of " + request.period +
                                      " to compare; there is " + (known.empty() ? "none" : known) +
                                      (shown > most ? ", ..." : ""));
}

}  // namespace

std::string period_of(const input& rows, const query_document& request, const folded_cell& c) {
  const std::uint32_t label = c.group.back();
  return label == key_column::null ? "" : std::string(rows.key(request.period).text(label));
}

void note_left_out(const query_document& request, const period_pairs& found, table& to) {
  if (found.groups_without > 0)
    to.notes.push_back("groups that have not two periods to compare, left out: " +
                       std::to_string(found.groups_without));
  if (found.without_period)
    to.notes.push_back("feedback without " + request.period + " is left out");
}

period_pairs pairs_of(const input& rows, const query_document& request,
                      const std::vector<folded_cell>& sorted) {
  period_pairs result;
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t last = first;
    while (last < sorted.size() && same_group(sorted[first], sorted[last])) ++last;
    const std::size_t known = result.pairs.size();
    std::optional<std::size_t> before;
    std::optional<std::size_t> after;
    for (std::size_t i = first; i < last; ++i) {
      const bool unknown = sorted[i].group.back() == key_column::null;
      result.without_period = result.without_period || unknown;
      if (unknown || sorted[i].extra_item) continue;
      const std::string period = period_of(rows, request, sorted[i]);
      if (request.before.empty() && before) result.pairs.push_back({*before, i});
      if (request.before.empty() || period == request.before) before = i;
      if (period == request.after) after = i;
    }
    if (before && after) result.pairs.push_back({*before, *after});
    if (result.pairs.size() == known && !sorted[first].extra_item) ++result.groups_without;
    first = last;
  }
  if (result.pairs.empty()) refuse(rows, request, sorted);
  return result;
}

}  // namespace xqs::engine

#include "engine/gate.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

std::string in_words(const std::vector<std::string>& by) {
  std::string names;
  for (const std::string& name : by) names += (names.empty() ? "" : ", ") + name;
  return "[" + names + "]";
}

/// Turns nested sets into a tree of cells, the coarsest set first.
class tree_builder {
 public:
  tree_builder(const definition& d, const input& rows, const std::vector<ordered_set>& sets)
      : definition_(d), rows_(rows), sets_(sets), order_(sets.size()), first_(sets.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return sets[a].set->by().size() < sets[b].set->by().size();
    });
    for (std::size_t i = 0; i < order_.size(); ++i) add_set(i);
  }

  [[nodiscard]] std::vector<visibility> decide() const {
    const auto minimum = static_cast<std::uint64_t>(definition_.file().minimum_respondents);
    return table_rule(cells_, presences(), minimum);
  }

  [[nodiscard]] std::vector<std::vector<visibility>> by_set(
      const std::vector<visibility>& decided) const {
    std::vector<std::vector<visibility>> result(sets_.size());
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      const auto begin = decided.begin() + static_cast<std::ptrdiff_t>(first_[s]);
      result[s].assign(begin, begin + static_cast<std::ptrdiff_t>(sets_[s].cells.size()));
    }
    return result;
  }

  /// Cells of the tree whose touchpoints must not be shown though they may be: what is left of them
  /// without those of the shown cells below belongs to people of whom nobody answered.
  [[nodiscard]] std::vector<std::uint32_t> without_touchpoints(
      const std::vector<visibility>& decided) const {
    std::vector<std::uint32_t> result;
    std::vector<remainder> rests(cells_.size());
    for (auto at = static_cast<std::uint32_t>(cells_.size()); at-- > 0;) {  // children first
      const remainder& rest = rests[at];
      const bool shown = decided[at] == visibility::shown;
      const bool bare = shown && rest.people == 0 && rest.touchpoints > 0;
      if (bare) result.push_back(at);
      const std::uint32_t parent = cells_[at].parent;
      if (parent == tree_cell::no_parent || !folded(at).touchpoints) continue;
      rests[parent].below = true;
      if (shown && !bare) continue;
      const remainder own{cells_[at].respondents, folded(at).touchpoints->all};
      rests[parent].add(rest.below && !bare ? rest : own);
    }
    return result;
  }

  /// Where a cell of the tree stands: its set, and its position there.
  [[nodiscard]] std::pair<std::size_t, std::size_t> place(std::uint32_t at) const {
    std::size_t set = 0;
    while (at < first_[set] || at >= first_[set] + sets_[set].cells.size()) ++set;
    return {set, at - first_[set]};
  }

 private:
  using group_key = std::vector<std::uint32_t>;

  /// What is left of a cell without the shown cells below it.
  struct remainder {
    std::uint64_t people = 0;
    std::uint64_t touchpoints = 0;
    bool below = false;  ///< there are cells below, with touchpoints
    void add(const remainder& other) {
      people += other.people;
      touchpoints += other.touchpoints;
    }
  };

  [[nodiscard]] const folded_cell& folded(std::uint32_t at) const {
    const auto [set, position] = place(at);
    return sets_[set].cells[position];
  }

  void add_set(std::size_t position) {
    const ordered_set& fine = sets_[order_[position]];
    const ordered_set* coarse = position == 0 ? nullptr : &sets_[order_[position - 1]];
    first_[order_[position]] = cells_.size();
    std::map<group_key, std::uint32_t> parents;
    std::vector<std::size_t> projection;
    if (coarse != nullptr) {
      projection = columns_of(*coarse, fine);
      for (std::size_t i = 0; i < coarse->cells.size(); ++i)
        parents[coarse->cells[i].group] =
            static_cast<std::uint32_t>(first_[order_[position - 1]] + i);
    }
    for (const folded_cell& c : fine.cells) {
      group_key key;
      for (const std::size_t column : projection) key.push_back(c.group[column]);
      const auto parent = parents.find(key);
      // The cell of an extra item is part of no total.
      const bool apart = parent == parents.end() ||
                         (c.extra_item &&
                          !coarse->cells[parent->second - first_[order_[position - 1]]].extra_item);
      cells_.push_back({apart ? tree_cell::no_parent : parent->second, c.who.count});
    }
  }

  /// Where the columns of the coarser set stand in the finer one.
  [[nodiscard]] std::vector<std::size_t> columns_of(const ordered_set& coarse,
                                                    const ordered_set& fine) const {
    std::vector<std::size_t> positions;
    const std::vector<std::string>& finer = fine.set->by();
    for (const std::string& name : coarse.set->by()) {
      const auto at = std::find_if(finer.begin(), finer.end(), [&](const std::string& other) {
        return rows_.same_column(name, other);
      });
      if (at == finer.end())
        throw error(errc::refused, "definition " + definition_.label() +
                                       " is anonymous and the sets " + in_words(coarse.set->by()) +
                                       " and " + in_words(finer) +
                                       " are not nested, so that their cells could give back "
                                       "small groups; ask for sets that contain each other");
      positions.push_back(static_cast<std::size_t>(at - finer.begin()));
    }
    return positions;
  }

  /// Of the finest set, by the numbers of the tree's cells.
  [[nodiscard]] std::vector<presence> presences() const {
    const std::size_t finest = order_.back();
    std::map<std::uint32_t, std::uint32_t> cell_of;
    for (std::size_t i = 0; i < sets_[finest].cells.size(); ++i)
      cell_of[sets_[finest].cells[i].number] = static_cast<std::uint32_t>(first_[finest] + i);
    std::vector<presence> present = sets_[finest].set->presences();
    for (presence& p : present) p.cell = cell_of.at(p.cell);
    return present;
  }

  const definition& definition_;
  const input& rows_;
  const std::vector<ordered_set>& sets_;
  std::vector<std::size_t> order_;  // of the sets, the coarsest first
  std::vector<std::size_t> first_;  // cell of each set in the tree
  std::vector<tree_cell> cells_;
};

}  // namespace

bool shows_all(const definition& d) {
  return d.file().confidentiality == confidentiality::identified;
}

std::vector<std::vector<visibility>> gate(const definition& d, const input& rows,
                                          std::vector<ordered_set>& sets) {
  if (!shows_all(d)) {
    const tree_builder tree(d, rows, sets);
    const std::vector<visibility> decided = tree.decide();
    for (const std::uint32_t at : tree.without_touchpoints(decided)) {
      const auto [set, position] = tree.place(at);
      sets[set].cells[position].touchpoints.reset();
    }
    return tree.by_set(decided);
  }
  std::vector<std::vector<visibility>> all_shown;
  all_shown.reserve(sets.size());
  for (const ordered_set& s : sets) all_shown.emplace_back(s.cells.size(), visibility::shown);
  return all_shown;
}

}  // namespace xqs::engine

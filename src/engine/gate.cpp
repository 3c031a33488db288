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

  [[nodiscard]] std::vector<std::vector<visibility>> decide() const {
    const auto minimum = static_cast<std::uint64_t>(definition_.file().minimum_respondents);
    const std::vector<visibility> decided = table_rule(cells_, presences(), minimum);
    std::vector<std::vector<visibility>> by_set(sets_.size());
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      const auto begin = decided.begin() + static_cast<std::ptrdiff_t>(first_[s]);
      by_set[s].assign(begin, begin + static_cast<std::ptrdiff_t>(sets_[s].cells.size()));
    }
    return by_set;
  }

 private:
  using group_key = std::vector<std::uint32_t>;

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

std::vector<std::vector<visibility>> gate(const definition& d, const input& rows,
                                          const std::vector<ordered_set>& sets) {
  if (d.file().confidentiality == confidentiality::anonymous)
    return tree_builder(d, rows, sets).decide();
  std::vector<std::vector<visibility>> all_shown;
  all_shown.reserve(sets.size());
  for (const ordered_set& s : sets) all_shown.emplace_back(s.cells.size(), visibility::shown);
  return all_shown;
}

}  // namespace xqs::engine

#include "xqs/engine/release.hpp"

#include <algorithm>
#include <tuple>

namespace xqs {
namespace {

constexpr std::uint32_t nobody = tree_cell::no_parent;

class suppression {
 public:
  suppression(std::span<const tree_cell> cells, std::span<const presence> presences,
              std::uint64_t minimum)
      : cells_(cells), minimum_(minimum), presences_(presences.begin(), presences.end()) {
    for (const tree_cell& c : cells)
      result_.push_back(c.respondents < minimum ? visibility::below_minimum : visibility::shown);
    for (const tree_cell& c : cells)
      depth_.push_back(c.parent == nobody ? 0 : depth_[c.parent] + 1);
  }

  std::vector<visibility> run() {
    while (hide_round()) {
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool shown(std::uint32_t cell) const { return result_[cell] == visibility::shown; }

  /// The nearest shown cell from `cell` upwards, or nobody.
  [[nodiscard]] std::uint32_t owner(std::uint32_t cell) const {
    while (cell != nobody && !shown(cell)) cell = cells_[cell].parent;
    return cell;
  }

  /// Whether the remainder of a shown cell tells of too few people.
  [[nodiscard]] bool reveals(std::uint64_t people, std::uint64_t counted) const {
    return people > 0 && (people < minimum_ || (counted > 0 && counted < minimum_));
  }

  /// The shown cells whose remainders reveal somebody.
  std::vector<std::uint32_t> revealing() {
    std::vector<std::tuple<std::uint32_t, std::uint32_t, bool>> owned;  // owner, person, uncounted
    for (const presence& p : presences_)
      if (const std::uint32_t cell = owner(p.cell); cell != nobody)
        owned.emplace_back(cell, p.person, !p.counted);
    std::sort(owned.begin(), owned.end());
    std::vector<std::uint32_t> found;
    for (std::size_t i = 0; i < owned.size();) {
      const std::uint32_t cell = std::get<0>(owned[i]);
      std::uint64_t people = 0;
      std::uint64_t counted = 0;
      for (std::uint32_t person = nobody; i < owned.size() && std::get<0>(owned[i]) == cell; ++i) {
        if (std::get<1>(owned[i]) == person) continue;
        person = std::get<1>(owned[i]);
        ++people;
        counted += std::get<2>(owned[i]) ? 0u : 1u;  // sorted: a counted presence comes first
      }
      if (reveals(people, counted)) found.push_back(cell);
    }
    return found;
  }

  /// For each cell the smallest of the shown cells next below it, or nobody.
  [[nodiscard]] std::vector<std::uint32_t> smallest_below() const {
    std::vector<std::uint32_t> smallest(cells_.size(), nobody);
    for (std::uint32_t cell = 0; cell < cells_.size(); ++cell) {
      if (!shown(cell) || cells_[cell].parent == nobody) continue;
      const std::uint32_t above = owner(cells_[cell].parent);
      if (above == nobody) continue;
      std::uint32_t& least = smallest[above];
      if (least == nobody || cells_[cell].respondents < cells_[least].respondents) least = cell;
    }
    return smallest;
  }

  /// Hides one cell below each of the deepest cells that reveal somebody; false if none does.
  bool hide_round() {
    const std::vector<std::uint32_t> found = revealing();
    if (found.empty()) return false;
    std::uint32_t deepest = 0;
    for (const std::uint32_t cell : found) deepest = std::max(deepest, depth_[cell]);
    const std::vector<std::uint32_t> smallest = smallest_below();
    for (const std::uint32_t cell : found) {
      if (depth_[cell] != deepest) continue;
      // Without a shown cell below, the remainder is the cell itself.
      const std::uint32_t hidden = smallest[cell] != nobody ? smallest[cell] : cell;
      result_[hidden] = visibility::suppressed;
    }
    return true;
  }

  std::span<const tree_cell> cells_;
  std::uint64_t minimum_;
  std::vector<presence> presences_;
  std::vector<std::uint32_t> depth_;
  std::vector<visibility> result_;
};

}  // namespace

std::vector<visibility> table_rule(std::span<const tree_cell> cells,
                                   std::span<const presence> presences, std::uint64_t minimum) {
  return suppression(cells, presences, minimum).run();
}

}  // namespace xqs

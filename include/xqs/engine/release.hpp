#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace xqs {

/// A cell of a table with totals, as the table rule sees it. Parents stand before their children.
struct tree_cell {
  static constexpr std::uint32_t no_parent = 0xffffffffu;
  std::uint32_t parent = no_parent;
  std::uint64_t respondents = 0;  ///< distinct people with a valid answer
};

/// A person in a cell that has no children.
struct presence {
  std::uint32_t cell;
  std::uint32_t person;
  bool counted;  ///< has a valid answer there; else only excluded ones
};

enum class visibility : std::uint8_t { shown, below_minimum, suppressed };

/// The table rule of the gate: which cells of one request may be shown so that no sums and
/// differences of shown cells tell of 1 to `minimum` - 1 people.
///
/// A cell with fewer people is hidden. What a shown cell holds beyond the shown cells below it can
/// be computed by subtraction; it must come from nobody or from at least `minimum` people. Where it
/// does not, the smallest of the shown cells next below is hidden as well (the first in order where
/// several are smallest), until it does. Cells form a tree, so these remainders are all that can be
/// computed. O(depth (cells + presences log presences)) per round of hiding.
///
/// Source: complementary cell suppression, Hundepool et al., Statistical Disclosure Control (2012),
/// ch. 4. It covers one request; differences between requests it cannot know.
[[nodiscard]] std::vector<visibility> table_rule(std::span<const tree_cell> cells,
                                                 std::span<const presence> presences,
                                                 std::uint64_t minimum);

}  // namespace xqs

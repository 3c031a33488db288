#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "engine/cells.hpp"
#include "engine/query_document.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

/// Every estimator, cap and zero rule side by side for the same rows: how a number was made.
namespace xqs::engine {

/// The definition under each choice; the first keeps what the others leave out or cut.
[[nodiscard]] std::vector<definition> choices_of(const definition& d,
                                                 const query_document& request);

/// The columns that stand between the group columns and the score.
[[nodiscard]] std::vector<table::heading> choice_headings();

/// Numbers of the cells in which two choices would differ by the answers of a few people, but some:
/// those under `keep`, beside `exclude`, and under `cap`, beside `count`.
struct few_people {
  std::set<std::uint32_t> keep;
  std::set<std::uint32_t> cap;
};

/// Found from the cells of two pooled choices without a cap, with `keep` and with `exclude`.
[[nodiscard]] few_people few_between(const definition& d, const cell_set& keep,
                                     const cell_set& exclude);

/// The cells that must not be shown under a choice, since beside the others it would tell of `few`.
[[nodiscard]] std::set<std::uint32_t> hidden_by_choice(const definition& choice,
                                                       const few_people& few);

/// The tables of the choices, row by row, which have the same cells in the same order.
[[nodiscard]] table side_by_side(const std::vector<const definition*>& choices,
                                 const std::vector<table>& tables, std::size_t group_columns);

}  // namespace xqs::engine

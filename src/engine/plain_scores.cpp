#include "engine/plain_scores.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>

#include "engine/flat_tally.hpp"
#include "engine/gate.hpp"
#include "engine/group_order.hpp"
#include "engine/score_columns.hpp"
#include "engine/score_selection.hpp"
#include "xqs/error.hpp"
#include "xqs/score/score.hpp"

namespace xqs::engine {
namespace {

/// The cells of a flat set, in the order of printing.
class flat_cells {
 public:
  flat_cells(const definition& d, const input& rows, const cell_set& set, crew& lanes)
      : definition_(d),
        rows_(rows),
        set_(set),
        lanes_(lanes),
        t_(lanes.size()),
        numbers_(set.present()),
        groups_(numbers_.size() * set.by().size()) {
    for (std::size_t i = 0; i < numbers_.size(); ++i)
      set.group_of(numbers_[i], groups_.data() + i * set.by().size());
    order_ = group_order(rows, set.by(), groups_, numbers_.size());
  }

  /// The score of each cell, for the highest and lowest.
  [[nodiscard]] std::vector<std::optional<double>> values() {
    std::vector<std::optional<double>> values(order_.size());
    for_each(
        all(), [] {}, [&](std::size_t i, const scored& s) { values[i] = s.released.shown->value; });
    return values;
  }

  /// Makes the cells at these places the rows of a set.
  void add_to(score_columns& table, const std::vector<std::size_t>& places) {
    const auto add_groups = [&] {
      const std::size_t columns = set_.by().size();
      for (const std::size_t at : places)
        table.add_group(std::span(groups_).subspan(order_[at] * columns, columns));
    };
    for_each(places, add_groups, [&](std::size_t i, const scored& s) {
      table.set_rest(i, s.facts, s.released, s.confidence);
    });
  }

  [[nodiscard]] std::vector<std::size_t> all() const {
    std::vector<std::size_t> places(order_.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
  }

 private:
  static constexpr std::size_t most_known = 1'024;  // numbers of units
  static constexpr std::size_t at_once = 64;

  struct scored {
    cell_facts facts;
    released_score released = {};
    std::optional<double> confidence = {};
  };

  /// Calls `use(i, cell)` for the cell at each place, several at once, and at the same time, once,
  /// what has nothing to do with scores.
  template <typename Other, typename Use>
  void for_each(const std::vector<std::size_t>& places, Other other, Use use) {
    const std::size_t blocks = (places.size() + at_once - 1) / at_once;
    const auto score_block = [&](std::size_t lane, std::size_t block) {
      const std::size_t first = block * at_once;
      const std::size_t last = (std::min)(first + at_once, places.size());
      // What is known of cells stands in the order in which they were met.
      for (std::size_t i = first; i < last; ++i) set_.read_ahead(numbers_[order_[places[i]]]);
      for (std::size_t i = first; i < last; ++i)
        use(i, score_one(lane, numbers_[order_[places[i]]]));
    };
    try {
      lanes_.for_each(blocks + 1, [&](std::size_t lane, std::size_t i) {
        i == 0 ? other() : score_block(lane, i - 1);
      });
    } catch (const error&) {  // of several the first is told, whoever met which
      for (std::size_t block = 0; block < blocks; ++block) score_block(0, block);
      throw;
    }
  }

  /// As xqs::score_of, but for the confidence, which is only that in the score's band.
  scored score_one(std::size_t lane, std::uint32_t number) {
    if (!t_[lane]) t_[lane].emplace(definition_.file().level, most_known);
    const column_integers state = set_.integers_of(number);
    scored to{.facts = set_.facts(rows_, number, state.units)};
    score& of = to.released.shown.emplace();
    of.answers = state.answers;
    of.excluded = state.excluded;
    detail::score_builder builder(definition_, *t_[lane], to.facts.population, of, &to.confidence);
    builder(state.moments);
    if (to.facts.units_are_people) to.facts.who.count = of.units;
    release(to.released, definition_, to.facts.who);
    return to;
  }

  const definition& definition_;
  const input& rows_;
  const cell_set& set_;
  crew& lanes_;
  std::vector<std::optional<detail::t_by_units>> t_;  // of each lane
  std::vector<std::uint32_t> numbers_;                // of the cells
  std::vector<std::uint32_t> groups_;                 // of each of them
  std::vector<std::uint32_t> order_;                  // positions in both
};

}  // namespace

bool are_plain(const definition& d, const std::vector<cell_set>& sets) {
  return shows_all(d) &&
         std::all_of(sets.begin(), sets.end(), [](const cell_set& set) { return set.is_flat(); });
}

table plain_scores(const definition& d, const input& rows, const query_document& request,
                   const std::vector<cell_set>& sets, crew& lanes) {
  score_columns result(d, rows, sets);
  for (std::size_t s = 0; s < sets.size(); ++s) {
    flat_cells cells(d, rows, sets[s], lanes);
    const bool some = request.top || request.bottom;
    const std::vector<std::size_t> places = some ? selection(cells.values(), request) : cells.all();
    result.start(s, places.size(), lanes);
    cells.add_to(result, places);
  }
  return result.take();
}

}  // namespace xqs::engine

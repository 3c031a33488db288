#include "engine/plain_scores.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "engine/flat_tally.hpp"
#include "engine/gate.hpp"
#include "engine/group_order.hpp"
#include "engine/score_columns.hpp"
#include "engine/score_selection.hpp"
#include "xqs/score/score.hpp"

namespace xqs::engine {
namespace {

/// The cells of a flat set, in the order of printing.
class flat_cells {
 public:
  flat_cells(const definition& d, const input& rows, const cell_set& set)
      : definition_(d),
        rows_(rows),
        set_(set),
        with_quotients_(d.file().estimator == estimator::respondent_mean),
        t_(d.file().level, most_known),
        states_(set.tallies()),
        numbers_(set.present()),
        groups_(numbers_.size() * set.by().size()) {
    for (std::size_t i = 0; i < numbers_.size(); ++i)
      set.group_of(numbers_[i], groups_.data() + i * set.by().size());
    order_ = group_order(rows, set.by(), groups_, numbers_.size());
  }

  /// The score of each cell, for the highest and lowest.
  [[nodiscard]] std::vector<std::optional<double>> values() {
    std::vector<std::optional<double>> values;
    values.reserve(order_.size());
    for_each(all(), [&](const fetched& c) {
      std::optional<double> confidence;
      values.push_back(score_of(c, confidence).value);
    });
    return values;
  }

  /// Adds the cells at these places.
  void add_to(score_columns& table, const std::vector<std::size_t>& places) {
    const std::size_t columns = set_.by().size();
    for (const std::size_t at : places)
      table.add_group(std::span(groups_).subspan(order_[at] * columns, columns));
    for_each(places, [&](const fetched& c) {
      std::optional<double> confidence;
      score s = score_of(c, confidence);
      people who = c.facts.who;
      if (c.facts.units_are_people) who.count = s.units;
      table.add_rest(c.facts, release(std::move(s), definition_, who), confidence);
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

  struct fetched {
    cell_facts facts;
    flat_tally state;
  };

  /// Calls `use(cell)`. What is known of cells stands in the order in which they were met:
  /// some at a time are fetched before they are worked on, so that memory is not waited for one by
  /// one.
  template <typename Use>
  void for_each(const std::vector<std::size_t>& places, Use use) {
    std::vector<fetched> some(at_once);
    for (std::size_t first = 0; first < places.size(); first += at_once) {
      const std::size_t count = (std::min)(at_once, places.size() - first);
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t number = numbers_[order_[places[first + i]]];
        some[i].state = states_[number];
        some[i].facts = set_.facts(rows_, number, states_[number].units());
      }
      for (std::size_t i = 0; i < count; ++i) use(some[i]);
    }
  }

  /// As xqs::score_of, but for the confidence, which is only that in the score's band.
  [[nodiscard]] score score_of(const fetched& c, std::optional<double>& confidence) {
    score result;
    result.answers = c.state.counts().answers;
    result.excluded = c.state.counts().excluded;
    detail::score_builder builder(definition_, t_, c.facts.population, result, &confidence);
    builder(with_quotients_ ? quotient_moments(c.state.quotients()) : c.state.moments());
    return result;
  }

  const definition& definition_;
  const input& rows_;
  const cell_set& set_;
  bool with_quotients_;
  detail::t_by_units t_;
  const std::vector<flat_tally>& states_;  // by number of the cell
  std::vector<std::uint32_t> numbers_;     // of the cells
  std::vector<std::uint32_t> groups_;      // of each of them
  std::vector<std::uint32_t> order_;       // positions in both
};

}  // namespace

bool are_plain(const definition& d, const std::vector<cell_set>& sets) {
  return shows_all(d) &&
         std::all_of(sets.begin(), sets.end(), [](const cell_set& set) { return set.is_flat(); });
}

table plain_scores(const definition& d, const input& rows, const query_document& request,
                   const std::vector<cell_set>& sets) {
  std::size_t count = 0;
  for (const cell_set& set : sets) count += set.cell_count();
  score_columns result(d, rows, sets, count);
  for (std::size_t s = 0; s < sets.size(); ++s) {
    result.start(s);
    flat_cells cells(d, rows, sets[s]);
    const bool some = request.top || request.bottom;
    cells.add_to(result, some ? selection(cells.values(), request) : cells.all());
  }
  return result.take();
}

}  // namespace xqs::engine

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "xqs/tally/tally.hpp"
#include "xqs/tally/tally_integers.hpp"

namespace xqs::engine {

/// The integers of a tally of one column, all in one place: of thousands of cells those at hand
/// stay in a cache, and none is asked for in pieces.
class flat_tally {
 public:
  /// Errors: as tally::add_units.
  void add_units(const unit_totals& each, std::uint64_t count, bool weighted) {
    all_.add_units({0, each}, count, weighted);
  }
  /// Those of other units. Errors: as tally::merge_disjoint.
  void merge(const flat_tally& other) { all_.merge(other.all_); }
  [[nodiscard]] tally::integers labelled(const std::string& label) const {
    const column_counts& c = all_.columns[0];
    return {.units = all_.units,
            .columns = {{label, c.units, c.answers, c.excluded}},
            .groups = {},
            .sums = {all_.sums.begin(), all_.sums.end()},
            .moments = {all_.moments.begin(), all_.moments.end()},
            .quotients = all_.quotients};
  }

 private:
  struct column_counts {
    std::uint64_t units = 0;
    std::uint64_t answers = 0;
    std::array<std::uint64_t, exclusion_count> excluded{};
    friend bool operator==(const column_counts&, const column_counts&) = default;
  };
  struct group_counts {
    std::uint64_t units = 0;
    friend bool operator==(const group_counts&, const group_counts&) = default;
  };

  detail::tally_integers<std::uint64_t, std::array<column_counts, 1>, std::array<group_counts, 0>,
                         std::array<int128, 2>, tally::quotient_moments, std::array<int128, 3>>
      all_{};
};

}  // namespace xqs::engine

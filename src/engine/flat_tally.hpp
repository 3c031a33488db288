#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/column_integers.hpp"
#include "xqs/score/moments.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/tally_integers.hpp"

namespace xqs::engine {

/// Sums over units of one column that have few answers of few points: up to 2^32 units fit words,
/// and 2^48 of at most 256 points. Without quotients.
struct small_sums {
  [[nodiscard]] static bool takes(const unit_totals& t) {
    constexpr std::uint32_t few = 1u << 15;
    std::uint32_t most = t.answers;
    for (const std::uint32_t count : t.excluded) most = (std::max)(most, count);
    return most < few && t.requirement < few && t.satisfaction < few;
  }
  void add(const unit_totals& each, std::uint64_t count) {
    const auto r = static_cast<std::uint64_t>(each.requirement);
    const auto s = static_cast<std::uint64_t>(each.satisfaction);
    units += each.answers > 0 ? count : 0;
    answers += count * each.answers;
    for (std::size_t i = 0; i < exclusion_count; ++i) excluded[i] += count * each.excluded[i];
    sums[0] += count * r;
    sums[1] += count * s;
    moments[0] += count * (r * r);
    moments[1] += count * (r * s);
    moments[2] += count * (s * s);
  }

  void add(const small_sums& other) {
    units += other.units;
    answers += other.answers;
    for (std::size_t i = 0; i < exclusion_count; ++i) excluded[i] += other.excluded[i];
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += other.sums[i];
    for (std::size_t i = 0; i < moments.size(); ++i) moments[i] += other.moments[i];
  }
  [[nodiscard]] column_contents contents() const { return contents_of(*this, sums); }
  [[nodiscard]] column_integers integers() const {
    return {
        units, answers, excluded, {units, sums[0], sums[1], moments[0], moments[1], moments[2]}};
  }
  /// Modulo 2^64, until what was subtracted is added.
  void subtract(const small_sums& other) {
    units -= other.units;
    answers -= other.answers;
    for (std::size_t i = 0; i < exclusion_count; ++i) excluded[i] -= other.excluded[i];
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] -= other.sums[i];
    for (std::size_t i = 0; i < moments.size(); ++i) moments[i] -= other.moments[i];
  }

  std::uint64_t units = 0;
  std::uint64_t answers = 0;
  std::array<std::uint64_t, exclusion_count> excluded{};
  std::array<std::uint64_t, 2> sums{};
  std::array<std::uint64_t, 3> moments{};
};

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
  /// Adds the units of sums, without their quotients.
  ///
  /// Errors: as tally::add_units.
  void add(const small_sums& sums) {
    column_counts& of = all_.columns[0];
    if (!has_room(sums)) detail::tally_overflow();
    all_.units += sums.units;
    of.units += sums.units;
    of.answers += sums.answers;
    for (std::size_t i = 0; i < exclusion_count; ++i) of.excluded[i] += sums.excluded[i];
    for (std::size_t i = 0; i < sums.sums.size(); ++i) all_.sums[i] += sums.sums[i];
    for (std::size_t i = 0; i < sums.moments.size(); ++i) all_.moments[i] += sums.moments[i];
  }
  [[nodiscard]] column_contents contents() const { return contents_of(all_.columns[0], all_.sums); }
  /// With the moments of the answers, or of respondents' quotients.
  [[nodiscard]] column_integers integers(bool of_quotients) const {
    const ratio_moments pooled{all_.units,      all_.sums[0],    all_.sums[1],
                               all_.moments[0], all_.moments[1], all_.moments[2]};
    return {all_.units, all_.columns[0].answers, all_.columns[0].excluded,
            of_quotients ? quotient_moments(all_.quotients) : pooled};
  }
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

  [[nodiscard]] bool has_room(const small_sums& sums) const {
    const column_counts& of = all_.columns[0];
    bool fits = detail::sum_fits(all_.units, sums.units) &&
                detail::sum_fits(of.answers, sums.answers) &&
                detail::wide_sum_fits<int128>(all_.moments[0], sums.moments[0]) &&
                detail::wide_sum_fits<int128>(all_.moments[2], sums.moments[2]);
    for (std::size_t i = 0; i < exclusion_count; ++i)
      fits = fits && detail::sum_fits(of.excluded[i], sums.excluded[i]);
    return fits;
  }

  detail::tally_integers<std::uint64_t, std::array<column_counts, 1>, std::array<group_counts, 0>,
                         std::array<int128, 2>, tally::quotient_moments, std::array<int128, 3>>
      all_{};
};

}  // namespace xqs::engine

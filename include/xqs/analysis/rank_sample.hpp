#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "xqs/analysis/rank_entry.hpp"
#include "xqs/analysis/shared_people.hpp"
#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"
#include "xqs/score/estimator.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/unit_entries.hpp"
#include "xqs/tally/wide_int.hpp"

namespace xqs {

/// Where a column of a ledger belongs in a ranking: to an entry and a segment of its answers, or
/// nowhere.
struct rank_place {
  static constexpr std::uint32_t nowhere = 0xffffffffu;
  std::uint32_t entry = nowhere;
  std::uint32_t segment = 0;
};

/// What a ranking needs, in per cent.
struct rank_sample {
  std::vector<std::optional<rank_entry>> entries;  ///< empty: nothing was required
  std::vector<rank_residual> residuals;            ///< by person, the number of the unit
  /// Share of the common requirement, 0..1, in segments that an entry has.
  std::vector<double> covered;
};

namespace detail {

/// Totals of entries by segment.
class segment_totals {
 public:
  struct cell {
    wide_int<128> requirement;
    wide_int<128> satisfaction;
  };

  segment_totals(const unit_entries& from, std::span<const rank_place> plan, std::uint32_t entries)
      : plan_(plan) {
    for (const rank_place& place : plan)
      if (place.entry != rank_place::nowhere && place.segment >= segments_)
        segments_ = place.segment + 1;
    cells_.resize(std::size_t{entries} * segments_);
    from.for_each([&](const unit_entries::entry& e) {
      if (e.column >= plan.size() ||
          (plan[e.column].entry != rank_place::nowhere && plan[e.column].entry >= entries))
        throw error(errc::invalid_argument, "the plan of a ranking must say where columns belong");
      if (plan[e.column].entry == rank_place::nowhere) return;
      cell& c = cells_[at(plan[e.column])];
      c.requirement += e.totals.requirement;
      c.satisfaction += e.totals.satisfaction;
    });
    set_shares(entries);
  }

  [[nodiscard]] std::uint32_t segments() const { return segments_; }
  [[nodiscard]] const cell& of(const rank_place& place) const { return cells_[at(place)]; }
  /// Of the requirement of all entries.
  [[nodiscard]] double share(std::uint32_t segment) const { return shares_[segment]; }
  /// Sum of the shares of the segments that an entry has.
  [[nodiscard]] double covered(std::uint32_t entry) const {
    double sum = 0;
    for (std::uint32_t s = 0; s < segments_; ++s)
      if (!of({entry, s}).requirement.is_zero()) sum += shares_[s];
    return sum;
  }
  [[nodiscard]] double standardised(std::uint32_t entry) const {
    double sum = 0;
    for (std::uint32_t s = 0; s < segments_; ++s) {
      const cell& c = of({entry, s});
      if (!c.requirement.is_zero())
        sum += shares_[s] * (to_double(c.satisfaction) / to_double(c.requirement));
    }
    return sum / covered(entry);
  }
  /// What a unit's totals add to the standardised ratio; (S X - R Y)/X^2 with an exact numerator.
  [[nodiscard]] double residual(const rank_place& place, const unit_totals& t) const {
    const cell& c = of(place);
    if (c.requirement.is_zero()) return 0;
    const double x = to_double(c.requirement);
    const double numerator =
        to_double(c.requirement * t.satisfaction - c.satisfaction * t.requirement);
    return shares_[place.segment] / covered(place.entry) * (numerator / x / x);
  }

 private:
  [[nodiscard]] std::size_t at(const rank_place& place) const {
    return std::size_t{place.entry} * segments_ + place.segment;
  }
  void set_shares(std::uint32_t entries) {
    std::vector<wide_int<128>> sums(segments_);
    wide_int<128> total;
    for (std::uint32_t e = 0; e < entries; ++e)
      for (std::uint32_t s = 0; s < segments_; ++s) {
        sums[s] += of({e, s}).requirement;
        total += of({e, s}).requirement;
      }
    for (const wide_int<128>& sum : sums)
      shares_.push_back(total.is_zero() ? 0 : to_double(sum) / to_double(total));
  }

  std::span<const rank_place> plan_;
  std::uint32_t segments_ = 1;
  std::vector<cell> cells_;
  std::vector<double> shares_;
};

/// What a person adds to an entry in one segment.
struct residual_part {
  std::uint32_t person;
  rank_place place;
  double value;
  [[nodiscard]] bool before(const residual_part& other) const {
    if (person != other.person) return person < other.person;
    return place.entry != other.place.entry ? place.entry < other.place.entry
                                            : place.segment < other.place.segment;
  }
};

/// Sums the parts of each person in each entry, by ascending segment. Ascends by person and entry.
inline std::vector<rank_residual> summed(const std::vector<residual_part>& parts) {
  std::vector<rank_residual> result;
  for (const std::uint32_t at : order(parts.size(), [&](std::uint32_t a, std::uint32_t b) {
         return parts[a].before(parts[b]);
       })) {
    const residual_part& p = parts[at];
    const bool same =
        !result.empty() && result.back().person == p.person && result.back().entry == p.place.entry;
    if (same)
      result.back().value += p.value;
    else
      result.push_back({p.person, p.place.entry, p.value});
  }
  return result;
}

/// Sum of squares for each entry, the smallest first: the numbers of people, which the order of
/// rows decides, change no bit of it.
inline std::vector<double> squares(const std::vector<rank_residual>& residuals,
                                   std::uint32_t entries) {
  std::vector<double> result(entries);
  for (const std::uint32_t at : order(residuals.size(), [&](std::uint32_t a, std::uint32_t b) {
         return std::abs(residuals[a].value) < std::abs(residuals[b].value);
       }))
    result[residuals[at].entry] += residuals[at].value * residuals[at].value;
  return result;
}

/// sqrt(n/(n-1) (1 - n/N)) for each entry, from its number of people.
inline std::vector<double> residual_factors(
    const std::vector<std::uint64_t>& people,
    std::span<const std::optional<std::uint64_t>> populations) {
  std::vector<double> result;
  for (std::size_t e = 0; e < people.size(); ++e) {
    const auto population = populations.empty() ? std::nullopt : populations[e];
    const double factor = population_factor(people[e], population);
    result.push_back(people[e] < 2 ? 0 : std::sqrt(variance_factor(people[e], factor)));
  }
  return result;
}

}  // namespace detail

/// Pooled scores of the entries of a ranking with what each person adds to them, standardised where
/// the plan names several segments: every entry gets the requirement shares w_g of all entries
/// together, sum of w_g t_g over its segments, so that nobody looks better for having easier ones.
/// The shares count as given, without error. An entry that lacks a segment is standardised over
/// those it has (`covered`). With a single segment nothing is standardised.
///
/// `populations`: number of units there are for each entry, if finite; or none at all.
/// O(entries log entries of the ledger + entries segments^2).
/// Errors: errc::invalid_argument for a plan or populations that do not fit.
/// Source: direct standardisation as in Fleiss, Levin & Paik, Statistical Methods for Rates and
/// Proportions, 3rd ed. (2003), ch. 19; linearised as in docs/method.md, section 5.
[[nodiscard]] inline rank_sample sample_ranks(
    const unit_entries& from, std::span<const rank_place> plan, std::uint32_t entries,
    std::span<const std::optional<std::uint64_t>> populations = {}) {
  if (!populations.empty() && populations.size() != entries)
    throw error(errc::invalid_argument, "a ranking needs a population for each entry, or none");
  const detail::segment_totals totals(from, plan, entries);
  std::vector<detail::residual_part> parts;
  from.for_each([&](const unit_entries::entry& e) {
    const rank_place& place = plan[e.column];
    if (place.entry == rank_place::nowhere || e.totals.answers == 0) return;
    parts.push_back({e.unit, place, 100 * totals.residual(place, e.totals)});
  });
  rank_sample result{.entries = {}, .residuals = detail::summed(parts), .covered = {}};
  std::vector<std::uint64_t> people(entries);
  for (const rank_residual& r : result.residuals) ++people[r.entry];
  const std::vector<double> factors = detail::residual_factors(people, populations);
  for (rank_residual& r : result.residuals) r.value *= factors[r.entry];
  const std::vector<double> variances = detail::squares(result.residuals, entries);
  for (std::uint32_t e = 0; e < entries; ++e) {
    result.covered.push_back(totals.covered(e));
    result.entries.emplace_back();
    if (result.covered[e] == 0 || people[e] == 0) continue;
    result.entries[e] = rank_entry{100 * totals.standardised(e), std::sqrt(variances[e]),
                                   static_cast<double>(people[e] - 1),
                                   !populations.empty() && populations[e] == people[e]};
  }
  return result;
}

}  // namespace xqs

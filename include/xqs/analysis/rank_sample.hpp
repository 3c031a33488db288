#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
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
  [[nodiscard]] bool same_entry(const residual_part& other) const {
    return person == other.person && place.entry == other.place.entry;
  }
  [[nodiscard]] bool before(const residual_part& other) const {
    if (person != other.person) return person < other.person;
    return place.entry != other.place.entry ? place.entry < other.place.entry
                                            : place.segment < other.place.segment;
  }
};

/// The parts in ascending order, those of one person in one place summed.
inline std::vector<residual_part> by_place(const std::vector<residual_part>& parts) {
  std::vector<residual_part> result;
  for (const std::uint32_t i : order(parts.size(), [&](std::uint32_t a, std::uint32_t b) {
         return parts[a].before(parts[b]);
       })) {
    if (!result.empty() && !result.back().before(parts[i]))
      result.back().value += parts[i].value;
    else
      result.push_back(parts[i]);
  }
  return result;
}

/// Sum for each entry, the smallest first: the numbers of people, which the order of rows decides,
/// change no bit of it.
inline std::vector<double> sums(const std::vector<rank_residual>& terms, std::uint32_t entries) {
  std::vector<double> result(entries);
  for (const std::uint32_t at : order(terms.size(), [&](std::uint32_t a, std::uint32_t b) {
         return terms[a].value < terms[b].value;
       }))
    result[terms[at].entry] += terms[at].value;
  return result;
}

inline std::vector<rank_residual> squared(std::vector<rank_residual> terms) {
  for (rank_residual& t : terms) t.value *= t.value;
  return terms;
}

/// How many people answered where, and what follows for the uncertainty.
class segment_people {
 public:
  segment_people(const std::vector<residual_part>& parts, std::uint32_t entries,
                 std::uint32_t segments)
      : segments_(segments), people_(std::size_t{entries} * segments) {
    for (const residual_part& p : parts) ++people_[at(p.place)];
  }

  /// sqrt(m/(m-1)) for the m people of a segment: each segment has a ratio of its own, so that
  /// residuals around it are too small, wherever else these people answer.
  [[nodiscard]] double factor(const rank_place& place) const {
    const auto m = static_cast<double>(people_[at(place)]);
    return m < 2 ? 0 : std::sqrt(m / (m - 1));
  }
  /// What a person costs in degrees of freedom, one of these for each segment they are in.
  [[nodiscard]] double share(const rank_place& place) const {
    return 1 / static_cast<double>(people_[at(place)]);
  }

 private:
  [[nodiscard]] std::size_t at(const rank_place& place) const {
    return std::size_t{place.entry} * segments_ + place.segment;
  }
  std::uint32_t segments_;
  std::vector<std::uint64_t> people_;
};

/// The residuals of people, their number and what they cost in degrees of freedom, by entry.
struct entry_people {
  std::vector<rank_residual> residuals = {};  ///< ascending by person and entry
  std::vector<std::uint64_t> people;
  std::vector<double> lost = {};

  /// `parts` as from `by_place`. A person loses the mean of 1/m over their segments: n people lose
  /// S in all with one of S segments each, and 1 with all of them.
  entry_people(const std::vector<residual_part>& parts, std::uint32_t entries,
               std::uint32_t segments)
      : people(entries) {
    const segment_people in(parts, entries, segments);
    std::vector<rank_residual> shares;
    for (std::size_t first = 0, last = 0; first < parts.size(); first = last) {
      const std::uint32_t entry = parts[first].place.entry;
      double value = 0;
      double share = 0;
      for (; last < parts.size() && parts[last].same_entry(parts[first]); ++last) {
        value += in.factor(parts[last].place) * parts[last].value;
        share += in.share(parts[last].place);
      }
      residuals.push_back({parts[first].person, entry, value});
      shares.push_back({parts[first].person, entry, share / static_cast<double>(last - first)});
      ++people[entry];
    }
    lost = segments == 1 ? std::vector<double>(entries, 1) : sums(shares, entries);
  }

  /// Below 1 there is none.
  [[nodiscard]] double df(std::uint32_t entry) const {
    const double left = static_cast<double>(people[entry]) - lost[entry];
    return left > 1 - 1e-9 ? (std::max)(left, 1.0) : 0;
  }
};

}  // namespace detail

/// Pooled scores of the entries of a ranking with what each person adds to them, standardised where
/// the plan names several segments: every entry gets the requirement shares w_g of all entries
/// together, sum of w_g t_g over its segments, so that nobody looks better for having easier ones.
/// The shares count as given, without error. An entry that lacks a segment is standardised over
/// those it has (`covered`). With a single segment nothing is standardised. The degrees of freedom
/// are those left by the ratios of all segments; without any there is no variance.
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
  detail::entry_people of(detail::by_place(parts), entries, totals.segments());
  std::vector<double> finite(entries, 1);
  for (std::uint32_t e = 0; e < populations.size(); ++e)
    finite[e] = std::sqrt(population_factor(of.people[e], populations[e]));
  for (rank_residual& r : of.residuals) r.value *= finite[r.entry];
  rank_sample result{.entries = {}, .residuals = std::move(of.residuals), .covered = {}};
  const std::vector<double> variances = detail::sums(detail::squared(result.residuals), entries);
  for (std::uint32_t e = 0; e < entries; ++e) {
    result.covered.push_back(totals.covered(e));
    result.entries.emplace_back();
    if (result.covered[e] == 0 || of.people[e] == 0) continue;
    result.entries[e] = rank_entry{100 * totals.standardised(e), std::sqrt(variances[e]), of.df(e),
                                   !populations.empty() && populations[e] == of.people[e]};
  }
  return result;
}

}  // namespace xqs

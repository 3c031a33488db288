#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "xqs/analysis/rank_entry.hpp"
#include "xqs/analysis/shared_people.hpp"
#include "xqs/error.hpp"
#include "xqs/score/estimator.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/routed_units.hpp"
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
  /// Ascending by person, the number of the unit, and entry.
  std::vector<rank_residual> residuals;
  /// Share of the common requirement, 0..1, in segments that an entry has.
  std::vector<double> covered;
};

namespace detail {

/// Totals of entries by segment, and how many people answered where.
class segment_totals {
 public:
  struct cell {
    wide_int<128> requirement;
    wide_int<128> satisfaction;
    std::uint64_t people = 0;

    /// sqrt(m/(m-1)) for the m people of a segment: each segment has a ratio of its own, so that
    /// residuals around it are too small, wherever else these people answer.
    [[nodiscard]] double factor() const {
      const auto m = static_cast<double>(people);
      return m < 2 ? 0 : std::sqrt(m / (m - 1));
    }
    /// What a person costs in degrees of freedom, one of these for each segment they are in.
    [[nodiscard]] double share() const { return 1 / static_cast<double>(people); }
  };

  template <typename Units>
  segment_totals(const Units& from, std::span<const rank_place> plan, std::uint32_t entries)
      : people_(entries) {
    for (const rank_place& place : plan)
      if (place.entry != rank_place::nowhere && place.segment >= segments_)
        segments_ = place.segment + 1;
    cells_.resize(std::size_t{entries} * segments_);
    const auto target_of = [&](const unit_entries::entry& e) {
      if (e.column >= plan.size() ||
          (plan[e.column].entry != rank_place::nowhere && plan[e.column].entry >= entries))
        throw error(errc::invalid_argument, "the plan of a ranking must say where columns belong");
      return fold_target{plan[e.column].entry, plan[e.column].segment};
    };
    for_each_routed(from, target_of,
                    [&](std::uint32_t, std::span<const routed_part> parts) { add(parts); });
    set_shares(entries);
  }

  /// People with an answer, by entry.
  [[nodiscard]] const std::vector<std::uint64_t>& people() const { return people_; }
  [[nodiscard]] std::uint32_t segments() const { return segments_; }
  [[nodiscard]] const cell& of(const rank_place& place) const { return cells_[at(place)]; }
  /// Of the requirement of all entries.
  [[nodiscard]] double share(std::uint32_t segment) const { return shares_[segment]; }
  /// Sum of the shares of the segments that an entry has.
  [[nodiscard]] double covered(std::uint32_t entry) const { return covered_[entry]; }
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
    return shares_[place.segment] / covered(place.entry) * (numerator(c, t) / x / x);
  }

 private:
  [[nodiscard]] std::size_t at(const rank_place& place) const {
    return std::size_t{place.entry} * segments_ + place.segment;
  }
  /// A person, given their parts by entry and segment.
  void add(std::span<const routed_part> person) {
    std::uint32_t counted = rank_place::nowhere;
    for (const routed_part& p : person) {
      cell& c = cells_[at({p.tally, p.part.column})];
      c.requirement += p.part.totals.requirement;
      c.satisfaction += p.part.totals.satisfaction;
      if (p.part.totals.answers == 0) continue;
      ++c.people;
      if (p.tally != counted) ++people_[p.tally];
      counted = p.tally;
    }
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
    covered_.resize(entries);
    for (std::uint32_t e = 0; e < entries; ++e)
      for (std::uint32_t s = 0; s < segments_; ++s)
        if (!of({e, s}).requirement.is_zero()) covered_[e] += shares_[s];
  }
  /// S X - R Y; mostly in words, which is faster and the same.
  [[nodiscard]] static double numerator(const cell& c, const unit_totals& t) {
    constexpr std::int64_t few = std::int64_t{1} << 31;
    if (c.requirement < few && c.satisfaction < few)
      return static_cast<double>(word(c.requirement) * t.satisfaction -
                                 word(c.satisfaction) * t.requirement);
    return to_double(c.requirement * t.satisfaction - c.satisfaction * t.requirement);
  }
  static std::int64_t word(const wide_int<128>& value) {
    return static_cast<std::int64_t>(value.limbs()[0]);
  }

  std::uint32_t segments_ = 1;
  std::vector<cell> cells_;
  std::vector<double> shares_;
  std::vector<double> covered_;        ///< by entry
  std::vector<std::uint64_t> people_;  ///< by entry
};

/// Sums by entry, added the smallest first: the numbers of people, which the order of rows decides,
/// change no bit of them. O(terms log terms-of-an-entry).
class ordered_sums {
 public:
  /// `counts`: how many terms each entry will have.
  explicit ordered_sums(const std::vector<std::uint64_t>& counts) {
    std::size_t all = 0;
    for (const std::uint64_t count : counts) {
      next_.push_back(all);
      all += count;
    }
    terms_.resize(all);
  }

  void add(std::uint32_t entry, double term) { terms_[next_[entry]++] = term; }

  /// Once all terms are there.
  [[nodiscard]] std::vector<double> sums() {
    std::vector<double> result;
    auto first = terms_.begin();
    for (const std::size_t end : next_) {
      const auto last = terms_.begin() + static_cast<std::ptrdiff_t>(end);
      std::sort(first, last);  // not by `order`: there are as many terms as answers
      result.push_back(std::accumulate(first, last, 0.0));
      first = last;
    }
    return result;
  }

 private:
  std::vector<double> terms_;
  std::vector<std::size_t> next_;  ///< by entry, where its next term goes
};

/// Calls `visit(person, parts)` for each person with an answer in an entry, and each entry: the
/// parts are of its segments.
template <typename Units, typename Visit>
void for_each_of_entry(const Units& from, std::span<const rank_place> plan, Visit visit) {
  const auto target_of = [&](const unit_entries::entry& e) {
    const rank_place& place = plan[e.column];
    return e.totals.answers > 0 ? fold_target{place.entry, place.segment} : fold_target{};
  };
  for_each_routed(from, target_of, [&](std::uint32_t person, std::span<const routed_part> parts) {
    for (std::size_t first = 0, last = 0; first < parts.size(); first = last) {
      while (last < parts.size() && parts[last].tally == parts[first].tally) ++last;
      visit(person, parts.subspan(first, last - first));
    }
  });
}

/// The residuals of people, their number and what they cost in degrees of freedom, by entry.
struct entry_people {
  std::vector<rank_residual> residuals = {};  ///< ascending by person and entry
  std::vector<std::uint64_t> people;
  std::vector<double> lost = {};

  /// A person loses the mean of 1/m over their segments: n people lose S in all with one of S
  /// segments each, and 1 with all of them.
  template <typename Units>
  entry_people(const Units& from, std::span<const rank_place> plan, std::uint32_t entries,
               const segment_totals& totals)
      : people(totals.people()) {
    residuals.reserve(std::accumulate(people.begin(), people.end(), std::size_t{0}));
    const bool loses_one = totals.segments() == 1;
    ordered_sums shares(loses_one ? std::vector<std::uint64_t>() : people);
    for_each_of_entry(from, plan, [&](std::uint32_t person, std::span<const routed_part> parts) {
      double value = 0;
      double share = 0;
      for (const routed_part& p : parts) {
        const rank_place place = {p.tally, p.part.column};
        value += totals.of(place).factor() * (100 * totals.residual(place, p.part.totals));
        share += totals.of(place).share();
      }
      residuals.push_back({person, parts[0].tally, value});
      if (!loses_one) shares.add(parts[0].tally, share / static_cast<double>(parts.size()));
    });
    lost = loses_one ? std::vector<double>(entries, 1) : shares.sums();
  }

  /// Below 1 there is none.
  [[nodiscard]] double df(std::uint32_t entry) const {
    const double left = static_cast<double>(people[entry]) - lost[entry];
    return left > 1 - 1e-9 ? (std::max)(left, 1.0) : 0;
  }

  /// Sums of the squared residuals.
  [[nodiscard]] std::vector<double> variances() const {
    ordered_sums squares(people);
    for (const rank_residual& r : residuals) squares.add(r.entry, r.value * r.value);
    return squares.sums();
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
/// `Units`: `unit_entries`, or what goes through entries as these do, twice.
/// `populations`: number of units there are for each entry, if finite; or none at all.
/// O(entries of the ledger, log those of a person or an entry + entries segments).
/// Errors: errc::invalid_argument for a plan or populations that do not fit; errc::overflow.
/// Source: direct standardisation as in Fleiss, Levin & Paik, Statistical Methods for Rates and
/// Proportions, 3rd ed. (2003), ch. 19; linearised as in docs/method.md, section 5.
template <typename Units>
[[nodiscard]] rank_sample sample_ranks(
    const Units& from, std::span<const rank_place> plan, std::uint32_t entries,
    std::span<const std::optional<std::uint64_t>> populations = {}) {
  if (!populations.empty() && populations.size() != entries)
    throw error(errc::invalid_argument, "a ranking needs a population for each entry, or none");
  const detail::segment_totals totals(from, plan, entries);
  detail::entry_people of(from, plan, entries, totals);
  std::vector<double> finite(entries, 1);
  for (std::uint32_t e = 0; e < populations.size(); ++e)
    finite[e] = std::sqrt(population_factor(of.people[e], populations[e]));
  for (rank_residual& r : of.residuals) r.value *= finite[r.entry];
  const std::vector<double> variances = of.variances();
  rank_sample result{.entries = {}, .residuals = std::move(of.residuals), .covered = {}};
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

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "xqs/analysis/pair_test.hpp"
#include "xqs/analysis/rank_cutoffs.hpp"
#include "xqs/analysis/rank_entry.hpp"
#include "xqs/analysis/rank_sample.hpp"
#include "xqs/analysis/shared_people.hpp"
#include "xqs/analysis/workers.hpp"
#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"

namespace xqs {

struct rank_settings {
  double alpha = 0.05;  ///< of a wrong statement within the family
  rank_family family = rank_family::simultaneous;
  rank_adjustment adjustment = rank_adjustment::holm;
  std::uint64_t minimum_units = 0;  ///< entries of fewer units are not ranked; n is df + 1
};

/// Where an entry stands; 1 is best. Never to be shown without `low` and `high`.
struct entry_rank {
  std::uint32_t rank = 1;  ///< 1 + number of larger values; equal values share the better rank
  std::uint32_t low = 1;   ///< 1 + number of entries significantly above
  std::uint32_t high = 1;  ///< number of ranked entries - number significantly below
  std::uint32_t tier = 1;  ///< every entry of a tier is separated from every one of the next
  bool variance_borrowed = false;
};

namespace detail {

inline std::vector<ranked> ranked_entries(const std::vector<rank_entry>& entries) {
  std::vector<ranked> result;
  for (const rank_entry& e : entries) {
    const double v = e.census ? 0 : e.std_error * e.std_error;
    const double inverse_df = e.census ? 0 : 1 / e.df;
    result.push_back({e.value, v, inverse_df, v * v * inverse_df});
  }
  return result;
}

/// Significantly different pairs, per entry. Nothing is significant where a variance is needed and
/// nobody has one.
inline pair_counts significant_pairs(const std::vector<rank_entry>& entries,
                                     const std::vector<rank_residual>& residuals,
                                     const rank_settings& settings, const workers& who) {
  bool known = entries.size() > 1;
  for (const rank_entry& e : entries) known = known && (e.census || e.std_error > 0);
  if (!known)
    return {std::vector<std::int64_t>(entries.size()), std::vector<std::int64_t>(entries.size())};
  const std::vector<ranked> all = ranked_entries(entries);
  const shared_pairs shared(all, residuals, settings.alpha);
  holm_climb climb(all, shared.all(), settings.alpha, settings.family, who);
  return settings.adjustment == rank_adjustment::holm ? climb.holm() : climb.bonferroni();
}

/// Of the first i + 1 entries in order, all pairs with those after them are significant iff there
/// are (i + 1)(J - i - 1) of them. Pairs among the first ones count once in `below` and once in
/// `above`, so the sum of the differences counts just the pairs across.
inline void set_tiers(std::vector<entry_rank>& ranks, const std::vector<std::uint32_t>& best_first,
                      const pair_counts& pairs) {
  const auto count = static_cast<std::int64_t>(best_first.size());
  std::int64_t across = 0;
  std::uint32_t tier = 1;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint32_t at = best_first[static_cast<std::size_t>(i)];
    ranks[at].tier = tier;
    across += pairs.below[at] - pairs.above[at];
    if (across == (i + 1) * (count - i - 1)) ++tier;
  }
}

inline void set_ranks(std::vector<entry_rank>& ranks, const std::vector<std::uint32_t>& best_first,
                      const std::vector<rank_entry>& entries, const pair_counts& pairs) {
  const auto count = static_cast<std::int64_t>(entries.size());
  for (std::uint32_t i = 0; i < best_first.size(); ++i) {
    entry_rank& r = ranks[best_first[i]];
    const bool tied = i > 0 && entries[best_first[i]].value == entries[best_first[i - 1]].value;
    r.rank = tied ? ranks[best_first[i - 1]].rank : i + 1;
    r.low = static_cast<std::uint32_t>(1 + pairs.above[best_first[i]]);
    r.high = static_cast<std::uint32_t>(count - pairs.below[best_first[i]]);
  }
}

/// Ranks entries that all take part.
inline std::vector<entry_rank> rank_all(std::vector<rank_entry> entries,
                                        const std::vector<rank_residual>& residuals,
                                        rank_settings settings, const workers& who) {
  std::vector<entry_rank> ranks(entries.size());
  const std::vector<bool> borrows = without_variance(entries);
  borrow_variance(entries);
  for (std::size_t i = 0; i < ranks.size(); ++i) ranks[i].variance_borrowed = borrows[i];
  const std::vector<std::uint32_t> best_first =
      order(entries.size(), [&](std::uint32_t a, std::uint32_t b) {
        return entries[a].value != entries[b].value ? entries[a].value > entries[b].value : a < b;
      });
  const pair_counts own = significant_pairs(entries, residuals, settings, who);
  set_ranks(ranks, best_first, entries, own);
  if (settings.family == rank_family::simultaneous) {
    set_tiers(ranks, best_first, own);
  } else {
    settings.family = rank_family::simultaneous;
    set_tiers(ranks, best_first, significant_pairs(entries, residuals, settings, who));
  }
  return ranks;
}

/// Residuals under the numbers of those entries that have one; ascending by person and entry.
inline std::vector<rank_residual> renumbered(const std::vector<rank_residual>& residuals,
                                             const std::vector<std::uint32_t>& number,
                                             std::uint32_t none) {
  std::vector<rank_residual> kept;
  for (const rank_residual& r : residuals)
    if (number[r.entry] != none) kept.push_back({r.person, number[r.entry], r.value});
  if (std::is_sorted(kept.begin(), kept.end(), precedes)) return kept;
  std::vector<rank_residual> result;
  for (const std::uint32_t i : order(kept.size(), [&](std::uint32_t a, std::uint32_t b) {
         return precedes(kept[a], kept[b]);
       }))
    result.push_back(kept[i]);
  return result;
}

}  // namespace detail

/// Ranks entries, saying how much of each rank is known: from two-sided t tests of all pairs, with
/// Welch's degrees of freedom and the covariance of shared people, adjusted for their number. The
/// true ranks of all entries (`simultaneous`), or of any one of them (`per_entry`), lie within low
/// and high with probability at least 1 - alpha. Tiers always come from the simultaneous family.
/// Entries that have no variance of their own borrow it; entries below the minimum get no rank and
/// count for nobody.
///
/// An entry that is empty takes no part. `residuals`: of people, as from `sample_ranks`; entries
/// without any are independent of all others. O(J^(7/4)) at worst, plus what `residuals` need; no
/// pairs are stored but those that share people or are next to the cutoff. `who`: threads, if any.
/// Errors: errc::invalid_argument for an alpha that is none or a residual of no entry;
/// errc::invalid_data for an entry that is not finite. Source: Mogstad, Romano, Shaikh & Wilhelm,
/// Inference for ranks with applications to mobility across neighbourhoods and academic achievement
/// across countries, Review of Economic Studies 91 (2024) 476-518, there by bootstrap.
[[nodiscard]] inline std::vector<std::optional<entry_rank>> rank(
    const std::vector<std::optional<rank_entry>>& entries,
    const std::vector<rank_residual>& residuals, const rank_settings& settings = {},
    const workers& who = {}) {
  if (!(settings.alpha > 0 && settings.alpha < 1))
    throw error(errc::invalid_argument, "alpha must be above 0 and below 1");
  constexpr std::uint32_t nowhere = 0xffffffffu;
  std::vector<std::uint32_t> number(entries.size(), nowhere);
  std::vector<rank_entry> taking_part;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i]) continue;
    detail::require_entry(*entries[i], i);
    if (entries[i]->df + 1 < static_cast<double>(settings.minimum_units)) continue;
    number[i] = static_cast<std::uint32_t>(taking_part.size());
    taking_part.push_back(*entries[i]);
  }
  bool as_they_are = taking_part.size() == entries.size();
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    if (residuals[i].entry >= entries.size())
      throw error(errc::invalid_argument, "a residual of an entry that is not ranked");
    as_they_are = as_they_are && (i == 0 || !detail::precedes(residuals[i], residuals[i - 1]));
  }
  const std::vector<rank_residual> theirs =
      as_they_are ? std::vector<rank_residual>() : detail::renumbered(residuals, number, nowhere);
  const std::vector<entry_rank> ranks =
      detail::rank_all(taking_part, as_they_are ? residuals : theirs, settings, who);
  std::vector<std::optional<entry_rank>> result(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (number[i] != nowhere) result[i] = ranks[number[i]];
  return result;
}

/// The same for rows of estimates of different people.
[[nodiscard]] inline std::vector<std::optional<entry_rank>> rank(
    const std::vector<rank_entry>& entries, const rank_settings& settings = {},
    const workers& who = {}) {
  return rank(std::vector<std::optional<rank_entry>>(entries.begin(), entries.end()), {}, settings,
              who);
}

/// The same for what `sample_ranks` took from a ledger.
[[nodiscard]] inline std::vector<std::optional<entry_rank>> rank(const rank_sample& sample,
                                                                 const rank_settings& settings = {},
                                                                 const workers& who = {}) {
  return rank(sample.entries, sample.residuals, settings, who);
}

}  // namespace xqs

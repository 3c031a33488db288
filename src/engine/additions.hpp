#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/packed_sum.hpp"
#include "engine/untouched_vector.hpp"
#include "engine/waiting_words.hpp"
#include "xqs/tally/totals.hpp"

namespace xqs::engine {

/// Rows on their way into a ledger that may be larger than any cache. They wait in buckets of 4,096
/// units each, eight bytes a row or run of rows, so that a bucket can be put in the order of its
/// units within a cache, and the ledger is walked once and in one direction.
class additions {
 public:
  /// A unit below 4,096, a column, and what is added: the position of a kind of row or, behind
  /// those, of a sum; or a small sum itself.
  using record = std::uint64_t;
  using record_list = untouched_vector<record>;

  /// Rows add the totals of their kind, or what stands for them. What is of no column is not added.
  struct rows {
    std::span<const std::uint32_t> units;
    std::span<const std::uint32_t> columns;
    std::span<const std::uint8_t> kinds;     ///< positions in `common`, or the one behind it
    std::span<const unit_totals> common;     ///< the same at every call
    std::span<const unit_totals> rare = {};  ///< by row: totals of those of no common kind

    [[nodiscard]] const unit_totals& totals(std::size_t row) const {
      return kinds[row] < common.size() ? common[kinds[row]] : rare[row];
    }
  };
  static constexpr std::uint32_t no_column = 0xffffffffu;

  additions() = default;
  additions(additions&&) = default;
  additions& operator=(additions&&) = default;

  /// What follows can be taken back, until something is drained or gathered.
  void begin();
  /// Forgets what was added since then.
  void forget_added();
  /// Sums what stands together. Errors: errc::overflow, and the call must be given up.
  void add(const rows& from);
  /// Adds a row by itself, to column 0 of a unit.
  void add_one(std::uint32_t unit, std::uint32_t kind, const unit_totals& totals,
               std::size_t common);
  /// How many words of eight bytes wait.
  [[nodiscard]] std::size_t size() const {
    constexpr std::size_t word = sizeof(record);
    return size_ + sizeof(unit_totals) / word * sums_.size() +
           sizeof(far_part) / word * far_.size();
  }

  /// Calls `visit(unit, column, totals)` and forgets what was added: for each unit and column once,
  /// units ascending, or a few times where there are very many columns. Where `visit` throws, what
  /// was visited before is forgotten, and the rest is as it was.
  template <typename Visit>
  void drain(std::span<const unit_totals> common, Visit visit);
  /// Takes what waits in others, which have the same common kinds, and have neither gathered nor
  /// broken off a drain. Errors: errc::overflow; nothing is changed.
  void gather(std::span<additions* const> others, std::size_t common);
  /// How many buckets there are.
  [[nodiscard]] std::size_t buckets() const { return buckets_.size(); }
  /// The ends of so many parts of the buckets, of about as many records each: some have many more
  /// than others where few units have most rows.
  [[nodiscard]] std::vector<std::size_t> ends_of_parts(std::size_t parts) const;
  /// Calls `visit(unit, totals)` for each of what was added.
  template <typename Visit>
  void for_each(std::span<const unit_totals> common, Visit visit) const;
  /// Calls `visit(unit, column, totals)` as drain does, for those of a bucket, and `unit_ends`
  /// behind those of a unit; forgets nothing. Needs that there are no far columns. `scratch` is for
  /// the records of the bucket, in the order of its units: best the same for many buckets.
  template <typename Visit, typename EndOfUnit>
  void for_each_sum(std::size_t bucket, std::span<const unit_totals> common, Visit visit,
                    EndOfUnit unit_ends, record_list& scratch) const;
  /// Whether there are columns that stand apart.
  [[nodiscard]] bool has_far() const { return !far_.empty(); }

 private:
  static constexpr std::uint32_t unit_bits = 12;
  static constexpr std::uint32_t column_bits = 20;
  static constexpr std::uint32_t what_bits = 32;
  static constexpr std::size_t few = 16;  ///< columns of a unit that are looked for one by one
  static constexpr std::uint32_t is_sum = 1u << 31;  ///< in `what`: a small sum follows

  /// Records that wait, whose sums stand behind so many others.
  struct waiting_list {
    waiting_words records;
    std::size_t first_sum;
  };
  /// Records of 4,096 units.
  struct bucket {
    waiting_words added = {};
    std::vector<waiting_list> gathered = {};
    record_list undrained = {};  ///< what was left by a drain that broke off

    template <typename Use>
    void for_each_piece(Use use) const {
      use(std::span<const record>(undrained), std::size_t{0});
      added.for_each_piece([&](std::span<const record> some) { use(some, std::size_t{0}); });
      for (const waiting_list& list : gathered)
        list.records.for_each_piece(
            [&](std::span<const record> some) { use(some, list.first_sum); });
    }
  };
  struct part {
    std::uint32_t column;
    unit_totals totals;
  };
  /// How far the visit of a bucket has come.
  struct progress {
    std::size_t first = 0;  ///< of the unit at hand
    std::size_t last = 0;
    std::vector<part> parts = {};
    std::size_t visited = 0;  ///< parts
  };
  /// The totals of a unit by column, if all are small sums, and of few columns.
  class small_parts {
   public:
    /// Whether they are.
    bool sum(std::span<const record> unit) {
      size_ = 0;
      for (const record r : unit)
        if (!add(column(r), static_cast<std::uint32_t>(r))) return false;
      return std::all_of(sums_.begin(), sums_.begin() + static_cast<std::ptrdiff_t>(size_),
                         [](const packed_sum::sum& s) { return s.is_right(); });
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::uint32_t column_of(std::size_t at) const { return columns_[at]; }
    [[nodiscard]] unit_totals totals(std::size_t at) const {
      return packed_sum::unpack(sums_[at].value());
    }

   private:
    bool add(std::uint32_t column, std::uint32_t what) {
      const std::uint32_t small = what >= is_sum ? what - is_sum : packed_sum::none;
      // Most units have one column or two, which come in any order: no branch is to guess which.
      std::size_t at = columns_[0] == column ? 0 : 1;
      if (at >= size_ || columns_[at] != column)
        for (at = 0; at < size_ && columns_[at] != column;) ++at;
      if (at == few) return false;
      if (at < size_) {
        sums_[at].add(small);
      } else {
        columns_[size_] = column;
        sums_[size_++] = packed_sum::sum(small);
      }
      return true;
    }

    std::size_t size_ = 0;
    std::array<std::uint32_t, few> columns_{};
    std::array<packed_sum::sum, few> sums_;
  };
  struct far_part {
    std::uint32_t unit;
    part of;
  };

  static std::uint32_t local_unit(record r) {
    return static_cast<std::uint32_t>(r >> (column_bits + what_bits));
  }
  static std::uint32_t column(record r) {
    return static_cast<std::uint32_t>(r >> what_bits) & ((1u << column_bits) - 1);
  }
  void take(additions& other) noexcept;
  void add_run(const rows& from, std::size_t first, std::size_t last);
  void push(std::uint32_t unit, std::uint32_t column, std::size_t what);
  void push_sum(std::uint32_t unit, std::uint32_t column, const unit_totals& sum,
                std::size_t common);
  static void sort(const bucket& from, std::size_t common, record_list& to);
  /// A record of a sum that stands behind so many others.
  static record behind(record r, std::size_t first_sum, std::size_t common) {
    const auto what = static_cast<std::uint32_t>(r);
    return what >= common && what < is_sum ? r + first_sum : r;
  }
  /// The totals of one unit by column. `parts` is for them.
  void sum(std::span<const record> unit, std::span<const unit_totals> common,
           std::vector<part>& parts) const;
  void sum_any(std::span<const record> unit, std::span<const unit_totals> common,
               std::vector<part>& parts) const;
  [[nodiscard]] static std::vector<std::uint32_t> packed_kinds(const rows& from);
  template <typename Visit>
  void visit_bucket(std::size_t b, std::span<const record> bucket,
                    std::span<const unit_totals> common, progress& at, Visit& visit) const;
  static void forget(record_list& bucket, const progress& before);
  [[nodiscard]] unit_totals totals(record r, std::span<const unit_totals> common) const {
    const auto what = static_cast<std::uint32_t>(r);
    if (what >= is_sum) return packed_sum::unpack(what - is_sum);
    return what < common.size() ? common[what] : sums_[what - common.size()];
  }
  static std::size_t end_of_unit(std::span<const record> bucket, std::size_t first) {
    std::size_t last = first + 1;
    while (last < bucket.size() && local_unit(bucket[last]) == local_unit(bucket[first])) ++last;
    return last;
  }
  static std::uint32_t unit_of(std::size_t bucket, record r) {
    return static_cast<std::uint32_t>(bucket << unit_bits) + local_unit(r);
  }

  std::size_t size_ = 0;
  std::vector<bucket> buckets_;
  std::vector<unit_totals> sums_;
  std::vector<far_part> far_;  ///< of columns that have no room in a record
  struct {
    std::vector<std::size_t> buckets = {};
    std::size_t size = 0;
    std::size_t sums = 0;
    std::size_t far = 0;
  } before_;  ///< how much there was when these rows began
};

template <typename Visit>
void additions::visit_bucket(std::size_t b, std::span<const record> bucket,
                             std::span<const unit_totals> common, progress& at,
                             Visit& visit) const {
  for (; at.first < bucket.size(); at.first = at.last) {
    at.visited = 0;  // before the sums, which may be too large
    at.last = end_of_unit(bucket, at.first);
    sum(bucket.subspan(at.first, at.last - at.first), common, at.parts);
    const std::uint32_t unit = unit_of(b, bucket[at.first]);
    for (at.visited = 0; at.visited < at.parts.size(); ++at.visited)
      visit(unit, at.parts[at.visited].column, at.parts[at.visited].totals);
  }
}

template <typename Visit>
void additions::drain(std::span<const unit_totals> common, Visit visit) {
  record_list sorted;
  for (std::size_t b = 0; b < buckets_.size(); ++b) {
    sort(buckets_[b], common.size(), sorted);
    progress at;
    try {
      visit_bucket(b, sorted, common, at, visit);
    } catch (...) {
      forget(sorted, at);
      buckets_[b] = {};
      buckets_[b].undrained.swap(sorted);
      throw;
    }
    buckets_[b] = {};
  }
  for (; !far_.empty(); far_.pop_back())
    visit(far_.back().unit, far_.back().of.column, far_.back().of.totals);
  size_ = 0;
  sums_ = {};
}

template <typename Visit, typename EndOfUnit>
void additions::for_each_sum(std::size_t bucket, std::span<const unit_totals> common, Visit visit,
                             EndOfUnit unit_ends, record_list& scratch) const {
  small_parts small;
  std::vector<part> parts;
  sort(buckets_[bucket], common.size(), scratch);
  const std::span<const record> all = scratch;
  for (std::size_t first = 0, last = 0; first < all.size(); first = last) {
    last = end_of_unit(all, first);
    const std::uint32_t unit = unit_of(bucket, all[first]);
    if (small.sum(all.subspan(first, last - first))) {
      for (std::size_t at = 0; at < small.size(); ++at)
        visit(unit, small.column_of(at), small.totals(at));
    } else {
      sum_any(all.subspan(first, last - first), common, parts);
      for (const part& p : parts) visit(unit, p.column, p.totals);
    }
    unit_ends();
  }
}

template <typename Visit>
void additions::for_each(std::span<const unit_totals> common, Visit visit) const {
  for (std::size_t b = 0; b < buckets_.size(); ++b)
    buckets_[b].for_each_piece([&](std::span<const record> some, std::size_t first_sum) {
      for (const record r : some)
        visit(unit_of(b, r), totals(behind(r, first_sum, common.size()), common));
    });
}

}  // namespace xqs::engine

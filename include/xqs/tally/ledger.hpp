#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xqs/detail/canonical_json.hpp"
#include "xqs/detail/dictionary.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/model/feedback.hpp"
#include "xqs/tally/totals.hpp"
#include "xqs/tally/unit_entries.hpp"

namespace xqs {

/// Exact totals per unit and column: right under any order, any partition of rows and any tree of
/// merges, however the answers of one person are scattered. Personal data.
///
/// A ledger is sparse: it holds an entry for each (unit, column) that has rows. Which columns there
/// are and what they stand for (all items, one item each, groups) is up to the caller; a label is
/// any text. Two ledgers are equal when they hold the same totals, whatever the order of their
/// making; empty ones are equal whatever their identity. Not safe for writing from two threads.
class ledger {
 public:
  ledger() = default;
  explicit ledger(state_identity identity) : identity_(std::move(identity)) {}
  explicit ledger(const definition& d, std::string unit_kind = "respondent")
      : identity_(d, std::move(unit_kind)) {}

  /// Adds to the totals of a unit in a column. Amortised O(1).
  ///
  /// Errors: errc::overflow; nothing is changed.
  void add(std::string_view unit, std::string_view column, const unit_totals& totals) {
    if (totals == unit_totals()) return;  // nothing added is nothing known
    entries_.add(units_.intern(unit), columns_.intern(column), totals);
  }
  void add(std::string_view unit, std::string_view column, const answer_points& points) {
    add(unit, column, unit_totals(points));
  }

  /// Adds the totals of another ledger, per unit. O(entries of `other`).
  ///
  /// Errors: errc::incompatible, errc::overflow; nothing is changed.
  void merge(const ledger& other);

  /// Takes back the totals of another ledger that was merged before, per unit, exactly; of units
  /// and columns that have nothing left no trace remains. O(entries).
  ///
  /// Errors: errc::incompatible; errc::invalid_argument where there is less than `other` has;
  /// nothing is changed.
  void subtract(const ledger& other);

  /// Takes out every trace of one unit; false if it was not there. O(entries).
  bool erase(std::string_view unit);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const state_identity& identity() const { return identity_; }
  [[nodiscard]] const unit_entries& entries() const { return entries_; }
  [[nodiscard]] std::string_view unit(std::uint32_t number) const { return units_[number]; }
  [[nodiscard]] std::string_view column(std::uint32_t number) const { return columns_[number]; }
  [[nodiscard]] std::uint32_t column_count() const { return columns_.size(); }
  /// The totals of a unit in a column. O(1), or O(columns) of a unit with few.
  [[nodiscard]] std::optional<unit_totals> find(std::string_view unit,
                                                std::string_view column) const {
    return entries_.find(units_.find(unit), columns_.find(column));
  }

  friend bool operator==(const ledger& a, const ledger& b) {
    if (a.entries_.size() != b.entries_.size()) return false;
    if (a.empty()) return true;
    if (a.identity_ != b.identity_) return false;
    bool equal = true;
    a.entries_.for_each([&](const unit_entries::entry& e) {
      equal = equal && b.find(a.unit(e.unit), a.column(e.column)) == e.totals;
    });
    return equal;
  }

 private:
  void add_named(const ledger& from, const unit_entries::entry& e) {
    add(from.unit(e.unit), from.column(e.column), e.totals);
  }
  /// Undoes a merge that ran out of memory behind the first entries of `other`.
  void take_back(const ledger& other, std::size_t first) noexcept;

  state_identity identity_;
  detail::dictionary units_;
  detail::dictionary columns_;
  unit_entries entries_;
};

inline void ledger::merge(const ledger& other) {
  if (other.empty()) return;
  if (&other == this) return merge(ledger(other));
  if (empty()) {
    ledger copy(other);
    *this = std::move(copy);
    return;
  }
  detail::require_same(identity_, other.identity_);
  other.entries_.for_each([&](const unit_entries::entry& e) {
    if (const auto known = find(other.unit(e.unit), other.column(e.column)))
      require_room(*known, e.totals);
  });
  std::size_t added = 0;
  try {
    other.entries_.for_each([&](const unit_entries::entry& e) {
      add_named(other, e);
      ++added;
    });
  } catch (...) {
    take_back(other, added);
    throw;
  }
}

inline void ledger::take_back(const ledger& other, std::size_t first) noexcept {
  other.entries_.for_each([&](const unit_entries::entry& e) {
    if (first == 0) return;
    --first;
    entries_.take_back(units_.find(other.unit(e.unit)), columns_.find(other.column(e.column)),
                       e.totals);
  });
}

inline void ledger::subtract(const ledger& other) {
  if (other.empty()) return;
  detail::require_same(identity_, other.identity_);
  other.entries_.for_each([&](const unit_entries::entry& e) {
    const auto known = find(other.unit(e.unit), other.column(e.column));
    if (!known || !covers(*known, e.totals))
      throw error(errc::invalid_argument,
                  "cannot subtract a ledger that was not added: in column " +
                      detail::in_quotes(other.column(e.column)) + " unit " +
                      detail::in_quotes(other.unit(e.unit)) + " has less than that");
  });
  ledger rest(identity_);
  entries_.for_each([&](unit_entries::entry e) {
    if (const auto gone = other.find(unit(e.unit), column(e.column)))
      subtract_totals(e.totals, *gone);
    rest.add_named(*this, e);
  });
  *this = std::move(rest);
}

inline bool ledger::erase(std::string_view unit) {
  const std::uint32_t gone = units_.find(unit);
  ledger rest(identity_);
  entries_.for_each([&](const unit_entries::entry& e) {
    if (e.unit != gone) rest.add_named(*this, e);
  });
  const bool found = rest.entries_.size() < entries_.size();
  *this = std::move(rest);
  return found;
}

/// The key of a response: ids of forms may be unique per respondent only.
[[nodiscard]] inline std::string response_key(std::string_view respondent,
                                              std::string_view response) {
  return detail::json_array({detail::json_string(respondent), detail::json_string(response)});
}

/// Adds the answers of one form to a ledger with a column per item, whose unit is the respondent or
/// the response.
///
/// Errors: errc::incompatible if the ledger is of another definition or unit kind;
/// errc::invalid_data for a missing respondent or response, an item answered twice, an item outside
/// a definition that rejects extra items, or a code off its scale; errc::overflow. Nothing is
/// changed.
inline void add_feedback(ledger& to, const definition& d, const feedback& form) {
  const bool by_response = to.identity().unit_kind == "response";
  detail::require_same(to.identity(), state_identity(d, by_response ? "response" : "respondent"));
  if (form.respondent.empty()) throw error(-1, "respondent", "", "respondent is missing");
  if (by_response && form.response.empty()) throw error(-1, "response", "", "response is missing");
  const std::string unit =
      by_response ? response_key(form.respondent, form.response) : form.respondent;
  ledger added(to.identity());
  for (const answer& a : form.answers) {
    if (d.rejects(a.item)) throw d.unknown_item(a.item);
    if (added.find(unit, a.item))
      throw error(-1, "item", a.item, "item " + detail::in_quotes(a.item) + " is answered twice");
    added.add(unit, a.item, d.points(a.requirement, a.satisfaction));
  }
  to.merge(added);
}

}  // namespace xqs

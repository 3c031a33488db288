#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "xqs/engine/column.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/tally/ledger.hpp"

namespace xqs {

/// A row of a batch that was not accepted, and why.
struct rejected_row {
  std::size_t row;     ///< in the batch
  std::string reason;  ///< one word: off_scale, duplicate, unknown_touchpoint, ...
  std::string column;
  std::string value;
  std::string message;  ///< what is wrong and what is allowed
};

/// One question to the rows pushed into it: create, push batches, finish. Compiled: needs xqs::xqs.
///
/// The query document is JSON: `{"question": "score", "by": ["channel"], "unit": "respondent"}`;
/// see docs/query.md for its keys and for the columns of the input. Results have passed the gate.
/// Use one query from one thread at a time.
class query {
 public:
  /// Errors: errc::invalid_query naming the JSON path, or when the request changes the definition
  /// to an impossible one; errc::invalid_data for a group column named like one of the result;
  /// errc::refused for a question that an anonymous definition does not answer.
  query(const definition& d, std::string_view document);
  ~query();
  query(query&&) noexcept;
  query& operator=(query&&) noexcept;

  /// The definition with the request's choices in place of its own.
  [[nodiscard]] const definition& effective() const;

  /// Whether the query can need the values of a column of this name, of feedback or of touchpoints.
  /// Other columns may come with a refusal in place of values, which saves the work of making them.
  [[nodiscard]] bool may_read(std::string_view column) const;

  /// Calls `task` for each number below `count`, several at a time, on as many threads as the query
  /// may use: for what there is to do about rows before they are pushed. Throws what a task throws.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& task);

  /// Adds touchpoints, one row each, which feedback refers to by their ids: all of them before the
  /// first feedback. All batches have the same columns.
  ///
  /// Errors: errc::invalid_data with row (in this batch), column, value and what is allowed, or a
  /// missing column; errc::invalid_argument after feedback. Nothing is then added.
  void push_touchpoints(const batch& rows);

  /// Adds feedback, a row per answer or a row per response. All batches have the same columns.
  /// Returns the rows that were not accepted; none unless the request says `on_error: skip`.
  ///
  /// Errors: errc::invalid_data with row (in this batch), column, value and what is allowed, or a
  /// missing column; the batch is then not counted at all.
  std::vector<rejected_row> push_feedback(const batch& rows);

  /// Adds a ledger that `saved_ledger` made, or any with the items as columns, instead of rows.
  /// Groups and conditions are by the columns that it was saved with. Several are added up: people
  /// may be in more than one.
  ///
  /// Errors: errc::incompatible for a ledger of another definition, or of another unit than the
  /// respondent; errc::invalid_argument with touchpoints or a time zone, for a timeline or
  /// `choices`, which need single answers; errc::invalid_data for other columns or items than
  /// allowed, and after or before rows. Nothing is then added.
  void push_ledger(const ledger& from);

  /// Keeps the ledger of the question, for `saved_ledger`: call before the first push. It has a
  /// column for each item or, with groups, for each group and item.
  ///
  /// Errors: errc::invalid_argument for another unit than the respondent, a timeline, or `choices`.
  void keep_ledger();
  /// The ledger kept: personal data, which no gate has seen.
  ///
  /// Errors: errc::invalid_argument where none was kept, or a push broke off; errc::overflow where
  /// the totals of a person are too large.
  [[nodiscard]] ledger saved_ledger() const;

  /// The answer. Call once, after the last push.
  ///
  /// Errors: errc::invalid_data without any row; errc::refused when the gate cannot show it;
  /// errc::invalid_argument for a population smaller than the units that answered; errc::overflow
  /// for totals too large.
  [[nodiscard]] table finish();

 private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace xqs

#pragma once

#include <memory>
#include <string_view>

#include "xqs/engine/column.hpp"
#include "xqs/engine/table.hpp"
#include "xqs/model/definition.hpp"

namespace xqs {

/// One question to the rows pushed into it: create, push batches, finish. Compiled: needs xqs::xqs.
///
/// The query document is JSON: `{"question": "score", "by": ["channel"], "unit": "respondent"}`;
/// see docs/query.md for its keys. Input is long form, a row per answer, in columns respondent,
/// item, requirement, satisfaction and optionally response, touchpoint, time, and any to group by.
/// Results have passed the gate. Use one query from one thread at a time.
class query {
 public:
  /// Errors: errc::invalid_query naming the JSON path, or when the request changes the definition
  /// to an impossible one; errc::invalid_data for a group column named like one of the result.
  query(const definition& d, std::string_view document);
  ~query();
  query(query&&) noexcept;
  query& operator=(query&&) noexcept;

  /// The definition with the request's choices in place of its own.
  [[nodiscard]] const definition& effective() const;

  /// Adds rows. All batches have the same columns.
  ///
  /// Errors: errc::invalid_data with row (in this batch), column, value and what is allowed, or a
  /// missing column; the batch is then not counted at all.
  void push_feedback(const batch& rows);

  /// The answer. Call once, after the last push.
  ///
  /// Errors: errc::invalid_data without any row; errc::refused when the gate cannot show it;
  /// errc::invalid_argument for a population smaller than the units that answered.
  [[nodiscard]] table finish();

 private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace xqs

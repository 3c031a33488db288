#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/export.hpp"
#include "arrow/import.hpp"
#include "arrow/owned.hpp"
#include "handles.hpp"
#include "xqs/engine/query.hpp"

using namespace xqs::c;

struct xqs_query {
  shared definition;
  xqs::query content;
  std::uint64_t feedback_rows = 0;
  std::optional<xqs::table> answer = {};                     ///< until it is given away
  std::vector<std::vector<xqs::rejected_row>> rejects = {};  ///< of each batch, not yet given away
};

namespace {

/// Structs of Arrow that a call takes over, and releases whatever comes of it.
template <typename Struct>
class taken {
 public:
  explicit taken(Struct* from) {
    if (from != nullptr) owner_.emplace(*from);
  }
  [[nodiscard]] const Struct& value(const argument& which) {
    if (!owner_) throw which.wrong("is NULL");
    return **owner_;
  }

 private:
  std::optional<xqs::arrow::owned<Struct>> owner_;
};

/// Rejects count from the first row of all feedback.
void push_feedback(xqs_query& to, const xqs::batch& rows) {
  if (to.rejects.size() == to.rejects.capacity())
    to.rejects.reserve(2 * to.rejects.size() + 1);  // what can fail comes before what is changed
  std::vector<xqs::rejected_row> rejects = to.content.push_feedback(rows);
  for (xqs::rejected_row& r : rejects) r.row += to.feedback_rows;
  if (!rejects.empty()) to.rejects.push_back(std::move(rejects));
  to.feedback_rows += rows.rows;
}

void push(xqs_query& to, std::uint32_t table, const xqs::batch& rows) {
  if (table == XQS_FEEDBACK) return push_feedback(to, rows);
  if (table == XQS_TOUCHPOINTS) return to.content.push_touchpoints(rows);
  throw argument{2, "table"}.wrong("is neither XQS_FEEDBACK nor XQS_TOUCHPOINTS");
}

/// Rows `first` to `first + count` of an array. Rows in errors count from the array's first.
void push(xqs_query& to, std::uint32_t table, const ArrowSchema& schema, const ArrowArray& array,
          std::int64_t first, std::int64_t count) {
  try {
    const auto is_read = [&](std::string_view name) { return to.content.may_read(name); };
    const auto run = [&](std::size_t tasks, const std::function<void(std::size_t)>& task) {
      to.content.for_each(tasks, task);
    };
    const xqs::arrow::imported_rows rows(schema, array, first, count, is_read, run);
    push(to, table, rows.rows());
  } catch (const xqs::error& problem) {
    if (problem.row() < 0) throw;
    throw xqs::error(first + problem.row(), problem.column(), problem.value(), problem.what());
  }
}

void require_piece(const ArrowArray& of, std::int64_t first, std::int64_t count) {
  if (first < 0 || first > of.length)
    throw argument{5, "first"}.wrong("is " + std::to_string(first) + "; the array has " +
                                     std::to_string(of.length) + " rows");
  if (count < 0 || count > of.length - first)
    throw argument{6, "count"}.wrong("is " + std::to_string(count) + "; from row " +
                                     std::to_string(first) + " on the array has " +
                                     std::to_string(of.length - first));
}

ArrowArrayStream& stream_out(ArrowArrayStream* to, const argument& which) {
  required(to, which).release = nullptr;
  return *to;
}

}  // namespace

extern "C" {

xqs_status xqs_query_create(const xqs_definition* definition, const char* json, size_t size,
                            xqs_query** out, xqs_error* error) {
  return guarded(error, [&] {
    give(out, {4, "out"}, [&]() -> xqs_query {
      const shared& d = required(definition, {1, "definition"}).shared;
      return {d, xqs::query(d->rules(), text_in(json, size, {2, "json"}))};
    });
  });
}

void xqs_query_destroy(xqs_query* query) { delete query; }

xqs_status xqs_query_may_read(const xqs_query* query, const char* column, size_t size, int32_t* may,
                              xqs_error* error) {
  return guarded(error, [&] {
    const xqs::query& of = required(query, {1, "query"}).content;
    const std::string_view name = text_in(column, size, {2, "column"});
    required(may, {4, "may"}) = of.may_read(name) ? 1 : 0;
  });
}

xqs_status xqs_query_push(xqs_query* query, uint32_t table, struct ArrowSchema* schema,
                          struct ArrowArray* array, xqs_error* error) {
  return guarded(error, [&] {
    taken<ArrowSchema> types(schema);
    taken<ArrowArray> values(array);
    xqs_query& to = required(query, {1, "query"});
    const ArrowSchema& of = types.value({3, "schema"});
    const ArrowArray& rows = values.value({4, "array"});
    push(to, table, of, rows, 0, rows.length);
  });
}

xqs_status xqs_query_push_rows(xqs_query* query, uint32_t table, const struct ArrowSchema* schema,
                               const struct ArrowArray* array, int64_t first, int64_t count,
                               xqs_error* error) {
  return guarded(error, [&] {
    xqs_query& to = required(query, {1, "query"});
    const ArrowSchema& of = required(schema, {3, "schema"});
    const ArrowArray& rows = required(array, {4, "array"});
    require_piece(rows, first, count);
    push(to, table, of, rows, first, count);
  });
}

xqs_status xqs_query_finish(xqs_query* query, struct ArrowArrayStream* result, xqs_error* error) {
  return guarded(error, [&] {
    ArrowArrayStream& to = stream_out(result, {2, "result"});
    xqs_query& from = required(query, {1, "query"});
    if (!from.answer) from.answer = from.content.finish();
    xqs::arrow::export_table(std::move(*from.answer), to);
    from.answer.reset();
  });
}

xqs_status xqs_query_rejects(xqs_query* query, struct ArrowArrayStream* rejects, xqs_error* error) {
  return guarded(error, [&] {
    ArrowArrayStream& to = stream_out(rejects, {2, "rejects"});
    xqs_query& from = required(query, {1, "query"});
    std::vector<xqs::rejected_row> all;
    for (const auto& batch : from.rejects) all.insert(all.end(), batch.begin(), batch.end());
    xqs::arrow::export_rejects(all, to);
    from.rejects.clear();
  });
}

xqs_status xqs_query_keep_ledger(xqs_query* query, xqs_error* error) {
  return guarded(error, [&] { required(query, {1, "query"}).content.keep_ledger(); });
}

xqs_status xqs_query_ledger(const xqs_query* query, xqs_ledger** out, xqs_error* error) {
  return guarded(error, [&] {
    give(out, {2, "out"}, [&]() -> xqs_ledger {
      const xqs::query& from = required(query, {1, "query"}).content;
      return {std::make_shared<const shared_definition>(from.effective()), from.saved_ledger()};
    });
  });
}

xqs_status xqs_query_push_ledger(xqs_query* query, const xqs_ledger* ledger, xqs_error* error) {
  return guarded(error, [&] {
    xqs_query& to = required(query, {1, "query"});
    const xqs::ledger& from = required(ledger, {2, "ledger"}).content;
    // Also if there is nothing in it, as for a merge.
    xqs::detail::require_same(xqs::state_identity(to.content.effective()), from.identity());
    to.content.push_ledger(from);
  });
}

}  // extern "C"

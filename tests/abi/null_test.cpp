#include <functional>
#include <string>

#include "abi.hpp"

// NULL in every pointer of every function.

using namespace abi;

namespace {

/// Expects a call to refuse NULL for an argument, by its position and its name.
void refuses(int argument, const std::string& name,
             const std::function<xqs_status(xqs_error*)>& call) {
  xqs_error error = new_error();
  INFO(name);
  CHECK(call(&error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == argument);
  CHECK(error.row == -1);
  CHECK(std::string(error.message) == name + " is NULL");
  CHECK(call(nullptr) == XQS_INVALID_ARGUMENT);
}

const definition& rules() {
  static const definition d = parse(hand_made());
  return d;
}

}  // namespace

TEST_CASE("abi: NULL in definitions", "[abi]") {
  const xqs_definition* d = rules().get();
  xqs_definition* made = nullptr;
  std::uint8_t bytes[16];
  std::uint32_t number = 7;
  size_t size = 7;
  refuses(1, "json", [&](auto* e) { return xqs_definition_parse(nullptr, 0, &made, e); });
  refuses(3, "out", [&](auto* e) { return xqs_definition_parse("{}", 2, nullptr, e); });
  refuses(1, "name", [&](auto* e) { return xqs_definition_preset(nullptr, 0, &made, e); });
  refuses(3, "out", [&](auto* e) { return xqs_definition_preset("ceqs", 4, nullptr, e); });
  refuses(1, "definition",
          [&](auto* e) { return xqs_definition_json(nullptr, nullptr, 0, &size, e); });
  refuses(4, "size", [&](auto* e) { return xqs_definition_json(d, nullptr, 0, nullptr, e); });
  refuses(1, "definition",
          [&](auto* e) { return xqs_definition_provenance(nullptr, nullptr, 0, &size, e); });
  refuses(4, "size", [&](auto* e) { return xqs_definition_provenance(d, nullptr, 0, nullptr, e); });
  refuses(1, "definition", [&](auto* e) { return xqs_definition_fingerprint(nullptr, bytes, e); });
  refuses(2, "bytes", [&](auto* e) { return xqs_definition_fingerprint(d, nullptr, e); });
  refuses(1, "definition",
          [&](auto* e) { return xqs_definition_tally_fingerprint(nullptr, bytes, e); });
  refuses(2, "bytes", [&](auto* e) { return xqs_definition_tally_fingerprint(d, nullptr, e); });
  refuses(1, "definition", [&](auto* e) { return xqs_definition_item_count(nullptr, &number, e); });
  refuses(2, "count", [&](auto* e) { return xqs_definition_item_count(d, nullptr, e); });
  refuses(1, "definition",
          [&](auto* e) { return xqs_definition_item_id(nullptr, 0, nullptr, 0, &size, e); });
  refuses(5, "size", [&](auto* e) { return xqs_definition_item_id(d, 0, nullptr, 0, nullptr, e); });
  refuses(1, "definition",
          [&](auto* e) { return xqs_definition_find_item(nullptr, "a", 1, &number, e); });
  refuses(2, "id", [&](auto* e) { return xqs_definition_find_item(d, nullptr, 0, &number, e); });
  refuses(4, "item", [&](auto* e) { return xqs_definition_find_item(d, "a", 1, nullptr, e); });
  refuses(1, "definition", [&](auto* e) { return xqs_definition_band_count(nullptr, &number, e); });
  refuses(2, "count", [&](auto* e) { return xqs_definition_band_count(d, nullptr, e); });
  refuses(1, "definition",
          [&](auto* e) { return xqs_definition_band_id(nullptr, 0, nullptr, 0, &size, e); });
  refuses(5, "size", [&](auto* e) { return xqs_definition_band_id(d, 0, nullptr, 0, nullptr, e); });
  CHECK(made == nullptr);
  CHECK(number == 7);
  CHECK(size == 7);
  xqs_definition_destroy(nullptr);
}

TEST_CASE("abi: NULL in tallies", "[abi]") {
  const xqs_definition* d = rules().get();
  tally t(rules(), XQS_POOLED);
  const tally before = t;
  const answers a(once(five));
  xqs_counts counts{sizeof counts, 0, 0, 0, 0, 0, 0};
  xqs_score score = new_score();
  xqs_comparison comparison{};
  comparison.struct_size = sizeof comparison;
  unsigned char* const m = t.data();
  const size_t s = t.size();
  size_t size = 7;
  refuses(1, "definition", [&](auto* e) { return xqs_tally_size(nullptr, XQS_POOLED, &size, e); });
  refuses(3, "size", [&](auto* e) { return xqs_tally_size(d, XQS_POOLED, nullptr, e); });
  refuses(1, "definition", [&](auto* e) { return xqs_tally_add_units(nullptr, m, s, &a.view, e); });
  refuses(2, "tally", [&](auto* e) { return xqs_tally_add_units(d, nullptr, s, &a.view, e); });
  refuses(4, "answers", [&](auto* e) { return xqs_tally_add_units(d, m, s, nullptr, e); });
  refuses(1, "tally", [&](auto* e) { return xqs_tally_merge_disjoint(nullptr, s, m, s, e); });
  refuses(3, "other", [&](auto* e) { return xqs_tally_merge_disjoint(m, s, nullptr, s, e); });
  refuses(1, "tally", [&](auto* e) { return xqs_tally_subtract(nullptr, s, m, s, e); });
  refuses(3, "other", [&](auto* e) { return xqs_tally_subtract(m, s, nullptr, s, e); });
  refuses(1, "tally", [&](auto* e) { return xqs_tally_counts(nullptr, s, &counts, e); });
  refuses(3, "counts", [&](auto* e) { return xqs_tally_counts(m, s, nullptr, e); });
  refuses(1, "definition",
          [&](auto* e) { return xqs_tally_score(nullptr, m, s, nullptr, &score, nullptr, 0, e); });
  refuses(2, "tally",
          [&](auto* e) { return xqs_tally_score(d, nullptr, s, nullptr, &score, nullptr, 0, e); });
  refuses(5, "score",
          [&](auto* e) { return xqs_tally_score(d, m, s, nullptr, nullptr, nullptr, 0, e); });
  refuses(1, "definition",
          [&](auto* e) { return xqs_tally_compare(nullptr, m, s, m, s, nullptr, &comparison, e); });
  refuses(2, "before",
          [&](auto* e) { return xqs_tally_compare(d, nullptr, s, m, s, nullptr, &comparison, e); });
  refuses(4, "after",
          [&](auto* e) { return xqs_tally_compare(d, m, s, nullptr, s, nullptr, &comparison, e); });
  refuses(7, "comparison",
          [&](auto* e) { return xqs_tally_compare(d, m, s, m, s, nullptr, nullptr, e); });
  refuses(1, "tally", [&](auto* e) { return xqs_tally_encode(nullptr, s, nullptr, 0, &size, e); });
  refuses(5, "encoded_size",
          [&](auto* e) { return xqs_tally_encode(m, s, nullptr, 0, nullptr, e); });
  refuses(1, "definition", [&](auto* e) { return xqs_tally_decode(nullptr, "", 0, m, s, e); });
  refuses(2, "encoded", [&](auto* e) { return xqs_tally_decode(d, nullptr, 0, m, s, e); });
  refuses(4, "tally", [&](auto* e) { return xqs_tally_decode(d, "", 0, nullptr, s, e); });
  CHECK(t == before);
  CHECK(size == 7);
}

TEST_CASE("abi: NULL in ledgers", "[abi]") {
  const xqs_definition* d = rules().get();
  xqs_ledger* made = nullptr;
  REQUIRE(xqs_ledger_create(d, nullptr, 0, &made, nullptr) == XQS_OK);
  const ledger l(made);
  const answers a(once({{10, 7}}));
  const xqs_text unit = {"u", 1};
  tally t(rules(), XQS_POOLED);
  std::int32_t found = 7;
  size_t size = 7;
  xqs_ledger* none = l.get();
  refuses(1, "definition", [&](auto* e) { return xqs_ledger_create(nullptr, "", 0, &none, e); });
  CHECK(none == nullptr);
  refuses(2, "unit_kind", [&](auto* e) { return xqs_ledger_create(d, nullptr, 3, &none, e); });
  refuses(4, "out", [&](auto* e) { return xqs_ledger_create(d, nullptr, 0, nullptr, e); });
  refuses(1, "ledger", [&](auto* e) { return xqs_ledger_add(nullptr, &unit, &a.view, e); });
  refuses(2, "units", [&](auto* e) { return xqs_ledger_add(l.get(), nullptr, &a.view, e); });
  refuses(3, "answers", [&](auto* e) { return xqs_ledger_add(l.get(), &unit, nullptr, e); });
  refuses(1, "ledger", [&](auto* e) { return xqs_ledger_merge(nullptr, l.get(), e); });
  refuses(2, "other", [&](auto* e) { return xqs_ledger_merge(l.get(), nullptr, e); });
  refuses(1, "ledger", [&](auto* e) { return xqs_ledger_subtract(nullptr, l.get(), e); });
  refuses(2, "other", [&](auto* e) { return xqs_ledger_subtract(l.get(), nullptr, e); });
  refuses(1, "ledger", [&](auto* e) { return xqs_ledger_erase(nullptr, "u", 1, &found, e); });
  refuses(2, "unit", [&](auto* e) { return xqs_ledger_erase(l.get(), nullptr, 0, &found, e); });
  refuses(4, "found", [&](auto* e) { return xqs_ledger_erase(l.get(), "u", 1, nullptr, e); });
  refuses(1, "ledger",
          [&](auto* e) { return xqs_ledger_fold(nullptr, XQS_POOLED, t.data(), t.size(), e); });
  refuses(3, "tally",
          [&](auto* e) { return xqs_ledger_fold(l.get(), XQS_POOLED, nullptr, t.size(), e); });
  refuses(1, "ledger", [&](auto* e) { return xqs_ledger_encode(nullptr, nullptr, 0, &size, e); });
  refuses(4, "encoded_size",
          [&](auto* e) { return xqs_ledger_encode(l.get(), nullptr, 0, nullptr, e); });
  none = l.get();
  refuses(1, "definition", [&](auto* e) { return xqs_ledger_decode(nullptr, "", 0, &none, e); });
  CHECK(none == nullptr);
  refuses(2, "encoded", [&](auto* e) { return xqs_ledger_decode(d, nullptr, 0, &none, e); });
  refuses(4, "out", [&](auto* e) { return xqs_ledger_decode(d, "", 0, nullptr, e); });
  CHECK(found == 7);
  xqs_ledger_destroy(nullptr);
}

TEST_CASE("abi: NULL in queries", "[abi]") {
  const std::string json = R"({"question": "score"})";
  xqs_query* made = nullptr;
  REQUIRE(xqs_query_create(rules().get(), json.data(), json.size(), &made, nullptr) == XQS_OK);
  const query q(made);
  static int released = 0;
  ArrowSchema schema{};
  ArrowArray array{};
  schema.release = [](ArrowSchema* s) {
    ++released;
    s->release = nullptr;
  };
  array.release = [](ArrowArray* a) {
    ++released;
    a->release = nullptr;
  };
  const auto push = [&](xqs_query* to, ArrowSchema* types, ArrowArray* values) {
    return [=](xqs_error* e) {
      ArrowSchema of{};
      ArrowArray with{};
      if (types != nullptr) of = *types;
      if (values != nullptr) with = *values;
      return xqs_query_push(to, XQS_FEEDBACK, types == nullptr ? nullptr : &of,
                            values == nullptr ? nullptr : &with, e);
    };
  };
  xqs_query* none = q.get();
  ArrowArrayStream stream{};
  refuses(1, "definition",
          [&](auto* e) { return xqs_query_create(nullptr, json.data(), 2, &none, e); });
  CHECK(none == nullptr);
  refuses(2, "json",
          [&](auto* e) { return xqs_query_create(rules().get(), nullptr, 0, &none, e); });
  refuses(4, "out", [&](auto* e) {
    return xqs_query_create(rules().get(), json.data(), json.size(), nullptr, e);
  });
  refuses(1, "query", push(nullptr, &schema, &array));
  CHECK(released == 4);  // in two calls, both each time
  refuses(3, "schema", push(q.get(), nullptr, &array));
  CHECK(released == 6);
  refuses(4, "array", push(q.get(), &schema, nullptr));
  CHECK(released == 8);
  const auto push_rows = [](xqs_query* to, const ArrowSchema* types, const ArrowArray* values) {
    return
        [=](xqs_error* e) { return xqs_query_push_rows(to, XQS_FEEDBACK, types, values, 0, 0, e); };
  };
  std::int32_t may = 0;
  refuses(1, "query", [&](auto* e) { return xqs_query_may_read(nullptr, "item", 4, &may, e); });
  refuses(2, "column", [&](auto* e) { return xqs_query_may_read(q.get(), nullptr, 4, &may, e); });
  refuses(4, "may", [&](auto* e) { return xqs_query_may_read(q.get(), "item", 4, nullptr, e); });
  refuses(1, "query", push_rows(nullptr, &schema, &array));
  refuses(3, "schema", push_rows(q.get(), nullptr, &array));
  refuses(4, "array", push_rows(q.get(), &schema, nullptr));
  CHECK(released == 8);
  refuses(1, "query", [&](auto* e) { return xqs_query_finish(nullptr, &stream, e); });
  refuses(2, "result", [&](auto* e) { return xqs_query_finish(q.get(), nullptr, e); });
  refuses(1, "query", [&](auto* e) { return xqs_query_rejects(nullptr, &stream, e); });
  refuses(2, "rejects", [&](auto* e) { return xqs_query_rejects(q.get(), nullptr, e); });
  xqs_ledger* ledger = nullptr;
  refuses(1, "query", [&](auto* e) { return xqs_query_keep_ledger(nullptr, e); });
  refuses(1, "query", [&](auto* e) { return xqs_query_ledger(nullptr, &ledger, e); });
  refuses(2, "out", [&](auto* e) { return xqs_query_ledger(q.get(), nullptr, e); });
  refuses(1, "query", [&](auto* e) { return xqs_query_push_ledger(nullptr, ledger, e); });
  refuses(2, "ledger", [&](auto* e) { return xqs_query_push_ledger(q.get(), nullptr, e); });
  xqs_query_destroy(nullptr);
}

#include <cstring>
#include <string>
#include <vector>

#include "abi.hpp"
#include "arrow_data.hpp"

using namespace abi;

namespace {

query new_query(const definition& d, const std::string& json) {
  xqs_query* q = nullptr;
  xqs_error error = new_error();
  const xqs_status status = xqs_query_create(d.get(), json.data(), json.size(), &q, &error);
  INFO(error.message);
  REQUIRE(status == XQS_OK);
  return query(q);
}

/// A column of text of a batch.
void add_text(arrow_data::rows& to, const std::string& name,
              const std::vector<std::string>& values) {
  std::vector<std::int32_t> offsets = {0};
  std::string bytes;
  for (const std::string& value : values) {
    bytes += value;
    offsets.push_back(static_cast<std::int32_t>(bytes.size()));
  }
  to.add(name, "u").no_buffer().values(offsets).values(bytes);
}

/// Respondents with one answer each.
struct feedback {
  arrow_data::rows rows;
  explicit feedback(const std::vector<std::string>& respondents,
                    const std::vector<double>& requirement, const std::vector<double>& satisfaction,
                    const std::string& item = "a")
      : rows(static_cast<std::int64_t>(respondents.size())) {
    add_text(rows, "respondent", respondents);
    add_text(rows, "item", std::vector<std::string>(respondents.size(), item));
    rows.add("requirement", "g").no_buffer().values(requirement);
    rows.add("satisfaction", "g").no_buffer().values(satisfaction);
  }
};

xqs_status push(const query& q, feedback& f, xqs_error* error = nullptr,
                std::uint32_t table = XQS_FEEDBACK) {
  const xqs_status status =
      xqs_query_push(q.get(), table, &f.rows.schema(), &f.rows.array(), error);
  CHECK(f.rows.schema_releases == 1);
  CHECK(f.rows.array_releases == 1);
  return status;
}

/// The only batch of a stream.
class result {
 public:
  explicit result(ArrowArrayStream stream) {
    REQUIRE(stream.get_schema(&stream, &schema_) == 0);
    REQUIRE(stream.get_next(&stream, &array_) == 0);
    stream.release(&stream);
    REQUIRE(array_.release != nullptr);
  }
  result(const result&) = delete;
  ~result() {
    schema_.release(&schema_);
    array_.release(&array_);
  }

  [[nodiscard]] std::int64_t rows() const { return array_.length; }
  [[nodiscard]] double number(const std::string& name, std::size_t row) const {
    return static_cast<const double*>(column(name).buffers[1])[row];
  }
  [[nodiscard]] std::int64_t integer(const std::string& name, std::size_t row) const {
    return static_cast<const std::int64_t*>(column(name).buffers[1])[row];
  }
  [[nodiscard]] std::string text(const std::string& name, std::size_t row) const {
    const ArrowArray& c = column(name);
    const auto* offsets = static_cast<const std::int32_t*>(c.buffers[1]);
    return {static_cast<const char*>(c.buffers[2]) + offsets[row],
            static_cast<const char*>(c.buffers[2]) + offsets[row + 1]};
  }

 private:
  [[nodiscard]] const ArrowArray& column(const std::string& name) const {
    std::int64_t at = 0;
    while (at < schema_.n_children && schema_.children[at]->name != name) ++at;
    REQUIRE(at < schema_.n_children);
    return *array_.children[at];
  }

  ArrowSchema schema_{};
  ArrowArray array_{};
};

result finished(const query& q) {
  ArrowArrayStream stream{};
  REQUIRE(xqs_query_finish(q.get(), &stream, nullptr) == XQS_OK);
  return result(stream);
}

const std::vector<std::string> people = {"1", "2", "3", "4", "5"};
const std::vector<double> required = {10, 8, 12, 9, 11};
const std::vector<double> satisfied = {7, 6, 7, 5, 9};

}  // namespace

TEST_CASE("abi: a query", "[abi]") {
  const query q = new_query(parse(hand_made()), R"({"question": "score"})");
  feedback first({"1", "2"}, {10, 8}, {7, 6});
  feedback second({"3", "4", "5"}, {12, 9, 11}, {7, 5, 9});
  REQUIRE(push(q, first) == XQS_OK);
  REQUIRE(push(q, second) == XQS_OK);
  const result r = finished(q);
  REQUIRE(r.rows() == 1);
  CHECK(r.number("score", 0) == near(68));  // as of tests/reference/small_scores.py
  CHECK(r.number("ci_low", 0) == near(53.790461037271992));
  CHECK(r.integer("respondents", 0) == 5);
  CHECK(r.text("interval_kind", 0) == "bounded");
  ArrowArrayStream stream{};
  xqs_error error = new_error();
  CHECK(xqs_query_finish(q.get(), &stream, &error) == XQS_INVALID_ARGUMENT);
  CHECK(stream.release == nullptr);
  feedback late(people, required, satisfied);
  CHECK(push(q, late, &error) == XQS_INVALID_ARGUMENT);
}

TEST_CASE("abi: a query that cannot be", "[abi]") {
  const definition d = parse(hand_made());
  xqs_error error = new_error();
  const auto create = [&](const std::string& json) {
    xqs_query* q = nullptr;
    const xqs_status status = xqs_query_create(d.get(), json.data(), json.size(), &q, &error);
    CHECK(q == nullptr);
    return status;
  };
  CHECK(create("{") == XQS_INVALID_QUERY);
  CHECK(create(R"({"question": "why"})") == XQS_INVALID_QUERY);
  CHECK_THAT(std::string(error.message), contains("$.question"));
  CHECK(create(R"({"question": "timeline", "contact": "c"})") == XQS_REFUSED);
}

TEST_CASE("abi: what is pushed is released, whatever comes of it", "[abi]") {
  const query q = new_query(parse(hand_made()), R"({"question": "score"})");
  xqs_error error = new_error();
  feedback bad({"1", "2"}, {10, 8}, {7, 10001});
  CHECK(push(q, bad, &error) == XQS_INVALID_DATA);
  CHECK(error.row == 1);
  CHECK(std::string(error.column) == "satisfaction");
  CHECK(std::string(error.value) == "10001");
  feedback unknown(people, required, satisfied);
  CHECK(push(q, unknown, &error, 3) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 2);
  feedback malformed(people, required, satisfied);
  malformed.rows.schema().format = "i";
  CHECK(push(q, malformed, &error) == XQS_INVALID_ARGUMENT);
  feedback good(people, required, satisfied);
  REQUIRE(push(q, good) == XQS_OK);  // nothing of the others was counted
  CHECK(finished(q).integer("answers", 0) == 5);
}

TEST_CASE("abi: pieces of a batch that stays the caller's", "[abi]") {
  const query q = new_query(parse(hand_made()), R"({"question": "score", "on_error": "skip"})");
  feedback all({"0", "1", "2", "3", "4", "5", "6"}, {99, 10, 8, 12, 9, 11, 99},
               {99, 7, 6, 10001, 5, 9, 99});
  feedback third({"3"}, {12}, {7});
  const auto push_rows = [&](std::int64_t first, std::int64_t count, xqs_error* error) {
    return xqs_query_push_rows(q.get(), XQS_FEEDBACK, &all.rows.schema(), &all.rows.array(), first,
                               count, error);
  };
  REQUIRE(push_rows(1, 1, nullptr) == XQS_OK);
  REQUIRE(push_rows(2, 0, nullptr) == XQS_OK);
  REQUIRE(push_rows(7, 0, nullptr) == XQS_OK);
  REQUIRE(push_rows(2, 4, nullptr) == XQS_OK);
  xqs_error error = new_error();
  CHECK(push_rows(-1, 2, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 5);
  CHECK(std::string(error.message) == "first is -1; the array has 7 rows");
  CHECK(push_rows(8, 0, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 5);
  CHECK(push_rows(6, 2, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 6);
  CHECK(std::string(error.message) == "count is 2; from row 6 on the array has 1");
  CHECK(push_rows(2, -1, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 6);
  CHECK(push_rows(1, INT64_MAX, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 6);
  CHECK(all.rows.schema_releases == 0);
  CHECK(all.rows.array_releases == 0);

  ArrowArrayStream stream{};
  REQUIRE(xqs_query_rejects(q.get(), &stream, nullptr) == XQS_OK);
  CHECK(result(stream).integer("row", 0) == 2);  // of the rows pushed: 1, 2, 3
  REQUIRE(push(q, third) == XQS_OK);
  const result r = finished(q);
  CHECK(r.number("score", 0) == near(68));  // as of tests/reference/small_scores.py
  CHECK(r.integer("respondents", 0) == 5);
}

TEST_CASE("abi: rows of errors are those of the array, whatever the piece", "[abi]") {
  const query q = new_query(parse(hand_made()), R"({"question": "score", "by": ["count"]})");
  feedback all({"1", "2", "3", "4"}, {10, 8, 12, 9}, {7, 6, 10001, 5});
  constexpr std::uint64_t large = std::uint64_t{1} << 63;
  arrow_data::column& count =
      all.rows.add("count", "L").no_buffer().values(std::vector<std::uint64_t>{1, 1, 1, large});
  xqs_error error = new_error();
  const auto row_of = [&](std::int64_t first, std::int64_t rows) {
    CHECK(xqs_query_push_rows(q.get(), XQS_FEEDBACK, &all.rows.schema(), &all.rows.array(), first,
                              rows, &error) == XQS_INVALID_DATA);
    return error.row;
  };
  CHECK(row_of(1, 2) == 2);  // of the query
  CHECK(std::string(error.column) == "satisfaction");
  CHECK(std::string(error.value) == "10001");
  CHECK(row_of(3, 1) == 3);  // of the reader, for a value that is needed
  CHECK(std::string(error.column) == "count");
  count.set(1, std::vector<std::uint64_t>{1, 1, 1, 1});
  all.rows[0].set(2, std::vector<char>{'1', '2', '3', '\xff'});
  CHECK(row_of(3, 1) == 3);  // of the reader, for what is no Arrow
  CHECK(std::string(error.column) == "respondent");
  all.rows.array().length = 5;
  CHECK(row_of(4, 1) == -1);  // of no row
}

TEST_CASE("abi: of columns that a query cannot need no value is read", "[abi]") {
  const definition d = parse(hand_made());
  xqs_error error = new_error();
  for (const auto& [json, status] : std::vector<std::pair<std::string, xqs_status>>{
           {R"({"question": "score"})", XQS_OK},
           {R"({"question": "score", "by": ["team"]})", XQS_INVALID_DATA},
           {R"({"question": "score", "where": [["feedback.team", "=", "x"]]})", XQS_INVALID_DATA},
           {R"({"question": "score", "columns": {"time": "team"}})", XQS_INVALID_DATA}}) {
    const query q = new_query(d, json);
    feedback rows(people, required, satisfied);
    add_text(rows.rows, "team", {"x", "\xff", "x", "y", "y"});
    INFO(json);
    CHECK(push(q, rows, &error) == status);
    if (status == XQS_OK) continue;
    CHECK(std::string(error.column) == "team");
    CHECK(error.row == 1);
  }
}

TEST_CASE("abi: which columns a query may need", "[abi]") {
  const definition d = parse(hand_made());
  const query q = new_query(d, R"({"question": "score", "by": ["team"],
                                   "columns": {"respondent": "id"}})");
  const auto may_read = [&](const std::string& name) {
    std::int32_t may = -1;
    REQUIRE(xqs_query_may_read(q.get(), name.data(), name.size(), &may, nullptr) == XQS_OK);
    return may;
  };
  for (const char* needed : {"id", "team", "item", "requirement", "satisfaction.a", "time"})
    CHECK(may_read(needed) == 1);
  for (const char* other : {"Team", "remark", "satisfactions"}) CHECK(may_read(other) == 0);
}

TEST_CASE("abi: rejected rows", "[abi]") {
  const query q = new_query(parse(hand_made()), R"({"question": "score", "on_error": "skip"})");
  feedback first(people, required, satisfied);
  feedback second({"6", "7"}, {10, 10001}, {7, 7});
  REQUIRE(push(q, first) == XQS_OK);
  REQUIRE(push(q, second) == XQS_OK);
  ArrowArrayStream stream{};
  REQUIRE(xqs_query_rejects(q.get(), &stream, nullptr) == XQS_OK);
  {
    const result r(stream);
    REQUIRE(r.rows() == 1);
    CHECK(r.integer("row", 0) == 6);  // of all rows pushed
    CHECK(r.text("reason", 0) == "off_scale");
    CHECK(r.text("column", 0) == "requirement");
    CHECK(r.text("value", 0) == "10001");
  }
  REQUIRE(xqs_query_rejects(q.get(), &stream, nullptr) == XQS_OK);  // they were given away
  ArrowArray none{};
  REQUIRE(stream.get_next(&stream, &none) == 0);
  CHECK(none.release == nullptr);
  stream.release(&stream);
  CHECK(finished(q).integer("answers", 0) == 6);
}

namespace {

ledger kept_by(const query& q) {
  xqs_ledger* kept = nullptr;
  xqs_error error = new_error();
  const xqs_status status = xqs_query_ledger(q.get(), &kept, &error);
  INFO(error.message);
  REQUIRE(status == XQS_OK);
  return ledger(kept);
}

std::vector<unsigned char> encoded(const ledger& l) {
  size_t size = 0;
  REQUIRE(xqs_ledger_encode(l.get(), nullptr, 0, &size, nullptr) == XQS_OK);
  std::vector<unsigned char> bytes(size);
  REQUIRE(xqs_ledger_encode(l.get(), bytes.data(), size, &size, nullptr) == XQS_OK);
  return bytes;
}

}  // namespace

TEST_CASE("abi: the ledger of a query is one of answers", "[abi]") {
  // Items whose names would do for labels of groups are items.
  for (const std::string item : {"a", R"({\"item\":\"a\",\"team\":\"1\"})", "{"}) {
    const definition d = parse(hand_made("", R"({"id": ")" + item + R"("})"));
    char id[64];
    size_t id_size = 0;
    REQUIRE(xqs_definition_item_id(d.get(), 0, id, sizeof id, &id_size, nullptr) == XQS_OK);
    const query q = new_query(d, R"({"question": "score"})");
    REQUIRE(xqs_query_keep_ledger(q.get(), nullptr) == XQS_OK);
    feedback first({"1", "2", "3"}, {10, 8, 12}, {7, 6, 7}, id);
    REQUIRE(push(q, first) == XQS_OK);
    const ledger kept = kept_by(q);  // of what was pushed so far
    feedback second({"4", "1"}, {9, 1}, {5, 1}, id);
    REQUIRE(push(q, second) == XQS_OK);

    const answers all(once({{10, 7}, {8, 6}, {12, 7}, {9, 5}, {1, 1}}));
    const std::vector<xqs_text> units = {{"1", 1}, {"2", 1}, {"3", 1}, {"4", 1}, {"1", 1}};
    xqs_ledger* made = nullptr;
    REQUIRE(xqs_ledger_create(d.get(), nullptr, 0, &made, nullptr) == XQS_OK);
    const ledger added(made);
    REQUIRE(xqs_ledger_add(added.get(), units.data(), &all.view, nullptr) == XQS_OK);
    CHECK(encoded(kept_by(q)) == encoded(added));

    const answers others(once({{9, 5}, {11, 9}}));
    const std::vector<xqs_text> names = {{"4", 1}, {"5", 1}};
    REQUIRE(xqs_ledger_create(d.get(), nullptr, 0, &made, nullptr) == XQS_OK);
    const ledger rest(made);
    REQUIRE(xqs_ledger_add(rest.get(), names.data(), &others.view, nullptr) == XQS_OK);
    REQUIRE(xqs_ledger_merge(rest.get(), kept.get(), nullptr) == XQS_OK);
    tally t(d, XQS_POOLED);
    REQUIRE(xqs_ledger_fold(rest.get(), XQS_POOLED, t.data(), t.size(), nullptr) == XQS_OK);
    CHECK(score_of(d, t).score == near(68));  // as of tests/reference/small_scores.py

    const query again = new_query(d, R"({"question": "score"})");
    REQUIRE(xqs_query_push_ledger(again.get(), rest.get(), nullptr) == XQS_OK);
    const result r = finished(again);
    CHECK(r.number("score", 0) == near(68));
    CHECK(r.number("ci_low", 0) == near(53.790461037271992));
    CHECK(r.integer("respondents", 0) == 5);
  }
}

TEST_CASE("abi: the ledger of groups is for queries", "[abi]") {
  const definition d = parse(hand_made());
  const std::string by_team = R"({"question": "score", "by": ["team"]})";
  const query q = new_query(d, by_team);
  REQUIRE(xqs_query_keep_ledger(q.get(), nullptr) == XQS_OK);
  feedback rows(people, required, satisfied);
  add_text(rows.rows, "team", {"x", "x", "x", "y", "y"});
  REQUIRE(push(q, rows) == XQS_OK);
  ArrowArrayStream stream{};
  REQUIRE(xqs_query_finish(q.get(), &stream, nullptr) == XQS_OK);
  stream.release(&stream);
  const ledger kept = kept_by(q);  // which may be after the answer
  xqs_error error = new_error();
  for (const std::uint32_t columns : {XQS_POOLED, XQS_PROFILE}) {
    tally to(d, columns);
    CHECK(xqs_ledger_fold(kept.get(), columns, to.data(), to.size(), &error) == XQS_INCOMPATIBLE);
    CHECK_THAT(std::string(error.message), contains("saved with groups"));
    CHECK(to == tally(d, columns));
  }
  const query of_all = new_query(d, R"({"question": "score"})");
  REQUIRE(xqs_query_keep_ledger(of_all.get(), nullptr) == XQS_OK);
  feedback same(people, required, satisfied);
  REQUIRE(push(of_all, same) == XQS_OK);
  const ledger whole = kept_by(of_all);
  const std::vector<unsigned char> before = encoded(whole);
  CHECK(xqs_ledger_merge(whole.get(), kept.get(), &error) == XQS_INCOMPATIBLE);
  CHECK_THAT(std::string(error.message), contains("different groups"));
  CHECK(encoded(whole) == before);

  const query again = new_query(d, by_team);
  REQUIRE(xqs_query_push_ledger(again.get(), kept.get(), nullptr) == XQS_OK);
  const result r = finished(again);
  REQUIRE(r.rows() == 2);
  CHECK(r.text("team", 0) == "x");
  CHECK(r.number("score", 0) == near(100.0 * 20 / 30));
  CHECK(r.integer("respondents", 0) == 3);
}

TEST_CASE("abi: ledgers that a query does not keep or take", "[abi]") {
  const definition d = parse(hand_made());
  xqs_error error = new_error();
  xqs_ledger* made = nullptr;
  const query by_row = new_query(d, R"({"question": "score", "unit": "row"})");
  CHECK(xqs_query_keep_ledger(by_row.get(), &error) == XQS_INVALID_ARGUMENT);
  const query q = new_query(d, R"({"question": "score"})");
  feedback rows(people, required, satisfied);
  REQUIRE(push(q, rows) == XQS_OK);
  CHECK(xqs_query_keep_ledger(q.get(), &error) == XQS_INVALID_ARGUMENT);
  made = reinterpret_cast<xqs_ledger*>(&error);
  CHECK(xqs_query_ledger(q.get(), &made, &error) == XQS_INVALID_ARGUMENT);
  CHECK_THAT(std::string(error.message), contains("no ledger was kept"));
  CHECK(made == nullptr);

  const auto push_ledger_of = [&](const definition& of, const std::string& kind) {
    REQUIRE(xqs_ledger_create(of.get(), kind.data(), kind.size(), &made, nullptr) == XQS_OK);
    const ledger l(made);
    const answers one(once({{10, 7}}));
    const xqs_text unit = {R"(["6","1"])", 9};
    REQUIRE(xqs_ledger_add(l.get(), &unit, &one.view, nullptr) == XQS_OK);
    return xqs_query_push_ledger(q.get(), l.get(), &error);
  };
  CHECK(push_ledger_of(d, "respondent") == XQS_INVALID_DATA);  // behind rows
  CHECK(push_ledger_of(d, "response") == XQS_INCOMPATIBLE);
  const definition capped = parse(hand_made(R"(, "over_fulfilment": "cap")"));
  CHECK(push_ledger_of(capped, "respondent") == XQS_INCOMPATIBLE);
  REQUIRE(xqs_ledger_create(capped.get(), nullptr, 0, &made, nullptr) == XQS_OK);
  const ledger empty(made);
  CHECK(xqs_query_push_ledger(q.get(), empty.get(), &error) == XQS_INCOMPATIBLE);
  CHECK(finished(q).integer("answers", 0) == 5);
}

TEST_CASE("abi: a query and its answer live apart", "[abi]") {
  query q = new_query(parse(hand_made()), R"({"question": "score"})");
  feedback rows(people, required, satisfied);
  REQUIRE(push(q, rows) == XQS_OK);
  ArrowArrayStream stream{};
  REQUIRE(xqs_query_finish(q.get(), &stream, nullptr) == XQS_OK);
  q.reset();
  CHECK(result(stream).number("score", 0) == near(68));
}

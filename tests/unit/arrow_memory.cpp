#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/export.hpp"
#include "arrow/import.hpp"
#include "arrow/owned.hpp"
#include "arrow_data.hpp"
#include "catch.hpp"
#include "unit/failing_new.hpp"

// Every allocation fails once; the build with sanitizers sees what leaks.

namespace {

using failing_new::failures;

const std::string longer_than_inside_a_string(40, 'x');

xqs::table small() {
  xqs::table t;
  t.columns = {{longer_than_inside_a_string, xqs::column_type::text},
               {"flags", xqs::column_type::flags},
               {"score", xqs::column_type::number}};
  t.rows = {{longer_than_inside_a_string, std::vector<std::string_view>{"no_gap"}, 1.5}};
  t.query = "{}";
  t.notes = {longer_than_inside_a_string};
  return t;
}

}  // namespace

TEST_CASE("a stream is made whole or not at all") {
  const int failed = failures([] {
    const std::size_t allowed = std::exchange(failing_new::allocations_left, failing_new::never);
    xqs::table t = small();
    failing_new::allocations_left = allowed;
    ArrowArrayStream made;
    xqs::arrow::export_table(std::move(t), made);
    made.release(&made);
  });
  CHECK(failed == 3);  // the stream, which of its columns are large, and what arrays share
}

TEST_CASE("where memory runs out, a stream says so and goes on later") {
  ArrowArrayStream made;
  xqs::arrow::export_table(small(), made);
  xqs::arrow::owned_stream stream(made);
  std::vector<int> codes;
  codes.reserve(1000);
  const int of_schema = failures([&] {
    ArrowSchema schema;
    codes.push_back(stream->get_schema(&*stream, &schema));
    if (codes.back() == 0) schema.release(&schema);
  });
  CHECK(of_schema > 10);
  const std::size_t with_schema = codes.size();
  CHECK(with_schema == static_cast<std::size_t>(of_schema) + 1);
  const int of_rows = failures([&] {
    ArrowArray rows;
    codes.push_back(stream->get_next(&*stream, &rows));
    if (codes.back() == 0) rows.release(&rows);
  });
  CHECK(of_rows > 10);
  for (std::size_t i = 0; i < codes.size(); ++i)
    CHECK(codes[i] == (i + 1 == with_schema || i + 1 == codes.size() ? 0 : ENOMEM));
}

TEST_CASE("where memory runs out, what was read so far is freed and the structs are not") {
  arrow_data::rows from(2);
  from.add("text", "u").no_buffer().values(std::vector<std::int32_t>{0, 1, 2}).values("ab");
  arrow_data::column& keys =
      from.add("keys", "c").values(arrow_data::bits({1, 0})).values(std::vector<std::int8_t>{0, 0});
  from.add_dictionary(keys, "vu", 1).no_buffer().values(std::string(16, '\0')).no_buffer();
  from.add("time", "tsu:").no_buffer().values(std::vector<std::int64_t>{0, 1});
  from.add(longer_than_inside_a_string, "+l");
  const int failed =
      failures([&] { const xqs::arrow::imported_rows read(from.schema(), from.array()); });
  CHECK(failed > 20);
  CHECK(from.array_releases == 0);
}

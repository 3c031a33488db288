#include "arrow/export.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/owned.hpp"
#include "catch.hpp"

using xqs::arrow::export_rejects;
using xqs::arrow::export_table;
using xqs::arrow::owned_array;
using xqs::arrow::owned_schema;
using xqs::arrow::owned_stream;

namespace {

using cells = std::vector<std::string>;

/// Three rows of every type, the second of nulls.
xqs::table small() {
  xqs::table t;
  t.columns = {{"item", xqs::column_type::text},
               {"answers", xqs::column_type::integer},
               {"score", xqs::column_type::number},
               {"confirmed", xqs::column_type::boolean},
               {"flags", xqs::column_type::flags}};
  t.rows.push_back({std::string("\xC3\xA4"), std::int64_t{7}, 62.5, true,
                    std::vector<std::string_view>{"over_100", "no_gap"}});
  t.rows.push_back(std::vector<xqs::cell>(5));
  t.rows.push_back(
      {std::string(""), std::int64_t{-1}, 0.0, false, std::vector<std::string_view>{}});
  t.query = R"({"question":"score"})";
  t.notes = {"first", "second"};
  return t;
}

owned_stream stream_of(xqs::table t, const xqs::arrow::array_limits& limits = {}) {
  ArrowArrayStream made;
  export_table(std::move(t), made, limits);
  return owned_stream(made);
}

owned_schema schema_of(owned_stream& from) {
  ArrowSchema schema;
  REQUIRE(from->get_schema(&*from, &schema) == 0);
  return owned_schema(schema);
}

/// The next array; released behind the last.
owned_array next_of(owned_stream& from) {
  ArrowArray array;
  REQUIRE(from->get_next(&*from, &array) == 0);
  return owned_array(array);
}

template <typename T>
std::vector<T> buffer(const ArrowArray& from, std::size_t at, std::size_t count) {
  const auto* values = static_cast<const T*>(from.buffers[at]);
  return {values, values + count};
}

template <typename Offset>
cells texts(const ArrowArray& from) {
  const auto offsets = buffer<Offset>(from, 1, static_cast<std::size_t>(from.length) + 1);
  cells all;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i)
    all.emplace_back(static_cast<const char*>(from.buffers[2]) + offsets[i],
                     static_cast<const char*>(from.buffers[2]) + offsets[i + 1]);
  return all;
}

int bits(const ArrowArray& from, std::size_t at) { return buffer<std::uint8_t>(from, at, 1)[0]; }

}  // namespace

TEST_CASE("a table is a stream of structs with a child a column") {
  owned_stream stream = stream_of(small());
  owned_schema schema = schema_of(stream);
  CHECK(std::string(schema->format) == "+s");
  CHECK(schema->flags == 0);
  REQUIRE(schema->n_children == 5);
  const std::pair<std::string, std::string> columns[] = {
      {"item", "u"}, {"answers", "l"}, {"score", "g"}, {"confirmed", "b"}, {"flags", "+l"}};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(schema->children[i]->name == columns[i].first);
    CHECK(schema->children[i]->format == columns[i].second);
    CHECK(schema->children[i]->flags == ARROW_FLAG_NULLABLE);
    CHECK(schema->children[i]->dictionary == nullptr);
    CHECK(schema->children[i]->metadata == nullptr);
    CHECK(schema->children[i]->n_children == (i == 4 ? 1 : 0));
  }
  CHECK(std::string(schema->children[4]->children[0]->format) == "u");
  CHECK(std::string(schema->children[4]->children[0]->name) == "item");
}

TEST_CASE("the schema's metadata are the query and the notes") {
  owned_stream stream = stream_of(small());
  owned_schema schema = schema_of(stream);
  const std::int32_t numbers[] = {2, 9, 20, 9, 12};
  const std::string texts[] = {"", "xqs.query", R"({"question":"score"})", "xqs.notes",
                               "first\nsecond"};
  std::string expected;
  for (std::size_t i = 0; i < 5; ++i) {
    char number[4];
    std::memcpy(number, &numbers[i], 4);
    expected.append(number, 4).append(texts[i]);
  }
  CHECK(std::string(schema->metadata, expected.size()) == expected);

  xqs::table silent = small();
  silent.notes.clear();
  owned_stream other = stream_of(silent);
  owned_schema without = schema_of(other);
  CHECK(std::memcmp(without->metadata, "\1\0\0\0", 4) == 0);
}

TEST_CASE("the rows of a table are in the buffers of an array") {
  owned_stream stream = stream_of(small());
  owned_array rows = next_of(stream);
  CHECK(rows->length == 3);
  CHECK(rows->null_count == 0);
  CHECK(rows->offset == 0);
  REQUIRE(rows->n_buffers == 1);
  CHECK(rows->buffers[0] == nullptr);
  REQUIRE(rows->n_children == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    const ArrowArray& column = *rows->children[i];
    CHECK(column.length == 3);
    CHECK(column.offset == 0);
    CHECK(column.null_count == 1);
    CHECK(bits(column, 0) == 5);
    CHECK(column.n_buffers == (i == 0 ? 3 : 2));
    CHECK(column.dictionary == nullptr);
  }
  CHECK(texts<std::int32_t>(*rows->children[0]) == cells{"\xC3\xA4", "", ""});
  CHECK(buffer<std::int64_t>(*rows->children[1], 1, 3) == std::vector<std::int64_t>{7, 0, -1});
  CHECK(buffer<double>(*rows->children[2], 1, 3) == std::vector<double>{62.5, 0, 0});
  CHECK(bits(*rows->children[3], 1) == 1);
  const ArrowArray& flags = *rows->children[4];
  CHECK(buffer<std::int32_t>(flags, 1, 4) == std::vector<std::int32_t>{0, 2, 2, 2});
  REQUIRE(flags.n_children == 1);
  CHECK(flags.children[0]->length == 2);
  CHECK(flags.children[0]->null_count == 0);
  CHECK(flags.children[0]->buffers[0] == nullptr);
  CHECK(texts<std::int32_t>(*flags.children[0]) == cells{"over_100", "no_gap"});

  CHECK(next_of(stream)->release == nullptr);
  CHECK(next_of(stream)->release == nullptr);
  CHECK(stream->get_last_error(&*stream) == nullptr);
}

TEST_CASE("without nulls there is no validity bitmap") {
  xqs::table t;
  t.columns = {{"n", xqs::column_type::integer}};
  t.rows = {{std::int64_t{1}}};
  owned_stream stream = stream_of(t);
  owned_schema schema = schema_of(stream);
  CHECK(schema->metadata == nullptr);
  owned_array rows = next_of(stream);
  CHECK(rows->children[0]->null_count == 0);
  CHECK(rows->children[0]->buffers[0] == nullptr);
}

TEST_CASE("many rows are several arrays") {
  xqs::table t;
  t.columns = {{"n", xqs::column_type::integer}};
  for (std::int64_t i = 0; i < 16'385; ++i) t.rows.push_back({i});
  owned_stream stream = stream_of(t);
  CHECK(next_of(stream)->length == 16'384);
  owned_array rest = next_of(stream);
  CHECK(rest->length == 1);
  CHECK(buffer<std::int64_t>(*rest->children[0], 1, 1)[0] == 16'384);
  CHECK(next_of(stream)->release == nullptr);
}

TEST_CASE("validity goes on behind the first byte") {
  xqs::table t;
  t.columns = {{"b", xqs::column_type::boolean}};
  for (int i = 0; i < 11; ++i) t.rows.push_back({i == 9 ? xqs::cell() : xqs::cell(true)});
  owned_stream stream = stream_of(t);
  owned_array rows = next_of(stream);
  using bytes = std::vector<std::uint8_t>;
  CHECK(buffer<std::uint8_t>(*rows->children[0], 0, 2) == bytes{0xFF, 0x05});
  CHECK(buffer<std::uint8_t>(*rows->children[0], 1, 2) == bytes{0xFF, 0x05});
}

TEST_CASE("much text has offsets of 64 bits") {
  xqs::table t;
  t.columns = {{"a", xqs::column_type::text}, {"b", xqs::column_type::text}};
  t.rows = {{std::string("abc"), std::string("abc")}, {std::string("defg"), std::string("def")}};
  owned_stream stream = stream_of(t, {.text_bytes = 6});
  owned_schema schema = schema_of(stream);
  CHECK(std::string(schema->children[0]->format) == "U");
  CHECK(std::string(schema->children[1]->format) == "u");
  owned_array rows = next_of(stream);
  CHECK(texts<std::int64_t>(*rows->children[0]) == cells{"abc", "defg"});
  CHECK(texts<std::int32_t>(*rows->children[1]) == cells{"abc", "def"});
}

TEST_CASE("rows of a later array refer to text of the first") {
  xqs::table t;
  t.columns = {{"a", xqs::column_type::text}, {"f", xqs::column_type::flags}};
  for (const char* text : {"abc", "abc", "", "defg", "defg"})
    t.rows.push_back({std::string(text), std::vector<std::string_view>{"no_gap"}});
  owned_stream stream = stream_of(t, {.rows = 2});
  CHECK(texts<std::int32_t>(*next_of(stream)->children[0]) == cells{"abc", "abc"});
  CHECK(texts<std::int32_t>(*next_of(stream)->children[0]) == cells{"", "defg"});
  owned_array last = next_of(stream);
  CHECK(texts<std::int32_t>(*last->children[0]) == cells{"defg"});
  CHECK(texts<std::int32_t>(*last->children[1]->children[0]) == cells{"no_gap"});
}

TEST_CASE("arrays whose rows all say the same share what they say") {
  xqs::table t;
  t.columns = {{"a", xqs::column_type::text}, {"f", xqs::column_type::flags}};
  const auto add = [&t](const char* text, std::vector<std::string_view> flags) {
    t.rows.push_back({text == nullptr ? xqs::cell() : xqs::cell(std::string(text)), flags});
  };
  for (int i = 0; i < 4; ++i) add("abc", {"no_gap", "over_100"});
  add(nullptr, {"no_gap"});
  add("abc", {"no_gap"});
  for (int i = 0; i < 2; ++i) add("de", {});
  add("de", {"no_gap", "over_100"});
  auto stream = std::make_unique<owned_stream>(stream_of(t, {.rows = 2}));
  std::vector<owned_array> arrays;
  for (int i = 0; i < 5; ++i) arrays.push_back(next_of(*stream));
  stream.reset();
  const auto text = [&](std::size_t i) -> const ArrowArray& { return *arrays[i]->children[0]; };
  const auto flags = [&](std::size_t i) -> const ArrowArray& { return *arrays[i]->children[1]; };
  CHECK(text(0).buffers[2] == text(1).buffers[2]);
  CHECK(flags(0).children[0]->buffers[2] == flags(1).children[0]->buffers[2]);
  CHECK(text(3).buffers[2] == text(4).buffers[2]);  // of fewer rows, too
  const cells expected[] = {{"abc", "abc"}, {"abc", "abc"}, {"", "abc"}, {"de", "de"}, {"de"}};
  const cells names[] = {{"no_gap", "over_100", "no_gap", "over_100"},
                         {"no_gap", "over_100", "no_gap", "over_100"},
                         {"no_gap", "no_gap"},
                         {},
                         {"no_gap", "over_100"}};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(texts<std::int32_t>(text(i)) == expected[i]);
    CHECK(text(i).null_count == (i == 2 ? 1 : 0));
    CHECK(texts<std::int32_t>(*flags(i).children[0]) == names[i]);
  }
  { const owned_array gone(std::move(arrays[0])); }
  CHECK(texts<std::int32_t>(text(1)) == expected[1]);
}

TEST_CASE("texts that stand one behind the other, and others between them") {
  // Few short texts are put otherwise than many, or with a long one among them.
  const std::vector<std::string> more =
      GENERATE(std::vector<std::string>{std::string(32, 'x')},
               std::vector<std::string>{std::string(33, 'x')},
               std::vector<std::string>{"a", "b", "c", std::string(200, 'y'), "d"});
  const std::size_t repeats = GENERATE(std::size_t{1}, std::size_t{40});
  cells expected = {"a", "bc", "", "def", "def", "g", ""};
  xqs::table t;
  t.columns = {{"a", xqs::column_type::text}};
  for (std::size_t i = 0; i + 1 < expected.size(); ++i) t.rows.push_back({expected[i]});
  t.rows.push_back({xqs::cell()});
  for (std::size_t i = 0; i < repeats; ++i)
    for (const std::string& text : more) expected.push_back(text + (i % 2 == 0 ? "" : "e"));
  for (std::size_t i = 7; i < expected.size(); ++i) t.rows.push_back({expected[i]});
  owned_stream stream = stream_of(t);
  CHECK(texts<std::int32_t>(*next_of(stream)->children[0]) == expected);
}

TEST_CASE("a column of nulls has its type by its heading") {
  xqs::table t;
  for (const xqs::column_type type :
       {xqs::column_type::text, xqs::column_type::integer, xqs::column_type::number,
        xqs::column_type::boolean, xqs::column_type::flags})
    t.columns.push_back({"c", type});
  t.rows.push_back(std::vector<xqs::cell>(5));
  owned_stream stream = stream_of(t);
  owned_array rows = next_of(stream);
  for (std::size_t i = 0; i < 5; ++i) CHECK(rows->children[i]->null_count == 1);
  CHECK(texts<std::int32_t>(*rows->children[0]) == cells{""});
  CHECK(buffer<std::int64_t>(*rows->children[1], 1, 1)[0] == 0);
  CHECK(buffer<double>(*rows->children[2], 1, 1)[0] == 0);
  CHECK(bits(*rows->children[3], 1) == 0);
  CHECK(buffer<std::int32_t>(*rows->children[4], 1, 2) == std::vector<std::int32_t>{0, 0});
}

TEST_CASE("a table without rows has a schema and no array") {
  xqs::table t;
  t.columns = {{"n", xqs::column_type::integer}};
  owned_stream stream = stream_of(t);
  CHECK(schema_of(stream)->n_children == 1);
  CHECK(next_of(stream)->release == nullptr);
  owned_stream nothing = stream_of({});
  CHECK(schema_of(nothing)->n_children == 0);
}

TEST_CASE("schemas, arrays and their children outlive the stream and each other") {
  auto stream = std::make_unique<owned_stream>(stream_of(small()));
  owned_schema schema = schema_of(*stream);
  CHECK(std::string(schema_of(*stream)->format) == "+s");  // as often as one asks
  owned_array rows = next_of(*stream);
  stream.reset();
  auto flags = std::make_unique<owned_array>(*rows->children[4]);
  owned_array names(*(*flags)->children[0]);
  flags.reset();
  owned_array text(*rows->children[0]);
  owned_array answers(*rows->children[1]);
  owned_array score(*rows->children[2]);
  owned_schema field(*schema->children[0]);
  { const owned_array gone(std::move(rows)); }
  { const owned_schema gone(std::move(schema)); }
  CHECK(texts<std::int32_t>(*text) == cells{"\xC3\xA4", "", ""});
  CHECK(texts<std::int32_t>(*names) == cells{"over_100", "no_gap"});
  CHECK(buffer<std::int64_t>(*answers, 1, 3) == std::vector<std::int64_t>{7, 0, -1});
  CHECK(buffer<double>(*score, 1, 3) == std::vector<double>{62.5, 0, 0});
  CHECK(std::string(field->name) == "item");
}

TEST_CASE("releasing marks as released") {
  ArrowArrayStream stream;
  export_table(small(), stream);
  ArrowSchema schema;
  ArrowArray rows;
  REQUIRE(stream.get_schema(&stream, &schema) == 0);
  REQUIRE(stream.get_next(&stream, &rows) == 0);
  schema.release(&schema);
  rows.release(&rows);
  stream.release(&stream);
  CHECK(schema.release == nullptr);
  CHECK(rows.release == nullptr);
  CHECK(stream.release == nullptr);
}

TEST_CASE("a table that contradicts its headings is an error of the stream") {
  xqs::table t = small();
  t.columns[1].type = xqs::column_type::number;
  owned_stream stream = stream_of(t);
  ArrowArray rows;
  CHECK(stream->get_next(&*stream, &rows) == EINVAL);
  CHECK_THAT(stream->get_last_error(&*stream),
             contains("column \"answers\" holds a value of another type"));
  t.columns.pop_back();
  owned_stream narrow = stream_of(t);
  CHECK(narrow->get_next(&*narrow, &rows) == EINVAL);
  CHECK_THAT(narrow->get_last_error(&*narrow), contains("5 cells under 4 headings"));
}

TEST_CASE("rejected rows are a stream of five columns") {
  ArrowArrayStream made;
  export_rejects({{4, "off_scale", "requirement", "9", "is not on the scale"},
                  {12, "missing_item", "item", "", "item is missing"}},
                 made);
  owned_stream stream(made);
  owned_schema schema = schema_of(stream);
  REQUIRE(schema->n_children == 5);
  const std::string names[] = {"row", "reason", "column", "value", "message"};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(schema->children[i]->name == names[i]);
    CHECK(std::string(schema->children[i]->format) == (i == 0 ? "l" : "u"));
  }
  owned_array rows = next_of(stream);
  CHECK(buffer<std::int64_t>(*rows->children[0], 1, 2) == std::vector<std::int64_t>{4, 12});
  CHECK(texts<std::int32_t>(*rows->children[1]) == cells{"off_scale", "missing_item"});
  CHECK(texts<std::int32_t>(*rows->children[2]) == cells{"requirement", "item"});
  CHECK(texts<std::int32_t>(*rows->children[3]) == cells{"9", ""});
  CHECK(texts<std::int32_t>(*rows->children[4]) == cells{"is not on the scale", "item is missing"});
  ArrowArrayStream none;
  export_rejects({}, none);
  owned_stream empty(none);
  CHECK(next_of(empty)->release == nullptr);
}

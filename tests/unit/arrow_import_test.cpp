#include "arrow/import.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/owned.hpp"
#include "arrow_data.hpp"
#include "catch.hpp"
#include "engine/values.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"

using arrow_data::bits;
using arrow_data::column;
using arrow_data::rows;
using xqs::arrow::imported_rows;

namespace {

using cells = std::vector<std::string>;

/// What the engine gets of a column: `t:` text, `i:` an integer, `d:` a double, `null`.
cells cells_of(const xqs::batch& from, std::size_t column = 0) {
  const xqs::column& c = from.columns.at(column);
  if (c.refusal) return {c.refusal->what()};
  const char* const types[] = {"t:", "i:", "d:"};
  xqs::engine::cell_text text(c);
  cells all;
  for (std::size_t row = 0; row < from.rows; ++row)
    all.push_back(xqs::engine::is_null(c, row) ? "null"
                                               : types[c.values.index()] + std::string(text(row)));
  return all;
}

cells imported(rows& from, std::size_t column = 0) {
  return cells_of(imported_rows(from.schema(), from.array()).rows(), column);
}

template <typename T>
cells imported(const std::string& format, const std::vector<T>& values) {
  rows from(static_cast<std::int64_t>(values.size()));
  from.add("c", format).no_buffer().values(values);
  return imported(from);
}

/// Three rows of `text`: "a", null, "ccc".
rows& add_text(rows& from) {
  from.add("text", "u")
      .values(bits({1, 0, 1}))
      .values(std::vector<std::int32_t>{0, 1, 1, 4})
      .values("accc");
  return from;
}

struct refused {
  std::string message;
  std::string column;
  std::int64_t row = -1;
  xqs::errc code = xqs::errc::invalid_data;
};

refused refusal_of(rows& from) {
  try {
    const imported_rows read(from.schema(), from.array());
    for (const xqs::column& c : read.rows().columns)
      if (c.refusal) return {c.refusal->what(), c.refusal->column(), c.refusal->row()};
  } catch (const xqs::error& problem) {
    return {problem.what(), problem.column(), problem.row(), problem.code()};
  }
  return {"nothing was refused", ""};
}

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("integers of every width become 64-bit integers") {
  CHECK(imported<std::int8_t>("c", {-128, 127}) == cells{"i:-128", "i:127"});
  CHECK(imported<std::uint8_t>("C", {0, 255}) == cells{"i:0", "i:255"});
  CHECK(imported<std::int16_t>("s", {-32768, 5}) == cells{"i:-32768", "i:5"});
  CHECK(imported<std::uint16_t>("S", {65535}) == cells{"i:65535"});
  CHECK(imported<std::int32_t>("i", {-2147483647, 1}) == cells{"i:-2147483647", "i:1"});
  CHECK(imported<std::uint32_t>("I", {4294967295u}) == cells{"i:4294967295"});
  CHECK(imported<std::int64_t>("l", {-5, most}) == cells{"i:-5", "i:9223372036854775807"});
  CHECK(imported<std::uint64_t>("L", {7, 9223372036854775807u}) ==
        cells{"i:7", "i:9223372036854775807"});
}

TEST_CASE("floats, booleans and nulls of a type of their own") {
  CHECK(imported<float>("f", {2.5f, -1.0f}) == cells{"d:2.5", "d:-1"});
  CHECK(imported<double>("g", {0.1, 4}) == cells{"d:0.1", "d:4"});
  rows flags(10);
  flags.add("c", "b").no_buffer().values(bits({1, 0, 0, 0, 0, 0, 0, 0, 1, 0}));
  CHECK(imported(flags)[0] == "t:true");
  CHECK(imported(flags)[1] == "t:false");
  CHECK(imported(flags)[8] == "t:true");
  rows nothing(2);
  nothing.add("c", "n");
  CHECK(imported(nothing) == cells{"null", "null"});
  nothing[0].no_buffer();  // as polars writes it
  CHECK(imported(nothing) == cells{"null", "null"});
}

TEST_CASE("text of every layout, with nulls whose bytes are of no interest") {
  rows plain(3);
  CHECK(imported(add_text(plain)) == cells{"t:a", "null", "t:ccc"});
  rows large(2);
  large.add("c", "U")
      .values(bits({1, 0}))
      .values(std::vector<std::int64_t>{1, 3, 4})
      .values("x\xC3\xA4\xFF");
  CHECK(imported(large) == cells{"t:\xC3\xA4", "null"});

  rows views(3);
  const std::string inside("\x0C\0\0\0twelve bytes", 16);
  const std::string outside("\x0F\0\0\0fift\0\0\0\0\2\0\0\0", 16);
  const std::string garbage(16, '\xFF');
  views.add("c", "vu")
      .values(bits({1, 1, 0}))
      .values(inside + outside + garbage)
      .values("--fifteen bytes..")
      .values(std::vector<std::int64_t>{17});
  CHECK(imported(views) == cells{"t:twelve bytes", "t:fifteen bytes..", "null"});
}

TEST_CASE("dates and times become text, exact") {
  CHECK(imported<std::int32_t>("tdD", {0, 20154, -1}) ==
        cells{"t:1970-01-01", "t:2025-03-07", "t:1969-12-31"});
  CHECK(imported<std::int64_t>("tdm", {1741305600000}) == cells{"t:2025-03-07"});
  // 1741342530 is 2025-03-07 10:15:30 UTC.
  CHECK(imported<std::int64_t>("tss:", {1741342530}) == cells{"t:2025-03-07T10:15:30"});
  CHECK(imported<std::int64_t>("tsm:UTC", {1741342530500}) == cells{"t:2025-03-07T10:15:30.5Z"});
  CHECK(imported<std::int64_t>("tsu:Europe/Berlin", {1741342530000001}) ==
        cells{"t:2025-03-07T10:15:30.000001Z"});
  CHECK(imported<std::int64_t>("tsn:", {-1000}) == cells{"t:1969-12-31T23:59:59.999999"});
}

TEST_CASE("dictionaries are looked up, whatever their values and indices are") {
  rows text(4);
  column& c =
      text.add("c", "C").values(bits({1, 0, 1, 1})).values(std::vector<std::uint8_t>{1, 200, 0, 2});
  text.add_dictionary(c, "u", 3)
      .values(bits({1, 1, 0}))
      .values(std::vector<std::int32_t>{0, 2, 3, 3})
      .values("abc");
  CHECK(imported(text) == cells{"t:c", "null", "t:ab", "null"});

  rows views(3);
  column& v = views.add("v", "C").no_buffer().values(std::vector<std::uint8_t>{1, 0, 1});
  views.add_dictionary(v, "vu", 2)
      .no_buffer()
      .values(std::string("\2\0\0\0ab\0\0\0\0\0\0\0\0\0\0", 16) +
              std::string("\x0D\0\0\0thir\0\0\0\0\0\0\0\0", 16))
      .values("thirteen more")
      .values(std::vector<std::int64_t>{13});
  CHECK(imported(views) == cells{"t:thirteen more", "t:ab", "t:thirteen more"});

  rows numbers(3);
  column& n = numbers.add("n", "L").no_buffer().values(std::vector<std::uint64_t>{1, 0, 1});
  numbers.add_dictionary(n, "s", 2).no_buffer().values(std::vector<std::int16_t>{-7, 9});
  column& d = numbers.add("d", "s").no_buffer().values(std::vector<std::int16_t>{0, 0, 0});
  numbers.add_dictionary(d, "f", 1).no_buffer().values(std::vector<float>{0.5f});
  CHECK(imported(numbers) == cells{"i:9", "i:-7", "i:9"});
  CHECK(imported(numbers, 1) == cells{"d:0.5", "d:0.5", "d:0.5"});
}

TEST_CASE("offsets of the struct, the column and the dictionary add up") {
  rows from(2);
  from.array().offset = 1;
  column& integers = from.add("i", "s")
                         .values(bits({1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1}))
                         .values(std::vector<std::int16_t>{0, 0, 0, 0, 0, 0, 0, 0, 8, 9, 10});
  integers.array.offset = 7;
  integers.array.length = 4;
  integers.array.null_count = 1;
  column& text = from.add("t", "u")
                     .no_buffer()
                     .values(std::vector<std::int32_t>{0, 1, 1, 2, 4, 5})
                     .values("abccd");
  text.array.offset = 1;
  text.array.length = 4;
  column& flags = from.add("b", "b").no_buffer().values(bits({0, 0, 0, 0, 0, 0, 0, 1, 0}));
  flags.array.offset = 6;
  flags.array.length = 3;
  column& keys = from.add("k", "c").no_buffer().values(std::vector<std::int8_t>{9, 1, 0});
  keys.array.length = 3;
  column& words = from.add_dictionary(keys, "U", 2)
                      .no_buffer()
                      .values(std::vector<std::int64_t>{0, 5, 6, 8})
                      .values("wordsxyz");
  words.array.offset = 1;
  const imported_rows read(from.schema(), from.array());
  CHECK(cells_of(read.rows(), 0) == cells{"i:8", "null"});
  CHECK(cells_of(read.rows(), 1) == cells{"t:b", "t:cc"});
  CHECK(cells_of(read.rows(), 2) == cells{"t:true", "t:false"});
  CHECK(cells_of(read.rows(), 3) == cells{"t:yz", "t:x"});
}

TEST_CASE("a piece of the rows, behind offsets of the struct and of a column") {
  rows from(5);
  column& integers = from.add("i", "l")
                         .values(bits({0, 1, 0, 1, 0, 1, 1}))
                         .values(std::vector<std::int64_t>{7, 8, 9, 1, 2, 3, 4});
  integers.array.offset = 1;
  integers.array.length = 6;
  integers.array.null_count = 2;
  column& keys = from.add("k", "c").no_buffer().values(std::vector<std::int8_t>{9, 9, 1, 0, 1});
  from.add_dictionary(keys, "u", 2)
      .no_buffer()
      .values(std::vector<std::int32_t>{0, 1, 3})
      .values("abb");
  from.array().offset = 1;
  from.array().length = 4;
  const imported_rows middle(from.schema(), from.array(), 1, 2);
  CHECK(middle.rows().rows == 2);
  CHECK(cells_of(middle.rows(), 0) == cells{"i:1", "null"});
  CHECK(cells_of(middle.rows(), 1) == cells{"t:bb", "t:a"});
  const imported_rows nothing(from.schema(), from.array(), 4, 0);
  CHECK(nothing.rows().rows == 0);

  CHECK_THROWS_WITH(imported_rows(from.schema(), from.array(), 0, 4),  // of the index in row 0
                    contains("column \"k\" refers to value 9"));
  for (const auto& [stated, counted] : std::vector<std::pair<int, std::string>>{
           {0, "1 nulls in the 2 rows read, of 6"}, {6, "1 nulls in the 2 rows read, of 6"}}) {
    integers.array.null_count = stated;
    CHECK_THROWS_WITH(imported_rows(from.schema(), from.array(), 1, 2), contains(counted));
  }
  integers.array.null_count = 1;  // which all 6 rows contradict, but not these
  CHECK(imported_rows(from.schema(), from.array(), 1, 2).rows().rows == 2);
}

TEST_CASE("offsets of many rows are checked in parts, which tell the same as one by one") {
  constexpr std::int32_t count = 20'000;
  std::vector<std::int32_t> offsets(count + 1);
  for (std::int32_t row = 0; row <= count; ++row) offsets[static_cast<std::size_t>(row)] = 2 * row;
  const std::string plain(2 * count, 'a');
  std::size_t tasks = 0;
  const xqs::arrow::task_runner backwards = [&](std::size_t all, const auto& task) {
    for (std::size_t i = all; i-- > 0; ++tasks) task(i);
  };
  const auto read = [&](const std::vector<std::int32_t>& of, const std::string& bytes) {
    rows from(count);
    from.add("t", "u").no_buffer().values(of).values(bytes);
    const imported_rows all(from.schema(), from.array(), 0, count, {}, backwards);
    const auto& text = std::get<xqs::text_values>(all.rows().columns[0].values);
    return std::string(xqs::engine::entry_at(text, count - 1));
  };
  CHECK(read(offsets, plain) == "aa");
  CHECK(tasks == 3);
  const auto refused_row = [&](const auto& of, const char* why) {
    try {
      (void)read(of, plain);
    } catch (const xqs::error& problem) {
      CHECK_THAT(problem.what(), contains(why));
      return problem.row();
    }
    return std::int64_t{-2};
  };
  std::vector<std::int32_t> falling = offsets;
  falling[17'001] = 3;
  falling[12'001] = 5;
  CHECK(refused_row(falling, "has an offset of 5 behind one of 24000") == 12'000);
}

TEST_CASE("views of many rows are read in parts, which tell the same as one by one") {
  constexpr std::int64_t count = 20'000;
  std::size_t tasks = 0;
  const xqs::arrow::task_runner backwards = [&](std::size_t all, const auto& task) {
    for (std::size_t i = all; i-- > 0; ++tasks) task(i);
  };
  const std::string two("\2\0\0\0ab\0\0\0\0\0\0\0\0\0\0", 16);
  const std::string umlaut("\2\0\0\0\xC3\xA4\0\0\0\0\0\0\0\0\0\0", 16);
  const std::string far("\xff\0\0\0aaaa\0\0\0\0\0\0\0\0", 16);
  const std::string below_zero(16, '\xFF');
  /// The last text; `at` says which rows are others than "ab".
  const auto read = [&](const std::vector<std::pair<std::size_t, std::string>>& at) {
    std::string views;
    for (std::int64_t row = 0; row < count; ++row) views += two;
    for (const auto& [row, view] : at) views.replace(16 * row, 16, view);
    rows from(count);
    from.add("t", "vu").no_buffer().values(views).no_buffer();
    const imported_rows all(from.schema(), from.array(), 0, count, {}, backwards);
    return std::string(
        xqs::engine::entry_at(std::get<xqs::text_values>(all.rows().columns[0].values), count - 1));
  };
  CHECK(read({}) == "ab");
  CHECK(tasks == 3);
  CHECK(read({{count - 1, umlaut}}) == "\xC3\xA4");
  const auto refused_row = [&](const auto& at, const char* why) {
    try {
      (void)read(at);
    } catch (const xqs::error& problem) {
      CHECK_THAT(problem.what(), contains(why));
      return problem.row();
    }
    return std::int64_t{-2};
  };
  const std::vector<std::pair<std::size_t, std::string>> several = {
      {3, umlaut}, {9'000, far}, {12'000, below_zero}, {19'000, far}};
  CHECK(refused_row(several, "has a view into buffer 0 of 0") == 9'000);
  CHECK(refused_row(std::vector(several.begin() + 2, several.end()), "a length below 0") == 12'000);
}

TEST_CASE("values that the engine takes as they are are not copied") {
  rows from(2);
  from.add("i", "l").no_buffer().values(std::vector<std::int64_t>{1, 2});
  from.add("d", "g").no_buffer().values(std::vector<double>{1, 2});
  from.add("t", "U").no_buffer().values(std::vector<std::int64_t>{0, 1, 2}).values("ab");
  from.add("u", "u").no_buffer().values(std::vector<std::int32_t>{0, 1, 2}).values("ab");
  from.add("c", "c").no_buffer().values(std::vector<std::int8_t>{1, 2});
  const imported_rows read(from.schema(), from.array());
  const auto& columns = read.rows().columns;
  const auto place = [](const auto* values) { return static_cast<const void*>(values); };
  const auto place_of = [&](const xqs::column& c) {
    return std::get<xqs::integer_values>(c.values).visit(place);
  };
  CHECK(place_of(columns[0]) == from[0].array.buffers[1]);
  CHECK(place_of(columns[4]) == from[4].array.buffers[1]);
  CHECK(std::get<const double*>(columns[1].values) == from[1].array.buffers[1]);
  CHECK(std::get<xqs::text_values>(columns[2].values).offsets == from[2].array.buffers[1]);
  CHECK(std::get<xqs::text_values>(columns[2].values).bytes == from[2].array.buffers[2]);
  CHECK(std::get<xqs::text_values>(columns[3].values).bytes == from[3].array.buffers[2]);
  CHECK(columns[0].valid == nullptr);
}

TEST_CASE("buffers need not be aligned") {
  rows from(2);
  from.add("i", "l").no_buffer().unaligned_values(std::vector<std::int64_t>{1, -2});
  from.add("d", "g").no_buffer().unaligned_values(std::vector<double>{1.5, 2});
  from.add("u", "U").no_buffer().unaligned_values(std::vector<std::int64_t>{0, 1, 2}).values("ab");
  from.add("s", "s").no_buffer().unaligned_values(std::vector<std::int16_t>{3, 4});
  const imported_rows read(from.schema(), from.array());
  CHECK(cells_of(read.rows(), 0) == cells{"i:1", "i:-2"});
  CHECK(cells_of(read.rows(), 1) == cells{"d:1.5", "d:2"});
  CHECK(cells_of(read.rows(), 2) == cells{"t:a", "t:b"});
  CHECK(cells_of(read.rows(), 3) == cells{"i:3", "i:4"});
}

TEST_CASE("without rows no buffer is needed") {
  rows from(0);
  for (const char* format : {"n", "b", "c", "l", "L", "f", "g", "tdD", "tdm", "tsu:"}) {
    column& c = from.add(format, format);
    if (*format != 'n') c.no_buffer().no_buffer();
  }
  for (const char* format : {"u", "U", "vu"})
    from.add(format, format).no_buffer().no_buffer().no_buffer();
  column& keys = from.add("keys", "i").no_buffer().no_buffer();
  from.add_dictionary(keys, "u", 0).no_buffer().no_buffer().no_buffer();
  const imported_rows read(from.schema(), from.array());
  CHECK(read.rows().rows == 0);
  CHECK(read.rows().columns.size() == 14);
  for (const xqs::column& c : read.rows().columns) CHECK_FALSE(c.refusal);
}

TEST_CASE("text of no bytes needs no buffer of them") {
  rows from(2);
  from.add("c", "u").no_buffer().values(std::vector<std::int32_t>{0, 0, 0}).no_buffer();
  CHECK(imported(from) == cells{"t:", "t:"});
}

TEST_CASE("what the engine does not take is refused by name, where it is needed") {
  const std::pair<const char*, const char*> types[] = {{"e", "float16"},
                                                       {"d:9,2", "decimal128"},
                                                       {"d:76,-1,256", "decimal256"},
                                                       {"d:9,3,32", "decimal32"},
                                                       {"z", "binary"},
                                                       {"Z", "large_binary"},
                                                       {"vz", "binary_view"},
                                                       {"w:4", "fixed_size_binary"},
                                                       {"tts", "time"},
                                                       {"ttn", "time"},
                                                       {"tDu", "duration"},
                                                       {"tiM", "interval"},
                                                       {"+l", "list"},
                                                       {"+L", "large_list"},
                                                       {"+vl", "list_view"},
                                                       {"+vL", "large_list_view"},
                                                       {"+w:3", "fixed_size_list"},
                                                       {"+s", "struct"},
                                                       {"+m", "map"},
                                                       {"+us:0,1", "union"},
                                                       {"+r", "run_end_encoded"},
                                                       {"?", "unknown"},
                                                       {"", "unknown"},
                                                       {"tsx:", "unknown"},
                                                       {"ts", "unknown"}};
  for (const auto& [format, name] : types) {
    rows from(1);
    from.add("c", format);
    const imported_rows read(from.schema(), from.array());
    REQUIRE(read.rows().columns[0].refusal);
    CHECK_THAT(read.rows().columns[0].refusal->what(),
               contains("column \"c\" is of type " + std::string(name) + " (format"));
  }
  rows nested(1);
  column& keys = nested.add("c", "c").no_buffer().values(std::vector<std::int8_t>{0});
  column& inner =
      nested.add_dictionary(keys, "c", 1).no_buffer().values(std::vector<std::int8_t>{0});
  nested.add_dictionary(inner, "c", 1).no_buffer().values(std::vector<std::int8_t>{0});
  CHECK_THAT(refusal_of(nested).message, contains("refers to a dictionary itself"));
}

TEST_CASE("values beyond the engine are refused with row and value, where they are needed") {
  const auto refusal = [](const std::string& format, const auto& values) {
    rows from(static_cast<std::int64_t>(values.size()));
    from.add("c", format).no_buffer().values(values);
    return refusal_of(from);
  };
  using int64s = std::vector<std::int64_t>;
  const refused large = refusal("L", std::vector<std::uint64_t>{1, 9223372036854775808u});
  CHECK(large.row == 1);
  CHECK_THAT(large.message, contains("holds 9223372036854775808; integers are at most "
                                     "9223372036854775807"));
  const refused fine = refusal("tsn:", int64s{1000, 1741342530123456789});
  CHECK(fine.row == 1);
  CHECK_THAT(fine.message,
             contains("holds 1741342530123456789, which is no whole number of microseconds"));
  CHECK_THAT(refusal("tss:", int64s{most}).message, contains("outside the years 1400 to 9999"));
  CHECK_THAT(refusal("tsm:", int64s{-most}).message, contains("outside the years 1400 to 9999"));
  CHECK_THAT(refusal("tsu:", int64s{most}).message, contains("outside the years 1400 to 9999"));
  CHECK_THAT(refusal("tdD", std::vector<std::int32_t>{2147483647}).message,
             contains("outside the years 1400 to 9999"));
  CHECK_THAT(refusal("tdm", int64s{86'400'001}).message, contains("is no whole number of days"));

  rows null(1);  // what is null holds no value
  null.add("c", "L").values(bits({0})).values(std::vector<std::uint64_t>{~std::uint64_t{0}});
  CHECK(imported(null) == cells{"null"});
}

TEST_CASE("text that a few bytes repeat is refused before it fills the memory") {
  rows from(100'000);
  column& keys = from.add("c", "C").no_buffer().values(std::vector<std::uint8_t>(100'000));
  from.add_dictionary(keys, "u", 1)
      .no_buffer()
      .values(std::vector<std::int32_t>{0, 50'000})
      .values(std::string(50'000, 'x'));
  CHECK_THAT(refusal_of(from).message, contains("has more than 4 GiB of text"));
}

TEST_CASE("a query reads imported rows, and refuses a column only if it needs it") {
  rows from(2);
  from.add("respondent", "U").no_buffer().values(std::vector<std::int64_t>{0, 1, 2}).values("ab");
  column& items = from.add("item", "c").no_buffer().values(std::vector<std::int8_t>{0, 0});
  from.add_dictionary(items, "u", 1)
      .no_buffer()
      .values(std::vector<std::int32_t>{0, 9})
      .values("relevance");
  from.add("requirement", "C").no_buffer().values(std::vector<std::uint8_t>{5, 5});
  from.add("satisfaction", "g").no_buffer().values(std::vector<double>{3, 4});
  from.add("tags", "+l");
  const imported_rows read(from.schema(), from.array());
  xqs::query unneeded(xqs::preset("ceqs"), R"({"question": "score"})");
  CHECK(unneeded.push_feedback(read.rows()).empty());
  from[3].schema.name = "other";
  CHECK_THROWS_WITH(unneeded.push_feedback(imported_rows(from.schema(), from.array()).rows()),
                    contains("column \"other\" was not in the rows before"));
  from.schema().n_children = from.array().n_children = 4;  // the last of which is not read
  from[3].schema.name = "tags";
  from[3].schema.format = "+l";
  CHECK_THROWS_WITH(unneeded.push_feedback(imported_rows(from.schema(), from.array()).rows()),
                    contains("there is no column \"satisfaction\""));
  const xqs::table result = unneeded.finish();
  CHECK(result.columns[0].name == "score");
  CHECK(std::get<double>(result.rows.at(0)[0]) == 62.5);  // (2 + 3) / (4 + 4)
  xqs::query needed(xqs::preset("ceqs"), R"({"question": "score", "by": ["tags"]})");
  CHECK_THROWS_WITH(needed.push_feedback(read.rows()), contains("\"tags\" is of type list"));
}

TEST_CASE("a wide form is refused for an answer that cannot be read, and for nothing else") {
  rows from(1);
  from.add("respondent", "c").no_buffer().values(std::vector<std::int8_t>{1});
  from.add("requirement.relevance", "c").no_buffer().values(std::vector<std::int8_t>{5});
  from.add("satisfaction.relevance", "c").no_buffer().values(std::vector<std::int8_t>{4});
  from.add("tags", "+l");
  xqs::query q(xqs::preset("ceqs"), R"({"question": "score"})");
  CHECK(q.push_feedback(imported_rows(from.schema(), from.array()).rows()).empty());
  from[2].schema.format = "e";
  CHECK_THROWS_WITH(q.push_feedback(imported_rows(from.schema(), from.array()).rows()),
                    contains("satisfaction.relevance\" is of type float16"));
}

TEST_CASE("of a column that is not read only name and struct are looked at") {
  rows from(2);
  from.add("a", "u").no_buffer().values(std::vector<std::int32_t>{0, 1, 2}).values("x\xFF");
  from.add("b", "c").no_buffer().values(std::vector<std::int8_t>{1, 2});
  const auto only_b = [](std::string_view name) { return name == "b"; };
  const auto read = [&] { return imported_rows(from.schema(), from.array(), 0, 2, only_b).rows(); };
  const xqs::batch got = read();
  REQUIRE(got.columns.size() == 2);
  CHECK(got.columns[0].name == "a");
  REQUIRE(got.columns[0].refusal);
  CHECK_THAT(got.columns[0].refusal->what(), contains("column \"a\" was not read"));
  CHECK_FALSE(got.columns[1].refusal);
  from[0].array.length = 1;
  CHECK_THROWS_WITH(read(), contains("column \"a\" has 1 rows"));
  from[0].array.length = 2;
  from[0].array.release = nullptr;
  CHECK_THROWS_WITH(read(), contains("column \"a\" is released"));
  from[0].array.release = from[1].array.release;
  from[1].schema.name = "a";
  CHECK_THROWS_WITH(read(), contains("two columns \"a\""));
  from[0].schema.name = nullptr;
  CHECK_THROWS_WITH(read(), contains("column 1 has no name"));
}

TEST_CASE("structs that are no rows are refused") {
  const std::pair<std::function<void(rows&)>, const char*> faults[] = {
      {[](rows& r) { r.schema().release = nullptr; }, "the schema is released"},
      {[](rows& r) { r.array().release = nullptr; }, "the array is released"},
      {[](rows& r) { r.schema().format = nullptr; }, "rows come as a struct"},
      {[](rows& r) { r.schema().format = "l"; }, "the format is \"l\""},
      {[](rows& r) { r.schema().dictionary = r.schemas[0]; }, "rows come as a struct"},
      {[](rows& r) { r.array().n_children = 0; }, "has 1 columns and the array 0"},
      {[](rows& r) { r.schema().n_children = r.array().n_children = -1; }, "has -1 columns"},
      {[](rows& r) { r.schema().n_children = r.array().n_children = most; }, "at most 100000"},
      {[](rows& r) { r.schema().children = nullptr; }, "no list of its columns"},
      {[](rows& r) { r.array().children = nullptr; }, "no list of its columns"},
      {[](rows& r) { r.schemas[0] = nullptr; }, "column 1 has no schema"},
      {[](rows& r) { r.schemas[0]->release = nullptr; }, "column 1 has a schema that is released"},
      {[](rows& r) { r.schemas[0]->name = nullptr; }, "column 1 has no name"},
      {[](rows& r) { r.schemas[0]->name = ""; }, "column 1 has no name"},
      {[](rows& r) { r.schemas[0]->name = "a\xFF"; }, "a name that is not UTF-8: \"a?\""},
      {[](rows& r) { r.array().length = std::int64_t{1} << 31; }, "push at most 2147483647"},
  };
  for (const auto& [fault, message] : faults) {
    rows from(3);
    add_text(from);
    fault(from);
    const refused found = refusal_of(from);
    CHECK_THAT(found.message, contains(message));
    CHECK(found.code == xqs::errc::invalid_argument);
  }
}

TEST_CASE("lengths, nulls and buffers that contradict each other are refused") {
  const std::pair<std::function<void(rows&)>, const char*> faults[] = {
      {[](rows& r) { r.array().length = -1; }, "struct of rows has a length of -1"},
      {[](rows& r) { r.array().offset = -1; }, "an offset of -1"},
      {[](rows& r) { r.array().offset = most; }, "an offset of 9223372036854775807"},
      {[](rows& r) { r.array().n_buffers = 0; }, "struct of rows has 0 buffers"},
      {[](rows& r) { r.array().buffers = nullptr; }, "no list of them"},
      {[](rows& r) { r.array().null_count = 2; }, "has a null_count of 2"},
      {[](rows& r) {
         r.top().set(0, bits({1, 0, 1}));
       },
       "has a row that is null as a whole"},
      {[](rows& r) { r.arrays[0] = nullptr; }, "column \"text\" has no array"},
      {[](rows& r) { r[0].array.release = nullptr; }, "column \"text\" is released"},
      {[](rows& r) { r[0].schema.format = nullptr; }, "has no format"},
      {[](rows& r) { r[0].schema.format = "l"; }, "has 3 buffers; its type has 2"},
      {[](rows& r) { r[0].array.length = -3; }, "a length of -3"},
      {[](rows& r) { r[0].array.length = most; }, "a length of 9223372036854775807"},
      {[](rows& r) { r[0].array.offset = -1; }, "an offset of -1"},
      {[](rows& r) { r[0].array.offset = most - 2; }, "which no array has"},
      {[](rows& r) { r[0].array.length = 2; }, "has 2 rows; the struct of rows wants 3"},
      {[](rows& r) { r.array().offset = 1; }, "wants 3 of them behind the first 1"},
      {[](rows& r) { r[0].array.n_buffers = -1; }, "has -1 buffers"},
      {[](rows& r) { r[0].array.n_buffers = 2; }, "has 2 buffers; its type has 3"},
      {[](rows& r) { r[0].array.buffers = nullptr; }, "no list of them"},
      {[](rows& r) { r[0].array.null_count = 0; }, "null_count of 0, but its validity has 1"},
      {[](rows& r) { r[0].array.null_count = 2; }, "null_count of 2, but its validity has 1"},
      {[](rows& r) { r[0].array.null_count = -2; }, "null_count of -2"},
      {[](rows& r) { r[0].array.null_count = 1, r[0].set_missing(0); }, "has 0 nulls"},
      {[](rows& r) { r[0].set_missing(1); }, "its buffer 1 is missing"},
      {[](rows& r) { r[0].set_missing(2); }, "its buffer 2 is missing"},
      {[](rows& r) { r[0].array.dictionary = &r.top().array; }, "but not in both"},
      {[](rows& r) { r[0].schema.dictionary = &r.top().schema; }, "but not in both"},
      {[](rows& r) { add_text(r); }, "there are two columns \"text\""},
  };
  for (const auto& [fault, message] : faults) {
    rows from(3);
    add_text(from);
    fault(from);
    const refused found = refusal_of(from);
    CHECK_THAT(found.message, contains(message));
    CHECK(found.code == xqs::errc::invalid_data);
  }
}

TEST_CASE("offsets that leave the bytes are refused") {
  const auto refusal = [](const std::vector<std::int32_t>& offsets, const std::string& bytes,
                          std::int64_t length = 3) {
    rows from(3);
    from.add("c", "u").no_buffer().values(offsets).values(bytes).array.length = length;
    return refusal_of(from);
  };
  CHECK_THAT(refusal({-1, 0, 1, 2}, "ab").message, contains("has an offset of -1"));
  const refused falling = refusal({0, 2'000'000'000, 1, 2}, "ab");
  CHECK(falling.row == 1);
  CHECK_THAT(falling.message, contains("has an offset of 1 behind one of 2000000000"));
  CHECK_THAT(refusal({0, 5, 5, 0}, "").message, contains("they never fall"));
  CHECK_THAT(refusal({0, 1, 2, 9, 2}, "ab", 4).message, contains("9, which is behind its last"));

  rows large(1);
  large.add("c", "U").no_buffer().values(std::vector<std::int64_t>{most, 0}).values("a");
  CHECK_THAT(refusal_of(large).message, contains("has an offset of 0 behind one of"));
}

TEST_CASE("text is left for the engine to look at, but for that of dictionaries") {
  rows from(2);
  const std::vector<std::int32_t> offsets{0, 1, 3};
  from.add("c", "u").no_buffer().values(offsets).values("a\xC3(");
  from.add("v", "vu").no_buffer().values(std::string(32, 0)).no_buffer();
  from.add("b", "b").no_buffer().values(bits({1, 0}));
  const auto add_coded = [&](rows& to, const std::vector<int>& valid) -> column& {
    column& coded = to.add("k", "c").no_buffer().values(std::vector<std::int8_t>{0, 0});
    column& values = to.add_dictionary(coded, "u", 2);
    return values.values(bits(valid)).values(offsets).values("a\xC3(");
  };
  add_coded(from, {1, 0});  // what is null is of no interest
  const imported_rows read(from.schema(), from.array());
  for (const auto& [column, unchecked] :
       std::vector<std::pair<std::size_t, bool>>{{0, true}, {1, true}, {2, false}, {3, false}})
    CHECK(std::get<xqs::text_values>(read.rows().columns[column].values).unchecked == unchecked);

  rows wrong(2);
  add_coded(wrong, {1, 1});
  const refused found = refusal_of(wrong);
  CHECK(found.row == -1);
  CHECK(found.column == "k");
  CHECK_THAT(found.message,
             contains("the dictionary of column \"k\" holds \"?(\", whose byte 1 is not UTF-8"));
}

TEST_CASE("views that leave their buffers are refused") {
  const auto refusal = [](std::int32_t length, std::int32_t buffer, std::int32_t offset,
                          std::int64_t size = 14) {
    std::vector<std::int32_t> view{length, 0x64636261, buffer, offset};  // abcd
    rows from(1);
    from.add("c", "vu")
        .no_buffer()
        .values(view)
        .values("abcdefghijklmn")
        .values(std::vector<std::int64_t>{size});
    return refusal_of(from).message;
  };
  CHECK(refusal(14, 0, 0) == "nothing was refused");
  CHECK_THAT(refusal(-1, 0, 0), contains("a length below 0"));
  CHECK_THAT(refusal(13, 1, 0), contains("a view into buffer 1 of 1"));
  CHECK_THAT(refusal(13, -1, 0), contains("a view into buffer -1 of 1"));
  CHECK_THAT(refusal(13, 0, -1), contains("bytes -1 to 12 of a buffer of 14"));
  CHECK_THAT(refusal(13, 0, 2), contains("bytes 2 to 15 of a buffer of 14"));
  CHECK_THAT(refusal(13, 0, 2147483647), contains("of a buffer of 14"));
  CHECK_THAT(refusal(13, 0, 0, -1), contains("of a buffer of -1"));
  CHECK_THAT(refusal(13, 0, 1), contains("begins otherwise than its text"));

  rows without(1);
  without.add("c", "vu").no_buffer().values(std::string("\x0D\0\0\0", 4) + std::string(12, 0));
  CHECK_THAT(refusal_of(without).message, contains("has 2 buffers; its type has at least 3"));
  without[0].no_buffer();
  CHECK_THAT(refusal_of(without).message, contains("a view into buffer 0 of 0"));
  without[0].no_buffer();
  CHECK_THAT(refusal_of(without).message, contains("its buffer 3 is missing"));
}

TEST_CASE("indices that leave their dictionary are refused") {
  const auto refusal = [](const std::string& format, const auto& index) {
    rows from(2);
    column& c = from.add("c", format).no_buffer().values(index);
    from.add_dictionary(c, "c", 2).no_buffer().values(std::vector<std::int8_t>{1, 2});
    return refusal_of(from);
  };
  CHECK(refusal("c", std::vector<std::int8_t>{0, 1}).message == "nothing was refused");
  const refused beyond = refusal("c", std::vector<std::int8_t>{0, 2});
  CHECK(beyond.row == 1);
  CHECK_THAT(beyond.message, contains("refers to value 2 of a dictionary of 2"));
  CHECK_THAT(refusal("i", std::vector<std::int32_t>{-1, 0}).message, contains("value -1 of"));
  CHECK_THAT(refusal("L", std::vector<std::uint64_t>{0, ~std::uint64_t{0}}).message,
             contains("of a dictionary of 2"));
  CHECK_THAT(refusal("g", std::vector<double>{0, 1}).message,
             contains("its format must be one of integers"));

  rows wrong(1);
  column& c = wrong.add("c", "c").no_buffer().values(std::vector<std::int8_t>{0});
  column& values = wrong.add_dictionary(c, "u", 1)
                       .no_buffer()
                       .values(std::vector<std::int32_t>{0, 1})
                       .values("\xFF");
  const refused text = refusal_of(wrong);
  CHECK(text.row == -1);
  CHECK_THAT(text.message, contains("the dictionary of column \"c\" holds"));
  values.array.length = -1;
  CHECK_THAT(refusal_of(wrong).message, contains("the dictionary of column \"c\" has a length"));
  values.schema.release = nullptr;
  values.array.length = 1;
  CHECK_THAT(refusal_of(wrong).message, contains("a schema that is released"));
  values.array.release = nullptr;
  CHECK_THAT(refusal_of(wrong).message, contains("the dictionary of column \"c\" is released"));
}

TEST_CASE("reading leaves the structs to their owner, who releases each of them once") {
  rows good(3);
  add_text(good);
  rows bad(3);
  add_text(bad);
  bad[0].set_missing(1);
  for (rows* from : {&good, &bad}) {
    {
      xqs::arrow::owned_schema schema(from->schema());
      xqs::arrow::owned_array array(from->array());
      CHECK(from->schema().release == nullptr);
      CHECK(from->array().release == nullptr);
      const xqs::arrow::owned_array moved(std::move(array));
      (void)moved;
      CHECK_THROWS_AS(imported_rows(*schema, *array), xqs::error);  // it is released
      CHECK(from->array_releases == 0);
    }
    CHECK(from->schema_releases == 1);
    CHECK(from->array_releases == 1);
  }
  rows kept(3);
  add_text(kept);
  (void)refusal_of(kept);
  (void)refusal_of(bad);
  CHECK(kept.array_releases == 0);
  CHECK(bad.array_releases == 1);
}

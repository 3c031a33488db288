#include "csv/reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "xqs/error.hpp"

using namespace std::string_literals;
using xqs::csv::batch;
using xqs::csv::byte_source;
using xqs::csv::options;
using xqs::csv::reader;

namespace {

using row = std::vector<std::string>;
using lines = std::vector<std::int64_t>;

/// Hands out `text` in pieces of `piece` bytes.
byte_source text_source(std::string text, std::size_t piece = 7) {
  return [text = std::move(text), piece, at = std::size_t{0}](char* to, std::size_t size) mutable {
    const std::size_t got = std::min({size, piece, text.size() - at});
    std::memcpy(to, text.data() + at, got);
    at += got;
    return got;
  };
}

reader open(const std::string& text, options how = {}) { return {text_source(text), "f.csv", how}; }

struct table {
  std::vector<row> rows;  // null is "<null>"
  lines starts;
};

table read(const std::string& text, options how = {}, std::size_t max_rows = 2) {
  reader from = open(text, how);
  batch part;
  table all;
  while (from.next(part, max_rows)) {
    REQUIRE(part.rows() >= 1);
    REQUIRE(part.rows() <= max_rows);
    REQUIRE(part.columns.size() == from.header().size());
    for (std::size_t at = 0; at < part.rows(); ++at) {
      row cells;
      for (const auto& column : part.columns) {
        REQUIRE(column.offsets.size() == part.rows() + 1);
        REQUIRE(column.valid.size() == part.rows());
        const auto begin = static_cast<std::size_t>(column.offsets[at]);
        const auto end = static_cast<std::size_t>(column.offsets[at + 1]);
        const std::string cell = column.bytes.substr(begin, end - begin);
        CHECK((column.valid[at] != 0) == !cell.empty());
        cells.push_back(cell.empty() ? "<null>" : cell);
      }
      all.rows.push_back(cells);
      all.starts.push_back(part.lines[at]);
    }
  }
  CHECK(part.rows() == 0);
  CHECK_FALSE(from.next(part, max_rows));
  return all;
}

template <class F>
std::string message_of(F&& run) {
  try {
    run();
  } catch (const xqs::error& failure) {
    CHECK(failure.code() == xqs::errc::invalid_data);
    return failure.what();
  }
  return "no error";
}

std::string refused(const std::string& text, options how = {}) {
  return message_of([&] { read(text, how); });
}

/// `prefix`, then `pieces` times `piece`.
byte_source repeating(std::string prefix, std::string piece, std::size_t pieces) {
  return [prefix = std::move(prefix), piece = std::move(piece), left = pieces, rest = std::string(),
          first = true](char* to, std::size_t size) mutable {
    if (std::exchange(first, false)) rest = prefix;
    if (rest.empty() && left > 0) {
      rest = piece;
      --left;
    }
    const std::size_t got = std::min(size, rest.size());
    std::memcpy(to, rest.data(), got);
    rest.erase(0, got);
    return got;
  };
}

constexpr std::size_t mib = std::size_t{1} << 20;

}  // namespace

TEST_CASE("csv: the header names the columns of every batch", "[unit]") {
  reader from = open("id,item,points\n1,a,5\n2,b,4\n3,c,3\n");
  CHECK(from.header() == row{"id", "item", "points"});
  batch part;
  REQUIRE(from.next(part, 2));
  CHECK(part.rows() == 2);
  REQUIRE(part.columns.size() == 3);
  CHECK(part.columns[1].name == "item");
  CHECK(part.columns[1].bytes == "ab");
  CHECK(part.columns[1].offsets == lines{0, 1, 2});
  CHECK(part.columns[1].valid == std::vector<std::uint8_t>{1, 1});
  CHECK(part.lines == lines{2, 3});
  REQUIRE(from.next(part, 2));
  CHECK(part.columns[0].bytes == "3");
  CHECK(part.columns[0].offsets == lines{0, 1});
  CHECK(part.lines == lines{4});
  CHECK_FALSE(from.next(part, 2));
  CHECK(part.rows() == 0);
}

TEST_CASE("csv: clear removes the rows and keeps names and capacity", "[unit]") {
  reader from = open("a\n12345\n");
  batch part;
  REQUIRE(from.next(part, 10));
  const std::size_t capacity = part.columns[0].bytes.capacity();
  part.clear();
  CHECK(part.rows() == 0);
  CHECK(part.columns[0].name == "a");
  CHECK(part.columns[0].bytes.empty());
  CHECK(part.columns[0].offsets == lines{0});
  CHECK(part.columns[0].valid.empty());
  CHECK(part.columns[0].bytes.capacity() == capacity);
}

TEST_CASE("csv: a reader moves", "[unit]") {
  reader first = open("a\n1\n2\n");
  batch part;
  REQUIRE(first.next(part, 1));
  reader second = std::move(first);
  REQUIRE(second.next(part, 1));
  CHECK(part.columns[0].bytes == "2");
  CHECK_FALSE(second.next(part, 1));
}

TEST_CASE("csv: quoted fields hold delimiters, doubled quotes and line ends", "[unit]") {
  const table all = read(
      "a,b\n"
      "\"x,y\",\"say \"\"hi\"\"\"\n"
      "\"one\ntwo\",\"three\r\n\r\nfour\"\n"
      "\"\"\"\",\"a\rb\"\n"
      "last,1\n");
  CHECK(all.rows == std::vector<row>{{"x,y", "say \"hi\""},
                                     {"one\ntwo", "three\r\n\r\nfour"},
                                     {"\"", "a\rb"},
                                     {"last", "1"}});
  CHECK(all.starts == lines{2, 3, 7, 8});
}

TEST_CASE("csv: lines end in LF or CRLF, the last one may lack it", "[unit]") {
  const std::vector<row> expected = {{"1", "2"}, {"3", "4"}};
  CHECK(read("a,b\n1,2\n3,4\n").rows == expected);
  CHECK(read("a,b\n1,2\n3,4").rows == expected);
  CHECK(read("a,b\r\n1,2\r\n3,4\r\n").rows == expected);
  CHECK(read("a,b\r\n1,2\n3,4").rows == expected);
  CHECK(read("a,b\n\"1\",\"2\"\r\n\"3\",\"4\"").rows == expected);
  CHECK(read("a,b\n1,").rows == std::vector<row>{{"1", "<null>"}});
  CHECK(read("a,b\n1,\"\"").rows == std::vector<row>{{"1", "<null>"}});
}

TEST_CASE("csv: a header without rows is fine", "[unit]") {
  CHECK(read("a,b").rows.empty());
  CHECK(read("a,b\n").rows.empty());
  CHECK(read("a,b\r\n\r\n\n").rows.empty());
  CHECK(open("\"a\nb\",c\n").header() == row{"a\nb", "c"});
}

TEST_CASE("csv: blank lines are no records but count as lines", "[unit]") {
  const table all = read("\n\r\na\n\n1\n\r\n\n\"2\n\n3\"\n\n4\n");
  CHECK(all.rows == std::vector<row>{{"1"}, {"2\n\n3"}, {"4"}});
  CHECK(all.starts == lines{5, 8, 12});
  CHECK(refused("a,b\n\n\"1\n2\",3\n\n4\n") ==
        "f.csv:6: wrong number of fields: found 1, expected 2 (one for each column of the header)");
}

TEST_CASE("csv: nothing is trimmed", "[unit]") {
  CHECK(open(" a,a,a \n").header() == row{" a", "a", "a "});
  const table all = read("a,b\n x,y \n\t,\t\tz\n  ,\" q \"\n");
  CHECK(all.rows == std::vector<row>{{" x", "y "}, {"\t", "\t\tz"}, {"  ", " q "}});
  const table blank = read("a\n \nx\n\t\r\n");
  CHECK(blank.rows == std::vector<row>{{" "}, {"x"}, {"\t"}});
  CHECK(blank.starts == lines{2, 3, 4});
}

TEST_CASE("csv: an empty field is null, quoted or not", "[unit]") {
  CHECK(read("a,b,c\n,\"\",\n").rows == std::vector<row>{{"<null>", "<null>", "<null>"}});
  CHECK(read("a\n\"\"\n").rows == std::vector<row>{{"<null>"}});
}

TEST_CASE("csv: other delimiters", "[unit]") {
  CHECK(read("a;b\n1,5;2\n", {';'}).rows == std::vector<row>{{"1,5", "2"}});
  CHECK(read("a\tb\n 1\t\n\t2\n", {'\t'}).rows ==
        std::vector<row>{{" 1", "<null>"}, {"<null>", "2"}});
  CHECK(read("a b\n1 2\n", {' '}).rows == std::vector<row>{{"1", "2"}});
  for (const char bad : {'"', '\n', '\r', '\xE9'}) {
    try {
      open("a\n", {bad});
      CHECK(false);
    } catch (const xqs::error& failure) {
      CHECK(failure.code() == xqs::errc::invalid_argument);
    }
  }
}

TEST_CASE("csv: the delimiter is found in the header", "[unit]") {
  const xqs::csv::options found{xqs::csv::detect};
  CHECK(read("a,b\n1;5,2\n", found).rows == std::vector<row>{{"1;5", "2"}});
  CHECK(read("a;b\n1,5;2\n", found).rows == std::vector<row>{{"1,5", "2"}});
  CHECK(read("\n\na\tb,c\td\n1\t2\t3\n", found).rows == std::vector<row>{{"1", "2", "3"}});
  CHECK(read("\"a;b;c\",d\n1,2\n", found).rows == std::vector<row>{{"1", "2"}});  // not in quotes
  CHECK(read("a\n1\n", found).rows == std::vector<row>{{"1"}});
}

TEST_CASE("csv: the size of the reads does not matter", "[unit]") {
  const std::string text = "\xEF\xBB\xBFn,w\r\n\"\xC3\xA9\"\"\n\",\xE2\x82\xAC\r\n\r\n1,2";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    reader from(text_source(text, piece), "f.csv");
    CHECK(from.header() == row{"n", "w"});
    batch part;
    REQUIRE(from.next(part, 10));
    CHECK(part.columns[0].bytes == "\xC3\xA9\"\n1");
    CHECK(part.columns[1].bytes == "\xE2\x82\xAC" + "2"s);
    CHECK(part.lines == lines{2, 5});
  }
}

TEST_CASE("csv: an empty file is refused", "[unit]") {
  const std::string empty = "f.csv:1: empty file; a header that names the columns is needed";
  CHECK(refused("") == empty);
  CHECK(refused("\xEF\xBB\xBF") == empty);
  CHECK(refused("\n\r\n") ==
        "f.csv:2: no header, only blank lines; a header that names the columns is needed");
}

TEST_CASE("csv: byte order marks", "[unit]") {
  CHECK(open("\xEF\xBB\xBFid,x\n").header() == row{"id", "x"});
  CHECK(open("\xEF\xBB\xBF\"id\",x\n").header() == row{"id", "x"});
  CHECK(open("\xEF\xBB\xBF\n\xEF\xBB\xBFid\n").header() == row{"\xEF\xBB\xBFid"});
  const std::string utf16 =
      "f.csv:1: the file starts with a UTF-16 byte order mark; it must be UTF-8";
  CHECK(refused("\xFF\xFEi\0d\0\n\0"s) == utf16);
  CHECK(refused("\xFE\xFF\0i\0d\0\n"s) == utf16);
}

TEST_CASE("csv: nameless and duplicate columns are refused", "[unit]") {
  CHECK(refused("a,,b\n") == "f.csv:1: column 2 of the header has no name; every column needs one");
  CHECK(refused("a,b,\n") == "f.csv:1: column 3 of the header has no name; every column needs one");
  CHECK(refused("\n\na,b,c,b\n") ==
        "f.csv:3: columns 2 and 4 of the header are both named \"b\"; every column needs its own "
        "name");
}

TEST_CASE("csv: names in messages are cut and hold no control characters", "[unit]") {
  const std::string name = "\x1B" + std::string(62, 'n') + "\xC3\xA9" + std::string(99, 'm');
  CHECK(refused(name + "," + name + "\n") ==
        "f.csv:1: columns 1 and 2 of the header are both named \"?" + std::string(62, 'n') +
            "...\"; every column needs its own name");
}

TEST_CASE("csv: the header names at most 100,000 columns", "[unit]") {
  std::string header = "c0";
  for (int at = 1; at < 100'000; ++at) header += ",c" + std::to_string(at);
  const std::string cells(99'999, ',');
  reader from(text_source(header + "\n" + cells + "\n", 65'536), "f.csv");
  CHECK(from.header().size() == 100'000);
  CHECK(from.header()[99'999] == "c99999");
  batch part;
  REQUIRE(from.next(part, 10));
  CHECK(part.columns[99'999].valid == std::vector<std::uint8_t>{0});
  CHECK(message_of([&] { reader(text_source(header + ",x\n", 65'536), "f.csv"); }) ==
        "f.csv:1: the header names 100001 columns; at most 100000 are allowed");
  const std::string million(999'999, ',');
  CHECK(message_of([&] { reader(text_source(million, 65'536), "f.csv"); }) ==
        "f.csv:1: the header names 1000000 columns; at most 100000 are allowed");
}

TEST_CASE("csv: the number of fields is that of the header", "[unit]") {
  CHECK(refused("a,b,c\n1,2,3\n1,2\n") ==
        "f.csv:3: wrong number of fields: found 2, expected 3 (one for each column of the header)");
  CHECK(refused("a,b\n1,2,3,4") ==
        "f.csv:2: wrong number of fields: found 4, expected 2 (one for each column of the header)");
  CHECK(refused("a,b\n\"x\n\ny\"\n") ==
        "f.csv:2: wrong number of fields: found 1, expected 2 (one for each column of the header)");
  CHECK(refused("a,b\n \n") ==
        "f.csv:2: wrong number of fields: found 1, expected 2 (one for each column of the header)");
}

TEST_CASE("csv: rows before a broken one are read, the error stays", "[unit]") {
  reader from = open("a\n1\n2,2\n3\n");
  batch part;
  REQUIRE(from.next(part, 1));
  const std::string wrong =
      "f.csv:3: wrong number of fields: found 2, expected 1 (one for each column of the header)";
  CHECK(message_of([&] { from.next(part, 1); }) == wrong);
  CHECK(message_of([&] { from.next(part, 1); }) == wrong);
}

TEST_CASE("csv: a carriage return alone ends no line", "[unit]") {
  const std::string what =
      "carriage return without line feed; outside quotes lines end in LF or CRLF";
  CHECK(refused("a\r1\r2\r") == "f.csv:1: " + what);
  CHECK(refused("a\n1\r2\n") == "f.csv:2: " + what);
  CHECK(refused("a\n1\r") == "f.csv:2: " + what);
  CHECK(refused("a\n1\r\r\n") == "f.csv:2: " + what);
  CHECK(refused("a\n\r1\n") == "f.csv:2: " + what);
  CHECK(refused("a\n\r\r\n") == "f.csv:2: " + what);
  CHECK(refused("a\n\r") == "f.csv:2: " + what);
  CHECK(refused("a,b\n\"1\n\",2\r\"x\ny\",3\n") == "f.csv:3: " + what);
  CHECK(refused("a\n1\r\"\"x\n") == "f.csv:2: " + what);
  CHECK(refused("a\n1\r\xE9\n") == "f.csv:2: " + what);
}

TEST_CASE("csv: NUL is refused", "[unit]") {
  CHECK(refused("a,b\n1,2\n3,x\0y\n"s) ==
        "f.csv:3: NUL byte in column \"b\"; the file must be text in UTF-8");
  CHECK(refused("a,\0b\n"s) == "f.csv:1: NUL byte in column 2; the file must be text in UTF-8");
  CHECK(refused("a,b\n\"1\n\n\0"s) ==
        "f.csv:4: NUL byte in column \"a\"; the file must be text in UTF-8");
}

TEST_CASE("csv: what is not UTF-8 is refused with line, column and byte", "[unit]") {
  CHECK(refused("id,name\n1,Ren\xE9\n") ==
        "f.csv:2: byte 0xE9 in column \"name\" is not UTF-8; the file must be UTF-8, or be read as "
        "windows-1252 if it "
        "is that, as files of Excel often are");
  CHECK(refused("id,name\n1,\"\n\n,\x80\"\n") ==
        "f.csv:4: byte 0x80 in column \"name\" is not UTF-8; the file must be UTF-8, or be read as "
        "windows-1252 if it "
        "is that, as files of Excel often are");
  CHECK(refused("id,na\xEDme\n") ==
        "f.csv:1: byte 0xED in column 2 is not UTF-8; the file must be UTF-8, or be read as "
        "windows-1252 if it "
        "is that, as files of Excel often are");
  CHECK(refused("id\n1,2,\xC0\xAF\n") ==
        "f.csv:2: byte 0xC0 in column 3 is not UTF-8; the file must be UTF-8, or be read as "
        "windows-1252 if it "
        "is that, as files of Excel often are");
  CHECK(refused("id\nlong enough for the fast check \xC3\n") ==
        "f.csv:2: byte 0xC3 in column \"id\" is not UTF-8; the file must be UTF-8, or be read as "
        "windows-1252 if it "
        "is that, as files of Excel often are");
  CHECK(refused("id\n\xE9\0\n"s) ==
        "f.csv:2: byte 0xE9 in column \"id\" is not UTF-8; the file must be UTF-8, or be read as "
        "windows-1252 if it "
        "is that, as files of Excel often are");
  CHECK(read("id\n\xC3\xA9t\xC3\xA9\n").rows == std::vector<row>{{"\xC3\xA9t\xC3\xA9"}});
}

TEST_CASE("csv: broken quotes are refused", "[unit]") {
  CHECK(refused("a,b\n1,x\"y\n") ==
        "f.csv:2: stray quote inside the unquoted field of column \"b\"; quote the whole field and "
        "double the quotes it holds");
  CHECK(refused("a,b\n1, \"y\"\n") ==
        "f.csv:2: stray quote inside the unquoted field of column \"b\"; quote the whole field and "
        "double the quotes it holds");
  const std::string after =
      "only a delimiter or a line end may follow, and quotes inside a quoted field are doubled";
  CHECK(refused("a,b\n\"x\"y,2\n") ==
        "f.csv:2: text after the closing quote of column \"a\"; " + after);
  CHECK(refused("a,b\n\"x\n\n\" ,2\n") ==
        "f.csv:4: text after the closing quote of column \"a\"; " + after);
  CHECK(refused("a,\"b\"c\n") == "f.csv:1: text after the closing quote of column 2; " + after);
}

TEST_CASE("csv: an unclosed quote is refused where it opens", "[unit]") {
  const std::string tail = " here is not closed before the end of the file; close it";
  CHECK(refused("a,b\n1,2\n3,\"4\n5,6\n\n") == "f.csv:3: the quote that opens column \"b\"" + tail);
  CHECK(refused("a,b\n\"1\n2\",\"3\n\n4") == "f.csv:3: the quote that opens column \"b\"" + tail);
  CHECK(refused("a,b\n\"") == "f.csv:2: the quote that opens column \"a\"" + tail);
  CHECK(refused("a,b\n1,\"x\"\"") == "f.csv:2: the quote that opens column \"b\"" + tail);
  CHECK(refused("\n\"a") == "f.csv:2: the quote that opens column 1" + tail);
}

TEST_CASE("csv: a physical line has at most 64 MiB", "[unit]") {
  batch part;
  const std::string piece(mib, 'x');
  reader exact(repeating("a\n" + std::string(mib - 1, 'x'), piece, 63), "f.csv");
  REQUIRE(exact.next(part, 1));
  CHECK(part.columns[0].bytes.size() == 64 * mib - 1);
  reader limit(repeating("a\n", piece, 64), "f.csv");
  REQUIRE(limit.next(part, 1));
  CHECK(part.columns[0].bytes.size() == 64 * mib);
  reader beyond(repeating("a\n\nx", piece, 100'000), "f.csv");
  CHECK(message_of([&] { beyond.next(part, 1); }) ==
        "f.csv:3: the record that starts here is longer than 64 MiB, which is the most allowed; is "
        "a quote not closed?");
}

TEST_CASE("csv: a record of many lines has at most 64 MiB", "[unit]") {
  batch part;
  reader from(repeating("a\n1\n\"", std::string(mib / 4, 'x') + '\n', 100'000), "f.csv");
  REQUIRE(from.next(part, 1));
  CHECK(message_of([&] { from.next(part, 1); }) ==
        "f.csv:3: the record that starts here is longer than 64 MiB, which is the most allowed; is "
        "a quote not closed?");
}

TEST_CASE("csv: a batch ends after 16 MiB of input", "[unit]") {
  reader from(repeating("a\n", std::string(mib - 1, 'x') + '\n', 20), "f.csv");
  batch part;
  REQUIRE(from.next(part, 1'000));
  CHECK(part.rows() == 16);
  REQUIRE(from.next(part, 1'000));
  CHECK(part.rows() == 4);
  CHECK(part.lines == lines{18, 19, 20, 21});
  CHECK_FALSE(from.next(part, 1'000));
}

TEST_CASE("csv: files and read errors", "[unit]") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  std::fputs("a,b\n1,2\n", file);
  std::rewind(file);
  batch part;
  {
    reader from(file, "f.csv");
    REQUIRE(from.next(part, 10));
    CHECK(part.columns[1].bytes == "2");
    CHECK_FALSE(from.next(part, 10));
  }
  CHECK(std::fclose(file) == 0);

  std::FILE* folder = std::fopen("/", "r");
  REQUIRE(folder != nullptr);
  CHECK(message_of([&] { reader(folder, "folder"); }) ==
        "folder:1: cannot be read: Is a directory");
  CHECK(std::fclose(folder) == 0);
}

TEST_CASE("csv: the reason of a failing source is told", "[unit]") {
  int reads = 0;
  reader from(
      [&reads](char* to, std::size_t) -> std::size_t {
        if (++reads > 1) throw std::system_error(EIO, std::generic_category());
        std::memcpy(to, "a\n1\n2", 5);
        return 5;
      },
      "f.csv");
  batch part;
  REQUIRE(from.next(part, 1));
  CHECK(message_of([&] { from.next(part, 1); }) == "f.csv:3: cannot be read: Input/output error");
}

TEST_CASE("csv: wrong arguments", "[unit]") {
  CHECK_THROWS_AS(reader(static_cast<std::FILE*>(nullptr), "f.csv"), xqs::error);
  CHECK_THROWS_AS(reader(byte_source(), "f.csv"), xqs::error);
  reader from = open("a\n1\n");
  batch part;
  CHECK_THROWS_AS(from.next(part, 0), xqs::error);
  CHECK(from.next(part, 1));
}

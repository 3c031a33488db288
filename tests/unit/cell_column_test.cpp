#include "xqs/engine/cell_column.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "xqs/error.hpp"

using namespace xqs;

TEST_CASE("cell_column: cells come out as they went in, null before and behind", "[unit]") {
  const std::vector<cell> values = {cell(std::string("a")), cell(std::int64_t{-7}), cell(0.1),
                                    cell(false), cell(flag_names{"over_100", "no_gap"})};
  const column_type types[] = {column_type::text, column_type::integer, column_type::number,
                               column_type::boolean, column_type::flags};
  for (std::size_t i = 0; i < values.size(); ++i) {
    cell_column c;
    c.push_back(cell());
    CHECK_FALSE(c.type());
    c.push_back(values[i]);
    c.push_back(cell());
    c.push_back(values[i]);
    CHECK(c.type() == types[i]);
    REQUIRE(c.size() == 4);
    CHECK(c[0] == cell());
    CHECK(c[1] == values[i]);
    CHECK(c[2] == cell());
    CHECK(c[3] == values[i]);
    CHECK(std::vector<std::uint8_t>(c.valid().begin(), c.valid().end()) ==
          std::vector<std::uint8_t>{0, 1, 0, 1});
  }
}

TEST_CASE("cell_column: typed values stand one after the other, 0 for null", "[unit]") {
  cell_column c;
  c.add_null();
  c.add(2.5);
  c.add_null();
  c.add(-1.0);
  CHECK(std::vector<double>(c.numbers().begin(), c.numbers().end()) ==
        std::vector<double>{0, 2.5, 0, -1});
  CHECK(c.integers().empty());
  CHECK(c.references().empty());
}

TEST_CASE("cell_column: text and flags that repeat are kept once", "[unit]") {
  cell_column text;
  for (const char* value : {"a", "a", "", "", "a"}) text.push_back(cell(std::string(value)));
  CHECK(std::vector<std::uint32_t>(text.references().begin(), text.references().end()) ==
        std::vector<std::uint32_t>{0, 0, 1, 1, 2});
  CHECK(text.text(1).empty());
  CHECK(text[4] == cell(std::string("a")));
  CHECK(text.longest_text() == 1);
  const std::uint32_t kept = text.keep("long enough to need memory of its own");
  CHECK(text.longest_text() == 37);
  text.add_reference(0);
  text.add_reference(kept);
  CHECK(text[5] == cell(std::string("a")));
  CHECK(text[6] == cell(std::string("long enough to need memory of its own")));

  CHECK(cell_column().longest_text() == 0);

  cell_column flags;
  for (const flag_names& value : {flag_names{"a"}, flag_names{}, flag_names{"a"}})
    flags.push_back(value);
  CHECK(std::vector<std::uint32_t>(flags.references().begin(), flags.references().end()) ==
        std::vector<std::uint32_t>{0, 1, 0});
}

TEST_CASE("cell_column: a value of another type is refused and nothing changed", "[unit]") {
  cell_column c;
  c.push_back(cell(std::int64_t{1}));
  CHECK_FALSE(c.takes(cell(1.0)));
  CHECK(c.takes(cell()));
  CHECK(c.takes(cell(std::int64_t{2})));
  CHECK_THROWS_AS(c.push_back(cell(1.0)), error);
  CHECK_THROWS_AS(c.push_back(cell(std::string("1"))), error);
  CHECK_THROWS_AS(c.push_back(cell(flag_names{})), error);
  CHECK(c.size() == 1);
  CHECK(c[0] == cell(std::int64_t{1}));
}

TEST_CASE("cell_column: equal cells are equal columns, wherever their text stands", "[unit]") {
  cell_column a;
  cell_column b;
  (void)b.keep("unused");
  for (const char* value : {"x", "y"}) {
    a.push_back(cell(std::string(value)));
    b.push_back(cell(std::string(value)));
  }
  CHECK(a == b);
  b.add_null();
  CHECK_FALSE(a == b);
  b.shrink(2);
  CHECK(a == b);
  b.shrink(1);
  a.shrink(1);
  a.push_back(cell(std::string("z")));
  b.push_back(cell(std::string("y")));
  CHECK_FALSE(a == b);
}

TEST_CASE("cell_column: nulls that are set afterwards", "[unit]") {
  cell_column number;
  number.add(1.5);
  number.add_nulls(column_type::number, 3);
  number.set(2, 0.25);
  REQUIRE(number.size() == 4);
  CHECK(number[0] == cell(1.5));
  CHECK(number[1] == cell());
  CHECK(number[2] == cell(0.25));
  CHECK(number[3] == cell());
  CHECK_THROWS_AS(number.add_nulls(column_type::text, 1), error);

  cell_column text;
  text.add_nulls(column_type::text, 2);
  CHECK(text.type() == column_type::text);
  CHECK(text[1] == cell());
  text.set_reference(1, text.keep("b"));
  CHECK(text[0] == cell());
  CHECK(text[1] == cell(std::string("b")));

  cell_column integer;
  cell_column boolean;
  integer.add_nulls(column_type::integer, 1);
  boolean.add_nulls(column_type::boolean, 2);
  integer.set(0, std::int64_t{-3});
  boolean.set(0, true);
  boolean.set(1, false);
  CHECK(integer[0] == cell(std::int64_t{-3}));
  CHECK(boolean[0] == cell(true));
  CHECK(boolean[1] == cell(false));
}

#include "xqs/engine/cell_rows.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "xqs/error.hpp"

using namespace xqs;

namespace {

using row = cell_rows::row;

const row first = {cell(std::string("a")), cell(std::int64_t{1}), cell(true)};
const row second = {cell(), cell(std::int64_t{2}), cell()};

}  // namespace

TEST_CASE("cell_rows: read as a vector of rows", "[unit]") {
  const cell_rows rows = {first, second};
  CHECK(rows.size() == 2);
  CHECK_FALSE(rows.empty());
  CHECK(rows[1] == second);
  CHECK(rows.at(0) == first);
  CHECK(rows.front() == first);
  CHECK(rows.back() == second);
  CHECK_THROWS_AS(rows.at(2), std::out_of_range);
  CHECK(std::vector<row>(rows.begin(), rows.end()) == std::vector<row>{first, second});
  std::vector<row> seen;
  for (const auto& r : rows) seen.push_back(r);
  CHECK(seen == std::vector<row>{first, second});
  CHECK(std::any_of(rows.begin(), rows.end(), [](const row& r) { return r == second; }));
  CHECK(std::find(rows.begin(), rows.end(), row{}) == rows.end());
}

TEST_CASE("cell_rows: the columns are the rows' cells", "[unit]") {
  const cell_rows rows = {first, second};
  REQUIRE(rows.columns().size() == 3);
  CHECK(rows.columns()[1].integers()[1] == 2);
  CHECK(cell_rows().columns().empty());
  CHECK(cell_rows().empty());

  std::vector<cell_column> columns(2);
  columns[0].add(std::int64_t{5});
  columns[1].add_null();
  CHECK(cell_rows(columns) == cell_rows{{cell(std::int64_t{5}), cell()}});
  columns[1].add_null();
  CHECK_THROWS_AS(cell_rows(std::move(columns)), error);
}

TEST_CASE("cell_rows: a row that does not fit is refused and nothing changed", "[unit]") {
  cell_rows rows = {first, second};
  const cell_rows before = rows;
  CHECK_THROWS_AS(rows.push_back({cell(), cell()}), error);
  CHECK_THROWS_AS(rows.push_back({cell(), cell(), cell(), cell()}), error);
  CHECK_THROWS_AS(rows.push_back({cell(std::string("b")), cell(std::int64_t{3}), cell(1.0)}),
                  error);
  CHECK(rows == before);
  rows.push_back({cell(std::string("b")), cell(std::int64_t{3}), cell(false)});
  CHECK(rows[2] == row{cell(std::string("b")), cell(std::int64_t{3}), cell(false)});
}

#include "engine/row_sums.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "catch.hpp"

using namespace xqs;
using engine::row_sums;

namespace {

unit_totals answered(std::int64_t requirement, std::int64_t satisfaction) {
  unit_totals t;
  t.requirement = requirement;
  t.satisfaction = satisfaction;
  t.answers = 1;
  return t;
}

unit_totals left_out(std::size_t reason) {
  unit_totals t;
  t.excluded[reason] = 1;
  return t;
}

}  // namespace

TEST_CASE("row sums: what a few rows come to") {
  row_sums sums(std::vector<unit_totals>{answered(4, 3), answered(2, 5), left_out(0), left_out(2)});
  REQUIRE(sums.make_room(3, 6, 1));
  sums.add(std::vector<std::uint32_t>{2, 0, 2, 2, 0, 2},
           std::vector<std::uint8_t>{0, 1, 0, 1, 3, 2});
  CHECK(sums.columns() == 3);
  const engine::small_sums two = sums[2];
  CHECK(two.units == 3);
  CHECK(two.answers == 3);
  CHECK(two.excluded == std::array<std::uint64_t, 3>{1, 0, 0});
  CHECK(two.sums == std::array<std::uint64_t, 2>{4 + 4 + 2, 3 + 3 + 5});
  CHECK(two.moments == std::array<std::uint64_t, 3>{16 + 16 + 4, 12 + 12 + 10, 9 + 9 + 25});
  CHECK(sums[0].excluded == std::array<std::uint64_t, 3>{0, 0, 1});
  CHECK(sums[0].moments == std::array<std::uint64_t, 3>{4, 10, 25});
  CHECK(sums[1].units == 0);
}

TEST_CASE("row sums: more than a part has room for is carried") {
  // Parts are as large as the most points ask for: from half full after thousands of rows to half
  // full after 16.
  const std::int64_t most = GENERATE(1, 4, 10, 50, 255, 256);
  const std::vector<unit_totals> kinds = {
      answered(most, most), answered(most, 0), answered(0, most), left_out(0),
      left_out(1),          left_out(2),       answered(1, 0)};
  for (const std::uint32_t columns : {1u, 2u}) {
    CAPTURE(columns, most);
    row_sums sums(kinds);
    const std::uint32_t column = columns - 1;
    // 300,000 rows of each kind, one after the other, then all in turns; of a batch that ends
    // anywhere in a line.
    std::vector<std::uint8_t> rows;
    for (std::uint8_t kind = 0; kind < kinds.size(); ++kind) rows.insert(rows.end(), 300'000, kind);
    for (std::size_t row = 0; row < 300'000 * kinds.size(); ++row)
      rows.push_back(static_cast<std::uint8_t>(row % kinds.size()));
    const std::vector<std::uint32_t> columns_of(rows.size(), column);
    REQUIRE(sums.make_room(columns, rows.size(), 1));
    for (std::size_t first = 0; first < rows.size(); first += 10'007) {
      const std::size_t count = std::min<std::size_t>(10'007, rows.size() - first);
      sums.add(std::span(columns_of).subspan(first, count), std::span(rows).subspan(first, count));
    }
    const engine::small_sums all = sums[column];
    const auto m = static_cast<std::uint64_t>(most);
    CHECK(all.units == 2'400'000);
    CHECK(all.answers == 2'400'000);
    CHECK(all.sums == std::array<std::uint64_t, 2>{1'200'000 * m + 600'000, 1'200'000 * m});
    CHECK(all.moments == std::array<std::uint64_t, 3>{1'200'000 * m * m + 600'000, 600'000 * m * m,
                                                      1'200'000 * m * m});
    CHECK(all.excluded == std::array<std::uint64_t, 3>{600'000, 600'000, 600'000});
    CHECK(sums[0].units == (columns == 1 ? 2'400'000 : 0));
  }
}

TEST_CASE("row sums: columns that are half full at the same time are all carried") {
  const std::uint32_t count = GENERATE(2u, 16u, 23u);
  CAPTURE(count);
  row_sums sums(std::vector<unit_totals>{answered(4, 3)});
  std::vector<std::uint32_t> columns;
  for (std::uint32_t row = 0; row < 20'000 * count; ++row) columns.push_back(row % count);
  REQUIRE(sums.make_room(count, columns.size(), 1));
  sums.add(columns, std::vector<std::uint8_t>(columns.size(), 0));
  for (std::uint32_t column = 0; column < count; ++column) {
    CHECK(sums[column].answers == 20'000);
    CHECK(sums[column].sums == std::array<std::uint64_t, 2>{80'000, 60'000});
    CHECK(sums[column].moments == std::array<std::uint64_t, 3>{320'000, 240'000, 180'000});
  }
}

TEST_CASE("row sums: those of several are added, whatever was carried") {
  const std::int64_t most = GENERATE(4, 256);
  CAPTURE(most);
  const std::vector<unit_totals> kinds = {answered(most, most), answered(1, 0), left_out(1)};
  std::vector<row_sums> parts(3, row_sums(kinds));
  // Of columns 0 to 2 more and more rows: parts are nearly half full in each, or many times full.
  const std::array<std::uint32_t, 3> rows = {most == 4 ? 2'000u : 31u, 16'000, 70'000};
  for (std::size_t p = 0; p < parts.size(); ++p) {
    REQUIRE(parts[p].make_room(p + 1, 300'000, 1));
    for (std::uint32_t column = 0; column <= p; ++column)
      for (std::uint8_t kind = 0; kind < kinds.size(); ++kind)
        parts[p].add(std::vector<std::uint32_t>(rows[column], column),
                     std::vector<std::uint8_t>(rows[column], kind));
  }
  row_sums all(kinds);
  for (const row_sums& part : parts) all.add(part);
  CHECK(all.columns() == 3);
  for (std::uint32_t column = 0; column < 3; ++column) {
    const std::uint64_t of_kind = std::uint64_t{rows[column]} * (3 - column);
    const auto m = static_cast<std::uint64_t>(most);
    const engine::small_sums found = all[column];
    CHECK(found.answers == 2 * of_kind);
    CHECK(found.excluded == std::array<std::uint64_t, 3>{0, of_kind, 0});
    CHECK(found.sums == std::array<std::uint64_t, 2>{(m + 1) * of_kind, m * of_kind});
    CHECK(found.moments ==
          std::array<std::uint64_t, 3>{(m * m + 1) * of_kind, m * m * of_kind, m * m * of_kind});
  }
}

TEST_CASE("row sums: what of a column is above 0") {
  row_sums sums(
      std::vector<unit_totals>{answered(4, 3), answered(0, 3), answered(4, 0), left_out(1)});
  const std::vector<std::uint32_t> columns = {1, 2, 3, 4};
  const std::vector<std::uint8_t> kinds = {0, 1, 2, 3};
  REQUIRE(sums.make_room(6, 100'000, 1));
  sums.add(columns, kinds);
  const auto of = [&](std::uint32_t column) {
    const engine::column_contents c = sums.contents_of(column);
    return std::array{c.rows, c.answers, c.requirement, c.satisfaction};
  };
  CHECK(of(0) == std::array{false, false, false, false});
  CHECK(of(1) == std::array{true, true, true, true});
  CHECK(of(2) == std::array{true, true, false, true});
  CHECK(of(3) == std::array{true, true, true, false});
  CHECK(of(4) == std::array{true, false, false, false});
  sums.take_back(columns, kinds);
  for (const std::uint32_t column : columns)
    CHECK(of(column) == std::array{false, false, false, false});
  sums.add(std::vector<std::uint32_t>(100'000, 5), std::vector<std::uint8_t>(100'000, 0));
  CHECK(of(5) == std::array{true, true, true, true});  // carried
}

TEST_CASE("row sums: what they take, and how many columns") {
  CHECK(row_sums::takes(std::vector<unit_totals>{answered(256, 0), answered(0, 256)}));
  CHECK_FALSE(row_sums::takes(std::vector<unit_totals>{answered(1, 1), answered(257, 0)}));
  CHECK_FALSE(row_sums::takes(std::vector<unit_totals>{answered(0, 257)}));
  row_sums sums(std::vector<unit_totals>{answered(1, 1)});
  CHECK(sums.make_room(1u << 20u, 1, 1));
  CHECK_FALSE(sums.make_room((1u << 20u) + 1, 1, 1));
  CHECK(sums.make_room((1u << 20u) + 1, 1u << 22u, 1));
  row_sums of_two(std::vector<unit_totals>{answered(1, 1)});
  CHECK_FALSE(of_two.make_room(1u << 20u, 1, 2));
}

TEST_CASE("row sums: rows are taken back, whatever was carried in between") {
  constexpr std::size_t most = 256;
  const std::vector<unit_totals> kinds = {answered(most, 1), answered(2, 3), left_out(1)};
  row_sums sums(kinds);
  REQUIRE(sums.make_room(2, 300'000, 1));
  const std::vector<std::uint32_t> columns(100'000, 1);
  const std::vector<std::uint8_t> first(columns.size(), 0), excluded(columns.size(), 2);
  sums.add(columns, first);  // squares of 256 fill half of a part after few rows
  sums.add(std::vector<std::uint32_t>{0, 1}, std::vector<std::uint8_t>{1, 1});
  sums.add(columns, excluded);
  sums.take_back(columns, first);
  sums.take_back(columns, excluded);
  sums.add(std::vector<std::uint32_t>{1}, std::vector<std::uint8_t>{2});
  CHECK(sums[0].units == 1);
  CHECK(sums[1].units == 1);
  CHECK(sums[1].answers == 1);
  CHECK(sums[1].excluded == std::array<std::uint64_t, 3>{0, 1, 0});
  CHECK(sums[1].sums == std::array<std::uint64_t, 2>{2, 3});
  CHECK(sums[1].moments == std::array<std::uint64_t, 3>{4, 6, 9});
}

TEST_CASE("row sums: totals of one answer, to any column") {
  row_sums sums(std::vector<unit_totals>{answered(4, 3), left_out(0)});
  CHECK(sums.has_parts_for(answered(1, 4)));
  CHECK(sums.has_parts_for(left_out(2)));
  CHECK_FALSE(sums.has_parts_for(answered(5, 1)));  // more points than a kind has
  CHECK_FALSE(sums.has_parts_for(answered(1, 5)));
  unit_totals two = answered(1, 1);
  two.answers = 2;
  CHECK_FALSE(sums.has_parts_for(two));
  CHECK_FALSE(sums.has_parts_for(unit_totals()));
  // 3 million, of which a part has room for less: they are carried on the way.
  for (int row = 0; row < 3'000'000; ++row)
    sums.add(7, row % 3 == 0 ? left_out(1) : answered(2, 4));
  CHECK(sums.columns() == 8);
  CHECK(sums[7].units == 2'000'000);
  CHECK(sums[7].excluded == std::array<std::uint64_t, 3>{0, 1'000'000, 0});
  CHECK(sums[7].sums == std::array<std::uint64_t, 2>{4'000'000, 8'000'000});
  CHECK(sums[7].moments == std::array<std::uint64_t, 3>{8'000'000, 16'000'000, 32'000'000});
  CHECK(sums[0].answers == 0);
}

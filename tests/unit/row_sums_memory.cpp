#include <cstdint>
#include <new>
#include <vector>

#include "catch.hpp"
#include "engine/row_sums.hpp"
#include "unit/failing_new.hpp"

using xqs::engine::row_sums;

TEST_CASE("sums are added whole or not at all") {
  xqs::unit_totals answered;
  answered.requirement = answered.satisfaction = 256;
  answered.answers = 1;
  const std::vector<xqs::unit_totals> kinds = {answered};
  // Rows of each column: parts of the first are half full in both together, those of the second
  // were carried, the third is in one only.
  const auto sums_of = [&](const std::vector<std::uint32_t>& rows) {
    row_sums sums(kinds);
    REQUIRE(sums.make_room(rows.size(), 100, 1));
    for (std::uint32_t column = 0; column < rows.size(); ++column)
      sums.add(std::vector<std::uint32_t>(rows[column], column),
               std::vector<std::uint8_t>(rows[column], 0));
    return sums;
  };
  row_sums all = sums_of({31, 100});
  const row_sums part = sums_of({31, 150, 7});
  const auto answers = [&](std::uint32_t column) {
    return column < all.columns() ? all[column].answers : 0;
  };
  const int failed = failing_new::failures([&] {
    try {
      all.add(part);
    } catch (const std::bad_alloc&) {
      CHECK(answers(0) == 31);
      CHECK(answers(1) == 100);
      CHECK(answers(2) == 0);
      throw;
    }
  });
  CHECK(failed > 1);
  CHECK(answers(0) == 62);
  CHECK(answers(1) == 250);
  CHECK(answers(2) == 7);
  CHECK(all[0].moments[0] == 62 * 65'536);
}

#include "xqs/analysis/point_range.hpp"

#include <limits>

#include "catch.hpp"

using namespace xqs;

namespace {

definition_file file(const scale& requirement, const scale& satisfaction) {
  return {.name = "points",
          .version = "1",
          .requirement = requirement,
          .satisfaction = satisfaction,
          .items = {{.id = "a"}}};
}

point_range range(definition_file f, zero_requirement zero = zero_requirement::exclude,
                  over_fulfilment over = over_fulfilment::count) {
  f.zero_requirement = zero;
  f.over_fulfilment = over;
  return points_of(definition(f));
}

}  // namespace

TEST_CASE("points_of: a requirement of 0 counts under keep only", "[unit]") {
  const definition_file five = file(rating{}, rating{});
  CHECK(range(five) == point_range{0, 4, 1, 4});
  CHECK(range(five, zero_requirement::keep) == point_range{0, 4, 0, 4});
  const rating raw{.origin = scale_origin::raw};
  CHECK(range(file(raw, raw)) == point_range{1, 5, 1, 5});
  CHECK(range(file(raw, raw), zero_requirement::keep) == point_range{1, 5, 1, 5});
}

TEST_CASE("points_of: a cap limits satisfaction to what can be required", "[unit]") {
  const definition_file narrow = file(top_box{1, 5, 2}, rating{});  // 0 or 4; 0..4
  CHECK(range(narrow) == point_range{0, 4, 4, 4});
  const definition_file low = file(points_table{{{1, 1}, {2, 2}}}, points_table{{{1, 3}, {2, 5}}});
  CHECK(range(low) == point_range{3, 5, 1, 2});
  CHECK(range(low, zero_requirement::exclude, over_fulfilment::cap) == point_range{1, 2, 1, 2});
}

TEST_CASE("points_of: both scales on their common grid", "[unit]") {
  const rating three{.min = 1, .max = 3};
  CHECK(range(file(rating{}, three)) == point_range{0, 4, 1, 4});
  CHECK(range(file(three, rating{})) == point_range{0, 4, 2, 4});
  const rating grades{.min = 1, .max = 6, .origin = scale_origin::raw, .best = best_end::min};
  CHECK(range(file(grades, grades)) == point_range{1, 6, 1, 6});
}

TEST_CASE("point_range: ratios that answers can have", "[unit]") {
  CHECK(point_range{1, 5, 1, 5}.lowest_ratio() == 0.2);
  CHECK(point_range{1, 5, 1, 5}.highest_ratio() == 5);
  CHECK(point_range{0, 4, 0, 4}.highest_ratio() == std::numeric_limits<double>::infinity());
}

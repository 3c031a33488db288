#include "xqs/model/scale.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"

using xqs::best_end;
using xqs::common_grid;
using xqs::decimal;
using xqs::describe;
using xqs::points_table;
using xqs::rating;
using xqs::scale;
using xqs::scale_origin;
using xqs::scale_values;
using xqs::top_box;

namespace {

/// "code=value" for every code.
std::string listing(const scale& s) {
  std::string list;
  for (const auto& [code, value] : scale_values(s)) {
    list += (list.empty() ? "" : " ") + code.text() + "=" + std::to_string(value.numerator);
    if (value.denominator != 1) list += "/" + std::to_string(value.denominator);
  }
  return list;
}

template <typename Function>
std::string message_of(Function function) {
  try {
    function();
  } catch (const xqs::error& problem) {
    CHECK(problem.code() == xqs::errc::invalid_definition);
    return problem.what();
  }
  return "no error";
}

std::string refusal(const scale& s) {
  return message_of([&] { (void)scale_values(s); });
}

std::int64_t grid_of(const scale& a, const scale& b) {
  return common_grid(scale_values(a), scale_values(b));
}

std::string grid_refusal(const scale& a, const scale& b) {
  return message_of([&] { (void)grid_of(a, b); });
}

rating raw(decimal min, decimal max, decimal step = 1, best_end best = best_end::max) {
  return {min, max, step, scale_origin::raw, best};
}

}  // namespace

TEST_CASE("a rating counts from the worst answer", "[unit]") {
  CHECK(listing(rating{}) == "1=0 2=1/4 3=1/2 4=3/4 5=1");
  CHECK(listing(rating{.min = 0, .max = 10, .step = 5}) == "0=0 5=1/2 10=1");
  CHECK(listing(rating{.min = 1, .max = 3, .step = 0.5}) == "1=0 1.5=1/4 2=1/2 2.5=3/4 3=1");
  CHECK(listing(rating{.min = -2, .max = 2}) == "-2=0 -1=1/4 0=1/2 1=3/4 2=1");
  CHECK(listing(rating{.min = 0, .max = 1}) == "0=0 1=1");
}

TEST_CASE("a rating may count the codes themselves", "[unit]") {
  CHECK(listing(raw(1, 5)) == "1=1 2=2 3=3 4=4 5=5");
  CHECK(listing(raw(0, 2)) == "0=0 1=1 2=2");
  CHECK(listing(raw(0.25, 1, 0.25)) == "0.25=1/4 0.5=1/2 0.75=3/4 1=1");
}

TEST_CASE("the lowest code may be the best answer", "[unit]") {
  CHECK(listing(rating{.best = best_end::min}) == "1=1 2=3/4 3=1/2 4=1/4 5=0");
  CHECK(listing(raw(1, 6, 1, best_end::min)) == "1=6 2=5 3=4 4=3 5=2 6=1");
  CHECK(listing(raw(0, 2, 1, best_end::min)) == "0=2 1=1 2=0");
}

TEST_CASE("a table gives any points, sorted by code", "[unit]") {
  CHECK(listing(points_table{{{3, 1.5}, {1, 0.0001}, {-1, 0}}}) == "-1=0 1=1/10000 3=3/2");
  CHECK(listing(points_table{{{0.5, 9999.9999}}}) == "0.5=99999999/10000");
}

TEST_CASE("a top box counts the best codes", "[unit]") {
  CHECK(listing(top_box{}) == "1=0 2=0 3=0 4=1 5=1");
  CHECK(listing(top_box{.min = 0, .max = 10, .top = 2}) ==
        "0=0 1=0 2=0 3=0 4=0 5=0 6=0 7=0 8=0 9=1 10=1");
  CHECK(listing(top_box{.min = -1, .max = 1, .top = 1}) == "-1=0 0=0 1=1");
  CHECK(listing(top_box{.min = 1, .max = 3, .top = 2}) == "1=0 2=1 3=1");
}

TEST_CASE("ratings as long as allowed", "[unit]") {
  CHECK(scale_values(raw(0, 10'000)).size() == 10'001);
  CHECK(scale_values(rating{.min = 0, .max = 0.01, .step = 0.000001}).size() == 10'001);
  CHECK(listing(
            rating{.min = -999999999.999999, .max = 999999999.999999, .step = 999999999.999999}) ==
        "-999999999.999999=0 0=1/2 999999999.999999=1");
}

TEST_CASE("an impossible rating is refused", "[unit]") {
  const std::string order = ".rating.min: must be below max";
  CHECK(refusal(rating{.min = 5, .max = 1}) == order);
  CHECK(refusal(rating{.min = 5, .max = 5}) == order);
  const std::string step = ".rating.step: must be positive and divide max - min";
  CHECK(refusal(rating{.step = 0}) == step);
  CHECK(refusal(rating{.step = -1}) == step);
  CHECK(refusal(rating{.step = 3}) == step);
  CHECK(refusal(rating{.step = 8}) == step);
  CHECK(refusal(rating{.max = 5.5}) == step);
  CHECK(refusal(raw(0, 10'001)) == ".rating.step: more than 10001 codes");
  CHECK(refusal(rating{.min = -999999999, .max = 999999999, .step = 0.000001}) ==
        ".rating.step: more than 10001 codes");
  CHECK(refusal(raw(-1, 5)) == ".rating.min: must not be negative with origin raw");
}

TEST_CASE("an impossible table is refused", "[unit]") {
  CHECK(refusal(points_table{{{1, -1}, {2, 1}}}) ==
        ".points[\"1\"]: must be non-negative with at most 4 decimal places");
  CHECK(refusal(points_table{{{1, 0}, {2.5, 0.00001}}}) ==
        ".points[\"2.5\"]: must be non-negative with at most 4 decimal places");
  CHECK(refusal(points_table{{{2, 0}, {1, 0}, {2, 1}}}) == ".points: code 2 occurs twice");
  CHECK(refusal(points_table{}) == ": no code is worth more than 0 points");
  CHECK(refusal(points_table{{{1, 0}, {2, 0}}}) == ": no code is worth more than 0 points");
}

TEST_CASE("an impossible top box is refused", "[unit]") {
  const std::string range =
      ".top_box: min and max must be whole numbers, min below max, at most 10000 codes";
  CHECK(refusal(top_box{.min = 5, .max = 1}) == range);
  CHECK(refusal(top_box{.min = 5, .max = 5}) == range);
  CHECK(refusal(top_box{.min = 0, .max = 10'000}) == range);
  CHECK(refusal(top_box{.min = -999999999, .max = 999999999}) == range);
  CHECK(refusal(top_box{.min = 0.5, .max = 4.5}) == range);
  CHECK(refusal(top_box{.min = 1, .max = 4.5}) == range);
  const std::string top = ".top_box.top: must be at least 1 and below the number of codes";
  CHECK(refusal(top_box{.top = 0}) == top);
  CHECK(refusal(top_box{.top = -1}) == top);
  CHECK(refusal(top_box{.top = 5}) == top);
}

TEST_CASE("the grid is the least that makes all values whole", "[unit]") {
  CHECK(grid_of(rating{}, rating{}) == 4);
  CHECK(grid_of(rating{}, rating{.max = 7}) == 12);
  CHECK(grid_of(rating{.max = 7}, rating{}) == 12);
  CHECK(grid_of(rating{}, rating{.min = 0, .max = 10}) == 20);
  CHECK(grid_of(raw(1, 5), raw(1, 7)) == 1);
  CHECK(grid_of(raw(1, 5, 0.5), rating{}) == 4);
  CHECK(grid_of(top_box{}, top_box{}) == 1);
  CHECK(grid_of(top_box{}, rating{.max = 6}) == 5);
  CHECK(grid_of(points_table{{{1, 0.5}, {2, 0.2}}}, rating{}) == 20);
  CHECK(grid_of(points_table{{{1, 0.0001}}}, points_table{{{1, 1}}}) == 10'000);
}

TEST_CASE("points of more than 10^4 are refused", "[unit]") {
  CHECK(grid_of(raw(0, 10'000), raw(0, 10'000)) == 1);
  CHECK(grid_of(raw(0, 5'000), points_table{{{1, 0.5}}}) == 2);
  CHECK(grid_refusal(raw(0, 5'001), points_table{{{1, 0.5}}}) ==
        ": code 5001 is worth more than 10000 grid points");
  CHECK(grid_refusal(points_table{{{7, 10'000.5}}}, raw(1, 5)) ==
        ": code 7 is worth more than 10000 grid points");
  CHECK(grid_refusal(points_table{{{7, 1.0001}}}, raw(1, 5)) ==
        ": code 7 is worth more than 10000 grid points");
  CHECK(grid_refusal(points_table{{{1, 999999999}}}, raw(1, 5)) ==
        ": code 1 is worth more than 10000 grid points");
  const std::string none = ": the two scales have no common grid of at most 10000 points";
  CHECK(grid_refusal(rating{.min = 0, .max = 101}, rating{.min = 0, .max = 100}) == none);
  CHECK(grid_refusal(rating{.min = 0, .max = 9'973}, rating{.min = 0, .max = 9'967}) == none);
  CHECK(grid_refusal(raw(0, 0.01, 0.000001), raw(1, 5)) == none);
}

TEST_CASE("a scale in words", "[unit]") {
  CHECK(describe(rating{}) == "1..5");
  CHECK(describe(rating{.min = -2, .max = 2}) == "-2..2");
  CHECK(describe(rating{.step = 0.5}) == "1..5 step 0.5");
  CHECK(describe(top_box{.min = 0, .max = 10}) == "0..10");
  CHECK(describe(points_table{{{4, 1}, {1, 0}, {2.5, 1}}}) == "1, 2.5, 4");
  points_table long_table;
  for (int code = 1; code <= 20; ++code) long_table.points.emplace_back(code, 1);
  const std::string twenty =
      "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20";
  CHECK(describe(long_table) == twenty);
  long_table.points.emplace_back(21, 1);
  CHECK(describe(long_table) == twenty + ", ...");
}

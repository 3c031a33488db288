#include "xqs/tally/tally_rules.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

using namespace xqs;
using detail::tally_layout;
using detail::tally_rules;

// Sizes and places from the table of docs/tally-format.md, section 4.
TEST_CASE("tally_layout: pooled", "[unit]") {
  const tally_layout at(1, 0);
  CHECK(at.column(0) == 8);
  CHECK(at.sum(0) == 48);
  CHECK(at.moment(0, 0) == 80);
  CHECK(at.moment(0, 1) == 96);
  CHECK(at.moment(1, 1) == 112);
  CHECK(at.quotients() == 128);
  CHECK(at.size() == 176);
}

TEST_CASE("tally_layout: two groups of one column", "[unit]") {
  const tally_layout at(2, 2);
  CHECK(at.column(1) == 48);
  CHECK(at.group(1) == 96);
  CHECK(at.sum(0) == 104);
  CHECK(at.moment(1, 1) == 168 + 4 * 16);
  CHECK(at.moment(3, 3) == 168 + 9 * 16);
  CHECK(at.size() == 168 + 160 + 48);
}

TEST_CASE("tally_rules: answers keep them, also when groups share people", "[unit]") {
  const definition d(hand_made::file({"a", "b"}));
  CHECK_FALSE(tally_rules::first_broken(hand_made::two_waves(d)));
  CHECK_FALSE(tally_rules::first_broken(tally(state_identity(d), {"a", "b"})));
  CHECK_FALSE(tally_rules::first_broken(hand_made::pooled(d, {{0, 0}, {0, 7}, {10'000, 0}})));
}

TEST_CASE("tally_rules: what careless calls break is named", "[unit]") {
  const definition d(hand_made::file({"a", "b"}));
  SECTION("points without an answer") {
    tally t(state_identity(d), {"a", "b"});
    unit_totals totals;
    totals.satisfaction = 3;
    t.add_unit(std::vector<tally::part>{{1, totals}});
    const auto broken = tally_rules::first_broken(t);
    REQUIRE(broken);
    CHECK(broken->offset == 8 + 2 * 40 + 3 * 16);
    CHECK(broken->what ==
          "sum 3 of the satisfaction of \"b\" with moment 9 and 0 units; its square must not "
          "exceed their product");
  }
  SECTION("subtracted without having been added: a product becomes negative") {
    definition_file file = hand_made::file();
    file.weight_places = 1;
    const definition weighted(file);
    tally t = hand_made::pooled(weighted, {{4, 0}, {0, 4}, {1, 0}, {0, 1}});
    t.subtract(hand_made::pooled(weighted, {{1, 1}}));
    const auto broken = tally_rules::first_broken(t);
    REQUIRE(broken);
    CHECK(broken->offset == 96);
    CHECK_THAT(broken->what, contains("moment -1 of the requirement of \"\" and the satisfaction"));
  }
  SECTION("subtracted without having been added: a sum becomes too large") {
    // 4 people of 5 points less 3 people of 6, 1, 1: one of 12 points remains, whose square is 62
    tally t = hand_made::pooled(d, {{5, 5}, {5, 5}, {5, 5}, {5, 5}});
    t.subtract(hand_made::pooled(d, {{6, 1}, {1, 0}, {1, 0}}));
    const auto broken = tally_rules::first_broken(t);
    REQUIRE(broken);
    CHECK(broken->offset == 48);
    CHECK(broken->what ==
          "sum 12 of the requirement of \"\" with moment 62 and 1 units; its "
          "square must not exceed their product");
  }
}

#include "xqs/score/release.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// The cell rule of the gate; expectations are worked out by hand.

using namespace xqs;
using hand_made::total;

namespace {

definition_file file_of(confidentiality c) {
  definition_file f = hand_made::file();
  f.confidentiality = c;
  return f;
}
const definition& anonymous() {
  static const definition d(file_of(confidentiality::anonymous));
  return d;
}
const definition& identified() {
  static const definition d(file_of(confidentiality::identified));
  return d;
}

/// A score of `units` people whose interval lies well within one band.
score clear_score(const definition& d, std::uint64_t units) {
  std::vector<total> totals;
  for (std::uint64_t i = 0; i < units; ++i) totals.emplace_back(1000, i % 2 == 0 ? 700 : 701);
  return score_of(hand_made::pooled(d, totals), d);
}

released_score release_of(const definition& d, std::uint64_t people_count, bool known = true) {
  return release(clear_score(d, people_count), d, {.count = people_count, .known = known});
}

using names = std::vector<std::string_view>;

}  // namespace

TEST_CASE("release: an anonymous cell below k shows nothing", "[unit]") {
  for (const std::uint64_t n : {1u, 2u, 4u}) {
    const released_score r = release_of(anonymous(), n);
    CHECK_FALSE(r.shown.has_value());
    CHECK(r.respondents == 0);
    CHECK(r.flags.names() == names{"below_minimum"});
  }
  const released_score five = release_of(anonymous(), 5);
  REQUIRE(five.shown.has_value());
  CHECK(five.respondents == 5);
  CHECK_FALSE(five.flags.has(flag::below_minimum));
}

TEST_CASE("release: nobody is fewer than k", "[unit]") {
  const released_score r = release(score_of(tally(), anonymous()), anonymous(), {.count = 0});
  CHECK_FALSE(r.shown.has_value());
  CHECK(r.flags.has(flag::below_minimum));
}

TEST_CASE("release: k is data", "[unit]") {
  definition_file f = file_of(confidentiality::anonymous);
  f.minimum_respondents = 3;
  const definition d(f);
  CHECK_FALSE(release_of(d, 2).shown.has_value());
  CHECK(release_of(d, 3).shown.has_value());
}

TEST_CASE("release: an identified cell of one known respondent shows what he said", "[unit]") {
  const released_score r = release_of(identified(), 1);
  REQUIRE(r.shown.has_value());
  CHECK(*r.shown->value == 70);
  CHECK(r.shown->answers == 1);
  CHECK(r.respondents == 1);
  CHECK(r.flags.names() == names{"below_verdict_minimum", "single_respondent"});
  CHECK_FALSE(release_of(identified(), 2).flags.has(flag::single_respondent));
}

TEST_CASE("release: no verdict below the minimum for it", "[unit]") {
  for (const definition* d : {&anonymous(), &identified()}) {
    const score confidential = clear_score(*d, 9);
    REQUIRE(confidential.confirmed);
    const released_score nine = release(confidential, *d, {.count = 9});
    REQUIRE(nine.shown.has_value());
    CHECK_FALSE(nine.shown->confirmed);
    CHECK(nine.flags.names() == names{"below_verdict_minimum"});
    CHECK(nine.shown->flags == nine.flags);
    CHECK(*nine.shown->low == *confidential.low);  // the estimate stays

    const released_score ten = release_of(*d, 10);
    CHECK(ten.shown->confirmed);
    CHECK(ten.flags.names().empty());
  }
}

TEST_CASE("release: respondents that are not known", "[unit]") {
  const released_score r = release_of(identified(), 12, false);
  CHECK(r.flags.names() == names{"respondents_unknown"});
  // a single form of nobody known is no single person
  const released_score one = release_of(identified(), 1, false);
  CHECK_FALSE(one.flags.has(flag::single_respondent));
  CHECK(one.flags.has(flag::respondents_unknown));
  CHECK_FALSE(release_of(anonymous(), 4, false).shown.has_value());
}

TEST_CASE("release: flags of the score are kept", "[unit]") {
  const std::vector<total> units(12, {3, 4});
  const score s = score_of(hand_made::pooled(identified(), units), identified());
  CHECK(release(s, identified(), {.count = 12}).flags.names() == names{"over_100", "degenerate"});
}

TEST_CASE("release: people count, whatever the unit", "[unit]") {
  // 40 responses of 4 people are 4 people
  const released_score responses = release(clear_score(anonymous(), 40), anonymous(), {.count = 4});
  CHECK_FALSE(responses.shown.has_value());
  // 20 people nested in 4 reps are 20 people
  const released_score nested = release(clear_score(anonymous(), 4), anonymous(), {.count = 20});
  CHECK(nested.shown.has_value());
  CHECK(nested.respondents == 20);
  CHECK_FALSE(nested.flags.has(flag::below_verdict_minimum));
}

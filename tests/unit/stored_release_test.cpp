#include "xqs/analysis/stored_release.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Scores are worked out by hand: 34 of 50 points.

using namespace xqs;
using hand_made::total;

namespace {

const std::vector<total> five = {{10, 7}, {8, 6}, {12, 7}, {9, 5}, {11, 9}};

definition rules(confidentiality secrecy, int weight_places = 0,
                 estimator how = estimator::pooled) {
  definition_file f = hand_made::file({"a", "b"});
  f.confidentiality = secrecy;
  f.minimum_respondents = 4;
  f.weight_places = weight_places;
  f.estimator = how;
  return definition(f);
}
const definition& anonymous() {
  static const definition d = rules(confidentiality::anonymous);
  return d;
}
const definition& identified() {
  static const definition d = rules(confidentiality::identified);
  return d;
}

tally of_kind(const std::string& kind, const definition& d = anonymous()) {
  tally t(state_identity(d, kind), {""});
  for (const total& unit : five)
    t.add_unit(std::vector<tally::part>{{0, hand_made::one_answer(unit)}});
  return t;
}

errc refusal(const stored_state& s, const definition& d) {
  try {
    (void)release_stored(s, d);
  } catch (const error& e) {
    return e.code();
  }
  FAIL("was released");
  return {};
}

}  // namespace

TEST_CASE("stored_release: respondents are counted", "[unit]") {
  const tally people = of_kind("respondent");
  const released_score r = release_stored({people}, anonymous());
  REQUIRE(r.shown);
  CHECK(*r.shown->value == Approx(68));
  CHECK(r.respondents == 5);
  CHECK_FALSE(r.flags.has(flag::respondents_unknown));
  CHECK(refusal({people, {}, {.count = 5}}, anonymous()) == errc::invalid_argument);
  CHECK(refusal({people, {}, {.unknown = true}}, anonymous()) == errc::invalid_argument);
  CHECK_FALSE(release_stored({tally()}, anonymous()).shown);
  CHECK_FALSE(release_stored({tally(), {}, {.count = 9}}, anonymous()).shown);
}

TEST_CASE("stored_release: people behind other units are stated", "[unit]") {
  for (const std::string kind : {"response", "row", "team"}) {
    const tally units = of_kind(kind);
    CHECK(refusal({units}, anonymous()) == errc::refused);
    CHECK_FALSE(release_stored({units, {}, {.count = 3}}, anonymous()).shown);
    CHECK(release_stored({units, {}, {.count = 4}}, anonymous()).respondents == 4);
    const released_score unknown = release_stored({units, {}, {.unknown = true}}, anonymous());
    CHECK(unknown.respondents == 5);
    CHECK(unknown.flags.has(flag::respondents_unknown));
    CHECK(release_stored({units}, identified()).flags.has(flag::respondents_unknown));
  }
  CHECK(refusal({of_kind("response"), {}, {.count = 6}}, anonymous()) == errc::invalid_argument);
  CHECK(release_stored({of_kind("team"), {}, {.count = 60}}, anonymous()).respondents == 60);
}

TEST_CASE("stored_release: a weight of 0 is nobody", "[unit]") {
  const definition d = rules(confidentiality::anonymous, 2);
  const tally weighted = of_kind("respondent", d);
  CHECK(refusal({weighted}, d) == errc::refused);
  CHECK_FALSE(release_stored({weighted, {}, {.count = 3}}, d).shown);
  CHECK(release_stored({weighted, {}, {.count = 5}}, d).shown);
}

TEST_CASE("stored_release: a mean of items tells of nobody", "[unit]") {
  const definition d = rules(confidentiality::anonymous, 0, estimator::item_mean);
  tally t(state_identity(d), {"a", "b"});
  for (std::size_t i = 0; i < five.size(); ++i) {
    std::vector<tally::part> parts = {{0, hand_made::one_answer(five[i])}};
    if (i < 3) parts.push_back({1, hand_made::one_answer({4, 2})});
    t.add_unit(parts);
  }
  const released_score hidden = release_stored({t}, d);
  CHECK_FALSE(hidden.shown);
  CHECK(hidden.flags.has(flag::suppressed));
  t.add_unit(std::vector<tally::part>{{1, hand_made::one_answer({4, 2})}});
  CHECK(release_stored({t}, d).shown);
  tally forms(state_identity(d, "response"), {"a", "b"});
  for (const total& unit : five)
    forms.add_unit(std::vector<tally::part>{{0, hand_made::one_answer(unit)},
                                            {1, hand_made::one_answer(unit)}});
  CHECK(refusal({forms, {}, {.count = 5}}, d) == errc::refused);
}

TEST_CASE("stored_release: a comparison needs both sides", "[unit]") {
  const tally before = of_kind("respondent");
  const tally few = hand_made::pooled(anonymous(), {{10, 1}, {8, 2}, {9, 1}});
  const released_comparison both =
      release_stored(stored_state{before}, stored_state{before}, anonymous());
  CHECK(*both.shown.change == 0);
  CHECK(both.respondents_after == 5);
  const released_comparison one =
      release_stored(stored_state{before}, stored_state{few}, anonymous());
  CHECK(*one.shown.before == Approx(68));
  CHECK_FALSE(one.shown.after);
  CHECK_FALSE(one.shown.change);
  CHECK(one.respondents_after == 0);
}

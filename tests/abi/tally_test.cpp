#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "abi.hpp"

// Literals of scores and comparisons are those of tests/unit, from tests/reference/small_scores.py
// and contrasts.R.

using namespace abi;

namespace {

tally tally_of(const definition& d, const answers& a, std::uint32_t columns = XQS_POOLED) {
  tally t(d, columns);
  REQUIRE(t.add(d, a) == XQS_OK);
  return t;
}

xqs_counts counts_of(const tally& t) {
  xqs_counts counts{};
  counts.struct_size = sizeof counts;
  REQUIRE(xqs_tally_counts(t.data(), t.size(), &counts, nullptr) == XQS_OK);
  return counts;
}

/// Expects adding to fail with a status, and the tally to be as before.
xqs_error refused(xqs_status expected, const definition& d, tally t, const answers& a) {
  const tally before = t;
  xqs_error error = new_error();
  CHECK(t.add(d, a, &error) == expected);
  CHECK(t == before);
  return error;
}

std::vector<unsigned char> encoded(const tally& t) {
  size_t size = 0;
  REQUIRE(xqs_tally_encode(t.data(), t.size(), nullptr, 0, &size, nullptr) == XQS_OK);
  std::vector<unsigned char> bytes(size);
  REQUIRE(xqs_tally_encode(t.data(), t.size(), bytes.data(), size, &size, nullptr) == XQS_OK);
  return bytes;
}

}  // namespace

TEST_CASE("abi: a pooled score", "[abi]") {
  const definition d = parse(hand_made());
  const tally t = tally_of(d, answers(once(five)));
  xqs_score s = new_score();
  double bands[4];
  REQUIRE(xqs_tally_score(d.get(), t.data(), t.size(), nullptr, &s, bands, 4, nullptr) == XQS_OK);
  CHECK(s.score == near(68));
  CHECK(s.std_error == near(5.130302135352264));
  CHECK(s.interval_kind == XQS_INTERVAL_BOUNDED);
  CHECK(s.ci_low == near(53.790461037271992));
  CHECK(s.ci_high == near(82.850952927013853));
  CHECK(s.band == 2);
  CHECK(s.confidence == near(0.86115907132928834));
  CHECK(s.confirmed == 0);
  CHECK(s.shown == 1);
  CHECK(s.respondents == 5);
  CHECK(s.units == 5);
  CHECK(s.answers == 5);
  CHECK(s.flags == XQS_FLAG_BELOW_VERDICT_MINIMUM);
  CHECK(bands[0] == near(0.0030611283190859097));
  CHECK(bands[3] == near(0.04296875));

  xqs_score_options options{sizeof options, 0, 20, 0};
  const xqs_score finite = score_of(d, t, &options);
  CHECK(finite.std_error == near(4.4429719783046123));
  options.population = 4;
  xqs_error error = new_error();
  CHECK(xqs_tally_score(d.get(), t.data(), t.size(), &options, &s, nullptr, 0, &error) ==
        XQS_INVALID_ARGUMENT);
  CHECK_THAT(std::string(error.message), contains("population of 4"));
}

TEST_CASE("abi: a mean of items", "[abi]") {
  const definition d = parse(hand_made(R"(, "estimator": "item_mean")", three_items));
  // Items are b, a, c; the columns of a profile are a, b, c.
  const answers full({{{1, 4, 3}, {0, 2, 1}, {2, 1, 1}},
                      {{2, 3, 1}, {1, 3, 3}, {0, 4, 1}},
                      {{1, 4, 2}, {0, 1, 1}, {2, 2, 2}},
                      {{1, 2, 2}, {0, 3, 2}, {2, 4, 2}}});
  const tally t = tally_of(d, full, XQS_PROFILE);
  CHECK(counts_of(t).columns == 3);
  CHECK(counts_of(t).answers == 12);
  // a: 10/13, b: 5/10, c: 6/10
  CHECK(score_of(d, t).score == near(100 * (10.0 / 13 + 0.5 + 0.6) / 3));

  xqs_score s = new_score();
  xqs_error error = new_error();
  const tally pooled = tally_of(d, full);
  CHECK(xqs_tally_score(d.get(), pooled.data(), pooled.size(), nullptr, &s, nullptr, 0, &error) ==
        XQS_INVALID_ARGUMENT);
  CHECK(std::isnan(s.score) == false);  // as it was
  CHECK(s.score == 0);
}

TEST_CASE("abi: answers of a unit to one item are summed", "[abi]") {
  const definition d = parse(hand_made(R"(, "confidentiality": "identified")", three_items));
  const answers twice({{{1, 4, 3}, {0, 2, 1}, {1, 6, 4}}, {{2, 8, 2}}});
  for (const std::uint32_t columns : {XQS_POOLED, XQS_PROFILE}) {
    const tally t = tally_of(d, twice, columns);
    CHECK(counts_of(t).answers == 4);
    CHECK(counts_of(t).units == 2);
    const xqs_score s = score_of(d, t);
    CHECK(s.score == near(50));  // 3 + 4 + 1 + 2 of 4 + 6 + 2 + 8
    // residuals of 8 - 6 and 2 - 4 of 20, n/(n-1) = 2
    CHECK(s.std_error == near(20));
  }
}

TEST_CASE("abi: the gate hides what too few people answered", "[abi]") {
  const definition d = parse(hand_made());  // 3 people
  const xqs_score hidden = score_of(d, tally_of(d, answers(once({{10, 7}, {8, 6}}))));
  CHECK(hidden.shown == 0);
  CHECK(hidden.flags == XQS_FLAG_BELOW_MINIMUM);
  for (const double number :
       {hidden.score, hidden.std_error, hidden.ci_low, hidden.ci_high, hidden.confidence})
    CHECK(std::isnan(number));
  CHECK(hidden.interval_kind == XQS_INTERVAL_NONE);
  CHECK(hidden.band == -1);
  CHECK(hidden.respondents + hidden.units + hidden.answers == 0);
  CHECK(score_of(d, tally_of(d, answers(once({{10, 7}, {8, 6}, {1, 1}})))).shown == 1);

  const definition open = parse(hand_made(R"(, "confidentiality": "identified")"));
  const xqs_score one = score_of(open, tally_of(open, answers(once({{10, 7}}))));
  CHECK(one.score == near(70));
  CHECK((one.flags & XQS_FLAG_SINGLE_RESPONDENT) != 0);
  CHECK(score_of(open, tally(open, XQS_POOLED)).flags ==
        (XQS_FLAG_NO_REQUIREMENT | XQS_FLAG_BELOW_VERDICT_MINIMUM));
}

TEST_CASE("abi: the gate hides a mean with an item that too few people answered", "[abi]") {
  const definition d = parse(hand_made(R"(, "estimator": "item_mean")", three_items));
  const answers a({{{0, 4, 3}, {1, 2, 1}}, {{0, 3, 3}}, {{0, 4, 2}}, {{0, 2, 2}, {1, 3, 1}}});
  const xqs_score s = score_of(d, tally_of(d, a, XQS_PROFILE));
  CHECK(s.shown == 0);
  CHECK(s.flags == XQS_FLAG_SUPPRESSED);
}

TEST_CASE("abi: the gate wants people where units are none", "[abi]") {
  const definition d = parse(hand_made());
  answers forms(once(five));
  forms.view.unit_kind = "response";
  forms.view.unit_kind_size = 8;
  const tally t = tally_of(d, forms);
  xqs_score s = new_score();
  xqs_error error = new_error();
  const auto score = [&](const xqs_score_options* options) {
    return xqs_tally_score(d.get(), t.data(), t.size(), options, &s, nullptr, 0, &error);
  };
  CHECK(score(nullptr) == XQS_REFUSED);
  CHECK_THAT(std::string(error.message), contains("(response)"));
  CHECK(s.score == 0);
  xqs_score_options options{sizeof options, 0, 0, 2};
  REQUIRE(score(&options) == XQS_OK);
  CHECK(s.shown == 0);
  options.respondents = 3;
  REQUIRE(score(&options) == XQS_OK);
  CHECK(s.respondents == 3);
  CHECK(s.units == 5);
  options.respondents = 6;
  CHECK(score(&options) == XQS_INVALID_ARGUMENT);
  options = {sizeof options, XQS_RESPONDENTS_UNKNOWN, 0, 0};
  REQUIRE(score(&options) == XQS_OK);
  CHECK((s.flags & XQS_FLAG_RESPONDENTS_UNKNOWN) != 0);

  const tally people = tally_of(d, answers(once(five)));
  options = {sizeof options, 0, 0, 4};
  CHECK(xqs_tally_score(d.get(), people.data(), people.size(), &options, &s, nullptr, 0, &error) ==
        XQS_INVALID_ARGUMENT);

  const definition weighted = parse(hand_made(R"(, "weight_places": 2)"));
  answers heavy(once(five));
  const std::vector<double> weight = {0.25, 1, 0, 0, 0};  // two people, and three who add nothing
  heavy.view.weight = weight.data();
  const tally w = tally_of(weighted, heavy);
  CHECK(xqs_tally_score(weighted.get(), w.data(), w.size(), nullptr, &s, nullptr, 0, &error) ==
        XQS_REFUSED);
  options.respondents = 2;
  CHECK(score_of(weighted, w, &options).shown == 0);
}

TEST_CASE("abi: two tallies compared", "[abi]") {
  const definition d = parse(hand_made());
  const tally before = tally_of(d, answers(once({{8, 6}, {10, 9}, {6, 3}, {9, 8}, {7, 5}})));
  const tally after = tally_of(d, answers(once({{8, 7}, {8, 7}, {10, 6}, {5, 4}, {9, 8}, {7, 7}})));
  xqs_comparison c{};
  c.struct_size = sizeof c;
  const auto compare = [&](const tally& a, const tally& b, const xqs_compare_options* options) {
    return xqs_tally_compare(d.get(), a.data(), a.size(), b.data(), b.size(), options, &c, nullptr);
  };
  REQUIRE(compare(before, after, nullptr) == XQS_OK);
  CHECK(c.score_before == near(77.5));
  CHECK(c.score_after == near(82.978723404255319));  // 39/47
  CHECK(c.change == near(5.478723404255315));
  CHECK(c.std_error == near(9.104005420095984));
  CHECK(c.interval_kind == XQS_INTERVAL_BOUNDED);
  CHECK(c.needed_respondents == 120);
  CHECK(c.respondents_before == 5);
  CHECK(c.respondents_after == 6);
  CHECK(c.verdict == XQS_VERDICT_NONE);  // fewer than ten people
  CHECK(c.flags == (XQS_FLAG_INDEPENDENCE_ASSUMED | XQS_FLAG_BELOW_VERDICT_MINIMUM));

  xqs_compare_options options{sizeof options, 0, 0, 5, 6, 0, 0};
  REQUIRE(compare(before, after, &options) == XQS_OK);
  CHECK(c.interval_kind == XQS_INTERVAL_CENSUS);
  options.margin = -1;
  CHECK(compare(before, after, &options) == XQS_INVALID_ARGUMENT);
  options.margin = std::numeric_limits<double>::quiet_NaN();
  CHECK(compare(before, after, &options) == XQS_INVALID_ARGUMENT);

  const tally few = tally_of(d, answers(once({{10, 1}, {8, 2}})));
  REQUIRE(compare(before, few, nullptr) == XQS_OK);
  CHECK(c.score_before == near(77.5));
  CHECK(std::isnan(c.score_after));
  CHECK(std::isnan(c.change));
  CHECK(std::isnan(c.p));
  CHECK(c.respondents_after == 0);
  CHECK(c.flags == XQS_FLAG_BELOW_MINIMUM);
}

TEST_CASE("abi: merging and taking back", "[abi]") {
  const definition d = parse(hand_made("", three_items));
  const answers first({{{0, 10, 7}, {1, 3, 4}}, {{2, 8, 6}}});
  const answers second({{{2, 12, 7}}, {{0, 9, 5}, {2, 1, 1}}, {{1, 11, 9}}});
  for (const std::uint32_t columns : {XQS_POOLED, XQS_PROFILE}) {
    tally all(d, columns);
    const tally empty = all;
    const tally a = tally_of(d, first, columns);
    const tally b = tally_of(d, second, columns);
    const auto merge = [&](const tally& t) {
      return xqs_tally_merge_disjoint(all.data(), all.size(), t.data(), t.size(), nullptr);
    };
    const auto subtract = [&](const tally& t) {
      return xqs_tally_subtract(all.data(), all.size(), t.data(), t.size(), nullptr);
    };
    REQUIRE(merge(a) == XQS_OK);
    CHECK(all == a);
    REQUIRE(merge(empty) == XQS_OK);
    CHECK(all == a);
    REQUIRE(merge(b) == XQS_OK);
    tally together = a;
    REQUIRE(together.add(d, second) == XQS_OK);
    CHECK(all == together);
    CHECK(counts_of(all).units == 5);
    REQUIRE(subtract(a) == XQS_OK);
    CHECK(all == b);
    CHECK(subtract(together) == XQS_INVALID_ARGUMENT);
    CHECK(all == b);
    REQUIRE(subtract(b) == XQS_OK);
    CHECK(counts_of(all).columns == 0);
    REQUIRE(merge(a) == XQS_OK);  // as into one that nothing was ever added to
    CHECK(all == a);
  }
}

TEST_CASE("abi: rows that cannot be accepted change nothing", "[abi]") {
  const definition d = parse(hand_made("", three_items));
  const definition strict = parse(
      R"({"xqs": 1, "name": "strict", "version": "1", "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}}, "items": [{"id": "a"}]})");
  for (const std::uint32_t columns : {XQS_POOLED, XQS_PROFILE}) {
    for (const bool begun : {false, true}) {
      tally t(d, columns);
      if (begun) REQUIRE(t.add(d, answers({{{0, 1, 1}}})) == XQS_OK);
      const xqs_error item = refused(XQS_INVALID_DATA, d, t, answers({{{0, 1, 1}}, {{3, 1, 1}}}));
      CHECK(item.row == 1);
      CHECK(std::string(item.column) == "item");
      CHECK(std::string(item.value) == "3");
      // sums beyond 63 bits cannot come from codes, nor can anything overflow here
    }
  }
  const xqs_error scale = refused(XQS_INVALID_DATA, strict, tally(strict, XQS_POOLED),
                                  answers({{{0, 5, 1}, {0, 2, 7}}}));
  CHECK(scale.row == 1);
  CHECK(std::string(scale.column) == "satisfaction");
  CHECK(std::string(scale.value) == "7");
  CHECK_THAT(std::string(scale.message), contains("1..5"));
  const double infinite = std::numeric_limits<double>::infinity();
  for (const double code : {2.5, 1.0 / 3, infinite, -infinite, 1e300})
    CHECK(refused(XQS_INVALID_DATA, strict, tally(strict, XQS_POOLED), answers({{{0, code, 1}}}))
              .row == 0);
}

TEST_CASE("abi: no answer as NaN and by bitmaps", "[abi]") {
  const definition d = parse(hand_made());
  const double none = std::numeric_limits<double>::quiet_NaN();
  const tally by_nan =
      tally_of(d, answers({{{0, none, 3}, {0, 4, 3}}, {{0, 5, none}}, {{0, 6, 2}}}));
  answers bits({{{0, 77777, 3}, {0, 4, 3}}, {{0, 5, -1}}, {{0, 6, 2}}});
  const std::uint8_t requirement = 0b1110;
  const std::uint8_t satisfaction = 0b1011;
  bits.view.requirement_valid = &requirement;
  bits.view.satisfaction_valid = &satisfaction;
  CHECK(tally_of(d, bits) == by_nan);
  const xqs_counts counts = counts_of(by_nan);
  CHECK(counts.units == 2);
  CHECK(counts.answers == 2);
  CHECK(counts.excluded_no_answer == 2);
}

TEST_CASE("abi: codes that mean no points, and codes that mean them", "[abi]") {
  const definition d = parse(
      R"({"xqs": 1, "name": "half", "version": "1", "over_fulfilment": "cap",
          "requirement": {"rating": {"min": 1, "max": 5, "step": 0.5}}, "missing": {"9": "not_applicable"},
          "satisfaction": {"rating": {"min": 1, "max": 5, "best": "min"}}, "items": [{"id": "a"}]})");
  const tally t = tally_of(d, answers({{{0, 9, 1}, {0, 4, 9}, {0, 1, 3}, {0, 5, 1}, {0, 2, 1}},
                                       {{0, 2.5, 3}},
                                       {{0, 4.5, 5}},
                                       {{0, 5, 2}},
                                       {{0, 3, 4}}}));
  const xqs_counts counts = counts_of(t);
  CHECK(counts.answers == 6);
  CHECK(counts.excluded_not_applicable == 2);
  CHECK(counts.excluded_zero_requirement == 1);
  // Points of 4: required 4, 1, 1.5, 3.5, 4, 2, fulfilled 4, 1 (of 4), 1.5 (of 2), 0, 3, 1
  CHECK(score_of(d, t).score == near(100 * 10.5 / 16));
  CHECK(refused(XQS_INVALID_DATA, d, t, answers({{{0, 4, 2.5}}})).row == 0);
  CHECK(refused(XQS_INVALID_DATA, d, t, answers({{{0, 8, 2}}})).row == 0);
}

TEST_CASE("abi: arrays without offsets, of no units, without answers", "[abi]") {
  const definition d = parse(hand_made());
  answers each(once(five));
  each.view.offsets = nullptr;
  CHECK(tally_of(d, each) == tally_of(d, answers(once(five))));
  xqs_answers nothing{};
  nothing.struct_size = sizeof nothing;
  tally t(d, XQS_POOLED);
  CHECK(xqs_tally_add_units(d.get(), t.data(), t.size(), &nothing, nullptr) == XQS_OK);
  CHECK(counts_of(t).columns == 0);
  xqs_error error = new_error();
  nothing.unit_count = 1;
  CHECK(xqs_tally_add_units(d.get(), t.data(), t.size(), &nothing, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 4);
  CHECK(std::string(error.message) == "answers has no items");
  answers falling(once(five));
  falling.offsets[2] = 0;
  CHECK(refused(XQS_INVALID_ARGUMENT, d, t, falling).argument == 4);
}

TEST_CASE("abi: weights", "[abi]") {
  const definition d = parse(hand_made(R"(, "weight_places": 1, "confidentiality": "identified")"));
  answers a(once({{10, 7}, {8, 2}}));
  CHECK(refused(XQS_INVALID_ARGUMENT, d, tally(d, XQS_POOLED), a).argument == 4);
  std::vector<double> weight = {0.5, 2};
  a.view.weight = weight.data();
  CHECK(score_of(d, tally_of(d, a)).score == near(100 * (3.5 + 4) / (5 + 16)));
  weight[1] = 0.25;
  const xqs_error finer = refused(XQS_INVALID_DATA, d, tally(d, XQS_POOLED), a);
  CHECK(finer.row == 1);
  CHECK(std::string(finer.column) == "weight");
  CHECK(std::string(finer.value) == "0.25");
  for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN()}) {
    weight[1] = bad;
    CHECK(refused(XQS_INVALID_DATA, d, tally(d, XQS_POOLED), a).row == 1);
  }
  const definition plain = parse(hand_made());
  CHECK(refused(XQS_INVALID_ARGUMENT, plain, tally(plain, XQS_POOLED), a).argument == 4);
}

TEST_CASE("abi: totals beyond their range change nothing", "[abi]") {
  const definition d = parse(hand_made(R"(, "weight_places": 6)"));
  answers a(once({{1, 1}, {10'000, 1}}));
  const std::vector<double> weight = {1, 999'999'999};  // 10^19 points, beyond 2^63
  a.view.weight = weight.data();
  xqs_error error = refused(XQS_OVERFLOW, d, tally(d, XQS_POOLED), a);
  CHECK(error.row == -1);
  CHECK(error.argument == 0);
  a.requirement[1] = 5'000;  // within it, and the square of 8 times as much is beyond 2^127
  tally t(d, XQS_POOLED);
  REQUIRE(t.add(d, a) == XQS_OK);
  const auto twice = [&] {
    const tally same = t;
    return xqs_tally_merge_disjoint(t.data(), t.size(), same.data(), same.size(), nullptr);
  };
  REQUIRE(twice() == XQS_OK);
  REQUIRE(twice() == XQS_OK);
  const tally before = t;
  CHECK(twice() == XQS_OVERFLOW);
  CHECK(t == before);
}

TEST_CASE("abi: sizes and kinds that do not fit", "[abi]") {
  const definition d = parse(hand_made("", three_items));
  const definition other = parse(hand_made(R"(, "over_fulfilment": "cap")", three_items));
  const answers a(once(five));
  tally pooled = tally_of(d, a);
  const tally before = pooled;
  const tally profile = tally_of(d, a, XQS_PROFILE);
  const tally foreign = tally_of(other, a);
  xqs_error error = new_error();
  CHECK(xqs_tally_add_units(d.get(), pooled.data(), pooled.size() - 1, &a.view, &error) ==
        XQS_INVALID_ARGUMENT);
  CHECK(xqs_tally_add_units(d.get(), pooled.data(), 3, &a.view, &error) == XQS_INVALID_ARGUMENT);
  tally blank(d, XQS_PROFILE);
  CHECK(xqs_tally_add_units(d.get(), blank.data(), blank.size() - 1, &a.view, &error) ==
        XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 3);
  size_t size = 0;
  CHECK(xqs_tally_size(d.get(), 3, &size, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 2);

  const auto merge = [&](const tally& t) {
    return xqs_tally_merge_disjoint(pooled.data(), pooled.size(), t.data(), t.size(), &error);
  };
  CHECK(merge(profile) == XQS_INCOMPATIBLE);
  CHECK(merge(foreign) == XQS_INCOMPATIBLE);
  CHECK_THAT(std::string(error.message), contains("different definitions"));
  answers forms(once(five));
  forms.view.unit_kind = "response";
  forms.view.unit_kind_size = 8;
  CHECK(merge(tally_of(d, forms)) == XQS_INCOMPATIBLE);
  CHECK_THAT(std::string(error.message), contains("(respondent and response)"));
  CHECK(refused(XQS_INCOMPATIBLE, d, pooled, forms).argument == 0);
  refused(XQS_INCOMPATIBLE, other, pooled, a);
  CHECK(xqs_tally_subtract(pooled.data(), pooled.size(), foreign.data(), foreign.size(), &error) ==
        XQS_INCOMPATIBLE);
  CHECK(pooled == before);
  CHECK(xqs_tally_merge_disjoint(blank.data(), blank.size(), foreign.data(), foreign.size(),
                                 &error) == XQS_INCOMPATIBLE);
  xqs_score s = new_score();
  CHECK(xqs_tally_score(d.get(), foreign.data(), foreign.size(), nullptr, &s, nullptr, 0, &error) ==
        XQS_INCOMPATIBLE);
  const std::string longest(64, 'k');
  forms.view.unit_kind = longest.data();
  forms.view.unit_kind_size = longest.size();
  refused(XQS_INVALID_ARGUMENT, d, tally(d, XQS_POOLED), forms);
  forms.view.unit_kind_size = 63;
  CHECK(counts_of(tally_of(d, forms)).units == 5);
  forms.view.unit_kind_size = 0;
  refused(XQS_INVALID_ARGUMENT, d, tally(d, XQS_POOLED), forms);
}

TEST_CASE("abi: structs of other sizes, unknown flags and members", "[abi]") {
  const definition d = parse(hand_made());
  const tally t = tally_of(d, answers(once(five)));
  struct {
    xqs_score known;
    double later;
  } large{};
  large.known.struct_size = sizeof large;
  large.later = 7;
  REQUIRE(xqs_tally_score(d.get(), t.data(), t.size(), nullptr, &large.known, nullptr, 0,
                          nullptr) == XQS_OK);
  CHECK(large.known.score == near(68));
  CHECK(large.known.struct_size == sizeof large);
  CHECK(large.later == 7);
  xqs_error error = new_error();
  xqs_score small = new_score();
  small.struct_size = sizeof small - 8;
  CHECK(xqs_tally_score(d.get(), t.data(), t.size(), nullptr, &small, nullptr, 0, &error) ==
        XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 5);
  xqs_counts counts{};
  CHECK(xqs_tally_counts(t.data(), t.size(), &counts, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 3);

  struct {
    xqs_score_options known;
    std::uint64_t later;
  } options{};
  options.known.struct_size = sizeof options;
  const auto score = [&] {
    xqs_score s = new_score();
    return xqs_tally_score(d.get(), t.data(), t.size(), &options.known, &s, nullptr, 0, &error);
  };
  CHECK(score() == XQS_OK);
  options.later = 1;
  CHECK(score() == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 4);
  options.known.struct_size = sizeof options.known;
  CHECK(score() == XQS_OK);
  options.known.flags = 2;
  CHECK(score() == XQS_INVALID_ARGUMENT);
  CHECK(std::string(error.message) == "options has flags 2, which are unknown");
  options.known = {8, 0, 0, 0};
  CHECK(score() == XQS_INVALID_ARGUMENT);

  answers flagged(once(five));
  flagged.view.flags = 1;
  CHECK(refused(XQS_INVALID_ARGUMENT, d, tally(d, XQS_POOLED), flagged).argument == 4);
  flagged.view.flags = 0;
  flagged.view.struct_size = 16;
  CHECK(refused(XQS_INVALID_ARGUMENT, d, tally(d, XQS_POOLED), flagged).argument == 4);
  double bands[5];
  xqs_score s = new_score();
  for (const size_t wrong : {0u, 3u, 5u})
    CHECK(xqs_tally_score(d.get(), t.data(), t.size(), nullptr, &s, bands, wrong, &error) ==
          XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 7);
  CHECK(xqs_tally_score(d.get(), t.data(), t.size(), nullptr, &s, nullptr, 4, &error) ==
        XQS_INVALID_ARGUMENT);
}

TEST_CASE("abi: tallies to bytes and back", "[abi]") {
  const definition d = parse(hand_made("", three_items));
  const answers a({{{0, 10, 7}, {1, 3, 4}}, {{2, 8, 6}}});
  for (const std::uint32_t columns : {XQS_POOLED, XQS_PROFILE}) {
    const tally t = tally_of(d, a, columns);
    const std::vector<unsigned char> bytes = encoded(t);
    CHECK(std::string(bytes.begin(), bytes.begin() + 4) == "XQST");
    tally back = tally_of(d, answers({{{0, 1, 1}}}), columns);
    const tally before = back;
    const auto decode = [&](const std::vector<unsigned char>& from, const definition& under) {
      return xqs_tally_decode(under.get(), from.data(), from.size(), back.data(), back.size(),
                              nullptr);
    };
    std::vector<unsigned char> damaged = bytes;
    damaged.back() ^= 1;
    CHECK(decode(damaged, d) == XQS_INVALID_BYTES);
    CHECK(decode(bytes, parse(hand_made(R"(, "over_fulfilment": "cap")", three_items))) ==
          XQS_INCOMPATIBLE);
    tally other(d, columns == XQS_POOLED ? XQS_PROFILE : XQS_POOLED);
    CHECK(xqs_tally_decode(d.get(), bytes.data(), bytes.size(), other.data(), other.size(),
                           nullptr) == XQS_INCOMPATIBLE);
    CHECK(back == before);
    REQUIRE(decode(bytes, d) == XQS_OK);
    CHECK(back == t);
    std::vector<unsigned char> little(bytes.size() - 1);
    size_t size = 0;
    CHECK(xqs_tally_encode(t.data(), t.size(), little.data(), little.size(), &size, nullptr) ==
          XQS_BUFFER_TOO_SMALL);
    CHECK(size == bytes.size());
    const tally empty(d, columns);
    CHECK(encoded(empty).empty());
    REQUIRE(xqs_tally_decode(d.get(), "", 0, back.data(), back.size(), nullptr) == XQS_OK);
    CHECK(back == empty);
  }
}

TEST_CASE("abi: whatever stands in the memory of a tally, nothing worse than an error happens",
          "[abi]") {
  const definition d = parse(hand_made(R"(, "estimator": "item_mean")", three_items));
  const answers a({{{0, 10, 7}, {1, 3, 4}}, {{2, 8, 6}}, {{0, 1, 1}, {1, 2, 2}, {2, 3, 3}}});
  const tally whole = tally_of(d, a, XQS_PROFILE);
  std::mt19937 random(20261124);
  int refusals = 0;
  for (int round = 0; round < 2'000; ++round) {
    tally t = whole;
    for (auto changes = 1 + random() % 3; changes > 0; --changes)
      t.data()[random() % t.size()] = static_cast<unsigned char>(random());
    if (round % 4 == 0)  // the head
      t.data()[random() % 32] = static_cast<unsigned char>(random());
    xqs_score s = new_score();
    xqs_comparison c{};
    c.struct_size = sizeof c;
    xqs_counts counts{};
    counts.struct_size = sizeof counts;
    tally sum = whole;
    size_t size = 0;
    refusals +=
        xqs_tally_score(d.get(), t.data(), t.size(), nullptr, &s, nullptr, 0, nullptr) != XQS_OK;
    (void)xqs_tally_compare(d.get(), t.data(), t.size(), whole.data(), whole.size(), nullptr, &c,
                            nullptr);
    (void)xqs_tally_counts(t.data(), t.size(), &counts, nullptr);
    (void)xqs_tally_encode(t.data(), t.size(), nullptr, 0, &size, nullptr);
    (void)xqs_tally_merge_disjoint(sum.data(), sum.size(), t.data(), t.size(), nullptr);
    (void)xqs_tally_subtract(sum.data(), sum.size(), t.data(), t.size(), nullptr);
    (void)t.add(d, a);
  }
  CHECK(refusals > 20);
}

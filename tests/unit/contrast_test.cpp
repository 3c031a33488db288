#include "xqs/score/contrast.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// Literals from tests/reference/contrasts.R.

using namespace xqs;
using hand_made::total;

namespace {

Approx near(double value) { return Approx(value).epsilon(1e-12).margin(0.0); }

const definition& keep() {
  static const definition d(hand_made::file({"a", "b"}));
  return d;
}

using answers = std::vector<std::optional<total>>;  // in columns

tally joint(const std::vector<std::string>& labels, const std::vector<answers>& units) {
  return hand_made::joint(keep(), labels, units);
}

tally waves() { return hand_made::two_waves(keep()); }

constexpr auto none = std::nullopt;

estimate change(const tally& t, double before = 1, double after = 1,
                std::optional<std::uint64_t> request = {}) {
  return contrast_estimate(
      t, std::vector<contrast_part>{{{{0, -1.0}}, request.value_or(t.groups()[0].units), before},
                                    {{{1, 1.0}}, request.value_or(t.groups()[1].units), after}});
}

}  // namespace

TEST_CASE("contrast_estimate: two groups that share people", "[unit]") {
  const estimate e = change(waves());
  CHECK(e.value == near(0.05478723404255315));
  CHECK(e.std_error == near(0.08947362790637887));
  CHECK(e.units == 5);
  CHECK_FALSE(e.degenerate);
  CHECK(change(waves(), 1, 1, 9).std_error == near(0.08571907360423626));
  CHECK(change(waves(), 1, 1, 9).units == 9);
}

TEST_CASE("contrast_estimate: each group has its own population", "[unit]") {
  const tally t = waves();
  CHECK(change(t, population_factor(5, 20), population_factor(6, 9)).std_error ==
        near(0.06655868286021957));
  const estimate one_census = change(t, population_factor(5, 20), population_factor(6, 6));
  CHECK(one_census.std_error == near(0.05705799886409442));
  CHECK(one_census.units == 5);
  CHECK(change(t, 1, 0).units == 5);
  CHECK(change(t, 0, 1).units == 6);  // only the second is a sample
  const estimate census = change(t, 0, 0);
  CHECK(census.std_error == 0);
  CHECK_FALSE(census.degenerate);
}

TEST_CASE("contrast_estimate: identical and disjoint people", "[unit]") {
  const std::vector<total> before = {{8, 6}, {10, 9}, {6, 3}, {9, 8}, {7, 5}};
  const std::vector<total> after = {{9, 8}, {10, 9}, {7, 6}, {8, 8}, {7, 6}};
  std::vector<answers> same;
  std::vector<answers> other;
  for (std::size_t i = 0; i < before.size(); ++i) {
    same.push_back({before[i], after[i]});
    other.push_back({before[i], none});
    other.push_back({none, after[i]});
  }
  CHECK(change(joint({""}, same)).value == near(0.12743902439024390));
  CHECK(change(joint({""}, same)).std_error == near(0.05236086166342976));
  CHECK(change(joint({""}, other)).std_error == near(0.07039044115882645));
}

TEST_CASE("contrast_estimate: means of items of two groups", "[unit]") {
  const tally t = joint({"a", "b"}, {{total{4, 3}, total{2, 1}, total{4, 4}, total{3, 2}},
                                     {total{3, 3}, total{4, 1}, none, none},
                                     {none, none, total{2, 1}, none},
                                     {total{4, 2}, total{1, 1}, none, none},
                                     {total{3, 1}, total{2, 2}, none, none},
                                     {none, none, total{4, 1}, total{2, 2}}});
  CHECK(t.groups()[0].units == 4);
  CHECK(t.groups()[1].units == 3);
  const std::vector<contrast_part> parts = {{{{0, -0.25}, {1, -0.75}}, 4},
                                            {{{2, 0.25}, {3, 0.75}}, 3}};
  const estimate e = contrast_estimate(t, parts);
  CHECK(e.value == near(0.1726190476190477));
  CHECK(e.std_error == near(0.1264043186268235));
  CHECK(e.units == 3);
}

TEST_CASE("contrast_estimate: a group of one, and a change without variance", "[unit]") {
  const estimate one =
      change(joint({""}, {{total{4, 3}, none}, {none, total{2, 1}}, {none, total{4, 1}}}));
  CHECK(one.units == 1);
  CHECK(one.std_error == 0);
  CHECK_FALSE(one.degenerate);
  // the same people, everybody's ratio doubled: residuals do not cancel
  const tally doubled = joint({""}, {{total{4, 1}, total{4, 2}}, {total{4, 2}, total{4, 4}}});
  CHECK_FALSE(change(doubled).degenerate);
  // the same people gave the same answers
  const tally same = joint({""}, {{total{3, 1}, total{3, 1}}, {total{7, 5}, total{7, 5}}});
  CHECK(change(same).degenerate);
  CHECK(change(same).std_error == 0);
  CHECK(change(same).units == 2);
}

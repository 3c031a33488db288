#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "text_batch.hpp"
#include "xqs/engine/query.hpp"

// Groups that are hidden, or too small for a verdict, take part in nothing: whatever is shown of
// the others is the same without them.

using namespace xqs;

namespace {

struct answer_row {
  std::string team, segment, respondent, satisfaction;
};

/// Groups of 0 to 24 people, some of them in two, in segments of at least five or none.
std::vector<answer_row> random_rows(std::mt19937& random) {
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::vector<answer_row> rows;
  for (unsigned team = 0; team < 6; ++team) {
    const unsigned people = below(4) == 0 ? below(9) : 10 + below(15);
    for (unsigned i = 0; i < people; ++i) {
      const unsigned who = below(6) == 0 ? 100 * below(6) + below(10) : 100 * team + i;
      rows.push_back({"team " + std::to_string(team), i < 5 ? "x" : "y", std::to_string(who),
                      std::to_string(1 + (below(3) + team / 2) % 5)});
    }
  }
  return rows;
}

table ask(const std::vector<answer_row>& rows, const std::string& question) {
  const auto column = [&](auto member) {
    std::vector<std::string> values;
    for (const answer_row& row : rows) values.push_back(row.*member);
    return values;
  };
  text_batch b;
  b.add("team", column(&answer_row::team));
  b.add("segment", column(&answer_row::segment));
  b.add("respondent", column(&answer_row::respondent));
  b.add("satisfaction", column(&answer_row::satisfaction));
  b.add("requirement", std::vector<std::string>(rows.size(), "4"));
  b.add("item", std::vector<std::string>(rows.size(), "a"));
  const definition d({.name = "hidden", .version = "1", .items = {{.id = "a"}}});
  query q(d, question);
  q.push_feedback(b.view());
  return q.finish();
}

bool has_flag(const std::vector<cell>& row, const std::string& flag) {
  const auto& flags = std::get<flag_names>(row[row.size() - 2]);
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

/// The rows of teams that may carry a verdict.
std::vector<std::vector<cell>> judged(const table& t) {
  std::vector<std::vector<cell>> rows;
  for (const std::vector<cell>& row : t.rows)
    if (!has_flag(row, "below_minimum") && !has_flag(row, "below_verdict_minimum"))
      rows.push_back(row);
  return rows;
}

void require_same_without_small(const std::vector<answer_row>& rows, const std::string& question,
                                const std::vector<std::string>& small_flags, std::size_t& checked) {
  CAPTURE(question);
  const table whole = ask(rows, question);
  std::set<std::string> small;
  for (const std::vector<cell>& row : whole.rows)
    for (const std::string& flag : small_flags)
      if (has_flag(row, flag)) small.insert(std::get<std::string>(row[0]));
  if (small.empty() || whole.rows.size() - small.size() < 2) return;
  std::vector<answer_row> others;
  for (const answer_row& row : rows)
    if (!small.contains(row.team)) others.push_back(row);
  CHECK(judged(ask(others, question)) == judged(whole));
  ++checked;
}

}  // namespace

TEST_CASE("rank and watch: what is hidden changes nothing that is shown", "[law]") {
  std::mt19937 random(20261124);
  std::size_t checked = 0;
  for (int round = 0; round < 150; ++round) {
    CAPTURE(round);
    const std::vector<answer_row> rows = random_rows(random);
    const std::vector<std::string> small = {"below_minimum", "below_verdict_minimum"};
    require_same_without_small(rows, R"({"question": "rank", "by": ["team"]})", small, checked);
    require_same_without_small(
        rows,
        R"({"question": "watch", "by": ["team"], "max_answers": 9, "good": 60, "alpha": 0.5})",
        small, checked);
    // Those that are shown without a verdict are part of the common mix of segments.
    require_same_without_small(rows,
                               R"({"question": "rank", "by": ["team"], "standardise": "segment"})",
                               {"below_minimum"}, checked);
  }
  CHECK(checked > 200);  // there was something to hide
}

TEST_CASE("watch: a hidden person gives no error away", "[law]") {
  std::vector<answer_row> rows;
  for (int i = 0; i < 24; ++i)
    rows.push_back({i % 2 == 0 ? "A" : "B", "x", "p" + std::to_string(i), "3"});
  const std::string question =
      R"({"question": "watch", "by": ["team"], "against": "A", "max_answers": 1})";
  const table before = ask(rows, question);
  rows.push_back({"hidden", "x", "p0", "3"});  // who is in A as well
  rows.push_back({"hidden", "x", "somebody", "3"});
  rows.push_back({"hidden", "x", "somebody", "4"});  // more answers than allowed
  CHECK(ask(rows, question).rows[0] == before.rows[0]);
  rows.push_back({"B", "x", "p0", "3"});
  CHECK_THROWS_AS(ask(rows, question), error);
}

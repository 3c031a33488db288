#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "text_batch.hpp"
#include "xqs/engine/query.hpp"

// An attacker knows every number of a request: for each shown cell the sums over its rows. He can
// add and subtract them in any way. Whatever he gets must be about nobody or at least k people.

using namespace xqs;

namespace {

constexpr std::size_t minimum = 5;

struct answer_row {
  std::string region, team, respondent, requirement;
};

/// Rows in two nested groupings; people may be in several teams, some answers do not count.
std::vector<answer_row> random_rows(std::mt19937& random) {
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::vector<answer_row> rows;
  unsigned person = 0;
  const unsigned regions = 1 + below(3);
  for (unsigned region = 0; region < regions; ++region)
    for (unsigned team = 0, teams = 1 + below(3); team < teams; ++team)
      for (unsigned i = 0, people = below(10); i < people; ++i) {
        const bool known_already = person > 0 && below(4) == 0;
        const unsigned who = known_already ? below(person) : person++;
        rows.push_back({std::to_string(region), std::to_string(region) + std::to_string(team),
                        std::to_string(who), below(8) == 0 ? "1" : "4"});
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
  b.add("region", column(&answer_row::region));
  b.add("team", column(&answer_row::team));
  b.add("respondent", column(&answer_row::respondent));
  b.add("requirement", column(&answer_row::requirement));
  b.add("satisfaction", std::vector<std::string>(rows.size(), "3"));
  b.add("item", std::vector<std::string>(rows.size(), "a"));
  const definition d({.name = "attacked", .version = "1", .items = {{.id = "a"}}});
  query q(d, question);
  q.push_feedback(b.view());
  return q.finish();
}

/// The rows of a matrix that are linearly independent, over the rationals by way of a prime field.
class linear_span {
 public:
  void add(std::vector<std::int64_t> row) {
    for (const auto& [pivot, known] : rows_) subtract(row, known, pivot);
    const auto lead = std::find_if(row.begin(), row.end(), [](std::int64_t v) { return v != 0; });
    if (lead == row.end()) return;
    const auto pivot = static_cast<std::size_t>(lead - row.begin());
    scale(row, inverse(*lead));
    rows_.emplace_back(pivot, std::move(row));
  }
  [[nodiscard]] std::size_t rank() const { return rows_.size(); }

 private:
  static constexpr std::int64_t prime = 1'000'003;
  static void subtract(std::vector<std::int64_t>& row, const std::vector<std::int64_t>& known,
                       std::size_t pivot) {
    const std::int64_t factor = row[pivot];
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = ((row[i] - factor * known[i]) % prime + prime) % prime;
  }
  static void scale(std::vector<std::int64_t>& row, std::int64_t factor) {
    for (std::int64_t& v : row) v = v * factor % prime;
  }
  static std::int64_t inverse(std::int64_t a) {
    std::int64_t result = 1;
    for (std::int64_t power = prime - 2; power > 0; power /= 2, a = a * a % prime)
      if (power % 2 == 1) result = result * a % prime;
    return result;
  }
  std::vector<std::pair<std::size_t, std::vector<std::int64_t>>> rows_;
};

/// Rank of the outputs, seen only in the teams that `wanted` holds for.
template <typename Wanted>
std::size_t rank(const std::vector<std::vector<std::int64_t>>& outputs, Wanted wanted) {
  linear_span span;
  for (std::vector<std::int64_t> row : outputs) {
    for (std::size_t team = 0; team < row.size(); ++team)
      if (!wanted(team)) row[team] = 0;
    span.add(std::move(row));
  }
  return span.rank();
}

std::string text_of(const cell& c) {
  const auto* text = std::get_if<std::string>(&c);
  return text != nullptr ? *text : "";
}

bool is_null(const cell& c) { return std::holds_alternative<std::monostate>(c); }

using people_of_teams = std::map<std::string, std::set<std::string>>;

people_of_teams people_in(const std::vector<answer_row>& rows) {
  people_of_teams people_of;
  for (const answer_row& row : rows) people_of[row.team].insert(row.respondent);
  return people_of;
}

/// `outputs` has for each shown number the teams it sums over, in the order of the map.
void require_no_few_people(const std::vector<std::vector<std::int64_t>>& outputs,
                           const people_of_teams& people_of) {
  for (std::uint64_t subset = 1; subset < std::uint64_t{1} << people_of.size(); ++subset) {
    std::set<std::string> people;
    std::size_t t = 0;
    for (const auto& [team, members] : people_of)
      if ((subset >> t++ & 1) != 0) people.insert(members.begin(), members.end());
    if (people.size() >= minimum) continue;
    // Were there a combination that is zero outside the subset and not inside, leaving the subset
    // out would lose rank.
    const auto everywhere = [](std::size_t) { return true; };
    const auto outside = [&](std::size_t team) { return (subset >> team & 1) == 0; };
    REQUIRE(rank(outputs, everywhere) == rank(outputs, outside));
  }
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("no combination of shown cells tells of a few people", "[law]") {
  const std::uint64_t seed = from_environment("XQS_LAW_SEED", 20261121);
  std::mt19937 random(static_cast<unsigned>(seed));
  std::size_t hidden = 0;
  for (int round = 0; round < 400; ++round) {
    INFO("seed " << seed << ", round " << round);
    const std::vector<answer_row> rows = random_rows(random);
    if (rows.empty()) continue;
    const people_of_teams people_of = people_in(rows);
    std::vector<std::vector<std::int64_t>> outputs;  // of each shown cell: the teams it sums over
    const std::string sets =
        R"({"question": "score", "sets": [["region", "team"], ["region"], []]})";
    for (const auto& row : ask(rows, sets).rows) {
      constexpr std::size_t respondents = 3 + 5;  // after set, region and team
      if (is_null(row[respondents])) {
        ++hidden;
        continue;
      }
      const std::string region = text_of(row[1]);
      const std::string team = text_of(row[2]);
      outputs.emplace_back();
      for (const auto& [t, people] : people_of)
        outputs.back().push_back((team.empty() || team == t) && t.starts_with(region) ? 1 : 0);
    }
    require_no_few_people(outputs, people_of);
  }
  CHECK(hidden > 100);  // the attack met tables worth attacking
}

TEST_CASE("a group against the rest gives back no small group", "[law]") {
  const std::uint64_t seed = from_environment("XQS_LAW_SEED", 20261124);
  std::mt19937 random(static_cast<unsigned>(seed));
  std::size_t suppressed = 0;
  std::size_t shown = 0;
  for (int round = 0; round < 600; ++round) {
    INFO("seed " << seed << ", round " << round);
    const std::vector<answer_row> rows = random_rows(random);
    const people_of_teams people_of = people_in(rows);
    if (people_of.size() < 2) continue;
    std::vector<std::vector<std::int64_t>> outputs;
    for (const auto& row : ask(rows, R"({"question": "compare", "by": ["team"]})").rows) {
      const auto add = [&](std::int64_t of_team, std::int64_t of_others) {
        outputs.emplace_back();
        for (const auto& [team, people] : people_of)
          outputs.back().push_back(team == text_of(row[0]) ? of_team : of_others);
      };
      constexpr std::size_t respondents_before = 12;
      const auto& flags = std::get<flag_names>(row[respondents_before + 2]);
      if (!is_null(row[respondents_before + 1])) add(1, 0);
      if (!is_null(row[respondents_before])) add(0, 1);
      if (std::find(flags.begin(), flags.end(), "suppressed") != flags.end()) ++suppressed;
      if (!is_null(row[3])) ++shown;
    }
    require_no_few_people(outputs, people_of);
  }
  CHECK(suppressed > 50);  // the attack met tables worth attacking
  CHECK(shown > 200);
}

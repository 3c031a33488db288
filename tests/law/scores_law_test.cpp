#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "law/score_cells.hpp"
#include "law/stored_batch.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/model/definition_json.hpp"
#include "xqs/score/score.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/ledger.hpp"

// Whatever way the engine takes - units that wait in buckets, counts of kinds, a ledger - and
// however rows are ordered and cut into batches, the scores are those of ledgers filled answer by
// answer, to the last bit.

using namespace xqs;

namespace {

struct answer_row {
  std::int64_t respondent, group, item, weight;
  std::optional<int> requirement, satisfaction;
};

/// What is asked, and of what rows.
struct shape {
  bool weighted, profile, wide_scale;
  std::string unit;
  std::size_t rows, people, groups;
  bool sorted;
  std::int64_t id_step;
};

class random_shapes {
 public:
  explicit random_shapes(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  shape next() {
    shape s{one_in(4), one_in(4), one_in(3), one_in(3) ? "row" : "respondent", 0,
            0,         0,         one_in(2), one_in(4) ? 1'000'003 : 1};
    s.rows = 1 + below(one_in(6) ? 20'000 : 400);
    s.people = 1 + below(s.rows);
    s.groups = 1 + below(one_in(4) ? s.rows : 12);
    return s;
  }
  std::vector<answer_row> rows(const shape& s) {
    std::vector<answer_row> rows(s.rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t person = s.sorted ? i * s.people / s.rows : below(s.people);
      const std::size_t group = s.sorted ? person % s.groups : below(s.groups);
      rows[i] = {static_cast<std::int64_t>(person) * s.id_step,
                 static_cast<std::int64_t>(group),
                 static_cast<std::int64_t>(below(3)),
                 static_cast<std::int64_t>(below(4)),
                 code(s),
                 code(s)};
    }
    return rows;
  }

 private:
  std::optional<int> code(const shape& s) {
    if (one_in(9)) return std::nullopt;
    return static_cast<int>(s.wide_scale ? below(101) : 1 + below(5));
  }

  std::mt19937 random_;
};

definition definition_of(const shape& s) {
  const std::string scale = s.wide_scale ? R"({"rating": {"min": 0, "max": 100}})"
                                         : R"({"rating": {"min": 1, "max": 5}})";
  return parse_definition(
      R"({"xqs": 1, "name": "law", "version": "1", "items": [{"id": "0"}, {"id": "1"}, {"id": "2"}],
          "confidentiality": "identified", "requirement": )" +
      scale + R"(, "satisfaction": )" + scale + R"(, "weight_places": )" +
      (s.weighted ? "1" : "0") + R"(, "estimator": ")" + (s.profile ? "item_mean" : "pooled") +
      "\"}");
}

std::optional<decimal> decimal_of(const std::optional<int>& code) {
  return code ? std::optional(decimal(*code)) : std::nullopt;
}

/// A ledger a group, answer by answer.
std::map<std::string, ledger> plain_ledgers(const definition& d, const shape& s,
                                            const std::vector<answer_row>& rows) {
  std::map<std::string, ledger> ledgers;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const answer_row& r = rows[i];
    answer_points points = d.points(decimal_of(r.requirement), decimal_of(r.satisfaction));
    if (s.weighted) points = weighted(points, 10 * r.weight);
    ledger& of = ledgers.try_emplace(std::to_string(r.group), d, s.unit).first->second;
    of.add(std::to_string(s.unit == "row" ? static_cast<std::int64_t>(i) : r.respondent),
           std::to_string(r.item), points);
  }
  return ledgers;
}

table ask(const definition& d, const shape& s, const std::vector<answer_row>& rows,
          random_shapes& random) {
  query q(d, R"({"question": "score", "by": ["group"], "unit": ")" + s.unit + R"(", "threads": )" +
                 std::to_string(1 + random.below(3)) + "}");
  const bool with_people = s.unit != "row" || random.one_in(2);
  for (std::size_t first = 0; first < rows.size();) {
    const std::size_t count = 1 + random.below(rows.size() - first);
    stored_batch b(count);
    const auto value = [&](auto member) {
      return [&rows, first, member](std::size_t row) {
        return std::optional(std::to_string(rows[first + row].*member));
      };
    };
    const auto code = [&](auto member) {
      return [&rows, first, member](std::size_t row) {
        const std::optional<int>& of = rows[first + row].*member;
        return of ? std::optional(std::to_string(*of)) : std::nullopt;
      };
    };
    const auto key_form = [&] { return static_cast<form>(random.below(3)); };
    const auto code_form = [&] { return static_cast<form>(random.below(4)); };
    if (with_people) b.add("respondent", key_form(), value(&answer_row::respondent));
    b.add("group", key_form(), value(&answer_row::group));
    b.add("item", key_form(), value(&answer_row::item));
    if (s.weighted) b.add("weight", code_form(), value(&answer_row::weight));
    b.add("requirement", code_form(), code(&answer_row::requirement));
    b.add("satisfaction", code_form(), code(&answer_row::satisfaction));
    (void)q.push_feedback(b.view());
    first += count;
  }
  return q.finish();
}

}  // namespace

TEST_CASE("scores: those of a query are those of single answers", "[law]") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    random_shapes random(seed);
    const shape s = random.next();
    const definition d = definition_of(s);
    const std::vector<answer_row> rows = random.rows(s);
    const std::map<std::string, ledger> ledgers = plain_ledgers(d, s, rows);
    const table scores = ask(d, s, rows, random);
    REQUIRE(scores.rows.size() == ledgers.size());
    auto group = ledgers.begin();  // in the order of bytes, as the rows
    for (const std::vector<cell>& row : scores.rows) {
      CHECK(row[0] == cell(group->first));
      const ledger& of = (group++)->second;
      const score expected = score_of(s.profile ? fold_profile(of, d) : fold_pooled(of, d), d);
      CHECK(std::vector<cell>(row.begin() + 1, row.begin() + 15) ==
            score_cells(expected, row[6], d));
    }
  }
}

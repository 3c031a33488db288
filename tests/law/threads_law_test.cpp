#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "engine/ledger_rows.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/model/definition_json.hpp"
#include "xqs/tally/ledger.hpp"
#include "xqs/tally/ledger_encoding.hpp"

// With any number of threads, and rows in any order and any batches, the ledger has the bytes of
// one that is added to answer by answer, and the scores are those of a single thread.

using namespace xqs;

namespace {

struct shape {
  std::size_t rows;
  std::int64_t id_step;  ///< large: ids that are hashed
  std::size_t groups;
  std::string unit, estimator;
  bool text_groups, rare_codes;
  std::size_t waves = 1;  ///< values of a second column of groups
};

/// Rows in columns, as a host has them.
struct answers {
  std::vector<std::int64_t> respondent;
  std::vector<std::int32_t> group, wave;
  std::vector<std::int8_t> item, requirement, satisfaction;
};

answers random_answers(const shape& s, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::int64_t>(random() % n); };
  answers all;
  for (std::size_t i = 0; i < s.rows; ++i) {
    all.respondent.push_back(below(1 + s.rows / 7) * s.id_step);
    all.group.push_back(static_cast<std::int32_t>(below(s.groups)));
    all.wave.push_back(static_cast<std::int32_t>(2 * below(s.waves)));
    all.item.push_back(static_cast<std::int8_t>(below(3)));
    const std::size_t codes = s.rare_codes ? 30 : 5;
    all.requirement.push_back(static_cast<std::int8_t>(1 + below(codes)));
    all.satisfaction.push_back(static_cast<std::int8_t>(1 + below(codes)));
  }
  return all;
}

/// The same rows in another order.
answers shuffled(const answers& from, std::mt19937& random) {
  std::vector<std::size_t> order(from.item.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), random);
  answers to = from;
  for (std::size_t i = 0; i < order.size(); ++i) {
    to.respondent[i] = from.respondent[order[i]];
    to.group[i] = from.group[order[i]];
    to.wave[i] = from.wave[order[i]];
    to.item[i] = from.item[order[i]];
    to.requirement[i] = from.requirement[order[i]];
    to.satisfaction[i] = from.satisfaction[order[i]];
  }
  return to;
}

definition rules(const shape& s) {
  const std::string most = s.rare_codes ? "30" : "5";
  return parse_definition(
      R"({"xqs": 1, "name": "law", "version": "1", "items": [{"id": "0"}, {"id": "1"}, {"id": "2"}],
          "confidentiality": "identified", "requirement": {"rating": {"min": 1, "max": )" +
      most + R"(}}, "satisfaction": {"rating": {"min": 1, "max": )" + most +
      R"(}}, "estimator": ")" + s.estimator + "\"}");
}

std::string group_name(const shape& s, std::int32_t group) {
  return (s.text_groups ? "region of the group no. " : "") + std::to_string(group);
}

/// Answer by answer.
ledger plain_ledger(const definition& d, const shape& s, const answers& of) {
  ledger plain(d, "respondent");
  for (std::size_t i = 0; i < of.item.size(); ++i) {
    const engine::ledger_column column{
        .names = {"group", "wave"},
        .values = {group_name(s, of.group[i]), std::to_string(of.wave[i])},
        .item = std::to_string(of.item[i])};
    plain.add(std::to_string(of.respondent[i]), engine::label_of(column, d),
              d.points(decimal(of.requirement[i]), decimal(of.satisfaction[i])));
  }
  return plain;
}

/// Columns of some rows, and what they are views of.
class part {
 public:
  part(const shape& s, const answers& of, std::size_t first, std::size_t rows) {
    view_.rows = rows;
    add("respondent", of.respondent.data() + first);
    if (s.text_groups)
      add_text(s, of, first);
    else
      add("group", of.group.data() + first);
    add("wave", of.wave.data() + first);
    add("item", of.item.data() + first);
    add("requirement", of.requirement.data() + first);
    add("satisfaction", of.satisfaction.data() + first);
  }
  [[nodiscard]] const batch& view() const { return view_; }

 private:
  template <typename Integer>
  void add(const std::string& name, const Integer* values) {
    view_.columns.push_back({.name = name, .values = integer_values(values)});
  }
  void add_text(const shape& s, const answers& of, std::size_t first) {
    offsets_ = {0};
    for (std::size_t row = 0; row < view_.rows; ++row) {
      bytes_ += group_name(s, of.group[first + row]);
      offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
    }
    view_.columns.push_back(
        {.name = "group", .values = text_values{offsets_.data(), bytes_.data()}});
  }

  std::string bytes_;
  std::vector<std::int64_t> offsets_;
  batch view_;
};

struct outcome {
  table scores;
  std::optional<std::vector<std::uint8_t>> ledger_bytes;
};

outcome ask(const definition& d, const shape& s, const answers& of, std::size_t threads,
            std::mt19937& random) {
  query q(
      d,
      R"({"question": "score", "sets": [["group", "wave", "item"], ["wave", "group"], ["group"], []],
                     "unit": ")" +
          s.unit + R"(", "threads": )" + std::to_string(threads) + "}");
  const bool keeps = s.unit == "respondent";
  if (keeps) q.keep_ledger();
  for (std::size_t first = 0; first < s.rows;) {
    const std::size_t most = random() % 4 == 0 ? 5'000 : s.rows;
    const std::size_t rows = 1 + random() % (std::min)(most, s.rows - first);
    (void)q.push_feedback(part(s, of, first, rows).view());
    first += rows;
  }
  outcome found;
  if (keeps) found.ledger_bytes = encode(q.saved_ledger());
  found.scores = q.finish();
  return found;
}

}  // namespace

TEST_CASE("threads: any number of them, any order and any batches give the same bits", "[law]") {
  const std::vector<shape> shapes = {
      {1'000'000, 1, 300, "respondent", "pooled", false, false},
      {60'000, 1'000'003, 20'000, "respondent", "pooled", true, true},
      {60'000, 1, 40, "respondent", "item_mean", false, false},
      {60'000, 1, 20'000, "row", "pooled", false, false},
      {60'000, 1, 700, "row", "pooled", true, true},
      {60'000, 1, 7, "row", "item_mean", false, false},
      {60'000, 1, 100, "row", "pooled", false, false, 5},
      {60'000, 1, 30, "respondent", "pooled", false, false, 9},
      {60'000, 1, 30, "respondent", "item_mean", false, true, 9},
  };
  unsigned seed = 0;
  for (const shape& s : shapes) {
    CAPTURE(++seed);
    const definition d = rules(s);
    const answers all = random_answers(s, seed);
    const std::vector<std::uint8_t> expected = encode(plain_ledger(d, s, all));
    std::mt19937 random(seed);
    const outcome alone = ask(d, s, all, 1, random);
    if (alone.ledger_bytes) CHECK(*alone.ledger_bytes == expected);
    for (const std::size_t threads : {2u, 3u, 8u}) {
      CAPTURE(threads);
      const outcome shared = ask(d, s, shuffled(all, random), threads, random);
      if (shared.ledger_bytes) CHECK(*shared.ledger_bytes == expected);
      CHECK(shared.scores.rows == alone.scores.rows);
    }
  }
}

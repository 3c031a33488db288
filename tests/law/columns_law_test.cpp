#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "law/stored_batch.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/model/definition_json.hpp"
#include "xqs/tally/ledger.hpp"
#include "xqs/tally/ledger_encoding.hpp"

// However the columns hold the same values - text, text in a dictionary, integers, doubles - and
// however the rows are ordered and cut into batches, the ledger has the bytes of one that is added
// to answer by answer.

using namespace xqs;

namespace {

struct answer_row {
  std::int64_t respondent, rep;
  std::string item;
  std::optional<int> requirement, satisfaction;
};

class random_rows {
 public:
  explicit random_rows(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }
  form key_form() { return static_cast<form>(below(3)); }
  form code_form() { return static_cast<form>(below(4)); }
  /// Dense, sparse, negative and the ends of all integers.
  std::int64_t id(unsigned seed) {
    const auto small = static_cast<std::int64_t>(below(1 + seed % 60));
    switch (below(seed % 2 == 0 ? 1 : 4)) {
      case 0:
        return small;
      case 1:
        return small * 1'000'000'007;
      case 2:
        return -small;
      default:
        return below(2) == 0 ? std::numeric_limits<std::int64_t>::max() - small
                             : std::numeric_limits<std::int64_t>::min() + small;
    }
  }
  std::optional<int> code() {
    const std::size_t at = below(7);
    if (at == 6) return std::nullopt;
    return at == 5 ? 9 : static_cast<int>(1 + at);
  }

 private:
  std::mt19937 random_;
};

std::optional<std::string> text_of(const std::optional<int>& code) {
  return code ? std::optional(std::to_string(*code)) : std::nullopt;
}

std::optional<decimal> decimal_of(const std::optional<int>& code) {
  return code ? std::optional(decimal(*code)) : std::nullopt;
}

}  // namespace

TEST_CASE("columns: however they hold the values, the ledger is that of single answers", "[law]") {
  const definition d = preset("ceqs");
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    random_rows random(seed);
    std::vector<answer_row> rows(1 + random.below(seed % 10 == 0 ? 3'000 : 200));
    for (answer_row& r : rows)
      r = {random.id(seed), static_cast<std::int64_t>(random.below(10)),
           d.items()[random.below(d.items().size())].id, random.code(), random.code()};
    ledger expected(d);
    const bool filtered = random.below(2) == 0;
    for (const answer_row& r : rows)
      if (!filtered || r.rep < 5)
        expected.add(std::to_string(r.respondent), r.item,
                     d.points(decimal_of(r.requirement), decimal_of(r.satisfaction)));
    if (expected.empty()) continue;

    query q(d, filtered ? R"({"question": "score", "where": [["rep", "<", 5]]})"
                        : R"({"question": "score"})");
    q.keep_ledger();
    for (std::size_t first = 0; first < rows.size();) {
      const std::size_t count = 1 + random.below(rows.size() - first);
      stored_batch b(count);
      const auto key = [&](auto member) {
        return [&rows, first, member](std::size_t row) {
          return std::optional(std::to_string(rows[first + row].*member));
        };
      };
      const auto code = [&](auto member) {
        return
            [&rows, first, member](std::size_t row) { return text_of(rows[first + row].*member); };
      };
      b.add("respondent", random.key_form(), key(&answer_row::respondent));
      b.add("rep", random.key_form(), key(&answer_row::rep));
      b.add("item", static_cast<form>(random.below(2)),
            [&](std::size_t row) { return std::optional(rows[first + row].item); });
      b.add("requirement", random.code_form(), code(&answer_row::requirement));
      b.add("satisfaction", random.code_form(), code(&answer_row::satisfaction));
      q.push_feedback(b.view());
      first += count;
    }
    CHECK(encode(q.saved_ledger()) == encode(expected));
  }
}

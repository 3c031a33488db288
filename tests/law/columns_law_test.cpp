#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
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

enum class form { text, dictionary, integers, doubles };

/// Columns and what they are views of.
class stored_batch {
 public:
  explicit stored_batch(std::size_t rows) { view_.rows = rows; }

  /// Null where `value(row)` is empty.
  template <typename Value>
  void add(const std::string& name, form how, Value value) {
    storage& to = stored_.emplace_back();
    to.offsets = {0};
    for (std::size_t row = 0; row < view_.rows; ++row) {
      const auto v = value(row);
      to.valid.push_back(v ? 1 : 0);
      if (how == form::text || how == form::dictionary) append(to, v ? *v : "");
      if (how == form::integers) to.integers.push_back(v ? std::stoll(*v) : 99);
      if (how == form::doubles) to.doubles.push_back(v ? std::stod(*v) : 99);
      // What a null's code says does not matter.
      to.codes.push_back(v ? static_cast<std::uint32_t>(view_.rows - 1 - row) : 0xffffffffu);
    }
    column made{.name = name, .values = text_values{to.offsets.data(), to.bytes.data()}};
    if (how == form::dictionary) made.values = reversed(to);
    if (how == form::integers) made.values = static_cast<const std::int64_t*>(to.integers.data());
    if (how == form::doubles) made.values = static_cast<const double*>(to.doubles.data());
    made.valid = to.valid.data();
    view_.columns.push_back(made);
  }
  [[nodiscard]] const batch& view() const { return view_; }

 private:
  struct storage {
    std::string bytes;
    std::vector<std::int64_t> offsets, integers;
    std::vector<double> doubles;
    std::vector<std::uint8_t> valid;
    std::vector<std::uint32_t> codes;
  };

  static void append(storage& to, const std::string& text) {
    to.bytes += text;
    to.offsets.push_back(static_cast<std::int64_t>(to.bytes.size()));
  }
  /// A dictionary that has the values from last to first, some of them several times.
  static text_values reversed(storage& to) {
    const storage from = to;
    to.bytes.clear();
    to.offsets = {0};
    for (std::size_t row = from.valid.size(); row-- > 0;)
      append(to, from.bytes.substr(
                     static_cast<std::size_t>(from.offsets[row]),
                     static_cast<std::size_t>(from.offsets[row + 1] - from.offsets[row])));
    return {to.offsets.data(), to.bytes.data(), to.codes.data(),
            static_cast<std::uint32_t>(to.codes.size())};
  }

  std::deque<storage> stored_;
  batch view_;
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

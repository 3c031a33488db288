#include "engine/wide.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "engine/values.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"

// Expectations are written down by hand.

using namespace xqs;

namespace {

using cells = std::vector<std::string>;

/// Requirements of three items by two people; satisfaction is 4 throughout.
class answers {
 public:
  answers() {
    rows_.rows = 2;
    rows_.columns = {{"respondent", people_.data()}};
    for (const char* item : {"a", "b", "c"}) {
      rows_.columns.push_back({std::string("requirement.") + item, people_.data()});
      rows_.columns.push_back({std::string("satisfaction.") + item, fours_.data()});
    }
  }
  /// The values of an item, and which of them there are.
  template <typename Values>
  answers& set(std::size_t item, Values values, const std::vector<std::uint8_t>& valid = both) {
    rows_.columns[1 + 2 * item].values = values;
    rows_.columns[1 + 2 * item].valid = valid.data();
    return *this;
  }
  [[nodiscard]] const batch& rows() const { return rows_; }

  /// The requirements as one column: `t:` text, `i:` integers, `d:` doubles, `null`.
  [[nodiscard]] cells requirement() const {
    engine::wide_form form;
    engine::crew lanes(2);
    const engine::long_rows made = form.to_long(rows_, lanes);
    const column& c = *std::find_if(made.rows.columns.begin(), made.rows.columns.end(),
                                    [](const column& one) { return one.name == "requirement"; });
    const char* const kinds[] = {"t:", "i:", "d:"};
    cells all;
    for (std::size_t row = 0; row < made.rows.rows; ++row)
      all.push_back(engine::is_null(c, row)
                        ? "null"
                        : kinds[c.values.index()] + std::string(engine::cell_text(c)(row)));
    return all;
  }

  static const std::vector<std::uint8_t> both;
  static const std::vector<std::uint8_t> none;

 private:
  std::vector<std::int64_t> people_ = {1, 2};
  std::vector<std::int64_t> fours_ = {4, 4};
  batch rows_;
};
const std::vector<std::uint8_t> answers::both = {1, 1};
const std::vector<std::uint8_t> answers::none = {0, 0};

const std::vector<std::uint8_t> first = {1, 0};
const std::vector<std::int64_t> integers = {5, 3};
const std::vector<double> numbers = {2, 4.5};
const std::vector<std::int64_t> ends = {0, 1, 3};
const text_values text = {ends.data(), "5NA"};

}  // namespace

TEST_CASE("wide: integers beside doubles, as in a data frame with missing values") {
  answers a;
  a.set(0, integers.data()).set(1, numbers.data(), first).set(2, integers.data(), first);
  CHECK(a.requirement() == cells{"d:5", "d:2", "d:5", "d:3", "null", "null"});
  a.set(1, integers.data());
  CHECK(a.requirement() == cells{"i:5", "i:5", "i:5", "i:3", "i:3", "null"});
}

TEST_CASE("wide: a column without values may be of any type") {
  const std::vector<double> not_numbers(2, std::nan(""));
  const std::vector<std::int64_t> blank = {0, 0, 0};
  const text_values no_text = {blank.data(), nullptr};  // as Arrow's type null arrives
  answers a;
  a.set(0, no_text, answers::none).set(1, integers.data());
  a.set(2, not_numbers.data(), answers::none);
  CHECK(a.requirement() == cells{"null", "i:5", "null", "null", "i:3", "null"});
  a.set(1, numbers.data());
  CHECK(a.requirement() == cells{"null", "d:2", "null", "null", "d:4.5", "null"});
  a.set(1, no_text, answers::none);
  CHECK(a.requirement() == cells(6, "null"));
}

TEST_CASE("wide: integers stay as narrow as all of them are") {
  const std::vector<std::int8_t> bytes = {-5, 3};
  const std::vector<std::uint16_t> words = {60'000, 2};
  const std::vector<std::int64_t> longs = {5'000'000'000, 1};
  answers a;
  a.set(0, bytes.data()).set(1, bytes.data()).set(2, bytes.data());
  CHECK(a.requirement() == cells{"i:-5", "i:-5", "i:-5", "i:3", "i:3", "i:3"});
  a.set(2, words.data());
  CHECK(a.requirement() == cells{"i:-5", "i:-5", "i:60000", "i:3", "i:3", "i:2"});
  a.set(1, longs.data(), first).set(2, numbers.data(), answers::none);
  CHECK(a.requirement() == cells{"i:-5", "i:5000000000", "null", "i:3", "null", "null"});
}

TEST_CASE("wide: beside text everything is text, and what is missing stays so") {
  const std::vector<double> some = {std::nan(""), 0.1};
  answers a;
  a.set(0, text).set(1, integers.data(), first).set(2, some.data());
  CHECK(a.requirement() == cells{"t:5", "t:5", "null", "t:NA", "null", "t:0.1"});
}

TEST_CASE("wide: an integer that is off every scale is shown as it is") {
  constexpr std::int64_t odd = (std::int64_t{1} << 53) + 1;  // which no double is
  for (const std::int64_t large :
       {std::int64_t{1'000'000'000}, odd, -odd, std::numeric_limits<std::int64_t>::max()}) {
    const std::vector<std::int64_t> codes = {5, large};
    answers a;
    a.set(0, codes.data()).set(1, numbers.data(), first).set(2, integers.data());
    CHECK(a.requirement()[3] == "t:" + std::to_string(large));
    const definition d = parse_definition(
        R"({"xqs": 1, "name": "three", "version": "1", "requirement": {"rating": {"min": 1,
            "max": 5}}, "satisfaction": {"rating": {"min": 1, "max": 5}},
            "items": [{"id": "a"}, {"id": "b"}, {"id": "c"}]})");
    query q(d, R"({"question": "score"})");
    try {
      q.push_feedback(a.rows());
      FAIL("it was accepted");
    } catch (const error& problem) {
      CHECK(problem.row() == 1);
      CHECK(problem.value() == std::to_string(large));
    }
    a.set(0, codes.data(), first);  // of no interest where it is null
    CHECK(a.requirement() == cells{"d:5", "d:2", "d:5", "null", "null", "d:3"});
  }
}

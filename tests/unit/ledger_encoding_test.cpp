#include "xqs/tally/ledger_encoding.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// The bytes themselves are in tests/golden.

using namespace xqs;
using hand_made::one_answer;

namespace {

const definition& keep() {
  static const definition d(hand_made::file({"a", "b"}));
  return d;
}

std::string refusal_to_encode(const ledger& l) {
  try {
    static_cast<void>(encode(l));
  } catch (const error& problem) {
    CHECK(problem.code() == errc::invalid_argument);
    return problem.what();
  }
  return "not refused";
}

}  // namespace

TEST_CASE("ledger_encoding: what was erased leaves no trace", "[unit]") {
  ledger l(keep());
  l.add("u", "a", one_answer({4, 3}));
  const std::vector<std::uint8_t> before = encode(l);
  l.add("nobody else", "b", one_answer({1, 1}));
  CHECK(encode(l) != before);
  l.erase("nobody else");
  CHECK(encode(l) == before);
  l.erase("u");
  CHECK(encode(l) == encode(ledger(keep())));
}

TEST_CASE("ledger_encoding: a unit of thousands of columns", "[unit]") {
  ledger l(keep());
  ledger reversed(keep());
  for (int c = 0; c < 5000; ++c) l.add("u", std::to_string(c), one_answer({c, 1}));
  for (int c = 5000; c-- > 0;) reversed.add("u", std::to_string(c), one_answer({c, 1}));
  const std::vector<std::uint8_t> bytes = encode(l);
  CHECK(encode(reversed) == bytes);
  CHECK(decode_ledger(bytes, keep()) == l);
  // 64 + kind 10 + labels 5000 (4 + digits, 18890 in all) + 8 + unit 4 + 1 + 4 + entries 36 each
  CHECK(bytes.size() == 64 + 10 + 20'000 + 18'890 + 8 + 9 + 180'000);
}

TEST_CASE("ledger_encoding: what no bytes stand for is not written", "[unit]") {
  CHECK(refusal_to_encode(ledger()) == "a state that has no definition yet cannot be stored");
  ledger l(keep());
  SECTION("a name that is not UTF-8") {
    l.add("M\xfcller", "a", one_answer({1, 1}));
    CHECK_THAT(refusal_to_encode(l), contains("\"M?ller\" cannot be stored: text must be UTF-8"));
  }
  SECTION("a column that is not UTF-8") {
    l.add("u", "\xfc", one_answer({1, 1}));
    CHECK_THAT(refusal_to_encode(l), contains("must be UTF-8"));
  }
  SECTION("points without an answer") {
    unit_totals totals;
    totals.requirement = 1;
    l.add("u", "a", totals);
    CHECK(refusal_to_encode(l) ==
          "the totals of unit \"u\" in column \"a\" are not those of answers");
  }
}

#include "xqs/tally/tally_encoding.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hand_made.hpp"

// The bytes themselves are in tests/golden.

using namespace xqs;
using bytes = std::vector<std::uint8_t>;

namespace {

const definition& two_items() {
  static const definition d(hand_made::file({"b", "a"}));
  return d;
}

std::string refusal(errc code, const auto& call) {
  try {
    call();
  } catch (const error& problem) {
    CHECK(problem.code() == code);
    return problem.what();
  }
  return "not refused";
}

std::string refusal_to_encode(const tally& t) {
  return refusal(errc::invalid_argument, [&] { static_cast<void>(encode(t)); });
}

}  // namespace

TEST_CASE("tally_encoding: the tallies of a definition need no labels", "[unit]") {
  const tally pooled = hand_made::pooled(two_items(), {{4, 3}, {2, 2}});
  const tally profile = hand_made::profile(two_items(), {"a", "b"}, {{{4, 3}, {2, 1}}});
  CHECK(decode_tally(encode(pooled), two_items()) == pooled);
  CHECK(decode_tally(encode(profile), two_items()) == profile);
  const bytes other = encode(hand_made::profile(two_items(), {"b", "a"}, {{{4, 3}, {2, 1}}}));
  CHECK_THAT(
      refusal(errc::incompatible, [&] { static_cast<void>(decode_tally(other, two_items())); }),
      contains("byte 40: columns' labels of hash "));
  CHECK(refusal(errc::invalid_bytes, [] { static_cast<void>(decode_tally({}, two_items())); }) ==
        "byte 0: 0 bytes; a state has at least 64");
}

TEST_CASE("tally_encoding: a state of another definition names both", "[unit]") {
  const definition other(hand_made::file({"c"}));
  const bytes b = encode(hand_made::pooled(two_items(), {{4, 3}}));
  const std::string message =
      refusal(errc::incompatible, [&] { static_cast<void>(decode_tally(b, other)); });
  CHECK_THAT(message, contains("byte 24: state of another definition") &&
                          contains(two_items().tally_fingerprint().hex()) &&
                          contains("hand_made@1 has " + other.tally_fingerprint().hex()));
}

TEST_CASE("tally_encoding: damage is noticed", "[unit]") {
  bytes b = encode(hand_made::pooled(two_items(), {{4, 3}}));
  b[100] ^= 1;  // within the counts
  CHECK_THAT(refusal(errc::invalid_bytes, [&] { static_cast<void>(decode_tally(b, two_items())); }),
             contains("byte 250: checksum ") && contains(": the state is damaged"));
}

TEST_CASE("tally_encoding: more columns than can be stored are refused", "[unit]") {
  const bytes b = encode(hand_made::pooled(two_items(), {{4, 3}}));
  const std::vector<std::string> labels(65'536);
  CHECK(refusal(errc::incompatible, [&] {
          static_cast<void>(decode_tally(b, two_items(), labels));
        }) == "byte 8: 1 columns, but 65536 are asked for, of at most 65535");
}

TEST_CASE("tally_encoding: what no bytes stand for is not written", "[unit]") {
  CHECK(refusal_to_encode(tally()) == "a state that has no definition yet cannot be stored");
  CHECK_THAT(refusal_to_encode(tally(state_identity(two_items(), "\xff"), {""})),
             contains("must be UTF-8"));
  CHECK_THAT(refusal_to_encode(tally(state_identity(two_items()), {"\xff"})),
             contains("must be UTF-8"));
  CHECK_THAT(refusal_to_encode(tally(state_identity(two_items()), {""}, {"\xff"})),
             contains("must be UTF-8"));
  tally t(state_identity(two_items()), {""});
  unit_totals no_answer;
  no_answer.requirement = 1;
  t.add_unit(std::vector<tally::part>{{0, no_answer}});
  CHECK_THAT(refusal_to_encode(t), contains("a tally that answers cannot give: sum 1 of the "));
}

TEST_CASE("tally_encoding: an empty state keeps what it is of", "[unit]") {
  tally t = hand_made::pooled(two_items(), {{4, 3}});
  t.subtract(t);
  const bytes b = encode(t);
  CHECK(b == encode(tally(state_identity(two_items()), {""})));
  CHECK(decode_tally(b, two_items()).identity() == t.identity());
  CHECK(decode_tally(b, two_items()).columns().size() == 1);
  CHECK(encode(tally(state_identity(two_items(), "row"), {""})) != b);
}

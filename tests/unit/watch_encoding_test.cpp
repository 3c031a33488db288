#include "xqs/analysis/watch_encoding.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "watched.hpp"

// The bytes themselves are in tests/golden.

using namespace xqs;

TEST_CASE("watch_encoding: evidence goes on where it was", "[unit]") {
  const definition d = watched::five_points();
  watch_state whole = watched::state(d, 3, {{8, 10}, {6, 8, 2}, {12, 12}, {6, 7}});
  watch_state stored = decode_watch_state(encode(whole), d);
  CHECK(stored == whole);
  CHECK(stored.units() == 5);
  CHECK(stored.points() == whole.points());
  for (watch_state* s : {&whole, &stored}) s->add_unit(watched::totals({6, 8}, 3));
  CHECK(stored == whole);
}

TEST_CASE("watch_encoding: an empty state keeps what it is of", "[unit]") {
  const definition d = watched::five_points();
  watch_state s = watched::state(d, 3, {{8, 10}});
  s.subtract(watch_state(s));
  const std::vector<std::uint8_t> bytes = encode(s);
  CHECK(bytes == encode(watch_state(d, 3)));
  CHECK(decode_watch_state(bytes, d).most_answers() == 3);
  CHECK(decode_watch_state(bytes, d).identity() == s.identity());
}

TEST_CASE("watch_encoding: a state without a definition is not written", "[unit]") {
  try {
    static_cast<void>(encode(watch_state()));
    FAIL("not refused");
  } catch (const error& problem) {
    CHECK(problem.code() == errc::invalid_argument);
    CHECK_THAT(problem.what(), contains("no definition"));
  }
}

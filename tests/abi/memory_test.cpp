#include <functional>
#include <string>
#include <vector>

#include "abi.hpp"
#include "arrow_data.hpp"
#include "unit/failing_new.hpp"

// Memory that runs out at every allocation in turn: the call says so, nothing is changed, nothing
// leaks (the sanitizer sees leaks) and the next call works.

using namespace abi;

namespace {

/// Runs a call with ever more memory until it succeeds; `unchanged` is asked after each failure.
/// Returns how often it failed.
int starve(const std::function<xqs_status(xqs_error*)>& call,
           const std::function<bool()>& unchanged) {
  for (std::size_t failures = 0; failures < 10'000; ++failures) {
    xqs_error error = new_error();
    failing_new::allocations_left = failures;
    const xqs_status status = call(&error);
    failing_new::allocations_left = failing_new::never;
    if (status == XQS_OK) return static_cast<int>(failures);
    CHECK(status == XQS_OUT_OF_MEMORY);
    CHECK(std::string(error.message) == "out of memory");
    CHECK(unchanged());
  }
  FAIL("never succeeded");
  return 0;
}

std::vector<unsigned char> encoded(xqs_ledger* l) {
  size_t size = 0;
  REQUIRE(xqs_ledger_encode(l, nullptr, 0, &size, nullptr) == XQS_OK);
  std::vector<unsigned char> bytes(size);
  REQUIRE(xqs_ledger_encode(l, bytes.data(), size, &size, nullptr) == XQS_OK);
  return bytes;
}

}  // namespace

TEST_CASE("abi: no memory for a definition", "[abi]") {
  const std::string json = hand_made("", three_items);
  xqs_definition* d = nullptr;
  CHECK(starve([&](auto* e) { return xqs_definition_parse(json.data(), json.size(), &d, e); },
               [&] { return d == nullptr; }) > 20);
  const definition made(d);
  xqs_definition* preset = nullptr;
  CHECK(starve([&](auto* e) { return xqs_definition_preset("ceqs", 4, &preset, e); },
               [&] { return preset == nullptr; }) > 20);
  xqs_definition_destroy(preset);
  char text[4096];
  size_t size = 0;
  CHECK(starve([&](auto* e) { return xqs_definition_json(d, text, sizeof text, &size, e); },
               [&] { return size == 0; }) > 1);
}

TEST_CASE("abi: no memory for a tally", "[abi]") {
  const definition d = parse(hand_made(R"(, "estimator": "item_mean")", three_items));
  const answers a({{{2, 10, 7}, {1, 3, 4}, {0, 2, 2}}, {{2, 8, 6}}, {{0, 1, 1}, {1, 4, 3}}});
  const answers one({{{2, 10, 7}, {1, 3, 4}}});
  tally t(d, XQS_PROFILE);
  tally before = t;
  const auto unchanged = [&] { return t == before; };
  CHECK(starve([&](auto* e) { return t.add(d, a, e); }, unchanged) > 0);
  before = t;
  CHECK(starve([&](auto* e) { return t.add(d, one, e); }, unchanged) > 0);
  before = t;
  CHECK(starve([&](auto* e) { return t.add(d, a, e); }, unchanged) > 0);
  const tally other = before;
  before = t;
  CHECK(starve(
            [&](auto* e) {
              return xqs_tally_merge_disjoint(t.data(), t.size(), other.data(), other.size(), e);
            },
            unchanged) == 0);  // merging allocates nothing
  xqs_score s = new_score();
  CHECK(starve(
            [&](auto* e) {
              return xqs_tally_score(d.get(), t.data(), t.size(), nullptr, &s, nullptr, 0, e);
            },
            [&] { return s.score == 0; }) > 0);
  xqs_comparison c{};
  c.struct_size = sizeof c;
  CHECK(starve(
            [&](auto* e) {
              return xqs_tally_compare(d.get(), t.data(), t.size(), other.data(), other.size(),
                                       nullptr, &c, e);
            },
            [&] { return c.flags == 0; }) > 0);
  std::vector<unsigned char> bytes(8192);
  const std::vector<unsigned char> zeros = bytes;
  size_t size = 0;
  CHECK(starve(
            [&](auto* e) {
              return xqs_tally_encode(t.data(), t.size(), bytes.data(), bytes.size(), &size, e);
            },
            [&] { return bytes == zeros; }) > 0);
  before = t = other;
  CHECK(starve(
            [&](auto* e) {
              return xqs_tally_decode(d.get(), bytes.data(), size, t.data(), t.size(), e);
            },
            unchanged) > 0);
}

TEST_CASE("abi: no memory for a ledger", "[abi]") {
  const definition d = parse(hand_made("", three_items));
  xqs_ledger* made = nullptr;
  CHECK(starve([&](auto* e) { return xqs_ledger_create(d.get(), nullptr, 0, &made, e); },
               [&] { return made == nullptr; }) > 0);
  const ledger l(made);
  std::vector<std::string> names;
  std::vector<std::vector<answer>> units;
  for (int i = 0; i < 40; ++i) {
    names.push_back("a respondent with a long name, number " + std::to_string(i));
    units.push_back({{static_cast<std::uint32_t>(i % 3), 10, 7}, {2, 4, 3}});
  }
  std::vector<xqs_text> texts;
  for (const std::string& name : names) texts.push_back({name.data(), name.size()});
  const answers half(std::vector<std::vector<answer>>(units.begin(), units.begin() + 20));
  const answers all(units);
  REQUIRE(xqs_ledger_add(l.get(), texts.data(), &half.view, nullptr) == XQS_OK);
  std::vector<unsigned char> before = encoded(l.get());
  const auto unchanged = [&] { return encoded(l.get()) == before; };
  CHECK(starve([&](auto* e) { return xqs_ledger_add(l.get(), texts.data(), &all.view, e); },
               unchanged) > 20);

  xqs_ledger* second = nullptr;
  REQUIRE(xqs_ledger_decode(d.get(), before.data(), before.size(), &second, nullptr) == XQS_OK);
  const ledger small(second);
  before = encoded(small.get());
  CHECK(starve([&](auto* e) { return xqs_ledger_merge(small.get(), l.get(), e); },
               [&] { return encoded(small.get()) == before; }) > 0);
  before = encoded(small.get());
  CHECK(starve([&](auto* e) { return xqs_ledger_subtract(small.get(), l.get(), e); },
               [&] { return encoded(small.get()) == before; }) > 0);
  REQUIRE(xqs_ledger_merge(small.get(), l.get(), nullptr) == XQS_OK);
  CHECK(encoded(small.get()) == before);
  tally whole(d, XQS_POOLED);
  const tally blank = whole;
  CHECK(starve(
            [&](auto* e) {
              return xqs_ledger_fold(small.get(), XQS_POOLED, whole.data(), whole.size(), e);
            },
            [&] { return whole == blank; }) > 0);
  xqs_counts counts{};
  counts.struct_size = sizeof counts;
  REQUIRE(xqs_tally_counts(whole.data(), whole.size(), &counts, nullptr) == XQS_OK);
  CHECK(counts.units == 40);
  CHECK(counts.answers == 2 * (20 + 20 + 40));

  before = encoded(l.get());
  std::int32_t found = 0;
  CHECK(starve(
            [&](auto* e) {
              return xqs_ledger_erase(l.get(), names[0].data(), names[0].size(), &found, e);
            },
            unchanged) > 0);
  CHECK(found == 1);
  xqs_ledger* decoded = nullptr;
  CHECK(starve(
            [&](auto* e) {
              return xqs_ledger_decode(d.get(), before.data(), before.size(), &decoded, e);
            },
            [&] { return decoded == nullptr; }) > 20);
  xqs_ledger_destroy(decoded);
}

TEST_CASE("abi: no memory for a query", "[abi]") {
  const definition d = parse(hand_made());
  const std::string json = R"({"question": "score"})";
  xqs_query* made = nullptr;
  CHECK(
      starve([&](auto* e) { return xqs_query_create(d.get(), json.data(), json.size(), &made, e); },
             [&] { return made == nullptr; }) > 10);
  xqs_query_destroy(made);
  // A push that broke off leaves a query that can only be destroyed.
  for (std::size_t allowed = 0;; ++allowed) {
    REQUIRE(xqs_query_create(d.get(), json.data(), json.size(), &made, nullptr) == XQS_OK);
    const query q(made);
    arrow_data::rows rows(3);
    for (const char* name : {"respondent", "item"}) {
      rows.add(name, "u")
          .no_buffer()
          .values(std::vector<std::int32_t>{0, 1, 2, 3})
          .values(std::string(name == std::string("item") ? "aaa" : "xyz"));
    }
    for (const char* name : {"requirement", "satisfaction"})
      rows.add(name, "g").no_buffer().values(std::vector<double>{3, 2, 1});
    ArrowArrayStream stream{};
    failing_new::allocations_left = allowed;
    xqs_status pushed =
        xqs_query_push_rows(q.get(), XQS_FEEDBACK, &rows.schema(), &rows.array(), 0, 2, nullptr);
    const bool taken_over = pushed == XQS_OK;
    if (taken_over)
      pushed = xqs_query_push(q.get(), XQS_FEEDBACK, &rows.schema(), &rows.array(), nullptr);
    const xqs_status answered =
        pushed == XQS_OK ? xqs_query_finish(q.get(), &stream, nullptr) : pushed;
    failing_new::allocations_left = failing_new::never;
    CHECK(rows.schema_releases == (taken_over ? 1 : 0));
    CHECK(rows.array_releases == (taken_over ? 1 : 0));
    if (answered == XQS_OK) {
      stream.release(&stream);
      CHECK(allowed > 20);
      break;
    }
    CHECK(answered == XQS_OUT_OF_MEMORY);
    CHECK(stream.release == nullptr);
    REQUIRE(allowed < 10'000);
  }
}

TEST_CASE("abi: no memory for the ledger of a query", "[abi]") {
  const definition d = parse(hand_made());
  const std::string json = R"({"question": "score"})";
  const answers three(once({{10, 7}, {8, 6}, {12, 7}}));
  const std::vector<xqs_text> units = {{"a respondent of a long name", 27}, {"b", 1}, {"c", 1}};
  xqs_ledger* made = nullptr;
  REQUIRE(xqs_ledger_create(d.get(), nullptr, 0, &made, nullptr) == XQS_OK);
  const ledger added(made);
  REQUIRE(xqs_ledger_add(added.get(), units.data(), &three.view, nullptr) == XQS_OK);
  xqs_query* asked = nullptr;
  REQUIRE(xqs_query_create(d.get(), json.data(), json.size(), &asked, nullptr) == XQS_OK);
  const query q(asked);
  CHECK(starve([&](auto* e) { return xqs_query_keep_ledger(asked, e); }, [] { return true; }) > 0);
  REQUIRE(xqs_query_push_ledger(asked, added.get(), nullptr) == XQS_OK);
  xqs_ledger* kept = nullptr;
  CHECK(starve([&](auto* e) { return xqs_query_ledger(asked, &kept, e); },
               [&] { return kept == nullptr; }) > 10);
  CHECK(encoded(kept) == encoded(added.get()));
  xqs_ledger_destroy(kept);
  // A push that broke off leaves a query that can only be destroyed, and no part of a ledger.
  bool broke_off = false;
  for (std::size_t allowed = 0; !broke_off; ++allowed) {
    REQUIRE(allowed < 10'000);
    REQUIRE(xqs_query_create(d.get(), json.data(), json.size(), &asked, nullptr) == XQS_OK);
    const query starved(asked);
    REQUIRE(xqs_query_keep_ledger(asked, nullptr) == XQS_OK);
    failing_new::allocations_left = allowed;
    const xqs_status pushed = xqs_query_push_ledger(asked, added.get(), nullptr);
    failing_new::allocations_left = failing_new::never;
    REQUIRE(pushed == XQS_OUT_OF_MEMORY);
    const xqs_status status = xqs_query_ledger(asked, &kept, nullptr);
    broke_off = status == XQS_INVALID_ARGUMENT;
    CHECK((broke_off || status == XQS_OK));
    if (broke_off) {
      CHECK(kept == nullptr);
      CHECK(xqs_query_push_ledger(asked, added.get(), nullptr) == XQS_INVALID_ARGUMENT);
    }
    xqs_ledger_destroy(kept);
  }
}

// Texts of more than 15 bytes, so that a cell needs memory; the query is as before and can go on.
TEST_CASE("abi: no memory for an answer or for rejects", "[abi]") {
  xqs_definition* ceqs = nullptr;
  REQUIRE(xqs_definition_preset("ceqs", 4, &ceqs, nullptr) == XQS_OK);
  const definition d(ceqs);
  const std::string json = R"({"question": "score", "by": ["team"], "on_error": "skip"})";
  xqs_query* made = nullptr;
  REQUIRE(xqs_query_create(d.get(), json.data(), json.size(), &made, nullptr) == XQS_OK);
  const query q(made);
  arrow_data::rows rows(3);
  const std::string long_team = "a team with a long name";
  const auto text = [&](const char* name, const std::string& each) {
    std::vector<std::int32_t> offsets;
    std::string bytes;
    for (int i = 0; i < 4; ++i) offsets.push_back(static_cast<std::int32_t>(each.size()) * i);
    for (int i = 0; i < 3; ++i) bytes += each;
    rows.add(name, "u").no_buffer().values(offsets).values(bytes);
  };
  text("respondent", "one respondent of them all");
  text("item", "relevance");
  text("team", long_team);
  rows.add("requirement", "g").no_buffer().values(std::vector<double>{3, 77, 1});
  rows.add("satisfaction", "g").no_buffer().values(std::vector<double>{3, 2, 1});
  REQUIRE(xqs_query_push(q.get(), XQS_FEEDBACK, &rows.schema(), &rows.array(), nullptr) == XQS_OK);
  ArrowArrayStream stream{};
  const auto none = [&] { return stream.release == nullptr; };
  CHECK(starve([&](auto* e) { return xqs_query_finish(q.get(), &stream, e); }, none) > 20);
  stream.release(&stream);
  stream = {};
  CHECK(starve([&](auto* e) { return xqs_query_rejects(q.get(), &stream, e); }, none) > 5);
  stream.release(&stream);
}

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "json/value.hpp"
#include "xqs/analysis/watch_encoding.hpp"
#include "xqs/model/definition_json.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/ledger_encoding.hpp"
#include "xqs/tally/tally_encoding.hpp"

// The vectors are written by make_states.py, which shares no code with the library; it also says
// what index.json and the rows mean.

using namespace xqs;

namespace {

using bytes = std::vector<std::uint8_t>;

const std::string folder = XQS_SOURCE_DIR "/tests/golden/v0/";

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

bytes bytes_of(const std::string& file) {
  const std::string text = contents(folder + file);
  return {text.begin(), text.end()};
}

json::value read_json(const std::string& file) {
  return json::parse(contents(folder + file), errc::invalid_argument);
}

/// A member of an object; null if it is not there.
json::value member(const json::value& object, const std::string& key) {
  for (const auto& [name, value] : object.members)
    if (name == key) return value;
  return {};
}

/// Numbers here go up to 2^63 - 1, beyond what json::node reads.
std::int64_t number(const json::value& v) { return v.text.empty() ? 0 : std::stoll(v.text); }

std::vector<std::string> texts(const json::value& list) {
  std::vector<std::string> all;
  for (const json::value& element : list.elements) all.push_back(element.text);
  return all;
}

/// A vector as index.json has it.
struct golden {
  std::string file;
  std::string family;
  std::string definition_name;
  std::vector<std::string> labels;
  std::vector<std::string> groups;
  // of states
  std::string unit_kind;
  std::string rows;
  std::int64_t doublings;
  std::uint32_t most_answers;
  std::string units;
  std::string parts;  // answers of a tally, entries of the others
  // of what is refused
  std::string code;
  std::string offset;

  explicit golden(const json::value& entry)
      : file(member(entry, "file").text),
        family(member(entry, "family").text),
        definition_name(member(entry, "definition").text),
        labels(texts(member(entry, "labels"))),
        groups(texts(member(entry, "groups"))),
        unit_kind(member(entry, "unit_kind").text),
        rows(member(entry, "rows").text),
        doublings(number(member(entry, "doublings"))),
        most_answers(static_cast<std::uint32_t>(number(member(entry, "most_answers")))),
        units(member(entry, "units").text),
        parts(member(entry, family == "tally" ? "answers" : "entries").text),
        code(member(entry, "code").text),
        offset(member(entry, "offset").text) {}

  [[nodiscard]] definition rules() const {
    const bool is_file = definition_name.find('/') != std::string::npos;
    return is_file ? load_definition(folder + definition_name) : preset(definition_name);
  }
};

std::vector<golden> goldens(const char* list) {
  std::vector<golden> all;
  for (const json::value& entry : member(read_json("index.json"), list).elements)
    all.emplace_back(entry);
  return all;
}

/// A ledger of the rows; with groups, its columns are those of a joint tally, group by group.
ledger ledger_of(const golden& g, const definition& d) {
  ledger l(d, g.unit_kind);
  if (g.rows.empty()) return l;
  for (const json::value& row : read_json("rows/" + g.rows + ".json").elements) {
    const auto count = [&](std::size_t at) {
      return static_cast<std::uint32_t>(number(row.elements[at]));
    };
    unit_totals totals;
    totals.requirement = number(row.elements[3]);
    totals.satisfaction = number(row.elements[4]);
    totals.answers = count(5);
    totals.excluded = {count(6), count(7), count(8)};
    l.add(row.elements[0].text, row.elements[1].text + row.elements[2].text, totals);
  }
  return l;
}

tally state_of(const golden& g, const definition& d, const tally* /*family*/) {
  const ledger l = ledger_of(g, d);
  std::vector<std::string> names = g.labels;
  if (!g.groups.empty()) names.clear();
  for (const std::string& group : g.groups)
    for (const std::string& label : g.labels) names.push_back(group + label);
  std::vector<fold_target> plan;
  for (std::uint32_t c = 0; c < l.column_count(); ++c) {
    const auto at = std::find(names.begin(), names.end(), l.column(c));
    REQUIRE(at != names.end());
    plan.push_back({0, static_cast<std::uint32_t>(at - names.begin())});
  }
  std::vector<tally> one = {g.groups.empty() ? tally(l.identity(), g.labels)
                                             : tally(l.identity(), g.labels, g.groups)};
  fold(l.entries(), plan, one);
  for (std::int64_t i = 0; i < g.doublings; ++i) one[0].merge_disjoint(one[0]);
  return one[0];
}

ledger state_of(const golden& g, const definition& d, const ledger* /*family*/) {
  return ledger_of(g, d);
}

watch_state state_of(const golden& g, const definition& d, const watch_state* /*family*/) {
  const ledger l = ledger_of(g, d);
  std::vector<watch_state> one = {watch_state(d, g.most_answers, g.unit_kind)};
  fold(l.entries(), std::vector<std::uint32_t>(l.column_count()), one);
  for (std::int64_t i = 0; i < g.doublings; ++i) one[0].merge_disjoint(one[0]);
  return one[0];
}

tally decode(const bytes& b, const golden& g, const definition& d, const tally* /*family*/) {
  return decode_tally(b, d, g.labels, g.groups);
}
ledger decode(const bytes& b, const golden& /*g*/, const definition& d, const ledger* /*family*/) {
  return decode_ledger(b, d);
}
watch_state decode(const bytes& b, const golden& /*g*/, const definition& d,
                   const watch_state* /*family*/) {
  return decode_watch_state(b, d);
}

std::pair<std::uint64_t, std::uint64_t> counts(const tally& t) {
  std::uint64_t answers = 0;
  for (const tally::column_counts& c : t.columns()) answers += c.answers;
  return {t.units(), answers};
}
std::pair<std::uint64_t, std::uint64_t> counts(const ledger& l) {
  std::uint64_t units = 0;
  l.entries().for_each([](const unit_entries::entry&) {}, [&] { ++units; });
  return {units, l.entries().size()};
}
std::pair<std::uint64_t, std::uint64_t> counts(const watch_state& s) {
  return {s.units(), s.entries().size()};
}

/// Calls `work` with a null pointer to the type of a vector's state.
template <typename Work>
void with_family(const golden& g, Work work) {
  if (g.family == "tally") return work(static_cast<const tally*>(nullptr));
  if (g.family == "ledger") return work(static_cast<const ledger*>(nullptr));
  REQUIRE(g.family == "watch_state");
  work(static_cast<const watch_state*>(nullptr));
}

/// The code and the message with which bytes are refused; none if they are read.
std::optional<std::pair<errc, std::string>> refusal(const bytes& b, const golden& g,
                                                    const definition& d) {
  try {
    with_family(g, [&](const auto* family) { static_cast<void>(decode(b, g, d, family)); });
  } catch (const error& problem) {
    return {{problem.code(), problem.what()}};
  }
  return std::nullopt;
}

bool is_invalid(const bytes& b, const golden& g, const definition& d) {
  const auto refused = refusal(b, g, d);
  return refused && refused->first == errc::invalid_bytes;
}

}  // namespace

TEST_CASE("states in bytes are those of their rows, and are written again as they are",
          "[golden]") {
  const std::vector<golden> all = goldens("states");
  REQUIRE(all.size() >= 30);
  for (const golden& g : all) {
    INFO(g.file);
    const definition d = g.rules();
    const bytes frozen = bytes_of(g.file);
    with_family(g, [&](const auto* family) {
      const auto read = decode(frozen, g, d, family);
      const auto made = state_of(g, d, family);
      CHECK(read == made);
      CHECK(read.identity() == made.identity());  // equality of empty states does not see it
      CHECK(encode(made) == frozen);
      CHECK(encode(read) == frozen);
      CHECK(std::to_string(counts(read).first) == g.units);
      CHECK(std::to_string(counts(read).second) == g.parts);
    });
  }
}

TEST_CASE("bytes that break one rule are refused for it, at its offset", "[golden]") {
  const std::vector<golden> all = goldens("refused");
  REQUIRE(all.size() >= 150);
  for (const golden& g : all) {
    INFO(g.file);
    const auto refused = refusal(bytes_of(g.file), g, g.rules());
    REQUIRE(refused);
    CHECK(refused->first == (g.code == "incompatible" ? errc::incompatible : errc::invalid_bytes));
    CHECK(refused->second.rfind("byte " + g.offset + ": ", 0) == 0);
  }
}

TEST_CASE("a state with any bit flipped, or cut anywhere, is refused", "[golden]") {
  for (const golden& g : goldens("states")) {
    INFO(g.file);
    const definition d = g.rules();
    bytes b = bytes_of(g.file);
    std::size_t accepted = 0;
    for (std::size_t bit = 0; bit < 8 * b.size(); ++bit) {
      b[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      if (!is_invalid(b, g, d)) ++accepted;
      b[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    }
    CHECK(accepted == 0);
    for (std::size_t size = 0; size < b.size(); ++size)
      if (!is_invalid(bytes(b.data(), b.data() + size), g, d)) ++accepted;
    CHECK(accepted == 0);
  }
}

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "xqs/model/definition_json.hpp"

using xqs::definition;

namespace {

const std::string folder = XQS_SOURCE_DIR "/tests/golden/definitions/";

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

struct golden {
  std::string name;
  std::string tally_fingerprint;
  std::string fingerprint;
};

std::vector<golden> goldens() {
  std::istringstream in(contents(folder + "fingerprints.txt"));
  std::vector<golden> all;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind('#', 0) == 0) continue;
    golden g;
    std::istringstream(line) >> g.name >> g.tally_fingerprint >> g.fingerprint;
    all.push_back(g);
  }
  return all;
}

definition source_of(const std::string& name) {
  if (name.rfind("perth_", 0) != 0) return xqs::preset(name);
  return xqs::load_definition(XQS_SOURCE_DIR "/examples/data/perth/" + name + ".json");
}

void check(const definition& d, const golden& expected) {
  CHECK(d.canonical_json() == contents(folder + expected.name + ".json"));
  CHECK(d.fingerprint().hex() == expected.fingerprint);
  CHECK(d.tally_fingerprint().hex() == expected.tally_fingerprint);
}

}  // namespace

// The golden files are written by definitions/make.py, which shares no code with the library.
TEST_CASE("canonical JSON and fingerprints of shipped definitions are frozen", "[golden]") {
  const std::vector<golden> all = goldens();
  REQUIRE(all.size() == 7);
  for (const golden& expected : all) {
    INFO(expected.name);
    check(source_of(expected.name), expected);
  }
}

TEST_CASE("canonical JSON is a definition file of the same fingerprints", "[golden]") {
  for (const golden& expected : goldens()) {
    INFO(expected.name);
    check(xqs::load_definition(folder + expected.name + ".json"), expected);
  }
}

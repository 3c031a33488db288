#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "xqs/engine/release.hpp"

// The table rule against suppression_hierarchy.json: complementary suppression in trees of cells,
// computed and audited by linear algebra in another program.

using namespace xqs;
using json = nlohmann::json;

namespace {

/// The cells of one case, parents before children, as many made-up people in each leaf as it says.
struct tree {
  std::vector<std::string> names;
  std::vector<tree_cell> cells;
  std::vector<presence> presences;
};

tree build(const json& c) {
  const auto parent_of = c.at("tree_child_parent").get<std::map<std::string, std::string>>();
  const auto people = c.at("n").get<std::map<std::string, std::uint64_t>>();
  std::set<std::string> inner;
  for (const auto& [child, parent] : parent_of) inner.insert(parent);
  tree result;
  std::map<std::string, std::uint32_t> position;
  while (position.size() < people.size())
    for (const auto& [name, n] : people) {
      const auto parent = parent_of.find(name);
      const bool root = parent == parent_of.end();
      if (position.contains(name) || (!root && !position.contains(parent->second))) continue;
      position[name] = static_cast<std::uint32_t>(result.cells.size());
      result.names.push_back(name);
      result.cells.push_back({root ? tree_cell::no_parent : position.at(parent->second), n});
      for (std::uint64_t i = 0; i < n && !inner.contains(name); ++i)
        result.presences.push_back(
            {position.at(name), static_cast<std::uint32_t>(result.presences.size()), true});
    }
  return result;
}

std::set<std::string> names_that_are(const tree& t, const std::vector<visibility>& v,
                                     visibility wanted) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < v.size(); ++i)
    if (v[i] == wanted) names.insert(t.names[i]);
  return names;
}

}  // namespace

TEST_CASE("the table rule hides what an independent program hides", "[reference]") {
  std::ifstream file(std::string(XQS_SOURCE_DIR) + "/tests/reference/suppression_hierarchy.json");
  const json cases = json::parse(file).at("cases");
  CHECK(cases.size() == 6);
  for (const json& c : cases) {
    INFO(c.at("name"));
    const tree t = build(c);
    const auto decided = table_rule(t.cells, t.presences, c.at("k").get<std::uint64_t>());
    const auto expected = [&](const char* key) { return c.at(key).get<std::set<std::string>>(); };
    CHECK(names_that_are(t, decided, visibility::shown) == expected("published"));
    // Cells of nobody are not listed there; here they are below the minimum like any other.
    std::set<std::string> small = names_that_are(t, decided, visibility::below_minimum);
    std::erase_if(small, [&](const std::string& name) { return c.at("n").at(name) == 0; });
    CHECK(small == expected("primary"));
    CHECK(names_that_are(t, decided, visibility::suppressed) == expected("secondary"));
  }
}

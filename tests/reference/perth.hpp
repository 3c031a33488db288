#pragma once

#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "xqs/model/definition_json.hpp"
#include "xqs/tally/ledger.hpp"

/// The Perth parks survey and its definitions.
namespace perth {

inline const std::string source = XQS_SOURCE_DIR;

struct answer_row {
  std::string respondent;
  std::string item;
  int requirement;
  int satisfaction;
  int number;  ///< of the item
};

inline std::vector<answer_row> read_answers() {
  std::ifstream in(source + "/examples/data/perth/answers.csv");
  std::vector<answer_row> rows;
  std::string line;
  std::getline(in, line);
  REQUIRE(line == R"("id","item","r","s","gender","age","res")");
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    answer_row row;
    std::string r;
    std::string s;
    std::getline(fields, row.respondent, ',');
    std::getline(fields, row.item, ',');
    std::getline(fields, r, ',');
    std::getline(fields, s, ',');
    row.requirement = std::stoi(r);
    row.satisfaction = std::stoi(s);
    row.number = std::stoi(row.item);
    rows.push_back(row);
  }
  return rows;
}

inline const std::vector<answer_row>& answers() {
  static const std::vector<answer_row> rows = read_answers();
  return rows;
}

inline xqs::definition definition_named(const std::string& name) {
  return xqs::load_definition(source + "/examples/data/perth/" + name + ".json");
}

using choose = std::function<bool(const answer_row&)>;

inline xqs::ledger ledger_of(
    const xqs::definition& d, const choose& wanted = [](const answer_row&) { return true; }) {
  xqs::ledger l(d);
  for (const answer_row& row : answers())
    if (wanted(row))
      xqs::add_feedback(l, d,
                        {.respondent = row.respondent,
                         .answers = {{row.item, row.requirement, row.satisfaction}}});
  return l;
}

/// Keeps about half of the answers.
inline bool thinned(const answer_row& row) {
  const int id = std::stoi(row.respondent);
  return (id * id + row.number * row.number + id * row.number) % 11 < 5;
}

}  // namespace perth

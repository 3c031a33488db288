#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "xqs.h"

/// What the tests of the C ABI share; they call nothing of the library but xqs.h.
namespace abi {

inline xqs_error new_error() {
  xqs_error error{};
  error.struct_size = sizeof error;
  return error;
}

struct destroy {
  void operator()(xqs_definition* d) const { xqs_definition_destroy(d); }
  void operator()(xqs_ledger* l) const { xqs_ledger_destroy(l); }
  void operator()(xqs_query* q) const { xqs_query_destroy(q); }
};
using definition = std::unique_ptr<xqs_definition, destroy>;
using ledger = std::unique_ptr<xqs_ledger, destroy>;
using query = std::unique_ptr<xqs_query, destroy>;

inline definition parse(const std::string& json) {
  xqs_definition* d = nullptr;
  xqs_error error = new_error();
  const xqs_status status = xqs_definition_parse(json.data(), json.size(), &d, &error);
  INFO(error.message);
  REQUIRE(status == XQS_OK);
  return definition(d);
}

/// Codes are points; `more` are further members.
inline std::string hand_made(const std::string& more = "", const std::string& items = "") {
  const std::string scale = R"({"rating": {"min": 0, "max": 10000, "origin": "raw"}})";
  return R"({"xqs": 1, "name": "hand_made", "version": "1", "requirement": )" + scale +
         R"(, "satisfaction": )" + scale +
         R"(, "zero_requirement": "keep", "minimum_respondents": 3)" + more + R"(, "items": [)" +
         (items.empty() ? R"({"id": "a"})" : items) + "]}";
}
inline const std::string three_items = R"({"id": "b"}, {"id": "a"}, {"id": "c"})";

/// Answers of units, each a list of (item, requirement, satisfaction).
struct answer {
  std::uint32_t item;
  double requirement;
  double satisfaction;
};
class answers {
 public:
  explicit answers(const std::vector<std::vector<answer>>& units) {
    for (const auto& unit : units) {
      for (const answer& a : unit) {
        items.push_back(a.item);
        requirement.push_back(a.requirement);
        satisfaction.push_back(a.satisfaction);
      }
      offsets.push_back(items.size());
    }
    view.struct_size = sizeof view;
    view.unit_count = units.size();
    view.offsets = offsets.data();
    view.items = items.data();
    view.requirement = requirement.data();
    view.satisfaction = satisfaction.data();
  }
  answers(const answers&) = delete;

  std::vector<std::uint64_t> offsets = {0};
  std::vector<std::uint32_t> items;
  std::vector<double> requirement;
  std::vector<double> satisfaction;
  xqs_answers view{};
};

/// Memory of a tally, at an odd address.
class tally {
 public:
  tally(const definition& d, std::uint32_t columns) {
    size_t size = 0;
    REQUIRE(xqs_tally_size(d.get(), columns, &size, nullptr) == XQS_OK);
    bytes_.resize(size + 1);
  }
  unsigned char* data() { return bytes_.data() + 1; }
  const unsigned char* data() const { return bytes_.data() + 1; }
  size_t size() const { return bytes_.size() - 1; }
  xqs_status add(const definition& d, const answers& a, xqs_error* error = nullptr) {
    return xqs_tally_add_units(d.get(), data(), size(), &a.view, error);
  }
  friend bool operator==(const tally&, const tally&) = default;

 private:
  std::vector<unsigned char> bytes_;
};

inline xqs_score new_score() {
  xqs_score score{};
  score.struct_size = sizeof score;
  return score;
}

inline xqs_score score_of(const definition& d, const tally& t,
                          const xqs_score_options* options = nullptr) {
  xqs_score score = new_score();
  xqs_error error = new_error();
  const xqs_status status =
      xqs_tally_score(d.get(), t.data(), t.size(), options, &score, nullptr, 0, &error);
  INFO(error.message);
  REQUIRE(status == XQS_OK);
  return score;
}

/// One item, answered once by each unit.
inline std::vector<std::vector<answer>> once(const std::vector<std::pair<double, double>>& totals) {
  std::vector<std::vector<answer>> units;
  for (const auto& [requirement, satisfaction] : totals)
    units.push_back({{0, requirement, satisfaction}});
  return units;
}

inline const std::vector<std::pair<double, double>> five = {
    {10, 7}, {8, 6}, {12, 7}, {9, 5}, {11, 9}};

inline Approx near(double value) { return Approx(value).epsilon(1e-12).margin(1e-15); }

}  // namespace abi

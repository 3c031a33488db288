#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "xqs/score/score.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/ledger.hpp"

// Expectations: R survey 4.1, svyratio with svydesign(id = ~dnum), see export_api.R. Its data may
// not be passed on, so they are read from the installed package.

using namespace xqs;

namespace {

struct school {
  std::string district;
  std::string type;
  int enrolled;
  int tested;
};

std::vector<school> read_schools() {
  const char* path = std::getenv("XQS_APICLUS1");
  if (path == nullptr)
    FAIL("set XQS_APICLUS1 to the file made by: Rscript tests/reference/export_api.R OUT.csv");
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  INFO("file " << path);
  REQUIRE(line == "dnum,stype,enroll,api.stu");
  std::vector<school> schools;
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    school s;
    std::string enrolled;
    std::string tested;
    std::getline(fields, s.district, ',');
    std::getline(fields, s.type, ',');
    std::getline(fields, enrolled, ',');
    std::getline(fields, tested, ',');
    s.enrolled = std::stoi(enrolled);
    s.tested = std::stoi(tested);
    schools.push_back(s);
  }
  return schools;
}

definition raw_numbers() {
  const rating numbers{.min = 0, .max = 10'000, .origin = scale_origin::raw};
  return definition({.name = "apiclus1",
                     .version = "1",
                     .requirement = numbers,
                     .satisfaction = numbers,
                     .items = {{.id = "tested"}}});
}

tally by_district(const definition& d) {
  ledger l(d, "dnum");
  for (const school& s : read_schools())
    l.add(s.district, "tested", d.points(s.enrolled, s.tested));
  return fold_pooled(l, d);
}

}  // namespace

TEST_CASE("apiclus1: a cluster sample with the district as unit", "[reference]") {
  const definition d = raw_numbers();
  const tally t = by_district(d);
  CHECK(t.units() == 15);
  CHECK(t.columns()[0].answers == 183);
  const score s = score_of(t, d);
  CHECK(*s.value == Approx(84.9708741724488).epsilon(1e-12));
  CHECK(*s.std_error == Approx(0.84706401949315).epsilon(1e-12));
  CHECK(s.units == 15);
}

TEST_CASE("apiclus1: 15 of 757 districts", "[reference]") {
  const definition d = raw_numbers();
  const score s = score_of(by_district(d), d, 757);
  CHECK(*s.value == Approx(84.9708741724488).epsilon(1e-12));
  CHECK(*s.std_error == Approx(0.83862971693911).epsilon(1e-12));
  CHECK_THROWS_AS(score_of(by_district(d), d, 14), error);
}

#include "xqs/analysis/power.hpp"

#include <cstdint>
#include <vector>

#include "catch.hpp"

// Literals from R's power.t.test: tests/reference/analysis.R.

using namespace xqs;

namespace {

struct power_case {
  std::uint64_t respondents;
  double independent;
  double paired;
  double large_change;
};

}  // namespace

TEST_CASE("power_of: half and three standard deviations", "[unit]") {
  const auto near = [](double value) { return Approx(value).epsilon(1e-8); };
  for (const power_case& c :
       std::vector<power_case>{{2, 0.05084161142345744, 0.05309585699101371, 0.3873893502008108},
                               {3, 0.06976829296190856, 0.07893147718650295, 0.7825541792873383},
                               {5, 0.1038399489703472, 0.13845277320927, 0.9847017140523298},
                               {10, 0.1838375295667759, 0.2928285672668191, 0.9999935266854647},
                               {34, 0.5285168780828406, 0.8077766855150784, 1}}) {
    INFO(c.respondents);
    CHECK(power_of(0.5, 1, c.respondents, waves::independent, 0.95) == near(c.independent));
    CHECK(power_of(-0.5, 1, c.respondents, waves::paired, 0.95) == near(c.paired));
    CHECK(power_of(6, 2, c.respondents, waves::independent, 0.95) == near(c.large_change));
  }
  CHECK(power_of(0.5, 1, 64, waves::independent, 0.95) == near(0.8014586233679728));
}

TEST_CASE("needed_respondents: R's numbers, rounded up", "[unit]") {
  const auto need = [](double change, waves w) { return *needed_respondents(change, 12, w, 0.95); };
  CHECK(need(0.5, waves::independent) == 9043);                               // 9042.87
  CHECK(need(1, waves::independent) == 2262);                                 // 2261.44
  CHECK(need(4.4, waves::independent) == 118);                                // 117.73
  CHECK(need(-10, waves::independent) == 24);                                 // 23.60
  CHECK(need(25, waves::independent) == 5);                                   // 4.80
  CHECK(need(0.5, waves::paired) == 4523);                                    // 4522.88
  CHECK(need(1, waves::paired) == 1133);                                      // 1132.16
  CHECK(need(-4.4, waves::paired) == 61);                                     // 60.33
  CHECK(need(10, waves::paired) == 14);                                       // 13.35
  CHECK(need(25, waves::paired) == 5);                                        // 4.07
  CHECK(need(0.01, waves::independent) == 22604775);                          // 22604774.595
  CHECK(*needed_respondents(4.4, 20, waves::independent, 0.95, 0.9) == 436);  // not 0.8
}

TEST_CASE("needed_respondents: another level", "[unit]") {
  CHECK(*needed_respondents(4.4, 20, waves::independent, 0.9) == 257);   // 256.16
  CHECK(*needed_respondents(4.4, 20, waves::paired, 0.9) == 130);        // 129.10
  CHECK(*needed_respondents(4.4, 20, waves::independent, 0.99) == 485);  // 484.26
  CHECK(*needed_respondents(4.4, 20, waves::paired, 0.99) == 245);       // 244.63
}

TEST_CASE("needed_respondents: no change, no variance, nonsense", "[unit]") {
  CHECK_FALSE(needed_respondents(0, 12, waves::paired, 0.95));
  CHECK_FALSE(needed_respondents(1e-12, 12, waves::paired, 0.95));
  CHECK(*needed_respondents(1, 0, waves::paired, 0.95) == 2);
  CHECK_THROWS_AS(needed_respondents(1, 1, waves::paired, 0.95, 1), error);
  CHECK_THROWS_AS(needed_respondents(1, 1, waves::paired, 1), error);
}

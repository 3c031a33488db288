#include "xqs/analysis/drivers.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perth.hpp"

// Expectations from R: tests/reference/drivers.R.

using namespace xqs;

namespace {

struct expectation {
  const char* item;
  std::uint64_t answers;
  double requirement;
  double satisfaction;
  double score;
  double gap_share;
  double middle;  ///< confidence of being a core weakness
  double mean;
};

const std::vector<expectation> expected = {
    {"1", 213, 0.80046948356808, 0.72417840375587, 90.469208211144, 0.11284722222222, 0,
     8.7986683563468e-06},
    {"4", 163, 0.60122699386503, 0.64877300613497, 107.90816326531, -0.053819444444444, 0,
     2.3914793192307e-13},
    {"5", 63, 0.80555555555556, 0.56349206349206, 69.950738916256, 0.10590277777778,
     0.015679811243501, 0.99880462640898},
    {"12", 196, 0.70280612244898, 0.68112244897959, 96.914700544465, 0.029513888888889, 0,
     0.094978099253463},
    {"20", 160, 0.6234375, 0.6453125, 103.50877192982, -0.024305555555556, 0, 1.3789115485303e-09},
    {"22", 249, 0.85240963855422, 0.73393574297189, 86.101295641932, 0.20486111111111, 0,
     1.1841118086053e-07}};

}  // namespace

TEST_CASE("drivers: half of the Perth answers", "[reference]") {
  const definition d = perth::definition_named("perth_default");
  const tally means = fold_answer_means(perth::ledger_of(d, perth::thinned), d);
  std::vector<driver> drivers = drivers_of(means, d);
  REQUIRE(drivers.size() == 22);
  const auto near = [](double value) { return Approx(value).epsilon(1e-12).margin(1e-13); };
  for (const expectation& e : expected) {
    INFO("item " << e.item);
    const auto at = std::find_if(drivers.begin(), drivers.end(),
                                 [&](const driver& one) { return one.item == e.item; });
    CHECK(at->score.answers == e.answers);
    CHECK(*at->requirement == near(e.requirement));
    CHECK(*at->satisfaction == near(e.satisfaction));
    CHECK(*at->score.value == near(e.score));
    CHECK(*at->gap_share == near(e.gap_share));
    CHECK(*at->middle->confidence == near(e.middle));
    CHECK(*at->mean->confidence == near(e.mean));
    CHECK(at->middle->quadrant == quadrant::core_strength);
  }
  double sum = 0;
  for (const driver& one : drivers) sum += *one.gap_share;
  CHECK(sum == near(1));
  order_by_action(drivers, cut_off::mean);
  const std::vector<std::string> first = {"10", "16", "5", "9", "17", "12", "11", "21"};
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(drivers[i].item == first[i]);
  CHECK(drivers[2].mean->quadrant == quadrant::core_weakness);
}

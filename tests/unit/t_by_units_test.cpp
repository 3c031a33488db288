#include "xqs/score/t_by_units.hpp"

#include <cstdint>

#include "catch.hpp"
#include "xqs/score/interval.hpp"
#include "xqs/score/student_t.hpp"

using namespace xqs;

TEST_CASE("t_by_units: the t of the interval by number of units", "[unit]") {
  // Quantiles of R's qt(0.975, n - 1); places for two, so that some are forgotten in between.
  detail::t_by_units t(decimal(0.95), 2);
  for (int again = 0; again < 2; ++again) {
    CHECK(t(2).critical == Approx(12.706204736174705).epsilon(1e-13));
    CHECK(t(4).critical == Approx(3.1824463052837091).epsilon(1e-13));
    CHECK(t(5).critical == Approx(2.7764451051977944).epsilon(1e-13));
    CHECK(t(392).critical == Approx(1.9660496792749913).epsilon(1e-13));
  }
}

TEST_CASE("t_by_units: what is remembered is what would be computed, to the last bit", "[unit]") {
  detail::t_by_units t(decimal(0.9), 7);
  for (int again = 0; again < 2; ++again)
    for (std::uint64_t units = 2; units < 200; ++units) {
      const detail::t_of_units& found = t(units);
      CHECK(found.units == units);
      CHECK(found.critical == critical_value(units, decimal(0.9)));
      for (const double x : {-3.0, 0.5, 20.0})
        CHECK(detail::upper_tail(x, found.distribution) ==
              student_t_upper_tail(x, static_cast<double>(units) - 1));
    }
}

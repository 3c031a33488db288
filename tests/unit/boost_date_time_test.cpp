#include "xqs/boost/date_time.hpp"

#include <limits>

#include "catch.hpp"

// Expectations: date -u -d '...' +%s.

using namespace xqs;
using boost::gregorian::date;
using boost::posix_time::microseconds;
using boost::posix_time::ptime;
using boost::posix_time::time_duration;

TEST_CASE("to_time_us: microseconds since 1970", "[unit]") {
  CHECK(to_time_us(date(1970, 1, 1)) == 0);
  CHECK(to_time_us(date(2025, 3, 7)) == 1'741'305'600'000'000);
  CHECK(to_time_us(ptime(date(2025, 3, 7), time_duration(13, 45, 9) + microseconds(42))) ==
        1'741'355'109'000'042);
  CHECK(to_time_us(ptime(date(1969, 12, 31), time_duration(23, 59, 59))) == -1'000'000);
  CHECK(to_time_us(date(1400, 1, 1)) == -17'987'443'200'000'000);
  CHECK(to_time_us(date(9999, 12, 31)) == 253'402'214'400'000'000);
}

TEST_CASE("to_time_us: times that are none", "[unit]") {
  CHECK_THROWS_AS(to_time_us(ptime(boost::posix_time::not_a_date_time)), error);
  CHECK_THROWS_AS(to_time_us(ptime(boost::posix_time::pos_infin)), error);
  CHECK_THROWS_AS(to_time_us(date(boost::gregorian::neg_infin)), error);
}

TEST_CASE("to_ptime: there and back", "[unit]") {
  for (const time_us t : {time_us{0}, time_us{-1}, time_us{1'741'355'109'000'042},
                          time_us{-17'987'443'200'000'000}, time_us{253'402'300'799'999'999}})
    CHECK(to_time_us(to_ptime(t)) == t);
  CHECK(to_date(1'741'355'109'000'042) == date(2025, 3, 7));
  CHECK(to_date(-1) == date(1969, 12, 31));
  CHECK_THROWS_AS(to_ptime(253'402'300'800'000'000), error);
  CHECK_THROWS_AS(to_ptime(-17'987'443'200'000'001), error);
  CHECK_THROWS_AS(to_ptime((std::numeric_limits<time_us>::max)()), error);
  CHECK_THROWS_AS(to_ptime((std::numeric_limits<time_us>::min)()), error);
}

TEST_CASE("to_time_range: periods end before their end", "[unit]") {
  const boost::gregorian::date_period march(date(2025, 3, 1), date(2025, 4, 1));
  const time_range r = to_time_range(march);
  CHECK(r.begin == 1'740'787'200'000'000);
  CHECK(r.end == 1'743'465'600'000'000);
  CHECK(r.contains(to_time_us(ptime(date(2025, 3, 31), time_duration(23, 59, 59)))));
  CHECK_FALSE(r.contains(to_time_us(date(2025, 4, 1))));
  CHECK(to_time_range(to_time_period(r)) == r);
  CHECK_THROWS_AS(to_time_range(boost::gregorian::date_period(date(2025, 4, 1), date(2025, 3, 1))),
                  error);
  CHECK_THROWS_AS(to_time_range(boost::posix_time::time_period(ptime(date(2025, 4, 1)),
                                                               ptime(date(2025, 3, 1)))),
                  error);
}

#include "xqs/model/decimal.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "catch.hpp"

using xqs::decimal;

static_assert(decimal(4).millionths() == 4'000'000);
static_assert(decimal::parse("0.95")->millionths() == 950'000, "usable at compile time");
static_assert(!decimal::parse("1e-7"));

TEST_CASE("a decimal is read exactly", "[unit]") {
  const std::pair<std::string_view, std::int64_t> expected[] = {
      {"0", 0},
      {"-0", 0},
      {"4", 4'000'000},
      {"+5", 5'000'000},
      {"-1", -1'000'000},
      {"4.50", 4'500'000},
      {"007", 7'000'000},
      {"  2\t", 2'000'000},
      {"5.", 5'000'000},
      {".5", 500'000},
      {"-.5", -500'000},
      {"1e3", 1'000'000'000},
      {"1E+3", 1'000'000'000},
      {"2.5e-1", 250'000},
      {"1e-6", 1},
      {"10e-7", 1},
      {"0.000001", 1},
      {"0e999", 0},
      {"0.0e-999", 0},
      {"999999999", 999'999'999'000'000},
      {"999999999.999999", 999'999'999'999'999},
      {"-999999999.999999", -999'999'999'999'999},
      {"999999999999999e-6", 999'999'999'999'999},
      {"0.000000999e3", 999},
      // Zeros at the end are no precision: PostgreSQL writes numeric quotients with 16 places.
      {"999999999.9999990", 999'999'999'999'999},
      {"4.0000000000000000", 4'000'000},
      {"999999999.99999900000000000000", 999'999'999'999'999},
      {"0.950000000000000000000000000000", 950'000},
  };
  for (const auto& [text, millionths] : expected) {
    INFO("\"" << text << "\"");
    const auto read = decimal::parse(text);
    REQUIRE(read.has_value());
    CHECK(read->millionths() == millionths);
  }
}

TEST_CASE("what is no decimal of six places below 10^9 is not read", "[unit]") {
  const std::string_view refused[] = {
      // not a number
      "", " ", ".", "-", "+", "e5", "-e5", ".e5", "x", "nan", "inf", "-inf", "true", "NA", "4x",
      "--5", "+-5", "-+5", "- 5", "5-", "1 000", "1,5", "1'000", "1_000", "1.2.3", "0x10", "0b1",
      "1e", "1e+", "1e-", "1e1.5", "1e1e1", "1ee1", "1d3", "5\n", "\n5", "\v5",
      // digits and signs beyond ASCII: minus sign, Arabic and full-width digits, no-break space
      "\xe2\x88\x92"
      "5",
      "\xd9\xa5", "\xef\xbc\x95",
      "\xc2\xa0"
      "5",
      // too precise
      "1e-7", "0.0000001", "0.1234567", "999999999.9999999", "1.00000000000000000001", "15e-7",
      "1e-400", "1e-999",
      // too large
      "1000000000", "-1000000000", "1e9", "1e400", "1e999", "1e99999999999999999999",
      "12345678901234567890123", "9223372036854775807", "18446744073709551616"};
  for (const std::string_view text : refused) {
    INFO("\"" << text << "\"");
    CHECK_FALSE(decimal::parse(text).has_value());
  }
  CHECK_FALSE(decimal::parse(std::string_view("5\0", 2)).has_value());
  CHECK_FALSE(decimal::parse(std::string(100'000, '9')).has_value());
  CHECK_FALSE(decimal::parse("0." + std::string(100'000, '0') + "1").has_value());
  CHECK(decimal::parse(std::string(100'000, '0') + "1").value() == decimal(1));
}

// Source: RFC 8785, section 3.2.2.3 (the number format of ECMAScript).
TEST_CASE("a decimal is written in its shortest plain form", "[unit]") {
  const std::pair<std::int64_t, std::string_view> expected[] = {
      {0, "0"},
      {1, "0.000001"},
      {-1, "-0.000001"},
      {100, "0.0001"},
      {500'000, "0.5"},
      {-500'000, "-0.5"},
      {950'000, "0.95"},
      {999'999, "0.999999"},
      {1'000'000, "1"},
      {1'000'001, "1.000001"},
      {1'050'000, "1.05"},
      {4'500'000, "4.5"},
      {100'000'000, "100"},
      {999'999'999'999'999, "999999999.999999"},
      {-999'999'999'999'999, "-999999999.999999"},
  };
  for (const auto& [millionths, text] : expected) {
    INFO(millionths);
    const auto number = decimal::from_millionths(millionths);
    REQUIRE(number.has_value());
    CHECK(number->text() == text);
  }
}

TEST_CASE("millionths must stay below 10^15", "[unit]") {
  CHECK_FALSE(decimal::from_millionths(1'000'000'000'000'000).has_value());
  CHECK_FALSE(decimal::from_millionths(-1'000'000'000'000'000).has_value());
  CHECK_FALSE(decimal::from_millionths(std::numeric_limits<std::int64_t>::max()).has_value());
  CHECK_FALSE(decimal::from_millionths(std::numeric_limits<std::int64_t>::min()).has_value());
}

TEST_CASE("a double is accepted when it is the nearest one of a decimal", "[unit]") {
  const std::pair<double, std::int64_t> expected[] = {
      {0.0, 0},
      {-0.0, 0},
      {0.1, 100'000},
      {0.95, 950'000},
      {-2.5, -2'500'000},
      {1e-6, 1},
      {0.3, 300'000},
      {1.0 / 4, 250'000},
      {123456789.123457, 123'456'789'123'457},
      {999999999.999998, 999'999'999'999'998},
      {999999999.999999, 999'999'999'999'999},
      {-999999999.999999, -999'999'999'999'999},
  };
  for (const auto& [number, millionths] : expected) {
    INFO(number);
    const auto read = decimal::from(number);
    REQUIRE(read.has_value());
    CHECK(read->millionths() == millionths);
    CHECK(read->value() == number);
    CHECK(decimal(number) == *read);
  }
}

TEST_CASE("any other double is refused, never rounded", "[unit]") {
  constexpr double refused[] = {0.1 + 0.2,
                                1.0 / 3,
                                1e-7,
                                5e-7,
                                0.9999999,
                                999999999.9999999,
                                1e9,
                                -1e9,
                                1e300,
                                std::numeric_limits<double>::denorm_min(),
                                std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::quiet_NaN()};
  for (const double number : refused) {
    INFO(number);
    CHECK_FALSE(decimal::from(number).has_value());
    CHECK_THROWS_AS(decimal(number), xqs::error);
  }
}

TEST_CASE("whole numbers beyond 10^9 are refused", "[unit]") {
  CHECK(decimal(999'999'999).millionths() == 999'999'999'000'000);
  CHECK(decimal(-999'999'999).millionths() == -999'999'999'000'000);
  CHECK(decimal::from(std::int64_t{7}).value() == decimal(7));
  CHECK_FALSE(decimal::from(std::int64_t{1'000'000'000}).has_value());
  CHECK_FALSE(decimal::from(std::numeric_limits<std::int64_t>::min()).has_value());
  CHECK_THROWS_AS(decimal(1'000'000'000), xqs::error);
  CHECK_THROWS_AS(decimal(std::numeric_limits<std::int64_t>::min()), xqs::error);
  CHECK_THROWS_AS(decimal(std::numeric_limits<std::uint64_t>::max()), xqs::error);
  try {
    (void)decimal(-1'000'000'000);
    FAIL("accepted");
  } catch (const xqs::error& problem) {
    CHECK(problem.code() == xqs::errc::invalid_argument);
    CHECK(std::string(problem.what()) ==
          "not a decimal below 1000000000 with at most 6 decimal places");
  }
}

TEST_CASE("decimals compare by value", "[unit]") {
  CHECK(decimal() == decimal(0));
  CHECK(decimal::parse("4") == decimal::parse("4.0"));
  CHECK(decimal::parse("4") == decimal::parse("40e-1"));
  CHECK(decimal(-2) < decimal(-1.5));
  CHECK(decimal(-1) < decimal());
  CHECK(decimal(2) < decimal(10));
  CHECK(decimal(0.999999) < decimal(1));
}

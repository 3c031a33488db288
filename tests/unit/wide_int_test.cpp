#include "xqs/tally/wide_int.hpp"

#include <array>
#include <compare>
#include <concepts>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "catch.hpp"

// Literals of this file: integers of Python 3, written as limbs (least significant first) or as
// decimal digits; doubles as float(x).hex() of the same integers.

using xqs::add_overflow;
using xqs::narrow;
using xqs::sub_overflow;
using xqs::to_double;
using xqs::to_string;
using xqs::wide_int;

namespace {

template <int Bits>
using limbs = typename wide_int<Bits>::limb_array;

template <int Bits>
constexpr wide_int<Bits> bits(const limbs<Bits>& value) {
  return wide_int<Bits>::from_limbs(value);
}

constexpr std::uint64_t all = ~std::uint64_t{0};
constexpr std::uint64_t sign = std::uint64_t{1} << 63;
constexpr auto int64_min = std::numeric_limits<std::int64_t>::min();
constexpr wide_int<128> largest = wide_int<128>::from_limbs({all, all >> 1});
constexpr wide_int<128> smallest = wide_int<128>::from_limbs({0, sign});

}  // namespace

static_assert(std::regular<wide_int<128>> && std::totally_ordered<wide_int<384>>);
static_assert(std::three_way_comparable<wide_int<128>, std::strong_ordering>);
static_assert(std::is_trivially_copyable_v<wide_int<512>> && sizeof(wide_int<512>) == 64);
static_assert(std::is_convertible_v<wide_int<128>, wide_int<192>> &&
              !std::is_constructible_v<wide_int<128>, wide_int<192>> &&
              !std::is_constructible_v<wide_int<128>, double>);
static_assert(std::is_same_v<decltype(wide_int<128>() * wide_int<256>()), wide_int<384>> &&
              std::is_same_v<decltype(1 * wide_int<128>()), wide_int<192>>);
static_assert(wide_int<128>(-3) * 5u - 1 == -16, "usable at compile time");

TEST_CASE("wide_int is zero by default", "[unit]") {
  CHECK(wide_int<128>().limbs() == limbs<128>{0, 0});
  CHECK(wide_int<128>().is_zero());
  CHECK_FALSE(wide_int<128>().is_negative());
  CHECK_FALSE(bits<192>({0, 0, 1}).is_zero());
  CHECK(smallest.is_negative());
}

TEST_CASE("wide_int keeps the sign of what it is made from", "[unit]") {
  CHECK(wide_int<192>(-1).limbs() == limbs<192>{all, all, all});
  CHECK(wide_int<192>(int64_min).limbs() == limbs<192>{sign, all, all});
  CHECK(wide_int<192>(sign).limbs() == limbs<192>{sign, 0, 0});
  CHECK(wide_int<192>(all).limbs() == limbs<192>{all, 0, 0});
  CHECK(wide_int<128>(std::int8_t{-128}).limbs() == limbs<128>{0xffffffffffffff80u, all});
  CHECK(wide_int<128>(std::uint8_t{128}).limbs() == limbs<128>{128, 0});
  CHECK(wide_int<128>(4294967295u).limbs() == limbs<128>{0xffffffffu, 0});
  CHECK(wide_int<128>(true).limbs() == limbs<128>{1, 0});
  CHECK(wide_int<256>(smallest).limbs() == limbs<256>{0, sign, all, all});
  CHECK(wide_int<256>(largest).limbs() == limbs<256>{all, all >> 1, 0, 0});
}

TEST_CASE("wide_int carries and borrows across limbs", "[unit]") {
  CHECK((bits<256>({all, all, all, 0}) + 1).limbs() == limbs<256>{0, 0, 0, 1});
  CHECK((bits<256>({all, all, 0, 0}) + bits<256>({all, all, 0, 0})).limbs() ==
        limbs<256>{all - 1, all, 1, 0});
  CHECK((bits<256>({all, 0, 0, 0}) + bits<256>({1, all, 0, 0})).limbs() == limbs<256>{0, 0, 1, 0});
  CHECK((bits<256>({0, 0, 0, 1}) - 1).limbs() == limbs<256>{all, all, all, 0});
  CHECK((bits<256>({0, all, 1, 0}) - bits<256>({1, all, 0, 0})).limbs() ==
        limbs<256>{all, all, 0, 0});
  CHECK((bits<128>({all, 0}) + 1).limbs() == limbs<128>{0, 1});
  CHECK((bits<128>({0, 1}) - 1).limbs() == limbs<128>{all, 0});
  CHECK((1 - bits<128>({2, 0})).limbs() == limbs<128>{all, all});
  CHECK((wide_int<128>(-1) + bits<256>({1, 0, 1, 0})).limbs() == limbs<256>{0, 0, 1, 0});
  CHECK((-bits<192>({0, 0, 1})).limbs() == limbs<192>{0, 0, all});
  CHECK((-bits<192>({5, 0, 0})).limbs() == limbs<192>{all - 4, all, all});
}

TEST_CASE("wide_int wraps where it is not checked", "[unit]") {
  CHECK(largest + 1 == smallest);
  CHECK(smallest - 1 == largest);
  CHECK(-smallest == smallest);
  wide_int<128> doubled = bits<128>({all, all >> 2});
  const wide_int<128>& itself = doubled;
  doubled += itself;
  CHECK(doubled.limbs() == limbs<128>{all - 1, all >> 1});
  doubled -= itself;
  CHECK(doubled.is_zero());
}

TEST_CASE("wide_int is ordered as a signed number", "[unit]") {
  const std::vector<wide_int<192>> ascending = {bits<192>({0, 0, sign}),
                                                bits<192>({all, all, sign}),
                                                bits<192>({0, all, all}),
                                                -2,
                                                -1,
                                                0,
                                                1,
                                                bits<192>({0, 1, 0}),
                                                bits<192>({1, 1, 0}),
                                                bits<192>({0, 2, 0}),
                                                bits<192>({0, 0, 1}),
                                                bits<192>({all, all, all >> 1})};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      INFO("positions " << i << " and " << j);
      CHECK(((ascending[i] <=> ascending[j]) == (i <=> j)));
      CHECK((ascending[i] == ascending[j]) == (i == j));
    }
  }
  CHECK(wide_int<128>(-1) < 0);
  CHECK(0u < largest);
  CHECK(smallest < bits<256>({0, 0, 0, 0}));
}

TEST_CASE("checked sums leave the total alone on overflow", "[unit]") {
  wide_int<128> total = largest;
  CHECK(add_overflow(total, 1));
  CHECK(total == largest);
  CHECK(sub_overflow(total, -1));
  CHECK(total == largest);
  CHECK_FALSE(add_overflow(total, smallest));
  CHECK(total == -1);
  CHECK_FALSE(add_overflow(total, smallest + 1));
  CHECK(total == smallest);
  CHECK(add_overflow(total, -1));
  CHECK(sub_overflow(total, 1));
  CHECK(total == smallest);
  CHECK_FALSE(sub_overflow(total, smallest));
  CHECK(total == 0);
  CHECK(sub_overflow(total, smallest));
  CHECK(total == 0);
  CHECK_FALSE(sub_overflow(total, largest));
  CHECK(total == smallest + 1);
}

TEST_CASE("products are exact", "[unit]") {
  struct product {
    limbs<192> a, b;
    limbs<384> expected;
    std::string digits;
  };
  const std::vector<product> products = {
      {{0, 0, sign},
       {0, 0, sign},
       {0, 0, 0, 0, 0, 0x4000000000000000u},
       "9850501549098619803069760025035903451269934817616361666987073351061430442874302652853566563"
       "721228910201656997576704"},
      {{0, 0, sign},
       {all, all, 0x7fffffffffffffffu},
       {0, 0, sign, 0, 0, 0xc000000000000000u},
       "-985050154909861980306976002503590345126993481761636166698393480019373710249238475814196273"
       "0513177732479424980320256"},
      {{all, all, 0x7fffffffffffffffu},
       {all, all, 0x7fffffffffffffffu},
       {1, 0, 0, all, all, 0x3fffffffffffffffu},
       "9850501549098619803069760025035903451269934817616361666980796249326043762110466863430358897"
       "305126554757192963063809"},
      {{0, 0, sign},
       {all, all, all},
       {0, 0, sign, 0, 0, 0},
       "3138550867693340381917894711603833208051177722232017256448"},
      {{all, all, 0},
       {1, 0, all},
       {all, all, 1, 0, all, all},
       "-115792089237316195423570985008687907852589419931798687112530834793049593217025"},
      {{0, all, all},
       {all, 0, 0},
       {0, 1, all, all, all, all},
       "-340282366920938463444927863358058659840"},
      {{0xa573942498a4a201u, 0x5e6f33d199b1d244u, 0x5452341f19d9de2bu},
       {0xad36101faf4ef616u, 0x23a85c6403d4b041u, 0x358708926c65a6f1u},
       {0xf0ea0da5d20e216u, 0x55b7c3a06d7cf4ceu, 0xd6a5f4ae43f65547u, 0xfb65134a85c45265u,
        0x1ab8ec488d8db7f8u, 0x11a17ef6b8f798d7u},
       "2713635184867462988144722563973733927415161479659699303415353288268543557050104389198651119"
       "983404655093791148007958"},
      {{0x32e97956c6eee6ceu, 0xc5cd34a9c134d60bu, 0x88b2695eb5bc964du},
       {0xf69d17d38a27c10fu, 0x79699af26a4228au, 0x7e17c557e956c114u},
       {0x31985ca9f962d412u, 0x8e5bb6f3f1bcc0c3u, 0xc64732b8fa647eabu, 0xcf5b41be32f8e0du,
        0x7029b95d6734c157u, 0xc53cbbec67eecad1u},
       "-904441615525368540946576785792776347280328508570600161328590661225301964527771829593435845"
       "5077269245406571862502382"},
      {{0x995c798e76f1f242u, 0x80777b16b27919b5u, 0x88d5f18731e515adu},
       {0xfeaf9c6755087e12u, 0xc0bdbcf349dc1c1bu, 0xc0d08fc59d0f79cbu},
       {0xc85d681cee4f84a4u, 0xe5563ec9c62e8b05u, 0x37c20ccd13916f81u, 0x291f35cafc3e1314u,
        0xf0dd163b08aee0ecu, 0x1d696e85f6d0a795u},
       "4526896907730485188654436775734817432596561566803945830789103708753262477432812977109426223"
       "964662515061202023842980"},
      {{0xa43d383b9d065090u, 0x9297bc90c396be2fu, 0x3398c3df3a4932cfu},
       {0xb0c6df973a67afa6u, 0x1061348cf1caa528u, 0xcae7fcb14899bc3bu},
       {0xe8f9c7ba2d1aad60u, 0x45403d969ad42140u, 0x1a87b187b7722958u, 0x25ae36109efd50c9u,
        0x5b2a5df7e0a8c7cbu, 0xf54c8875c4334560u},
       "-164704122708125142097263566259621778987940977504863339526883054997619446132008857076546385"
       "3309372996965308884669088"},
      {{0xfc00df8d5ef64597u, 0xa23b1bd71a085746u, 0x5611fe751e6ea318u},
       {0x141eeaedcf46e97du, 0x492dcd32ef132821u, 0x7ebcaa2ff7b1f610u},
       {0x41a25fdca3e069bbu, 0x4c21e601c3a5f377u, 0x5bbc41e6afd2679cu, 0x78b08bd701ed9541u,
        0xa8244c7fc33ddc9cu, 0x2a9c49ac968b7ceau},
       "6558356065112128810219119256656920667534659210089887040883010809992494418008687737949883601"
       "615636206024438033967547"},
      {{0x45b6665dd949da2bu, 0x7e0e5a3d684733a7u, 0x11368edbb71703a0u},
       {0x136776bab0aa5150u, 0xffe0d7e5b3556ce4u, 0xc55c3fb2012c82d2u},
       {0xe19e155ab5a9c870u, 0xa12add6a7a49bf60u, 0x3576908258fdbcf2u, 0xb96f2b45f5e0b11u,
        0x9680cbb5b57c74eau, 0xfc0ea0f718ef19feu},
       "-606861136518593525699940840932907914861657887762872469045426220673792143247355165282876291"
       "540484931129010464110480"},
  };
  for (const product& p : products) {
    CHECK((bits<192>(p.a) * bits<192>(p.b)).limbs() == p.expected);
    CHECK((bits<192>(p.b) * bits<192>(p.a)).limbs() == p.expected);
    CHECK(to_string(bits<192>(p.a) * bits<192>(p.b)) == p.digits);
  }
}

TEST_CASE("products of factors of different widths are exact", "[unit]") {
  CHECK(to_string(largest * all) == "3138550867693340381747753528143363976301043674442423599105");
  CHECK(to_string(all * smallest) == "-3138550867693340381747753528143363976319490418516133150720");
  CHECK(to_string(smallest * int64_min) ==
        "1569275433846670190958947355801916604025588861116008628224");
  CHECK(to_string(int64_min * largest) ==
        "-1569275433846670190958947355801916604016365489079153852416");
  CHECK(to_string(wide_int<128>(-5) * 7u) == "-35");
  CHECK(to_string(wide_int<128>(-5) * -7) == "35");
  CHECK(
      to_string(smallest * bits<256>({0, 0, 0, sign})) ==
      "9850501549098619803069760025035903451269934817616361666987073351061430442874302652853566563"
      "721228910201656997576704");
  CHECK(
      to_string(bits<256>({0, 0, 0, sign}) * largest) ==
      "-985050154909861980306976002503590345121203877299770356927528785855708648894766766052074628"
      "1701500118197700432756736");
  CHECK(to_string(wide_int<128>(-3) * bits<256>({0x1000000000000000u, 0xd762422c946590d9u,
                                                 0x4f2726179a224501u, 0x9fu})) ==
        "-3000000000000000000000000000000000000000000000000000000000000");
}

TEST_CASE("narrow refuses what does not fit", "[unit]") {
  CHECK(narrow<128>(wide_int<192>(-7)) == -7);
  CHECK(narrow<128>(wide_int<384>(largest)) == largest);
  CHECK(narrow<128>(wide_int<384>(smallest)) == smallest);
  CHECK_THROWS_AS(narrow<128>(wide_int<192>(largest) + 1), xqs::error);
  CHECK_THROWS_AS(narrow<128>(wide_int<192>(smallest) - 1), xqs::error);
  CHECK_THROWS_AS(narrow<128>(bits<256>({0, 0, 0, 1})), xqs::error);
  try {
    (void)narrow<192>(bits<256>({0, 0, 0, sign}));
    FAIL("nothing was thrown");
  } catch (const xqs::error& thrown) {
    CHECK(thrown.code() == xqs::errc::overflow);
    CHECK(std::string(thrown.what()).find("192 bits") != std::string::npos);
  }
}

TEST_CASE("to_double rounds once, ties to even", "[unit]") {
  struct rounding {
    limbs<128> value;
    double expected;
  };
  const std::vector<rounding> roundings = {
      {{0, 0}, 0.0},
      {{1, 0}, 0x1p+0},
      {{all, all}, -0x1p+0},
      {{0x1fffffffffffffu, 0}, 0x1.fffffffffffffp+52},
      {{0x20000000000000u, 0}, 0x1p+53},
      {{0x20000000000001u, 0}, 0x1p+53},
      {{0x20000000000002u, 0}, 0x1.0000000000001p+53},
      {{0x20000000000003u, 0}, 0x1.0000000000002p+53},
      {{0xffdfffffffffffffu, all}, -0x1p+53},
      {{0xffdffffffffffffdu, all}, -0x1.0000000000002p+53},
      {{all, 0}, 0x1p+64},
      {{0x7fffffffffffffffu, 0}, 0x1p+63},
      {{0x800u, 1}, 0x1p+64},
      {{0x801u, 1}, 0x1.0000000000001p+64},
      {{0x1800u, 1}, 0x1.0000000000002p+64},
      {{0x17ffu, 1}, 0x1.0000000000001p+64},
      {{all, 0x7fffffffffffffffu}, 0x1p+127},
      {{0, sign}, -0x1p+127},
      {{0, 0x4000000000000200u}, 0x1p+126},
      {{1, 0x4000000000000200u}, 0x1.0000000000001p+126},
      {{0, 0x4000000000000600u}, 0x1.0000000000002p+126},
      {{all, 0xbffffffffffffdffu}, -0x1.0000000000001p+126},
  };
  for (const rounding& r : roundings) {
    INFO(to_string(bits<128>(r.value)));
    CHECK(to_double(bits<128>(r.value)) == r.expected);
    CHECK(to_double(wide_int<192>(bits<128>(r.value))) == r.expected);
  }
}

TEST_CASE("to_double sees every bit of a wide total", "[unit]") {
  struct rounding {
    limbs<384> value;
    double expected;
  };
  const std::vector<rounding> roundings = {
      {{all, all, all, all, all, 0x7fffffffffffffffu}, 0x1p+383},
      {{0, 0, 0, 0, 0, sign}, -0x1p+383},
      {{0, 0, 0, 0, 0, 0x4000000000000200u}, 0x1p+382},
      {{1, 0, 0, 0, 0, 0x4000000000000200u}, 0x1.0000000000001p+382},
      {{0, 0, 0, 0, 0, 0x4000000000000600u}, 0x1.0000000000002p+382},
      {{all, all, all, all, all, 0xbffffffffffffdffu}, -0x1.0000000000001p+382},
      {{sign, 0, 0x80000u, 0x100u, 0, 0}, 0x1.0000000000001p+200},
      {{0, 0, 0x80000u, 0x100u, 0, 0}, 0x1p+200},
      {{0, 1, 0x80000u, 0x100u, 0, 0}, 0x1.0000000000001p+200},
      {{0, 0xfffffff800000000u, 0x1ffffffu, 0, 0, 0}, 0x1p+153},
  };
  for (const rounding& r : roundings) {
    INFO(to_string(bits<384>(r.value)));
    CHECK(to_double(bits<384>(r.value)) == r.expected);
  }
  limbs<1024> widest{};
  widest.back() = sign;
  CHECK(to_double(bits<1024>(widest)) == -0x1p+1023);
  CHECK(to_double(bits<1024>(widest) - 1) == 0x1p+1023);
}

TEST_CASE("to_string writes decimal digits", "[unit]") {
  CHECK(to_string(wide_int<128>()) == "0");
  CHECK(to_string(wide_int<128>(-1)) == "-1");
  CHECK(to_string(wide_int<256>(100)) == "100");
  CHECK(to_string(bits<128>({0x8ac7230489e7ffffu, 0})) == "9999999999999999999");
  CHECK(to_string(bits<128>({0x8ac7230489e80000u, 0})) == "10000000000000000000");
  CHECK(to_string(bits<128>({0x8ac7230489e80001u, 0})) == "10000000000000000001");
  CHECK(to_string(bits<128>({0x7538dcfb76180000u, all})) == "-10000000000000000000");
  CHECK(to_string(bits<128>({0x98a224000000000u, 0x4b3b4ca85a86c47au})) ==
        "100000000000000000000000000000000000000");
  CHECK(to_string(bits<128>({all, 0x7fffffffffffffffu})) ==
        "170141183460469231731687303715884105727");
  CHECK(to_string(bits<128>({0, sign})) == "-170141183460469231731687303715884105728");
  CHECK(to_string(bits<128>({0x98a224000000007u, 0x4b3b4ca85a86c47au})) ==
        "100000000000000000000000000000000000007");
  CHECK(to_string(bits<192>({all, all, 0x7fffffffffffffffu})) ==
        "3138550867693340381917894711603833208051177722232017256447");
  CHECK(to_string(bits<384>({0, 0, 0, 0, 0, sign})) ==
        "-19701003098197239606139520050071806902539869635232723333974146702122860885748605305707133"
        "127442457820403313995153408");
  CHECK(to_string(bits<192>({0xac75ddc000000000u, 0xc8c6e8031f2e6102u, 0xd737834a3765da8du})) ==
        "-1000000000000000000100000000000000000000000000000000000000");
}

TEST_CASE("divide_round_half_even rounds ties to even", "[unit]") {
  struct division {
    limbs<128> numerator;
    std::uint64_t denominator;
    limbs<128> expected;
  };
  const std::vector<division> divisions = {
      {{0, 0}, 1u, {0, 0}},
      {{1, 0}, 2u, {0, 0}},
      {{3, 0}, 2u, {2, 0}},
      {{5, 0}, 2u, {2, 0}},
      {{7, 0}, 2u, {4, 0}},
      {{1, 0}, 3u, {0, 0}},
      {{2, 0}, 3u, {1, 0}},
      {{0xau, 0}, 4u, {2, 0}},
      {{0xeu, 0}, 4u, {4, 0}},
      {{9, 0}, 6u, {2, 0}},
      {{0xfu, 0}, 6u, {2, 0}},
      {{all, 0x7fffffffffffffffu}, 1u, {all, 0x7fffffffffffffffu}},
      {{all, 0x7fffffffffffffffu}, 2u, {0, 0x4000000000000000u}},
      {{all, 0x7fffffffffffffffu}, 18446744073709551615u, {sign, 0}},
      {{all, 0x7fffffffffffffffu}, 18446744073709551614u, {0x8000000000000001u, 0}},
      {{all, 0x7fffffffffffffffu}, 9223372036854775809u, {0xfffffffffffffffeu, 0}},
      {{all, 0}, 18446744073709551615u, {1, 0}},
      {{0x7fffffffffffffffu, 0}, 18446744073709551615u, {0, 0}},
      {{sign, 0}, 18446744073709551615u, {1, 0}},
      {{sign, 0}, 18446744073709551615u, {1, 0}},
      {{sign, 0}, 9223372036854775808u, {1, 0}},
      {{0xc000000000000000u, 0}, 9223372036854775808u, {2, 0}},
      {{0x4000000000000000u, 1}, 9223372036854775808u, {2, 0}},
      {{0x4000000000000001u, 1}, 9223372036854775808u, {3, 0}},
      {{0x70000000000u, 0}, 9u, {0xc71c71c71cu, 0}},
      {{0x7b0000000000u, 0}, 1000u, {0x1f7ced9168u, 0}},
      {{0xf423f0000000000u, 0}, 1000000u, {0xffffef3908u, 0}},
      {{0xf42400000000001u, 0}, 3u, {0x516155555555556u, 0}},
      {{0x1f0ad20000000000u, 0xab54a98cebu}, 9876543210987654321u, {0x13fffffcf14u, 0}},
  };
  for (const division& d : divisions) {
    INFO(to_string(bits<128>(d.numerator)) << " / " << d.denominator);
    CHECK(xqs::detail::divide_round_half_even(bits<128>(d.numerator), d.denominator).limbs() ==
          d.expected);
  }
}

#if defined(__SIZEOF_INT128__)

namespace {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

limbs<128> limbs_of(uint128 value) {
  return {static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(value >> 64)};
}

/// Limbs of every length, often with long runs of equal bits, where carries go wrong.
std::uint64_t random_limb(std::mt19937_64& random) {
  const std::uint64_t limb = random() >> random() % 64;
  return random() % 2 == 0 ? limb : ~limb;
}

}  // namespace

TEST_CASE("wide_int<128> agrees with the integer type of the compiler", "[unit]") {
  constexpr std::uint64_t seed = 20260117;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2000; ++round) {
    const limbs<128> a_limbs = {random_limb(random), random_limb(random)};
    const limbs<128> b_limbs = {random_limb(random), random_limb(random)};
    const uint128 u = static_cast<uint128>(a_limbs[1]) << 64 | a_limbs[0];
    const uint128 v = static_cast<uint128>(b_limbs[1]) << 64 | b_limbs[0];
    const wide_int<128> a = bits<128>(a_limbs);
    const wide_int<128> b = bits<128>(b_limbs);
    const auto s = static_cast<int128>(u);
    const auto t = static_cast<int128>(v);
    CAPTURE(round, a_limbs, b_limbs);

    REQUIRE((a + b).limbs() == limbs_of(u + v));
    REQUIRE((a - b).limbs() == limbs_of(u - v));
    REQUIRE((-a).limbs() == limbs_of(-u));
    REQUIRE(((a <=> b) == (s <=> t)));
    REQUIRE(to_double(a) == static_cast<double>(s));

    int128 ignored = 0;
    wide_int<128> total = a;
    const bool sum_fits = !__builtin_add_overflow(s, t, &ignored);
    REQUIRE(add_overflow(total, b) == !sum_fits);
    REQUIRE(total.limbs() == limbs_of(sum_fits ? u + v : u));
    total = a;
    const bool difference_fits = !__builtin_sub_overflow(s, t, &ignored);
    REQUIRE(sub_overflow(total, b) == !difference_fits);
    REQUIRE(total.limbs() == limbs_of(difference_fits ? u - v : u));

    const auto product = (a * b).limbs();
    REQUIRE(limbs<128>{product[0], product[1]} == limbs_of(u * v));
    const auto x = static_cast<std::int64_t>(a_limbs[0]);
    const std::uint64_t y = b_limbs[0];
    REQUIRE(narrow<128>(wide_int<128>(x) * y).limbs() ==
            limbs_of(static_cast<uint128>(static_cast<int128>(x) * y)));

    const std::uint64_t denominator = y == 0 ? 1 : y;
    const uint128 numerator = u >> 1;
    const uint128 twice = numerator % denominator * 2;
    const uint128 quotient = numerator / denominator;
    const bool up = twice > denominator || (twice == denominator && quotient % 2 == 1);
    REQUIRE(
        xqs::detail::divide_round_half_even(bits<128>(limbs_of(numerator)), denominator).limbs() ==
        limbs_of(quotient + (up ? 1 : 0)));
  }
}

#endif

#include "engine/code_lookup.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "xqs/model/definition_json.hpp"

using namespace xqs;
using engine::code_lookup;

namespace {

definition of_scales(const std::string& requirement, const std::string& satisfaction) {
  return parse_definition(R"({"xqs": 1, "name": "codes", "version": "1", "items": [{"id": "a"}],
      "confidentiality": "identified", "requirement": )" +
                          requirement + R"(, "satisfaction": )" + satisfaction + "}");
}

}  // namespace

TEST_CASE("code lookup: points of common codes, on any machine") {
  // Requirements from 0 on, of which 0 leaves an answer out; satisfaction 1 to 3.
  const definition d =
      of_scales(R"({"rating": {"min": 0, "max": 2}})", R"({"rating": {"min": 1, "max": 3}})");
  const code_lookup codes(d);
  const std::uint8_t none = code_lookup::no_answer;
  std::vector<std::uint8_t> requirements, satisfactions;
  for (std::uint8_t r = 0; r < code_lookup::positions; ++r)
    for (std::uint8_t s = 0; s < code_lookup::positions; ++s) {
      requirements.push_back(r);
      satisfactions.push_back(s);
    }
  std::vector<std::uint8_t> found(requirements.size());
  const bool wide = GENERATE(false, engine::has_wide_registers());
  CAPTURE(wide);
  CHECK_FALSE(
      codes.find({requirements.data()}, {satisfactions.data()}, found.size(), found.data(), wide));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::uint8_t r = requirements[i], s = satisfactions[i];
    CAPTURE(+r, +s);
    const bool on_scale = (r <= 2 || r == none) && ((s >= 1 && s <= 3) || s == none);
    REQUIRE((found[i] < codes.unknown()) == on_scale);
    CHECK(found[i] == codes.kind(r, s));
  }
  const auto points = [&](std::uint8_t r, std::uint8_t s) {
    return codes.kinds()[codes.kind(r, s)];
  };
  CHECK(points(2, 3).requirement == 2);
  CHECK(points(2, 3).satisfaction == 2);  // no more than required
  CHECK_FALSE(points(2, 3).excluded);
  CHECK(points(1, none).excluded == exclusion::no_answer);
  CHECK(points(none, 3).excluded == exclusion::no_answer);
  CHECK(points(0, 1).excluded == exclusion::zero_requirement);
}

TEST_CASE("code lookup: any number of answers") {
  const definition d =
      of_scales(R"({"rating": {"min": 1, "max": 5}})", R"({"rating": {"min": 1, "max": 5}})");
  const code_lookup codes(d);
  const bool wide = GENERATE(false, engine::has_wide_registers());
  for (const std::size_t count : {0u, 1u, 31u, 32u, 33u, 64u, 100u}) {
    CAPTURE(wide, count);
    std::vector<std::uint8_t> codes_of(count, 4), found(count + 1, 99);
    CHECK(codes.find({codes_of.data()}, {codes_of.data()}, count, found.data(), wide));
    for (std::size_t i = 0; i < count; ++i) CHECK(found[i] == codes.kind(4, 4));
    CHECK(found[count] == 99);
    if (count == 0) continue;
    codes_of.back() = code_lookup::other;
    CHECK_FALSE(codes.find({codes_of.data()}, {codes_of.data()}, count, found.data(), wide));
    CHECK(found[count - 1] == codes.unknown());
  }
}

TEST_CASE("code lookup: bytes of codes where they stand") {
  const definition d =
      of_scales(R"({"rating": {"min": 0, "max": 10}})", R"({"rating": {"min": 0, "max": 10}})");
  const code_lookup codes(d);
  const bool wide = GENERATE(false, engine::has_wide_registers());
  CAPTURE(wide);
  std::vector<std::uint8_t> bytes, tens(256, 10), found(256);
  for (unsigned byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<std::uint8_t>(byte));
  const code_lookup::code_positions on_scale{tens.data(), code_lookup::other};
  const code_lookup::code_positions any{bytes.data(), code_lookup::other};
  CHECK(codes.find(on_scale, any, 11, found.data(), wide));
  for (std::int64_t s = 0; s <= 10; ++s) {
    const answer_points& points = codes.kinds()[found[static_cast<std::size_t>(s)]];
    CHECK(points.requirement == 10);
    CHECK(points.satisfaction == s);
  }
  CHECK_FALSE(codes.find(on_scale, any, 256, found.data(), wide));
  for (std::size_t byte = 11; byte < 256; ++byte) CHECK(found[byte] == codes.unknown());
  CHECK_FALSE(codes.find(any, on_scale, 256, found.data(), wide));
  for (std::size_t byte = 11; byte < 256; ++byte) CHECK(found[byte] == codes.unknown());
}

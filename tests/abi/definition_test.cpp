#include <string>

#include "abi.hpp"

using namespace abi;

namespace {

std::string hex(const std::uint8_t (&bytes)[16]) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace

TEST_CASE("abi: what a definition says of itself", "[abi]") {
  const definition d = parse(hand_made("", three_items));
  std::uint32_t count = 0;
  REQUIRE(xqs_definition_item_count(d.get(), &count, nullptr) == XQS_OK);
  CHECK(count == 3);
  char id[8];
  size_t size = 0;
  REQUIRE(xqs_definition_item_id(d.get(), 0, id, sizeof id, &size, nullptr) == XQS_OK);
  CHECK(std::string(id) == "b");  // as in the file
  std::uint32_t item = 9;
  REQUIRE(xqs_definition_find_item(d.get(), "c", 1, &item, nullptr) == XQS_OK);
  CHECK(item == 2);
  xqs_error error = new_error();
  CHECK(xqs_definition_find_item(d.get(), "no", 2, &item, &error) == XQS_INVALID_DATA);
  CHECK(std::string(error.column) == "item");
  CHECK(std::string(error.value) == "no");
  CHECK(item == 2);
  CHECK(xqs_definition_item_id(d.get(), 3, id, sizeof id, &size, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 2);
  CHECK(std::string(error.message) == "item is 3; there are 3");

  REQUIRE(xqs_definition_band_count(d.get(), &count, nullptr) == XQS_OK);
  CHECK(count == 4);
  char band[32];
  REQUIRE(xqs_definition_band_id(d.get(), 3, band, sizeof band, &size, nullptr) == XQS_OK);
  CHECK(std::string(band) == "best_practice");
  CHECK(xqs_definition_band_id(d.get(), 4, band, sizeof band, &size, nullptr) ==
        XQS_INVALID_ARGUMENT);
}

TEST_CASE("abi: fingerprints", "[abi]") {
  const definition d = parse(hand_made());
  const definition renamed = parse(hand_made(R"(, "level": 0.9)"));
  std::uint8_t whole[16];
  std::uint8_t of_tally[16];
  std::uint8_t other[16];
  REQUIRE(xqs_definition_fingerprint(d.get(), whole, nullptr) == XQS_OK);
  REQUIRE(xqs_definition_fingerprint(renamed.get(), other, nullptr) == XQS_OK);
  CHECK(hex(whole) != hex(other));
  REQUIRE(xqs_definition_tally_fingerprint(d.get(), of_tally, nullptr) == XQS_OK);
  REQUIRE(xqs_definition_tally_fingerprint(renamed.get(), other, nullptr) == XQS_OK);
  CHECK(hex(of_tally) == hex(other));
  CHECK(hex(of_tally) != hex(whole));

  std::string text(64, ' ');
  size_t size = 0;
  REQUIRE(xqs_definition_provenance(d.get(), text.data(), text.size(), &size, nullptr) == XQS_OK);
  CHECK(text.substr(0, size) == "hand_made@1#" + hex(whole));
}

TEST_CASE("abi: a definition is itself again as JSON", "[abi]") {
  xqs_definition* preset = nullptr;
  REQUIRE(xqs_definition_preset("sqr", 3, &preset, nullptr) == XQS_OK);
  const definition d(preset);
  size_t size = 0;
  REQUIRE(xqs_definition_json(d.get(), nullptr, 0, &size, nullptr) == XQS_OK);
  std::string json(size + 1, ' ');
  REQUIRE(xqs_definition_json(d.get(), json.data(), json.size(), &size, nullptr) == XQS_OK);
  const definition again = parse(json.substr(0, size));
  std::uint8_t a[16];
  std::uint8_t b[16];
  REQUIRE(xqs_definition_fingerprint(d.get(), a, nullptr) == XQS_OK);
  REQUIRE(xqs_definition_fingerprint(again.get(), b, nullptr) == XQS_OK);
  CHECK(hex(a) == hex(b));
}

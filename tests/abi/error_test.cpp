#include <cstring>
#include <string>

#include "abi.hpp"

using namespace abi;

namespace {

/// Fails, with a message.
xqs_status fail(xqs_error* error) {
  xqs_definition* d = nullptr;
  return xqs_definition_preset("no such", 7, &d, error);
}

xqs_error filled(std::uint32_t struct_size) {
  xqs_error error;
  std::memset(&error, 'x', sizeof error);
  error.struct_size = struct_size;
  return error;
}

}  // namespace

TEST_CASE("abi: versions and names", "[abi]") {
  CHECK(std::string(xqs_version()) == "0.1.0");
  CHECK(xqs_abi_version() == XQS_ABI_VERSION);
  CHECK(std::string(xqs_status_name(XQS_OK)) == "XQS_OK");
  CHECK(std::string(xqs_status_name(-11)) == "XQS_INTERNAL");
  for (xqs_status status = -11; status <= 0; ++status)
    CHECK(std::string(xqs_status_name(status)).substr(0, 4) == "XQS_");
  CHECK(std::string(xqs_status_name(1)) == "unknown status");
  CHECK(std::string(xqs_status_name(-12)) == "unknown status");
}

TEST_CASE("abi: status codes are those of the header, for good", "[abi]") {
  CHECK(XQS_INVALID_ARGUMENT == -1);
  CHECK(XQS_INVALID_DEFINITION == -2);
  CHECK(XQS_INVALID_QUERY == -3);
  CHECK(XQS_INVALID_DATA == -4);
  CHECK(XQS_INCOMPATIBLE == -5);
  CHECK(XQS_OVERFLOW == -6);
  CHECK(XQS_REFUSED == -7);
  CHECK(XQS_INVALID_BYTES == -8);
  CHECK(XQS_OUT_OF_MEMORY == -9);
  CHECK(XQS_BUFFER_TOO_SMALL == -10);
  CHECK(XQS_INTERNAL == -11);
}

TEST_CASE("abi: an error struct of any size is filled in as far as it goes", "[abi]") {
  xqs_error whole = filled(sizeof whole);
  REQUIRE(fail(&whole) == XQS_INVALID_ARGUMENT);
  CHECK(whole.struct_size == sizeof whole);
  CHECK(whole.argument == 1);
  CHECK(whole.row == -1);
  CHECK(std::string(whole.column).empty());
  CHECK(std::string(whole.value).empty());
  CHECK_THAT(std::string(whole.message), contains("there is no preset \"no such\""));

  xqs_error small = filled(offsetof(xqs_error, column));  // of a version without texts
  REQUIRE(fail(&small) == XQS_INVALID_ARGUMENT);
  CHECK(small.row == -1);
  CHECK(small.column[0] == 'x');
  CHECK(small.message[0] == 'x');

  xqs_error none = filled(0);
  REQUIRE(fail(&none) == XQS_INVALID_ARGUMENT);
  CHECK(none.argument != 0);
  CHECK(none.message[0] == 'x');

  struct {
    xqs_error known;
    char later[16];
  } large{filled(sizeof large), "untouched"};
  REQUIRE(fail(&large.known) == XQS_INVALID_ARGUMENT);
  CHECK_THAT(std::string(large.known.message), contains("no such"));
  CHECK(std::string(large.later) == "untouched");
}

TEST_CASE("abi: an error is written by failures only", "[abi]") {
  xqs_error error = filled(sizeof error);
  std::uint32_t count = 0;
  const definition d = parse(hand_made());
  REQUIRE(xqs_definition_item_count(d.get(), &count, &error) == XQS_OK);
  CHECK(error.message[0] == 'x');
}

TEST_CASE("abi: the argument at fault is named", "[abi]") {
  xqs_error error = new_error();
  CHECK(fail(&error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 1);
  CHECK(std::string(error.message).starts_with("name: "));
  CHECK(std::string(error.message).find("employee_experience") != std::string::npos);
  const definition d = parse(hand_made());
  tally good(d, XQS_POOLED);
  tally bad(d, XQS_POOLED);
  bad.data()[0] = 0x55;
  CHECK(xqs_tally_merge_disjoint(good.data(), good.size(), bad.data(), bad.size(), &error) ==
        XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 3);
  CHECK(xqs_tally_subtract(bad.data(), bad.size(), good.data(), good.size(), &error) ==
        XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 1);
}

TEST_CASE("abi: a long message is cut between characters", "[abi]") {
  const std::string name(400, '\xc3');  // no UTF-8, so not this
  xqs_definition* d = nullptr;
  xqs_error error = new_error();
  CHECK(xqs_definition_preset(name.data(), name.size(), &d, &error) == XQS_INVALID_ARGUMENT);
  CHECK(std::string(error.message) == "name is not UTF-8");
  CHECK(error.argument == 1);

  // 14 bytes before the name, so that one of 2 bytes a letter ends within a letter at 511
  std::string letters = "x";
  for (int i = 0; i < 400; ++i) letters += "\xc3\xa9";
  for (const std::string& text : {letters, letters.substr(1)}) {
    REQUIRE(xqs_definition_preset(text.data(), text.size(), &d, &error) == XQS_INVALID_ARGUMENT);
    const std::string message = error.message;
    CHECK(message.size() <= 511);
    CHECK(message.size() >= 510);
    CHECK(message.back() == '\xa9');
  }
}

TEST_CASE("abi: bad text in", "[abi]") {
  xqs_definition* d = nullptr;
  xqs_error error = new_error();
  CHECK(xqs_definition_parse("{\"\xff\": 1}", 8, &d, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 1);
  CHECK(xqs_definition_parse("{}", 2, &d, &error) == XQS_INVALID_DEFINITION);
  CHECK_THAT(std::string(error.message), contains("xqs"));
  CHECK(d == nullptr);
}

TEST_CASE("abi: text out", "[abi]") {
  const definition d = parse(hand_made());
  size_t size = 0;
  REQUIRE(xqs_definition_provenance(d.get(), nullptr, 0, &size, nullptr) == XQS_OK);
  CHECK(size == std::string("hand_made@1#").size() + 32);
  std::string buffer(size + 2, 'x');
  CHECK(xqs_definition_provenance(d.get(), buffer.data(), size, &size, nullptr) ==
        XQS_BUFFER_TOO_SMALL);
  CHECK(buffer == std::string(size + 2, 'x'));
  CHECK(xqs_definition_provenance(d.get(), buffer.data(), 0, &size, nullptr) ==
        XQS_BUFFER_TOO_SMALL);
  REQUIRE(xqs_definition_provenance(d.get(), buffer.data(), size + 1, &size, nullptr) == XQS_OK);
  CHECK(buffer.substr(0, 12) == "hand_made@1#");
  CHECK(buffer[size] == '\0');
  CHECK(buffer[size + 1] == 'x');
  xqs_error error = new_error();
  CHECK(xqs_definition_json(d.get(), nullptr, 1, &size, &error) == XQS_INVALID_ARGUMENT);
  CHECK(error.argument == 2);
}

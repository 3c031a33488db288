#include "xqs/detail/sha256.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.hpp"

using xqs::detail::sha256;

namespace {

std::string hex_digest(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : sha256(bytes)) {
    text.push_back(digits[byte / 16]);
    text.push_back(digits[byte % 16]);
  }
  return text;
}

/// Bytes i * 7 + 130 modulo 256, so that both halves of the byte range occur.
std::string pattern(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) {
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(i * 7 + 130)));
  }
  return bytes;
}

}  // namespace

// Source: NIST, examples with intermediate values for SHA-256 and CAVP test vectors.
TEST_CASE("sha256 gives the published digests", "[unit]") {
  CHECK(hex_digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hex_digest("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                   "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(hex_digest(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Source: hashlib.sha256(bytes((i * 7 + 130) % 256 for i in range(size))) of Python.
TEST_CASE("sha256 pads messages of any length", "[unit]") {
  const std::vector<std::pair<std::size_t, std::string>> expected = {
      {1, "a5ab782c805e8bfbe34cb65742a0471cf5a53a97f0a1160ab6cccbb64c9131ce"},
      {55, "e6453b5a4f1866058380aa850a1e92c258b4c4f988081ddfc5c70ed26fd954d9"},
      {56, "c6a0e17a1ad19e3680a54b04ccdc8d67c13b196db052edb9a6ec696a4f06e943"},
      {57, "67007f6830e9bf87783634d8cf81d1f11f64b27aafa7f6f48a9159c75a1cd8b0"},
      {63, "c548cca9b4e5e339686229f4535a03a818c6d7e9fed3affb3c4fd33aa2279590"},
      {64, "98a1f58b45f83d3f4a0f352b40aed5dd867c9bee75f4f917f1508ded8b92c1b3"},
      {65, "de76beedbe97772779333045f33dee6c376d68bc10ef5a108b7f5d6fd360af09"},
      {119, "95591329b89f00889a4e10a88c662628dd77d80d7dc0651046d9b2dced5d9c1e"},
      {120, "e1a7f3dea30f86f6a6f4577eb4d85b6f53e183527e2f616a35851c0460175363"},
      {127, "1c886112dac91ea39e691c92f2d0f08160392df3c21eb7da564c564f954f9411"},
      {128, "741c1389329db4f5fa8a9c34b5526e6b8b53b90c49abc9a5414d6de5a1151699"},
      {129, "1e6572f0f4212e6f730517a0ba980ab2dd36dd772c54071a9a16e0f9a5d9cc82"},
      {1000, "45e46370674be3dc2431b4d400c40ed18427ef54649437fad85f9d09d1ebcab2"},
  };
  for (const auto& [size, digest] : expected) {
    INFO("size " << size);
    CHECK(hex_digest(pattern(size)) == digest);
  }
}

// Source: hashlib.sha256 of Python.
TEST_CASE("sha256 reads zero bytes like any others", "[unit]") {
  CHECK(hex_digest(std::string_view("a\0b", 3)) ==
        "59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138");
  CHECK(hex_digest(std::string(64, '\0')) ==
        "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
}

static_assert(sha256("abc")[0] == 0xba && sha256("abc")[31] == 0xad, "usable at compile time");

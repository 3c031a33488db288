#include "xqs/detail/utf8.hpp"

#include <string>
#include <string_view>

#include "catch.hpp"

using namespace std::string_view_literals;
using xqs::detail::utf8_error_at;

namespace {

constexpr std::size_t none = std::string_view::npos;

static_assert(utf8_error_at("") == none);
static_assert(utf8_error_at("plain text, longer than eight bytes") == none);
static_assert(utf8_error_at("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") == none);
static_assert(utf8_error_at("caf\xE9") == 3);

}  // namespace

// Bounds and errors are those of The Unicode Standard 15.0, section 3.9, table 3-7.

TEST_CASE("utf8: ASCII of every length is valid, NUL and DEL included", "[unit]") {
  const std::string text(40, 'a');
  for (std::size_t size = 0; size <= text.size(); ++size) {
    CHECK(utf8_error_at(std::string_view(text).substr(0, size)) == none);
  }
  CHECK(utf8_error_at("\0\x01\x7F"sv) == none);
}

TEST_CASE("utf8: the first and last code point of every row of the table are valid", "[unit]") {
  CHECK(utf8_error_at("\xC2\x80") == none);          // U+0080
  CHECK(utf8_error_at("\xDF\xBF") == none);          // U+07FF
  CHECK(utf8_error_at("\xE0\xA0\x80") == none);      // U+0800
  CHECK(utf8_error_at("\xE0\xBF\xBF") == none);      // U+0FFF
  CHECK(utf8_error_at("\xE1\x80\x80") == none);      // U+1000
  CHECK(utf8_error_at("\xEC\xBF\xBF") == none);      // U+CFFF
  CHECK(utf8_error_at("\xED\x80\x80") == none);      // U+D000
  CHECK(utf8_error_at("\xED\x9F\xBF") == none);      // U+D7FF
  CHECK(utf8_error_at("\xEE\x80\x80") == none);      // U+E000
  CHECK(utf8_error_at("\xEF\xBF\xBF") == none);      // U+FFFF
  CHECK(utf8_error_at("\xF0\x90\x80\x80") == none);  // U+10000
  CHECK(utf8_error_at("\xF0\xBF\xBF\xBF") == none);  // U+3FFFF
  CHECK(utf8_error_at("\xF1\x80\x80\x80") == none);  // U+40000
  CHECK(utf8_error_at("\xF3\xBF\xBF\xBF") == none);  // U+FFFFF
  CHECK(utf8_error_at("\xF4\x80\x80\x80") == none);  // U+100000
  CHECK(utf8_error_at("\xF4\x8F\xBF\xBF") == none);  // U+10FFFF
}

TEST_CASE("utf8: overlong forms are refused", "[unit]") {
  CHECK(utf8_error_at("a\xC0\x80") == 1);
  CHECK(utf8_error_at("a\xC0\xAF") == 1);
  CHECK(utf8_error_at("a\xC1\xBF") == 1);
  CHECK(utf8_error_at("a\xE0\x80\xAF") == 1);
  CHECK(utf8_error_at("a\xE0\x9F\xBF") == 1);
  CHECK(utf8_error_at("a\xF0\x80\x80\xAF") == 1);
  CHECK(utf8_error_at("a\xF0\x8F\xBF\xBF") == 1);
}

TEST_CASE("utf8: surrogates and code points above U+10FFFF are refused", "[unit]") {
  CHECK(utf8_error_at("ab\xED\xA0\x80") == 2);      // U+D800
  CHECK(utf8_error_at("ab\xED\xBF\xBF") == 2);      // U+DFFF
  CHECK(utf8_error_at("ab\xF4\x90\x80\x80") == 2);  // U+110000
  CHECK(utf8_error_at("ab\xF5\x80\x80\x80") == 2);
  CHECK(utf8_error_at("ab\xF8\x88\x80\x80\x80") == 2);
  CHECK(utf8_error_at("ab\xFE") == 2);
  CHECK(utf8_error_at("ab\xFF") == 2);
}

TEST_CASE("utf8: stray continuation bytes and sequences cut short are refused", "[unit]") {
  CHECK(utf8_error_at("\x80") == 0);
  CHECK(utf8_error_at("abc\xBF") == 3);
  CHECK(utf8_error_at("\xC3") == 0);
  CHECK(utf8_error_at("\xC3(") == 0);
  CHECK(utf8_error_at("\xE2\x82") == 0);
  CHECK(utf8_error_at("\xE2(\xA1") == 0);
  CHECK(utf8_error_at("\xE2\x82(") == 0);
  CHECK(utf8_error_at("\xF0\x9F\x98") == 0);
  CHECK(utf8_error_at("\xF0\x9F\x98(") == 0);
  CHECK(utf8_error_at("\xC3\xA9\xC3") == 2);
}

TEST_CASE("utf8: the error is found at every place around a step of eight bytes", "[unit]") {
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t after = 0; after < 20; ++after) {
      const std::string text = std::string(before, 'a') + '\xE9' + std::string(after, 'z');
      CHECK(utf8_error_at(text) == before);
    }
    CHECK(utf8_error_at(std::string(before, 'a') + "\xF0\x9F\x98\x80" + "b") == none);
  }
}

#include "engine/short_texts.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

using xqs::engine::short_texts;

TEST_CASE("short texts: found by their bytes and their length") {
  short_texts texts;
  CHECK(texts.find("") == short_texts::none);
  // Alike in the first or last eight bytes, in both, or but for a length.
  const std::vector<std::string> kept = {"a",
                                         "aa",
                                         "aaaaaaaa",
                                         "aaaaaaaaa",
                                         "aaaaaaaab",
                                         "baaaaaaaa",
                                         std::string(16, 'a'),
                                         std::string(1, '\0'),
                                         std::string(2, '\0')};
  for (std::uint32_t i = 0; i < kept.size(); ++i) {
    CHECK(texts.find(kept[i]) == short_texts::none);
    texts.keep(kept[i], 100 + i);
  }
  for (std::uint32_t i = 0; i < kept.size(); ++i) CHECK(texts.find(kept[i]) == 100 + i);
  for (const char* other : {"", "b", "aaa", "aaaaaaa", "aaaaaaaaaa", "aaaaaaaac"})
    CHECK(texts.find(other) == short_texts::none);
  texts.keep(std::string(17, 'a'), 5);  // too long to be kept
  CHECK(texts.find(std::string(17, 'a')) == short_texts::none);
}

TEST_CASE("short texts: many at once are found as one by one, until there are too many") {
  short_texts texts;
  std::map<std::string, std::uint32_t, std::less<>> expected;
  std::mt19937 random(5);
  for (int batch = 0; batch < 40; ++batch) {
    std::vector<std::string> asked;
    for (int i = 0; i < 1'000; ++i)
      asked.push_back(std::string(random() % 19, static_cast<char>('a' + random() % 3)) +
                      std::to_string(random() % 100));
    std::vector<char> bytes;  // of all, and none behind
    for (const std::string& text : asked) bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.shrink_to_fit();
    std::vector<std::string_view> views;
    std::size_t padded = 0;
    for (std::size_t at = 0; views.size() < asked.size(); at += views.back().size()) {
      if (at + short_texts::longest <= bytes.size()) ++padded;
      views.emplace_back(bytes.data() + at, asked[views.size()].size());
    }
    CHECK(padded > 900);
    for (const std::size_t all_readable : {padded, std::size_t{0}}) {
      std::vector<std::uint32_t> found(asked.size());
      texts.find(
          asked.size(), all_readable, [&](std::size_t i) { return views[i]; }, found.data());
      for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto known = expected.find(asked[i]);
        CHECK(found[i] == (known == expected.end() ? short_texts::none : known->second));
      }
    }
    for (const std::string& text : asked) {
      const auto number = static_cast<std::uint32_t>(expected.size());
      if (text.size() > short_texts::longest || expected.contains(text)) continue;
      expected.emplace(text, number);
      texts.keep(text, number);
    }
  }
  CHECK(expected.size() > 1'000);
  for (std::uint32_t i = 0; i < 20'000; ++i) texts.keep("k" + std::to_string(i), i);
  CHECK(texts.find("k0") == 0);
  CHECK(texts.find("k19999") == short_texts::none);
}

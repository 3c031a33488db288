#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "abi.hpp"

using namespace abi;

TEST_CASE("abi: 64 threads share a definition", "[abi]") {
  const definition d = parse(hand_made("", three_items));
  const std::vector<std::vector<answer>> units = {
      {{0, 10, 7}, {1, 3, 4}}, {{2, 8, 6}}, {{0, 12, 7}, {2, 9, 5}}, {{1, 11, 9}}};
  tally expected(d, XQS_PROFILE);
  REQUIRE(expected.add(d, answers(units)) == XQS_OK);
  const xqs_score score = score_of(d, expected);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 64; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        size_t size = 0;
        std::uint32_t item = 0;
        wrong += xqs_tally_size(d.get(), XQS_PROFILE, &size, nullptr) != XQS_OK;
        wrong += xqs_definition_find_item(d.get(), "a", 1, &item, nullptr) != XQS_OK || item != 1;
        std::vector<unsigned char> t(size);
        const answers a(units);
        wrong += xqs_tally_add_units(d.get(), t.data(), size, &a.view, nullptr) != XQS_OK;
        wrong += !std::equal(t.begin(), t.end(), expected.data());
        xqs_score s = new_score();
        wrong +=
            xqs_tally_score(d.get(), t.data(), size, nullptr, &s, nullptr, 0, nullptr) != XQS_OK ||
            s.score != score.score || s.ci_low != score.ci_low;
        xqs_ledger* l = nullptr;
        const xqs_text name = {"x", 1};
        const answers one(once({{10, 7}}));
        wrong += xqs_ledger_create(d.get(), nullptr, 0, &l, nullptr) != XQS_OK ||
                 xqs_ledger_add(l, &name, &one.view, nullptr) != XQS_OK;
        xqs_ledger_destroy(l);
      }
    });
  for (std::thread& t : threads) t.join();
  CHECK(wrong == 0);
}

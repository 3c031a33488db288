#include "xqs/score/flag.hpp"

#include <string_view>
#include <vector>

#include "catch.hpp"

using namespace xqs;

TEST_CASE("flags: the closed list, in the order of printing", "[unit]") {
  flag_set all;
  for (std::size_t i = 0; i < choice_names<flag>.size(); ++i) all.add(static_cast<flag>(i));
  const std::vector<std::string_view> expected = {"item_missing",
                                                  "extra_item",
                                                  "over_100",
                                                  "no_requirement",
                                                  "no_gap",
                                                  "below_minimum",
                                                  "suppressed",
                                                  "below_verdict_minimum",
                                                  "single_respondent",
                                                  "respondents_unknown",
                                                  "unit_response",
                                                  "independence_assumed",
                                                  "variance_borrowed",
                                                  "degenerate",
                                                  "early_feedback"};
  CHECK(all.names() == expected);
}

TEST_CASE("flags: each enumerator has the name it is written with", "[unit]") {
  CHECK(name_of(flag::item_missing) == "item_missing");
  CHECK(name_of(flag::over_100) == "over_100");
  CHECK(name_of(flag::suppressed) == "suppressed");
  CHECK(name_of(flag::respondents_unknown) == "respondents_unknown");
  CHECK(name_of(flag::early_feedback) == "early_feedback");
  CHECK(choice_from<flag>("degenerate") == flag::degenerate);
  CHECK_FALSE(choice_from<flag>("nonsense").has_value());
}

TEST_CASE("flags: a set", "[unit]") {
  flag_set set;
  CHECK(set.names().empty());
  CHECK_FALSE(set.has(flag::item_missing));
  set.add(flag::degenerate);
  set.add(flag::over_100);
  set.add(flag::over_100);
  CHECK(set.has(flag::degenerate));
  CHECK_FALSE(set.has(flag::early_feedback));
  CHECK(set.names() == std::vector<std::string_view>{"over_100", "degenerate"});

  flag_set other;
  other.add(flag::item_missing);
  const flag_set both = set | other;
  CHECK(both.names() == std::vector<std::string_view>{"item_missing", "over_100", "degenerate"});
  CHECK((both | set) == both);
  CHECK_FALSE(set == other);
}

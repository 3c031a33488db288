#include <cstdio>
#include <xqs/model/definition_json.hpp>
#include <xqs/xqs.hpp>

int main() {
  const xqs::definition ceqs = xqs::preset("ceqs");
  xqs::ledger answers(ceqs);  // exact totals per respondent: confidential
  xqs::add_feedback(answers, ceqs, {"dr_a", {{"relevance", 5, 3}, {"credibility", 4, 4}}});
  xqs::add_feedback(answers, ceqs, {"dr_b", {{"relevance", 4, 4}, {"credibility", 5, 2}}});
  xqs::add_feedback(answers, ceqs, {"dr_c", {{"relevance", 3, 2}, {"effort", 4, 3}}});
  const xqs::score score = xqs::score_of(xqs::fold_pooled(answers, ceqs), ceqs);
  const auto released = xqs::release(score, ceqs, {.count = 3});  // by three people
  if (const auto& shown = released.shown; shown && shown->low)
    std::printf("CEQS %.1f %% [%.1f, %.1f]\n", *shown->value, *shown->low, *shown->high);
}

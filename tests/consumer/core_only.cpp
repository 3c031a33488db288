#include <iostream>
#include <xqs/xqs.hpp>

int main() {
  const xqs::definition d({.name = "visit",
                           .version = "1",
                           .items = {{.id = "credibility"}},
                           .confidentiality = xqs::confidentiality::identified});
  xqs::ledger answers(d);
  answers.add("dr_a", "credibility", d.points(5, 3));
  const auto score = xqs::score_of(xqs::fold_pooled(answers, d), d);
  std::cout << *score.value << " % of the requirement\n";
}

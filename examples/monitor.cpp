// A live monitor of a concept: answers come in on standard input, a line each, and a verdict falls
// as soon as it can.
//
//   g++ -std=c++20 monitor.cpp $(pkg-config --cflags --libs xqs-cpp) -o monitor
//   grep 'SYN-alder$' first.csv | cut -d, -f1,4-6 | ./monitor
//
// for the file first.csv of docs/tutorials/stop-early.md, which has the answers about one campaign.
// It prints people, score, mean points of a person and of the last ten, evidence and verdict.
//
// A line is PERSON,ITEM,REQUIREMENT,SATISFACTION, an empty field no answer; lines of several people
// may alternate. Evidence is of people who are independent, and complete when added. So a person is
// added once, when a line for every item has come, and what the same person says later is passed
// over. Who is still to answer an item is not counted.

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/rolling_mean.hpp>
#include <boost/accumulators/statistics/stats.hpp>
#include <cstdio>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <xqs/boost/accumulators.hpp>
#include <xqs/model/definition_json.hpp>
#include <xqs/xqs.hpp>

namespace acc = boost::accumulators;
namespace xacc = xqs::accumulators;

namespace {

// Fixed before looking: who changes them on the way makes errors more frequent than alpha.
const xqs::watch_rule rule{.good = 75, .bad = 65, .alpha = 0.05};

std::optional<xqs::decimal> code(const std::string& field) {
  if (field.empty()) return std::nullopt;
  const std::optional<xqs::decimal> number = xqs::decimal::parse(field);
  if (!number) throw xqs::error(xqs::errc::invalid_data, "\"" + field + "\" is no number");
  return number;
}

class monitor {
 public:
  explicit monitor(const xqs::definition& d)
      : definition_(d),
        state_(d, static_cast<std::uint32_t>(d.file().items.size())),
        statistics_(xacc::definition = d, acc::tag::rolling_window::window_size = 10) {
    std::puts("people  score  range               good        bad  verdict    points  last ten");
  }

  void read(const std::string& line) {
    std::istringstream fields(line);
    std::string person, item, requirement, satisfaction;
    std::getline(fields, person, ',');
    std::getline(fields, item, ',');
    std::getline(fields, requirement, ',');
    std::getline(fields, satisfaction);
    const auto points = definition_.points(code(requirement), code(satisfaction));
    if (!definition_.find_item(item)) throw definition_.unknown_item(item);
    form& f = forms_[person];
    if (f.items.size() == state_.most_answers()) return;  // the person is complete
    if (!f.items.insert(item).second)
      throw xqs::error(xqs::errc::invalid_data, person + " has answered " + item + " before");
    xqs::add_totals(f.totals, xqs::unit_totals(points));
    if (f.items.size() == state_.most_answers() && f.totals.answers > 0) add(f.totals);
  }

  void finish() const {
    std::size_t open = 0;
    for (const auto& [person, f] : forms_) open += f.items.size() < state_.most_answers();
    std::printf("%zu not complete, not counted\n", open);
  }

 private:
  struct form {
    std::set<std::string> items = {};
    xqs::unit_totals totals = {};
  };

  void add(const xqs::unit_totals& person) {
    state_.add_unit(person);
    statistics_(static_cast<double>(person.satisfaction), xacc::requirement = person.requirement,
                xacc::answers = person.answers);
    const xqs::watch_result now = xqs::watch(state_, rule);
    const bool falls = reached_ == xqs::watch_verdict::undecided && now.verdict != reached_ &&
                       xqs::may_judge(definition_, now.units);
    if (falls) reached_ = now.verdict;  // the state forgets it should evidence shrink again
    if (falls || now.units % 10 == 0) show(now);
    if (falls) std::printf("%s after %ju people\n", name(reached_), std::uintmax_t{now.units});
  }

  void show(const xqs::watch_result& now) const {
    const xqs::score score = xacc::experience_score(statistics_);
    std::printf("%6ju  %5.1f  %5.1f to %5.1f  %9.3g  %9.3g  %-9s  %6.1f  %8.1f\n",
                std::uintmax_t{now.units}, score.value.value_or(0), now.range->low, now.range->high,
                *now.evidence_good, *now.evidence_bad, name(reached_), acc::mean(statistics_),
                acc::rolling_mean(statistics_));
    std::fflush(stdout);
  }

  static const char* name(xqs::watch_verdict v) {
    return xqs::choice_names<xqs::watch_verdict>[static_cast<std::size_t>(v)].data();
  }

  const xqs::definition& definition_;
  xqs::watch_state state_;
  acc::accumulator_set<
      double, acc::stats<xacc::tag::experience_score, acc::tag::mean, acc::tag::rolling_mean>>
      statistics_;  // do the last ten look like the others? Evidence assumes that nothing drifts
  std::map<std::string, form> forms_;
  xqs::watch_verdict reached_ = xqs::watch_verdict::undecided;
};

}  // namespace

int main() {
  const xqs::definition ceqs = xqs::preset("ceqs");  // identified: no gate, but no verdict on few
  monitor concept_monitor(ceqs);
  std::size_t number = 0;
  try {
    for (std::string line; std::getline(std::cin, line);) {
      ++number;
      concept_monitor.read(line);
    }
  } catch (const xqs::error& e) {
    std::fprintf(stderr, "line %zu: %s\n", number, e.what());
    return 1;
  }
  concept_monitor.finish();
}

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "statistical/random.hpp"
#include "watched.hpp"
#include "xqs/analysis/watch.hpp"

// Respondents of five answers each on five-point scales from zero. A requirement is 1, 2, 3, 4 with
// probability .1, .2, .4, .3; a respondent is satisfied with probability p + .15 or p - .15, and
// each satisfaction is binomial(4, that). So the ratio is 4 p/2.9. Looked at after everybody.

using namespace xqs;

namespace {

constexpr std::uint32_t answers = 5;
constexpr double alpha = 0.05;
constexpr int most_respondents = 500;

using totals = std::pair<std::int64_t, std::int64_t>;  // satisfaction, requirement

totals respondent(statistical::random& random, double centre) {
  const double p = random.with(0.5) ? centre + 0.15 : centre - 0.15;
  totals sum;
  for (std::uint32_t a = 0; a < answers; ++a) {
    const double u = random.uniform();
    sum.second += u < 0.1 ? 1 : (u < 0.3 ? 2 : (u < 0.7 ? 3 : 4));
    for (int i = 0; i < 4; ++i) sum.first += random.with(p) ? 1 : 0;
  }
  return sum;
}

/// The evidence after each respondent. Wealths are products over respondents, so what one adds to
/// each bet is computed once for all with the same totals.
class running_evidence {
 public:
  running_evidence(double theta, direction d)
      : theta_(theta), direction_(d), sums_(bets_.weights.size()) {}

  double add(const totals& t) {
    std::vector<double>& one = of_totals_[t];
    if (one.empty())
      one = detail::log_wealths(watched::state(d_, answers, {{t.first, t.second}}), theta_,
                                direction_, bets_);
    for (std::size_t j = 0; j < sums_.size(); ++j) sums_[j] += one[j];
    return detail::log_mixture(sums_, bets_);
  }
  void restart() { sums_.assign(sums_.size(), 0); }

 private:
  definition d_ = watched::five_points();
  betting bets_;
  double theta_;
  direction direction_;
  std::vector<double> sums_;
  std::map<totals, std::vector<double>> of_totals_;
};

const double enough = std::log(2 / alpha);

/// The naive look: |z| of the score's delta method against 1.96.
class running_z {
 public:
  double add(const totals& t) {
    const auto s = static_cast<double>(t.first);
    const auto r = static_cast<double>(t.second);
    n_ += 1;
    s_ += s;
    r_ += r;
    ss_ += s * s;
    sr_ += s * r;
    rr_ += r * r;
    const double ratio = s_ / r_;
    const double squares = ss_ - 2 * ratio * sr_ + ratio * ratio * rr_;
    return (ratio - 0.6) / (std::sqrt(n_ / (n_ - 1) * squares) / r_);
  }

 private:
  double n_ = 0, s_ = 0, r_ = 0, ss_ = 0, sr_ = 0, rr_ = 0;
};

}  // namespace

TEST_CASE("watch: what is summed up is the evidence of the state", "[statistical]") {
  statistical::random random(3);
  running_evidence running(0.6, direction::below);
  watch_state state(watched::five_points(), answers);
  for (int i = 0; i < 40; ++i) {
    const totals t = respondent(random, 0.435);
    state.add_unit(watched::totals({t.first, t.second}, answers));
    CHECK(running.add(t) == Approx(log_evidence(state, 0.6, direction::below)).margin(1e-9));
  }
}

TEST_CASE("watch: wrong verdicts at the threshold, looking after everybody", "[statistical]") {
  constexpr int runs = 10'000;
  statistical::random random(20261121);
  running_evidence above(0.6, direction::above);
  running_evidence below(0.6, direction::below);
  int good = 0;
  int bad = 0;
  int naive = 0;
  for (int run = 0; run < runs; ++run) {
    above.restart();
    below.restart();
    running_z z;
    bool is_good = false;
    bool is_bad = false;
    bool is_naive = false;
    for (int i = 1; i <= most_respondents; ++i) {
      const totals t = respondent(random, 0.435);
      is_good = is_good || above.add(t) >= enough;
      is_bad = is_bad || below.add(t) >= enough;
      is_naive = (std::abs(z.add(t)) > 1.96 && i >= 10) || is_naive;
    }
    good += is_good ? 1 : 0;
    bad += is_bad ? 1 : 0;
    naive += is_naive ? 1 : 0;
  }
  WARN("wrong verdicts: good " << 100.0 * good / runs << " %, bad " << 100.0 * bad / runs
                               << " %, naive z " << 100.0 * naive / runs << " %");
  CHECK(good <= 0.025 * runs);
  CHECK(bad <= 0.025 * runs);
  CHECK(naive > 0.40 * runs);
  CHECK(naive < 0.50 * runs);
}

TEST_CASE("watch: how soon a bad concept is known to be bad", "[statistical]") {
  constexpr std::size_t runs = 1000;
  statistical::random random(20261121);
  running_evidence below(0.6, direction::below);
  std::vector<int> stops;
  for (std::size_t run = 0; run < runs; ++run) {
    below.restart();
    int i = 1;
    while (i < most_respondents && below.add(respondent(random, 0.32625)) < enough) ++i;
    stops.push_back(i);
  }
  std::sort(stops.begin(), stops.end());
  double mean = 0;
  for (const int stop : stops) mean += stop / static_cast<double>(runs);
  WARN("respondents until the verdict: median " << stops[runs / 2] << ", mean " << mean
                                                << ", 80 % of runs " << stops[runs * 8 / 10]
                                                << ", 90 % " << stops[runs * 9 / 10]);
  CHECK(stops[runs / 2] <= 48);
}

TEST_CASE("watch: respondents of a test at a fixed number", "[statistical]") {
  // The least n at which at least 50, 80, 90 % of runs have z < -1.96, looking once.
  statistical::random random(20261122);
  constexpr int runs = 20'000;
  std::vector<int> found;
  int n = 5;
  for (const double power : {0.5, 0.8, 0.9}) {
    for (;; ++n) {
      int rejected = 0;
      for (int run = 0; run < runs; ++run) {
        running_z z;
        double last = 0;
        for (int i = 0; i < n; ++i) last = z.add(respondent(random, 0.32625));
        rejected += last < -1.96 ? 1 : 0;
      }
      if (rejected >= power * runs) break;
    }
    found.push_back(n);
  }
  WARN("fixed number for 50, 80, 90 %: " << found[0] << ", " << found[1] << ", " << found[2]);
  CHECK(found[0] < found[1]);
}

#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <string>
#include <vector>

#include "xqs/tally/totals.hpp"

/// Simulated respondents. Numbers come from an own generator, so that results do not depend on the
/// standard library's distributions.
namespace simulation {

/// Runs of each simulation: 10,000, or what XQS_STATISTICAL_RUNS says.
inline std::uint64_t runs() {
  const char* text = std::getenv("XQS_STATISTICAL_RUNS");
  return text == nullptr ? 10'000 : std::strtoull(text, nullptr, 10);
}

/// xoshiro256**, seeded by splitmix64 (Blackman & Vigna 2018).
class generator {
 public:
  explicit generator(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15u;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
      word = z ^ (z >> 31);
    }
  }

  std::uint64_t next() {
    const std::uint64_t result = rotated(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotated(state_[3], 45);
    return result;
  }

  /// In (0, 1).
  double uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }
  std::uint64_t below(std::uint64_t n) {
    return static_cast<std::uint64_t>(uniform() * static_cast<double>(n));
  }
  double exponential() { return -std::log(uniform()); }
  /// Box & Muller, in pairs.
  double normal(double deviation) {
    if (has_spare_) {
      has_spare_ = false;
      return deviation * spare_;
    }
    const double radius = std::sqrt(2 * exponential());
    const double angle = 2 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return deviation * radius * std::cos(angle);
  }

 private:
  static std::uint64_t rotated(std::uint64_t x, int by) { return x << by | x >> (64 - by); }

  std::uint64_t state_[4] = {};
  double spare_ = 0;
  bool has_spare_ = false;
};

/// What a respondent brings to every answer.
struct respondent {
  double requirement = 0;
  double satisfaction = 0;
};

/// The totals of one respondent's answers, counted in full and capped.
struct answered {
  xqs::unit_totals full;
  xqs::unit_totals capped;
};

/// The three populations of docs/method.md, section 11.
enum class population { typical, ceiling, skewed };
inline const std::string population_names[] = {"typical", "ceiling", "skewed"};

inline respondent draw_respondent(population p, generator& g) {
  switch (p) {
    case population::typical: {
      const double ur = g.normal(0.5);
      return {2.9 + ur, 2.2 + g.normal(0.6) + 0.3 * ur};
    }
    case population::ceiling:
      return {3.8 + g.normal(0.3), 3.9 + g.normal(0.4)};
    case population::skewed:
      return {3.2 + g.normal(0.4), 3.8 - 1.1 * g.exponential()};
  }
  return {};
}

inline std::int64_t points(double value) {
  return static_cast<std::int64_t>(std::fmin(std::fmax(std::nearbyint(value), 0), 4));
}

/// One to six answers; those without requirement are excluded.
inline answered draw_answers(population p, const respondent& who, generator& g) {
  const double requirement_noise = p == population::typical   ? 0.7
                                   : p == population::ceiling ? 0.4
                                                              : 0.5;
  const double satisfaction_noise = p == population::typical ? 0.8 : 0.4;
  answered result;
  for (std::uint64_t left = 1 + g.below(6); left > 0; --left) {
    const std::int64_t r = points(who.requirement + g.normal(requirement_noise));
    const std::int64_t s = points(who.satisfaction + g.normal(satisfaction_noise));
    if (r == 0) continue;
    result.full.requirement += r;
    result.full.satisfaction += s;
    ++result.full.answers;
    result.capped.satisfaction += s < r ? s : r;
  }
  result.capped.requirement = result.full.requirement;
  result.capped.answers = result.full.answers;
  return result;
}

inline answered draw(population p, generator& g) {
  const respondent who = draw_respondent(p, g);
  return draw_answers(p, who, g);
}

}  // namespace simulation

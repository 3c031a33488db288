#pragma once

#include <cstdint>

#include "xqs/score/student_t.hpp"

namespace statistical {

/// The same numbers everywhere: splitmix64 by S. Vigna, and quantiles of its uniform numbers.
class random {
 public:
  explicit random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30u) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27u) * 0x94d049bb133111ebu;
    return z ^ z >> 31u;
  }
  /// Above 0, below 1.
  double uniform() { return (static_cast<double>(bits() >> 12u) + 0.5) * 0x1p-52; }
  double normal() { return xqs::normal_quantile(uniform()); }
  bool with(double probability) { return uniform() < probability; }

 private:
  std::uint64_t state_;
};

}  // namespace statistical

#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "xqs/analysis/exact_split.hpp"
#include "xqs/analysis/explanation.hpp"
#include "xqs/tally/totals.hpp"
#include "xqs/tally/wide_int.hpp"

namespace xqs::detail {

/// What one point required, one point of satisfaction and one answer in a group and period add to a
/// part of a move: its partial derivatives by the totals.
struct influence {
  double requirement = 0;
  double satisfaction = 0;
  double answers = 0;

  [[nodiscard]] double of(const unit_totals& t) const {
    return requirement * static_cast<double>(t.requirement) +
           satisfaction * static_cast<double>(t.satisfaction) +
           answers * static_cast<double>(t.answers);
  }
};

/// A number for each move_part, and one for the within part.
template <typename T>
using per_part = std::array<T, choice_names<move_part>.size() + 1>;
inline constexpr std::size_t within_part = choice_names<move_part>.size();
constexpr std::size_t at(move_part p) { return static_cast<std::size_t>(p); }

/// Linearises the parts of a move. The influence of a unit on a part is the sum, over its groups
/// and both periods, of its totals times these derivatives; over all units of a period the
/// influences sum to 0, since no part changes when a period's totals are doubled.
///
/// Source: Deville, Survey Methodology 25 (1999) 193-203: variance by linearised values.
class split_influence {
 public:
  explicit split_influence(const two_periods& totals)
      : periods_{plain(totals.before), plain(totals.after)},
        own_{std::vector<per_part<influence>>(totals.before.size()),
             std::vector<per_part<influence>>(totals.before.size())} {
    for (std::size_t g = 0; g < totals.before.size(); ++g) add_group(g);
    for (std::size_t p = 0; p < 2; ++p) {
      common_[p][at(move_part::total)].satisfaction += sign(p) / all(p).r;
      common_[p][at(move_part::total)].requirement -= sign(p) * all(p).s / all(p).r / all(p).r;
      for (auto& cell : own_[p])
        for (std::size_t part = 0; part < cell.size(); ++part) {
          cell[part].requirement += common_[p][part].requirement;
          cell[part].satisfaction += common_[p][part].satisfaction;
        }
      for (auto& cell : own_[p]) {
        influence& rest = cell[at(move_part::requirement)];  // within less satisfaction
        const influence& whole = cell[within_part];
        const influence& s = cell[at(move_part::satisfaction)];
        rest = {whole.requirement - s.requirement, whole.satisfaction - s.satisfaction, -s.answers};
      }
    }
  }

  [[nodiscard]] const per_part<influence>& of(std::size_t period, std::size_t group) const {
    return own_[period][group];
  }

 private:
  struct plain_totals {
    double r = 0;
    double s = 0;
    double a = 0;
  };

  static double sign(std::size_t period) { return period == 1 ? 1 : -1; }

  /// The groups, and at the end all of them.
  static std::vector<plain_totals> plain(const std::vector<group_totals>& groups) {
    const auto in_doubles = [](const group_totals& t) {
      return plain_totals{to_double(t.requirement), to_double(t.satisfaction),
                          static_cast<double>(t.answers)};
    };
    std::vector<plain_totals> result;
    result.reserve(groups.size() + 1);
    for (const group_totals& g : groups) result.push_back(in_doubles(g));
    result.push_back(in_doubles(sum_of(groups)));
    return result;
  }

  [[nodiscard]] const plain_totals& all(std::size_t period) const {
    return periods_[period].back();
  }
  [[nodiscard]] const plain_totals& group(std::size_t period, std::size_t g) const {
    return periods_[period][g];
  }
  [[nodiscard]] double weight(std::size_t period, std::size_t g) const {
    return group(period, g).r / all(period).r;
  }
  [[nodiscard]] double reference() const { return (all(0).s / all(0).r + all(1).s / all(1).r) / 2; }

  /// d(factor * w)/dR: the group's own requirement raises its weight, everybody's lowers it.
  void add_weight(std::size_t period, std::size_t g, std::size_t part, double factor) {
    own_[period][g][part].requirement += factor / all(period).r;
    common_[period][part].requirement -= factor * weight(period, g) / all(period).r;
  }

  void add_group(std::size_t g) {
    const bool before = group(0, g).r > 0;
    const bool after = group(1, g).r > 0;
    if (before && after) {
      add_within(g);
      add_mix(g, move_part::mix);
    } else if (before || after) {
      add_mix(g, after ? move_part::entry : move_part::exit);
    }
    for (std::size_t p = 0; p < 2; ++p) {
      if (group(p, g).r > 0) continue;
      const double share = sign(p) / all(p).r;
      own_[p][g][at(move_part::without_requirement)].satisfaction += share;
      common_[p][at(move_part::without_requirement)].requirement -=
          share * group(p, g).s / all(p).r;
    }
  }

  /// h (theta1 - theta0) and h (s1 - s0)(1/r0 + 1/r1)/2, h = (w0 + w1)/2.
  void add_within(std::size_t g) {
    const auto [r0, s0, a0] = group(0, g);
    const auto [r1, s1, a1] = group(1, g);
    const double h = (weight(0, g) + weight(1, g)) / 2;
    const double change = s1 / r1 - s0 / r0;
    const double by_satisfaction =
        (s1 * a0 / (a1 * r0) + s1 / r1 - s0 / r0 - s0 * a1 / (a0 * r1)) / 2;
    for (std::size_t p = 0; p < 2; ++p) {
      const auto [r, s, a] = group(p, g);
      const auto [ro, so, ao] = group(1 - p, g);
      const double direction = h * sign(p);
      influence& whole = own_[p][g][within_part];
      whole.satisfaction += direction / r;
      whole.requirement -= direction * s / r / r;
      influence& part = own_[p][g][at(move_part::satisfaction)];
      part.satisfaction += direction * (ao / (a * ro) + 1 / r) / 2;
      part.requirement += direction * (so * a / (ao * r) - s / r) / r / 2;
      part.answers -= direction * (s * ao / (a * ro) + so * a / (ao * r)) / a / 2;
      add_weight(p, g, within_part, change / 2);
      add_weight(p, g, at(move_part::satisfaction), by_satisfaction / 2);
    }
  }

  /// (theta_g - reference)(w1 - w0), theta_g the mean over the periods in which the group is.
  void add_mix(std::size_t g, move_part kind) {
    const std::size_t part = at(kind);
    const double periods = kind == move_part::mix ? 2 : 1;
    const double shift = weight(1, g) - weight(0, g);
    double theta = 0;
    for (std::size_t p = 0; p < 2; ++p) {
      const auto [r, s, a] = group(p, g);
      if (!(r > 0)) continue;
      theta += s / r / periods;
      own_[p][g][part].satisfaction += shift / r / periods;
      own_[p][g][part].requirement -= shift * s / r / r / periods;
    }
    for (std::size_t p = 0; p < 2; ++p) {
      add_weight(p, g, part, sign(p) * (theta - reference()));
      common_[p][part].satisfaction -= shift / all(p).r / 2;
      common_[p][part].requirement += shift * all(p).s / all(p).r / all(p).r / 2;
    }
  }

  std::array<std::vector<plain_totals>, 2> periods_;
  std::array<std::vector<per_part<influence>>, 2> own_;
  std::array<per_part<influence>, 2> common_ = {};
};

}  // namespace xqs::detail

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "xqs/detail/quoted.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/wide_int.hpp"

namespace xqs::detail {

/// Where the integers of a tally stand in its bytes, counted from the first of them.
class tally_layout {
 public:
  tally_layout(std::size_t columns, std::size_t groups) : columns_(columns), groups_(groups) {}

  [[nodiscard]] std::size_t column(std::size_t c) const { return 8 + 40 * c; }
  [[nodiscard]] std::size_t group(std::size_t g) const { return column(columns_) + 8 * g; }
  [[nodiscard]] std::size_t sum(std::size_t i) const { return group(groups_) + 16 * i; }
  /// Needs i <= j.
  [[nodiscard]] std::size_t moment(std::size_t i, std::size_t j) const {
    const std::size_t components = 2 * columns_;
    return sum(components) + 16 * (i * components - i * (i + 1) / 2 + j);
  }
  [[nodiscard]] std::size_t quotients() const {
    return sum(2 * columns_) + 16 * columns_ * (2 * columns_ + 1);
  }
  [[nodiscard]] std::size_t size() const { return quotients() + 48; }

 private:
  std::size_t columns_;
  std::size_t groups_;
};

/// What holds for the integers of every tally of answers: docs/tally-format.md, section 4.
///
/// Whoever gives totals that no answers have, or subtracts what was not added, breaks them. They
/// are all that the arithmetic of scores relies on. O(C^2).
class tally_rules {
 public:
  struct breach {
    std::size_t offset;  ///< of the field at fault, as in tally_layout
    std::string what;
  };

  /// The first rule that is broken, if one is.
  [[nodiscard]] static std::optional<breach> first_broken(const tally& t) {
    tally_rules rules(t);
    rules.check_groups();
    rules.check_columns();
    rules.check_units();
    for (std::size_t i = 0; i < 2 * t.columns().size(); ++i) rules.check_component(i);
    rules.check_pairs();
    rules.check_quotients();
    return std::move(rules.found_);
  }

 private:
  explicit tally_rules(const tally& t) : t_(t), at_(t.columns().size(), t.groups().size()) {}

  template <typename What>
  void require(bool holds, std::size_t offset, What what) {
    if (!holds && !found_) found_ = breach{offset, what()};
  }
  void at_most(std::uint64_t found, std::uint64_t most, std::size_t offset, const char* what) {
    require(found <= most, offset, [&] {
      return std::to_string(found) + " " + what + "; allowed are at most " + std::to_string(most);
    });
  }

  [[nodiscard]] std::size_t group_of(std::size_t column) const {
    return column * t_.groups().size() / t_.columns().size();
  }
  [[nodiscard]] std::string name_of(std::size_t component) const {
    return (component % 2 == 0 ? "requirement of " : "satisfaction of ") +
           in_quotes(t_.columns()[component / 2].label);
  }

  void check_groups() {
    for (std::size_t g = 0; g < t_.groups().size(); ++g)
      at_most(t_.groups()[g].units, t_.units(), at_.group(g), "units of a group");
  }

  void check_columns() {
    for (std::size_t c = 0; c < t_.columns().size(); ++c) {
      const tally::column_counts& counts = t_.columns()[c];
      const std::uint64_t units = t_.groups().empty() ? t_.units() : t_.groups()[group_of(c)].units;
      at_most(counts.units, units, at_.column(c), "units of a column");
      require(counts.units <= counts.answers && (counts.units > 0 || counts.answers == 0),
              at_.column(c) + 8, [&] {
                return std::to_string(counts.answers) + " answers of " +
                       std::to_string(counts.units) + " units in column " + in_quotes(counts.label);
              });
    }
  }

  /// A unit answers in a column, and in a group.
  void check_units() {
    int128 in_columns;
    int128 in_groups;
    for (const tally::column_counts& c : t_.columns()) in_columns += c.units;
    for (const tally::group_counts& g : t_.groups()) in_groups += g.units;
    require(t_.units() <= in_columns && (t_.groups().empty() || t_.units() <= in_groups), 0, [&] {
      return std::to_string(t_.units()) + " units; allowed are at most those of all columns, " +
             to_string(in_columns) + (t_.groups().empty() ? "" : ", and of all groups");
    });
    for (std::size_t g = 0; g < t_.groups().size(); ++g) check_columns_of(g);
  }

  void check_columns_of(std::size_t group) {
    int128 in_columns;
    for (std::size_t c = 0; c < t_.columns().size(); ++c)
      if (group_of(c) == group) in_columns += t_.columns()[c].units;
    require(t_.groups()[group].units <= in_columns, at_.group(group), [&] {
      return std::to_string(t_.groups()[group].units) +
             " units of a group; allowed are at most those of its columns, " +
             to_string(in_columns);
    });
  }

  /// Totals are non-negative integers: x <= x^2, and no sum of squares exceeds that of the sum.
  void check_component(std::size_t i) {
    const int128& sum = t_.sum(i);
    const int128& moment = t_.moment(i, i);
    const std::uint64_t units = t_.columns()[i / 2].units;
    const auto sum_is = [&] { return "sum " + to_string(sum) + " of the " + name_of(i); };
    require(!sum.is_negative(), at_.sum(i), [&] { return sum_is() + "; allowed is 0 or more"; });
    require(sum <= moment && moment <= sum * sum, at_.moment(i, i), [&] {
      return "moment " + to_string(moment) + " with " + sum_is() +
             "; allowed is the sum to its square";
    });
    require(sum * sum <= moment * units, at_.sum(i), [&] {
      return sum_is() + " with moment " + to_string(moment) + " and " + std::to_string(units) +
             " units; its square must not exceed their product";
    });
  }

  /// Cauchy-Schwarz.
  void check_pairs() {
    for (std::size_t i = 0; i < 2 * t_.columns().size(); ++i)
      for (std::size_t j = i + 1; j < 2 * t_.columns().size(); ++j) {
        const int128& moment = t_.moment(i, j);
        require(!moment.is_negative() && moment * moment <= t_.moment(i, i) * t_.moment(j, j),
                at_.moment(i, j), [&] {
                  return "moment " + to_string(moment) + " of the " + name_of(i) + " and the " +
                         name_of(j) +
                         "; allowed is 0 or more, its square at most the product of "
                         "their own moments";
                });
      }
  }

  void check_quotients() {
    const tally::quotient_moments& q = t_.quotients();
    bool required = false;
    for (std::size_t c = 0; c < t_.columns().size(); ++c)
      required = required || !t_.sum(2 * c).is_zero();
    required = required && !t_.identity().weighted;
    require(q.units <= t_.units() && (q.units > 0) == required, at_.quotients(), [&] {
      return std::to_string(q.units) + " quotients; allowed are " +
             (required ? "1 to " + std::to_string(t_.units()) : "0");
    });
    const auto sum_is = [&] { return "sum " + to_string(q.sum) + " of the quotients"; };
    require(!q.sum.is_negative(), at_.quotients() + 8,
            [&] { return sum_is() + "; allowed is 0 or more"; });
    require(q.sum <= q.sum_of_squares && q.sum_of_squares <= q.sum * q.sum, at_.quotients() + 24,
            [&] {
              return "squares " + to_string(q.sum_of_squares) + " with " + sum_is() +
                     "; allowed is the sum to its square";
            });
    require(q.sum * q.sum <= q.sum_of_squares * q.units, at_.quotients() + 8, [&] {
      return sum_is() + " with squares " + to_string(q.sum_of_squares) + " and " +
             std::to_string(q.units) + " units; its square must not exceed their product";
    });
  }

  const tally& t_;
  tally_layout at_;
  std::optional<breach> found_;
};

}  // namespace xqs::detail

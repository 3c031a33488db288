#pragma once

#include <boost/accumulators/framework/accumulator_base.hpp>
#include <boost/accumulators/framework/depends_on.hpp>
#include <boost/accumulators/framework/extractor.hpp>
#include <boost/accumulators/framework/parameters/sample.hpp>
#include <boost/mpl/placeholders.hpp>
#include <boost/parameter/keyword.hpp>

#include <cmath>
#include <cstdint>

#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/score/score.hpp"
#include "xqs/tally/tally.hpp"

/// A feature of Boost.Accumulators: the experience score of a sample of units, beside the library's
/// own statistics. A sample is the satisfaction of one complete unit in points, its requirement and
/// number of answers are named parameters:
///
///   namespace acc = boost::accumulators;
///   acc::accumulator_set<double, acc::stats<xqs::accumulators::tag::experience_score,
///                                           acc::tag::mean, acc::tag::variance>>
///       set(xqs::accumulators::definition = ceqs);
///   set(7, xqs::accumulators::requirement = 8, xqs::accumulators::answers = 2);
///   xqs::score s = xqs::accumulators::experience_score(set);
///
/// Not part of xqs.hpp: needs the headers of Boost 1.74 or newer.
namespace xqs::accumulators {

BOOST_PARAMETER_KEYWORD(keyword, definition)
BOOST_PARAMETER_KEYWORD(keyword, requirement)
BOOST_PARAMETER_KEYWORD(keyword, answers)

namespace impl {

/// Holds the tally of the units seen so far.
template <typename Sample>
struct experience_score : boost::accumulators::accumulator_base {
  using result_type = score;

  template <typename Arguments>
  explicit experience_score(const Arguments& arguments)
      : definition_(&read(arguments[accumulators::definition])),
        tally_(state_identity(*definition_), {""}) {}

  /// Adds a unit. Errors: errc::invalid_argument for what is no whole number from 0 on;
  /// errc::overflow; nothing is changed.
  template <typename Arguments>
  void operator()(const Arguments& arguments) {
    tally::part unit{0, {}};
    unit.totals.satisfaction = whole(arguments[boost::accumulators::sample], 0x1p63);
    unit.totals.requirement = whole(arguments[accumulators::requirement], 0x1p63);
    unit.totals.answers =
        static_cast<std::uint32_t>(whole(arguments[accumulators::answers | 1], 0x1p32));
    tally_.add_unit({&unit, 1});
  }

  [[nodiscard]] score result(boost::accumulators::dont_care) const {
    return score_of(tally_, *definition_);
  }

  /// What the score is computed from, for find_accumulator<tag::experience_score>(set).
  [[nodiscard]] const tally& state() const { return tally_; }

 private:
  static const xqs::definition& read(const xqs::definition& d) { return d; }

  /// A whole number below `limit`.
  template <typename Number>
  static std::int64_t whole(Number number, double limit) {
    const auto value = static_cast<double>(number);
    if (!(value >= 0 && value < limit) || std::floor(value) != value)
      throw error(errc::invalid_argument,
                  "points and answers must be whole numbers from 0 on, within 63 and 32 bits");
    return static_cast<std::int64_t>(number);
  }

  const xqs::definition* definition_;  // outlives the set
  tally tally_;
};

}  // namespace impl

namespace tag {

struct experience_score : boost::accumulators::depends_on<> {
  using impl = accumulators::impl::experience_score<boost::mpl::_1>;
};

}  // namespace tag

/// The score of all units seen so far, with the estimator of the definition. Confidential: show
/// only what `release` returns.
inline const boost::accumulators::extractor<tag::experience_score> experience_score = {};

}  // namespace xqs::accumulators

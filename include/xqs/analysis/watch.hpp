#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "xqs/analysis/evidence.hpp"
#include "xqs/analysis/watch_state.hpp"
#include "xqs/detail/number_text.hpp"
#include "xqs/error.hpp"
#include "xqs/model/choice.hpp"

namespace xqs {

/// What is watched for; to be fixed before looking.
struct watch_rule {
  std::optional<double> good = {};  ///< per cent; the concept is good once it is shown to be above
  std::optional<double> bad = {};   ///< per cent; bad once shown to be below; at most `good`
  double alpha = 0.05;              ///< a wrong verdict at any time: at most alpha/2 for each
  betting bets = {};
};

enum class watch_verdict : std::uint8_t { undecided, good, bad };
template <>
inline constexpr std::array<std::string_view, 3> choice_names<watch_verdict> = {"undecided", "good",
                                                                                "bad"};

/// Two ends in per cent.
struct score_range {
  double low;
  double high;
};

/// The state of a watch now. "Once reached" is for the caller to remember.
struct watch_result {
  std::optional<double> score = {};          ///< per cent; empty: nothing was required yet
  std::optional<score_range> range = {};     ///< holds the true score at all times, 1 - alpha sure
  std::optional<double> evidence_good = {};  ///< e-value that the score is above `good`
  std::optional<double> evidence_bad = {};   ///< e-value that the score is below `bad`
  watch_verdict verdict = watch_verdict::undecided;
  std::uint64_t units = 0;
};

namespace detail {

inline void require_alpha(double alpha) {
  if (!(alpha > 0 && alpha < 1))
    throw error(errc::invalid_argument, "alpha must be above 0 and below 1");
}

inline void require_threshold(const char* name, std::optional<double> percent,
                              const point_range& p) {
  const double low = 100 * p.lowest_ratio();
  const double high = 100 * p.highest_ratio();
  if (percent && !(*percent >= low && *percent <= high))
    throw error(errc::invalid_argument, std::string(name) + ": must be a possible score, " +
                                            shortest(low) + " to " + shortest(high) + " per cent");
}

inline void require_rule(const watch_rule& rule, const watch_state& s) {
  require_alpha(rule.alpha);
  require_betting(rule.bets);
  require_threshold("good", rule.good, s.points());
  require_threshold("bad", rule.bad, s.points());
  if (rule.good && rule.bad && *rule.bad > *rule.good)
    throw error(errc::invalid_argument, "bad: must not be above good");
}

/// The last place where `refuted` does not hold, on the way from `inside`, where it does not, to
/// `outside`; `outside` if it holds nowhere. Bisection: `refuted` changes once.
template <typename Refuted>
double last_kept(double inside, double outside, const Refuted& refuted) {
  if (!refuted(outside)) return outside;
  while (std::abs(outside - inside) > 1e-14 * std::abs(outside)) {
    const double middle = inside + (outside - inside) / 2;
    if (middle == inside || middle == outside) break;
    (refuted(middle) ? outside : inside) = middle;
  }
  return inside;
}

/// The largest ratio worth looking at: where the requirement may be 0 there is no largest one, but
/// from some ratio on every one is refuted.
template <typename Refuted>
double far_end(const watch_state& s, double ratio, const Refuted& refuted) {
  double end = s.points().highest_ratio();
  if (std::isfinite(end)) return end;
  for (end = (std::max)(2 * ratio, 1.0); !refuted(end);) end *= 2;
  return end;
}

}  // namespace detail

/// The scores, in per cent, that are not refuted: W+ and W- are both below 2/alpha. It holds the
/// true score at all times together with probability at least 1 - alpha, however often and for
/// whatever reason one looks, and it holds the score seen. Empty without requirement.
/// O(50 entries bets).
///
/// Errors: errc::invalid_argument for an alpha or bets that are none.
[[nodiscard]] inline std::optional<score_range> anytime_range(const watch_state& s, double alpha,
                                                              const betting& b = {}) {
  detail::require_alpha(alpha);
  detail::require_betting(b);
  const double requirement = to_double(s.requirement());
  if (!(requirement > 0)) return std::nullopt;
  const double ratio = to_double(s.satisfaction()) / requirement;
  const double limit = std::log(2 / alpha);
  const auto too_low = [&](double t) { return log_evidence(s, t, direction::above, b) >= limit; };
  const auto too_high = [&](double t) { return log_evidence(s, t, direction::below, b) >= limit; };
  const double low = detail::last_kept(ratio, s.points().lowest_ratio(), too_low);
  const double high = detail::last_kept(ratio, detail::far_end(s, ratio, too_high), too_high);
  return score_range{100 * low, 100 * high};
}

/// Judges a concept: good iff the evidence that its score is above `good` is at least 2/alpha, bad
/// iff the evidence that it is below `bad` is. May be asked after every unit. Confidential: show
/// only what the gate lets through. O(50 entries bets).
///
/// Errors: errc::invalid_argument for a threshold that no answers reach, `bad` above `good`, an
/// alpha or bets that are none.
[[nodiscard]] inline watch_result watch(const watch_state& s, const watch_rule& rule) {
  detail::require_rule(rule, s);
  watch_result result{.range = anytime_range(s, rule.alpha, rule.bets), .units = s.units()};
  if (result.range) result.score = 100 * (to_double(s.satisfaction()) / to_double(s.requirement()));
  const auto evidence = [&](std::optional<double> percent, direction d, watch_verdict reached) {
    if (!percent) return std::optional<double>();
    const double log_e = log_evidence(s, *percent / 100, d, rule.bets);
    if (log_e >= std::log(2 / rule.alpha)) result.verdict = reached;
    return std::optional(detail::e_value(log_e));
  };
  result.evidence_good = evidence(rule.good, direction::above, watch_verdict::good);
  result.evidence_bad = evidence(rule.bad, direction::below, watch_verdict::bad);
  return result;
}

}  // namespace xqs

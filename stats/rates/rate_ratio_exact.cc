#include "stats/rates/rate_ratio_exact.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <limits>

#include "stats/domain.h"
#include "stats/rates/conditional_binomial.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// How much of the observed split's probability a tail leaves out: none, or half for the mid-p.
struct LeftOut {
  double share;
};

/// P(events of b or more), less what is left out, where b has `odds` events for each one of a.
double upper_tail(std::int64_t events_a, std::int64_t events_b, double odds, LeftOut left_out) {
  const ConditionalBinomial split(events_a + events_b, odds, 1);
  return split.at_least(events_b) - left_out.share * std::exp(split.log_probability(events_b));
}

/// The odds at which that tail is `target`, which rises in the odds; 0 without an event in b.
double lower_odds(std::int64_t events_a, std::int64_t events_b, double target, LeftOut left_out) {
  if (events_b == 0) return 0;
  const auto excess = [&](double log_odds) {
    static constexpr double kFloor = -1e4;  // a tail that underflows is below every target
    const double tail = upper_tail(events_a, events_b, std::exp(log_odds), left_out);
    return tail > 0 ? std::log(tail / target) : kFloor;
  };
  // Half an event stands in for none of a, whose odds have no upper end.
  const double start =
      std::log(static_cast<double>(events_b) / std::max(0.5, static_cast<double>(events_a)));
  double below = start;
  double above = start;
  double at_below = excess(start);
  double at_above = at_below;
  static constexpr double kFarthest = 600;
  for (double step = 1; at_below > 0 && below > -kFarthest; step *= 2) {
    above = below;
    at_above = at_below;
    below -= step;
    at_below = excess(below);
  }
  for (double step = 1; at_above < 0 && above < kFarthest; step *= 2) {
    below = above;
    at_below = at_above;
    above += step;
    at_above = excess(above);
  }
  if (at_below == 0) return std::exp(below);
  if (at_above == 0) return std::exp(above);
  std::uintmax_t evaluations = 200;
  const auto [left, right] =
      boost::math::tools::toms748_solve(excess, below, above, at_below, at_above,
                                        boost::math::tools::eps_tolerance<double>(48), evaluations);
  return std::exp(left + (right - left) / 2);
}

Result<RateRatio> rate_ratio(const EventCount& a, const EventCount& b,
                             const RateRatioOptions& options, LeftOut left_out) {
  if (const Status valid = first_failure({require_rate_comparison(a, b, options.null_ratio),
                                          require_open_unit("alpha", options.alpha)});
      !valid) {
    return valid.error();
  }
  const double exposure_ratio = b.exposure / a.exposure;
  const ConditionalBinomial split(a.events + b.events, exposure_ratio * options.null_ratio, 1);
  const double half = left_out.share * std::exp(split.log_probability(b.events));
  RateRatio result;
  result.estimate = a.events == 0 ? kInfinity : b.count() / a.count() * (a.exposure / b.exposure);
  result.p_greater = split.at_least(b.events) - half;
  result.p_less = split.at_most(b.events) - half;
  result.p_central = std::min(1.0, 2 * std::min(result.p_greater, result.p_less));
  result.p_two_sided = split.no_likelier_than(b.events) - half;
  const double target = options.alpha / 2;
  result.interval = {lower_odds(a.events, b.events, target, left_out) / exposure_ratio,
                     1 / (lower_odds(b.events, a.events, target, left_out) * exposure_ratio),
                     1 - options.alpha};
  return result;
}

}  // namespace

Result<RateRatio> rate_ratio_exact(const EventCount& a, const EventCount& b,
                                   const RateRatioOptions& options) {
  return rate_ratio(a, b, options, LeftOut{0});
}

Result<RateRatio> rate_ratio_mid_p(const EventCount& a, const EventCount& b,
                                   const RateRatioOptions& options) {
  return rate_ratio(a, b, options, LeftOut{0.5});
}

}  // namespace converge::stats

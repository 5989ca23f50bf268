#include "stats/proportions/score_difference.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <limits>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/proportions/score_limit.h"

namespace converge::stats {
namespace {

namespace bmt = boost::math::tools;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The score of the common parameter w: arm `low` converts with probability w, arm `high` with
/// w + difference, difference > 0, so that w is in [0, room] with room = 1 - difference.
struct ConstrainedScore {
  const BinomialCount& low;
  const BinomialCount& high;
  double difference;
  double room;

  double term(double count, double probability) const {
    return count == 0 ? 0 : count / probability;
  }
  /// d log likelihood / d w, without the terms that have a pole at an end.
  double regular_part(double w) const {
    return term(high.x(), w + difference) - term(low.failures(), 1 - w);
  }
  /// The score times w and (room - w) where it has poles there: the same root, finite at both ends.
  double without_poles(double w) const {
    const double left = low.successes == 0 ? 1 : w;
    const double right = high.successes == high.trials ? 1 : room - w;
    return left * right * regular_part(w) + right * low.x() - left * high.failures();
  }
};

/// Maximum likelihood of the lower probability under the constraint: the root of the score, or an
/// end that no success, or no failure, holds it away from.
double constrained_lower_share(const BinomialCount& low, const BinomialCount& high,
                               double difference) {
  static constexpr double kNegligible = 1e-290;  // below, count / difference would overflow
  if (difference < kNegligible) return (low.x() + high.x()) / (low.n() + high.n());
  const double room = 1 - difference;
  if (room <= 0) return 0;
  const ConstrainedScore score{low, high, difference, room};
  const double at_start = score.without_poles(0);
  const double at_end = score.without_poles(room);
  if (at_start <= 0) return 0;
  if (at_end >= 0) return room;
  std::uintmax_t evaluations = 200;
  const auto [below, above] =
      bmt::toms748_solve([&score](double w) { return score.without_poles(w); }, 0.0, room, at_start,
                         at_end, bmt::eps_tolerance<double>(50), evaluations);
  return below + (above - below) / 2;
}

/// Miettinen, Nurminen (1985) eq. 8-9; `factor` is their N / (N - 1), or 1.
double score_statistic(const BinomialCount& a, const BinomialCount& b, double difference,
                       double factor) {
  if (difference < 0) return -score_statistic(b, a, -difference, factor);
  // The rarer outcome is the one whose probabilities keep all their digits.
  if (a.x() + b.x() > a.failures() + b.failures()) {
    return score_statistic(b.mirrored(), a.mirrored(), difference, factor);
  }
  const double distance = share_difference(a, b) - difference;
  if (distance == 0) return 0;
  const double w = constrained_lower_share(a, b, difference);
  const double variance =
      factor * (w * (1 - w) / a.n() + (w + difference) * (1 - difference - w) / b.n());
  if (!(variance > 0)) return distance > 0 ? kInfinity : -kInfinity;
  return distance / std::sqrt(variance);
}

/// The largest difference that is not rejected.
double upper_limit(const BinomialCount& a, const BinomialCount& b, double quantile, double factor) {
  return upper_score_limit(share_difference(a, b), quantile, [&](double difference) {
    return score_statistic(a, b, difference, factor);
  });
}

ScoreTest test_against(const BinomialCount& a, const BinomialCount& b, double difference,
                       double factor) {
  const double z = score_statistic(a, b, difference, factor);
  return {.z = z,
          .p_two_sided = 2 * normal_upper(std::abs(z)),
          .p_greater = normal_upper(z),
          .p_less = normal_upper(-z)};
}

Result<ScoreDifference> score_difference(const BinomialCount& a, const BinomialCount& b,
                                         const ProportionComparisonOptions& options,
                                         double factor) {
  const double quantile = normal_upper_quantile(options.alpha / 2);
  return ScoreDifference{.estimate = share_difference(a, b),
                         .interval = {-upper_limit(b, a, quantile, factor),
                                      upper_limit(a, b, quantile, factor), 1 - options.alpha},
                         .test = test_against(a, b, 0, factor)};
}

}  // namespace

Result<ScoreDifference> miettinen_nurminen_difference(const BinomialCount& a,
                                                      const BinomialCount& b,
                                                      const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  const double total = a.n() + b.n();
  return score_difference(a, b, options, total / (total - 1));
}

Result<ScoreDifference> mee_difference(const BinomialCount& a, const BinomialCount& b,
                                       const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  return score_difference(a, b, options, 1);
}

Result<ScoreTest> farrington_manning(const BinomialCount& a, const BinomialCount& b,
                                     const NonInferiorityOptions& options) {
  if (const Status valid =
          first_failure({require_binomial_count("a", a), require_binomial_count("b", b)});
      !valid) {
    return valid.error();
  }
  if (!(options.margin > -1 && options.margin < 1)) {
    return Error{Errc::kInvalidArgument, "margin: expected a number between -1 and 1"};
  }
  return test_against(a, b, options.margin, 1);
}

}  // namespace converge::stats

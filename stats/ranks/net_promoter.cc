#include "stats/ranks/net_promoter.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/proportions/score_limit.h"

namespace converge::stats {
namespace {

constexpr double kHundred = 100;
constexpr std::int64_t kMostAnswers = 1'000'000'000'000;

struct Answers {
  double detractors;
  double passives;
  double promoters;

  double n() const { return detractors + passives + promoters; }
  double mean() const { return (promoters - detractors) / n(); }
  /// p+ + p- - (p+ - p-)^2 = p0 (1 - p0) + 4 p+ p-, with p0 the share of passives.
  double variance() const {
    return (passives * (promoters + detractors) + 4 * promoters * detractors) / n() / n();
  }
};

Answers answers_of(const NetPromoterCounts& counts) {
  return {static_cast<double>(counts.detractors), static_cast<double>(counts.passives),
          static_cast<double>(counts.promoters)};
}

Answers exchanged(const Answers& answers) {
  return {answers.promoters, answers.passives, answers.detractors};
}

Status check_counts(const NetPromoterCounts& counts) {
  if (Status valid = first_failure({require_not_negative("detractors", counts.detractors),
                                    require_not_negative("passives", counts.passives),
                                    require_not_negative("promoters", counts.promoters)});
      !valid) {
    return valid;
  }
  if (std::max({counts.detractors, counts.passives, counts.promoters}) > kMostAnswers) {
    return Error{Errc::kTooLarge, "answers: more than 1e12"};
  }
  if (counts.detractors + counts.passives + counts.promoters == 0) {
    return Error{Errc::kInsufficientData, "answers: none"};
  }
  return {};
}

/// The score statistic of mean = p+ - p-. Under the constraint the share p of detractors maximises
/// the likelihood where 2 n p^2 - b p - c = 0 (Tango 1998).
double score_statistic(const Answers& answers, double mean) {
  if (mean < 0) return -score_statistic(exchanged(answers), -mean);
  const double n = answers.n();
  const double distance = answers.mean() - mean;
  if (distance == 0) return 0;
  const double b = answers.detractors * (1 - 3 * mean) + answers.promoters * (1 - mean) -
                   2 * answers.passives * mean;
  const double c = answers.detractors * mean * (1 - mean);
  const double root = std::sqrt(b * b + 8 * n * c);
  const double detracting = b >= 0 ? (b + root) / (4 * n) : 2 * c / (root - b);
  const double variance = (2 * detracting + mean * (1 - mean)) / n;
  if (!(variance > 0)) {
    return std::copysign(std::numeric_limits<double>::infinity(), distance);
  }
  return distance / std::sqrt(variance);
}

/// The largest mean that the score test does not reject.
double upper_limit(const Answers& answers, double quantile) {
  return upper_score_limit(answers.mean(), quantile,
                           [&](double mean) { return score_statistic(answers, mean); });
}

Interval score_interval(const Answers& answers, double alpha) {
  const double quantile = normal_upper_quantile(alpha / 2);
  return {-kHundred * upper_limit(exchanged(answers), quantile),
          kHundred * upper_limit(answers, quantile), 1 - alpha};
}

}  // namespace

Result<NetPromoterScore> net_promoter_score(const NetPromoterCounts& counts,
                                            const NetPromoterOptions& options) {
  if (const Status valid =
          first_failure({check_counts(counts), require_open_unit("alpha", options.alpha)});
      !valid) {
    return valid.error();
  }
  const Answers answers = answers_of(counts);
  return NetPromoterScore{.score = kHundred * answers.mean(),
                          .standard_error = kHundred * std::sqrt(answers.variance() / answers.n()),
                          .interval = score_interval(answers, options.alpha)};
}

Result<NetPromoterDifference> net_promoter_difference(const NetPromoterCounts& a,
                                                      const NetPromoterCounts& b,
                                                      const NetPromoterOptions& options) {
  if (const Status valid = require_open_unit("alpha", options.alpha); !valid) return valid.error();
  const Result<NetPromoterScore> of_a = net_promoter_score(a, options);
  const Result<NetPromoterScore> of_b = net_promoter_score(b, options);
  if (!of_a) return of_a.error().within("a");
  if (!of_b) return of_b.error().within("b");
  NetPromoterDifference result;
  result.estimate = of_b->score - of_a->score;
  result.standard_error = std::hypot(of_a->standard_error, of_b->standard_error);
  const double below =
      std::hypot(of_b->score - of_b->interval.lower, of_a->interval.upper - of_a->score);
  const double above =
      std::hypot(of_b->interval.upper - of_b->score, of_a->score - of_a->interval.lower);
  const double level = 1 - options.alpha;
  result.score_interval = {result.estimate - below, result.estimate + above, level};
  if (result.standard_error > 0) {
    const double half = normal_upper_quantile(options.alpha / 2) * result.standard_error;
    result.z = result.estimate / result.standard_error;
    result.p_two_sided = 2 * normal_upper(std::abs(*result.z));
    result.interval = Interval{result.estimate - half, result.estimate + half, level};
  }
  return result;
}

}  // namespace converge::stats

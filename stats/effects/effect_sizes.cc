#include "stats/effects/effect_sizes.h"

#include <cmath>
#include <limits>
#include <string>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/proportions/difference_closed_form.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Status check_sample(const std::string& arm, const Sample& sample) {
  if (Status valid = first_failure({require_finite(arm + ".mean", sample.mean),
                                    require_not_negative(arm + ".variance", sample.variance)});
      !valid) {
    return valid;
  }
  if (sample.n < 2) {
    return Error{Errc::kInsufficientData, arm + ".n: the variance needs at least 2 units"};
  }
  return {};
}

/// 1 / bound of a difference; an infinity of the given sign for a bound of 0.
double inverse(double bound, double sign) {
  return bound == 0 ? std::copysign(kInfinity, sign) : 1 / bound;
}

}  // namespace

Result<StandardisedDifference> standardised_difference(const Sample& a, const Sample& b,
                                                       const EffectSizeOptions& options) {
  if (const Status valid = first_failure(
          {check_sample("a", a), check_sample("b", b), require_open_unit("alpha", options.alpha)});
      !valid) {
    return valid.error();
  }
  if (a.variance == 0 && b.variance == 0) {
    return Error{Errc::kInsufficientData, "variance: 0 in both arms"};
  }
  const auto n_a = static_cast<double>(a.n);
  const auto n_b = static_cast<double>(b.n);
  const double total = n_a + n_b;
  const double sd_a = std::sqrt(a.variance);
  const double sd_b = std::sqrt(b.variance);
  const double pooled_sd = std::hypot(sd_a * std::sqrt((n_a - 1) / (total - 2)),
                                      sd_b * std::sqrt((n_b - 1) / (total - 2)));
  const double difference = b.mean - a.mean;
  StandardisedDifference result;
  result.cohen_d = difference / pooled_sd;
  result.hedges_g = result.cohen_d * (1 - 3 / (4 * total - 9));
  result.variance_g = 1 / n_a + 1 / n_b + result.hedges_g * result.hedges_g / (2 * (total - 3.94));
  const double half = normal_upper_quantile(options.alpha / 2) * std::sqrt(result.variance_g);
  result.interval_g = {result.hedges_g - half, result.hedges_g + half, 1 - options.alpha};
  result.probability_of_superiority = normal_cdf(difference / std::hypot(sd_a, sd_b));
  if (!std::isfinite(result.variance_g)) {
    return Error{Errc::kInvalidArgument, "the difference exceeds the range of double"};
  }
  return result;
}

Result<double> cohen_h(const BinomialCount& a, const BinomialCount& b) {
  if (const Status valid =
          first_failure({require_binomial_count("a", a), require_binomial_count("b", b)});
      !valid) {
    return valid.error();
  }
  // sin and cos of asin sqrt(p_b) - asin sqrt(p_a), times sqrt(n_a n_b):
  const double cross_b = std::sqrt(b.x()) * std::sqrt(a.failures());
  const double cross_a = std::sqrt(a.x()) * std::sqrt(b.failures());
  const double cosine =
      std::sqrt(a.x()) * std::sqrt(b.x()) + std::sqrt(a.failures()) * std::sqrt(b.failures());
  const double sum = cross_b + cross_a;
  // x_b y_a - x_a y_b = x_b n_a - x_a n_b, over the sum of its roots, is the difference of the
  // roots.
  const double sine = sum == 0 ? 0 : difference_of_products(b.x(), a.n(), a.x(), b.n()) / sum;
  return 2 * std::atan2(sine, cosine);
}

Result<NumberNeededToTreat> number_needed_to_treat(const BinomialCount& a, const BinomialCount& b,
                                                   const EffectSizeOptions& options) {
  const Result<Interval> difference = newcombe_difference(a, b, {.alpha = options.alpha});
  if (!difference) return difference.error();
  NumberNeededToTreat result;
  const double estimate = share_difference(a, b);
  if (estimate != 0) result.estimate = 1 / estimate;
  result.level = difference->level;
  if (difference->lower < 0 && difference->upper > 0) {
    result.shape = NumberNeededToTreat::Shape::kTwoRays;
    result.first = 1 / difference->lower;
    result.second = 1 / difference->upper;
  } else {
    const double sign = difference->upper > 0 ? 1 : -1;
    result.first = inverse(difference->upper, sign);
    result.second = inverse(difference->lower, sign);
  }
  return result;
}

}  // namespace converge::stats

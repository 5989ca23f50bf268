#include "stats/rates/poisson_two_sample.h"

#include <cmath>

#include "stats/distributions.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {
namespace {

/// Under the null hypothesis b has `odds` events for each event of a.
double odds_of(const EventCount& a, const EventCount& b, const RateTestOptions& options) {
  return b.exposure / a.exposure * options.null_ratio;
}

/// Events of b beyond odds times those of a.
double excess_of(const EventCount& a, const EventCount& b, double odds) {
  return difference_of_products(b.count(), 1, odds, a.count());
}

RateTest from_z(double z) {
  return {.z = z,
          .p_two_sided = 2 * normal_upper(std::abs(z)),
          .p_greater = normal_upper(z),
          .p_less = normal_upper(-z)};
}

}  // namespace

Result<RateTest> rate_score_test(const EventCount& a, const EventCount& b,
                                 const RateTestOptions& options) {
  if (const Status valid = require_rate_comparison(a, b, options.null_ratio); !valid) {
    return valid.error();
  }
  const double odds = odds_of(a, b, options);
  return from_z(excess_of(a, b, odds) / std::sqrt((a.count() + b.count()) * odds));
}

Result<RateTest> rate_wald_test(const EventCount& a, const EventCount& b,
                                const RateTestOptions& options) {
  if (const Status valid = require_rate_comparison(a, b, options.null_ratio); !valid) {
    return valid.error();
  }
  const double odds = odds_of(a, b, options);
  return from_z(excess_of(a, b, odds) / std::sqrt(b.count() + a.count() * odds * odds));
}

Result<RateTest> rate_square_root_test(const EventCount& a, const EventCount& b,
                                       const RateTestOptions& options) {
  if (const Status valid = require_rate_comparison(a, b, options.null_ratio); !valid) {
    return valid.error();
  }
  static constexpr double kAdded = 3.0 / 8;
  const double odds = odds_of(a, b, options);
  // sqrt(x) - sqrt(y) as (x - y) / (sqrt(x) + sqrt(y)), which does not cancel.
  const double sum = std::sqrt(b.count() + kAdded) + std::sqrt((a.count() + kAdded) * odds);
  const double difference = (excess_of(a, b, odds) + kAdded * (1 - odds)) / sum;
  return from_z(2 * difference / std::sqrt(1 + odds));
}

}  // namespace converge::stats

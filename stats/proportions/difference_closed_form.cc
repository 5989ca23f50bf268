#include "stats/proportions/difference_closed_form.h"

#include <cmath>

#include "stats/distributions.h"
#include "stats/proportions/one_proportion.h"

namespace converge::stats {
namespace {

double variance_of_share(const BinomialCount& count) {
  return count.share() * (count.failures() / count.n()) / count.n();
}

Interval normal_difference(const BinomialCount& a, const BinomialCount& b, double alpha) {
  const double difference = share_difference(a, b);
  const double half =
      normal_upper_quantile(alpha / 2) * std::sqrt(variance_of_share(a) + variance_of_share(b));
  return {difference - half, difference + half, 1 - alpha};
}

}  // namespace

Result<Interval> newcombe_difference(const BinomialCount& a, const BinomialCount& b,
                                     const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  const Result<Interval> of_a = wilson_interval(a, {.alpha = options.alpha});
  const Result<Interval> of_b = wilson_interval(b, {.alpha = options.alpha});
  if (!of_a) return of_a.error();
  if (!of_b) return of_b.error();
  const double difference = share_difference(a, b);
  const double below = std::hypot(b.share() - of_b->lower, of_a->upper - a.share());
  const double above = std::hypot(of_b->upper - b.share(), a.share() - of_a->lower);
  return Interval{difference - below, difference + above, 1 - options.alpha};
}

Result<Interval> agresti_caffo_difference(const BinomialCount& a, const BinomialCount& b,
                                          const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  const BinomialCount more_a{a.successes + 1, a.trials + 2};
  const BinomialCount more_b{b.successes + 1, b.trials + 2};
  return normal_difference(more_a, more_b, options.alpha);
}

Result<Interval> wald_difference(const BinomialCount& a, const BinomialCount& b,
                                 const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  return normal_difference(a, b, options.alpha);
}

}  // namespace converge::stats

#include "stats/quality/exact_binomial.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

constexpr double kTieSlack = 1e-7;

/// P(X <= k) for k at or below the mode, and the tail of counts above it that are no likelier.
double both_tails(std::int64_t k, std::int64_t n, double share) {
  const double limit = binomial_probability(k, n, share) * (1 + kTieSlack);
  const auto mode = static_cast<std::int64_t>(std::floor((static_cast<double>(n) + 1) * share));
  // Beyond the mode probabilities fall: bisect for the first count that is no likelier.
  std::int64_t likelier = std::max(k, mode);
  std::int64_t no_likelier = n + 1;
  if (binomial_probability(likelier, n, share) <= limit) {
    no_likelier = likelier;
  }
  while (no_likelier - likelier > 1) {
    const std::int64_t middle = likelier + (no_likelier - likelier) / 2;
    if (binomial_probability(middle, n, share) <= limit) {
      no_likelier = middle;
    } else {
      likelier = middle;
    }
  }
  if (no_likelier <= k + 1) return 1;
  const double upper = no_likelier > n ? 0 : binomial_upper(no_likelier - 1, n, share);
  return std::min(1.0, binomial_cdf(k, n, share) + upper);
}

}  // namespace

Result<double> exact_binomial_p(std::int64_t successes, std::int64_t trials, double share) {
  if (const Status valid = first_failure(
          {require_successes("successes", successes, trials), require_unit("share", share)});
      !valid) {
    return valid.error();
  }
  if (trials == 0) return 1.0;
  if (share == 0) return successes == 0 ? 1.0 : 0.0;
  if (share == 1) return successes == trials ? 1.0 : 0.0;
  const double expected = static_cast<double>(trials) * share;
  if (static_cast<double>(successes) <= expected) return both_tails(successes, trials, share);
  return both_tails(trials - successes, trials, 1 - share);
}

}  // namespace converge::stats

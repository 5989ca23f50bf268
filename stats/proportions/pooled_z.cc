#include "stats/proportions/pooled_z.h"

#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {

Result<PooledZ> pooled_z(const BinomialCount& a, const BinomialCount& b) {
  if (const Status valid =
          first_failure({require_binomial_count("a", a), require_binomial_count("b", b)});
      !valid) {
    return valid.error();
  }
  const double successes = a.x() + b.x();
  const double failures = a.failures() + b.failures();
  if (successes == 0 || failures == 0) {
    return Error{Errc::kInsufficientData,
                 "successes: none or all in both arms, the pooled variance is 0"};
  }
  const double total = a.n() + b.n();
  // p (1 - p) (1/n_a + 1/n_b) = successes failures / (total n_a n_b)
  const double variance = (successes / total) * failures / a.n() / b.n();
  const double z = share_difference(a, b) / std::sqrt(variance);
  return PooledZ{.z = z,
                 .p_two_sided = 2 * normal_upper(std::abs(z)),
                 .p_greater = normal_upper(z),
                 .p_less = normal_upper(-z)};
}

}  // namespace converge::stats

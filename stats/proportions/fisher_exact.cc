#include "stats/proportions/fisher_exact.h"

#include <cmath>

#include "stats/domain.h"
#include "stats/proportions/hypergeometric.h"

namespace converge::stats {

Result<FisherExact> fisher_exact(const BinomialCount& a, const BinomialCount& b) {
  if (const Status valid =
          first_failure({require_binomial_count("a", a), require_binomial_count("b", b)});
      !valid) {
    return valid.error();
  }
  const Hypergeometric distribution(a, b);
  FisherExact result;
  result.p_two_sided = distribution.no_likelier_than(b.successes);
  result.p_greater = distribution.at_least(b.successes);
  result.p_less = distribution.at_most(b.successes);
  const double half = 0.5 * std::exp(distribution.log_probability(b.successes));
  result.mid_p_two_sided = result.p_two_sided - half;
  result.mid_p_greater = result.p_greater - half;
  result.mid_p_less = result.p_less - half;
  return result;
}

}  // namespace converge::stats

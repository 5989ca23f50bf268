#include "tests/calibration/binomial_limit.h"

#include <cmath>

namespace converge::calibration {

int most_errors(int runs, double p) {
  double above = 0;
  for (int k = runs; k > 0; --k) {
    above += std::exp(std::lgamma(runs + 1.0) - std::lgamma(k + 1.0) - std::lgamma(runs - k + 1.0) +
                      k * std::log(p) + (runs - k) * std::log1p(-p));
    if (above > kRefuted) return k;
  }
  return 0;
}

int fewest_successes(int runs, double p) {
  return runs - most_errors(runs, 1 - p);
}

}  // namespace converge::calibration

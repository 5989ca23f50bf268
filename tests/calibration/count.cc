#include "tests/calibration/count.h"

#include "tests/calibration/binomial_limit.h"

namespace converge::calibration {

bool is_as_expected(const Count& count) {
  const bool is_within = count.errors <= most_errors(count.runs, count.at_most);
  return is_within == (count.expectation == Expectation::kWithinLimit);
}

}  // namespace converge::calibration

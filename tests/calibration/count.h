#pragma once

#include <string>

namespace converge::calibration {

enum class Expectation {
  kWithinLimit,  ///< a claim: the true error is at most at_most
  kBeyondLimit,  ///< a negative control: the harness must see that it is more
};

/// How often something went wrong in so many runs, and what was claimed of it.
struct Count {
  std::string name;
  int runs = 0;
  int errors = 0;
  double at_most = 0.05;
  Expectation expectation = Expectation::kWithinLimit;
};

/// Whether the count is as expected, by the exact binomial limit (binomial_limit.h).
bool is_as_expected(const Count& count);

}  // namespace converge::calibration

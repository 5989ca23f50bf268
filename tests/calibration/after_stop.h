#pragma once

#include <string>
#include <vector>

#include "tests/calibration/count.h"

namespace converge::calibration {

/// Estimates after a stop, in units of the true effect: naive and corrected.
struct StopBias {
  std::string name;
  int runs = 0;               ///< that are counted: all, or those that rejected
  double naive = 0;           ///< mean of estimate / truth
  double corrected = 0;       ///< mean of the corrected estimate / truth
  double median = 0;          ///< of the corrected estimate / truth
  double standard_error = 0;  ///< of the corrected mean
  int above_truth = 0;        ///< runs with the corrected estimate above the truth
};

struct AfterStop {
  std::vector<StopBias> biases;
  std::vector<Count> misses;  ///< of the corrected intervals
};

/// A true effect of drift 3 under Lan-DeMets O'Brien-Fleming at 10 looks (stage-wise ordering),
/// under t^3 at 50 looks, after one look that crossed 1.96 (conditional on crossing), and effects
/// drawn from a prior, shrunk by it.
AfterStop after_stop(int runs);

}  // namespace converge::calibration

#pragma once

#include "base/result.h"
#include "stats/moments.h"

namespace converge::stats {

struct ClusterRobustRatios {
  double ratio_a = 0;
  double ratio_b = 0;
  double difference = 0;          ///< ratio_b - ratio_a
  double standard_error_cr0 = 0;  ///< no correction for few clusters
  double standard_error_cr1 = 0;  ///< n / (n - 1) in each arm: what the delta method gives
};

/// The difference of two ratios of sums, events clustered in units, with the sandwich standard
/// error of a regression of events on the arm.
/// Inputs   ratios as samples (ratio_sample_of), n of them the number of clusters.
/// Output   ClusterRobustRatios in the unit of the ratios. A standard error may be 0.
/// Assumes  clusters are independent; events within one are not.
/// Errors   as check_samples of welch.h.
/// Cost     O(1).
/// Source   Liang, Zeger (1986) Biometrika 73:13-22; equality with the delta method: Deng,
/// Knoblich,
///          Lu (2018) KDD.
/// Checked  golden/calc/lifts_test.cc (ratio_cluster_robust.json); property/stats/lift_test.cc.
Result<ClusterRobustRatios> cluster_robust_ratios(const Sample& a, const Sample& b);

}  // namespace converge::stats

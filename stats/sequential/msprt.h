#pragma once

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

struct MsprtInputs {
  double difference;  ///< mean_b - mean_a
  double variance;    ///< of the difference
};

struct MsprtOptions {
  double alpha;
  double tau;  ///< standard deviation of the effects expected, in the unit of the difference
};

struct Msprt {
  double log_lambda = 0;  ///< mixture likelihood ratio against "no difference"
  double p = 1;           ///< at this look: min(1, 1 / lambda); always-valid is the running minimum
  Interval interval;      ///< confidence sequence, excludes 0 iff p < alpha
};

/// The mixture sequential probability ratio test of a difference of means, valid at every look.
/// Inputs   difference finite, variance > 0; alpha in (0, 1), tau > 0 fixed before the start.
/// Output   Msprt.
/// Assumes  independent units and a normal limit (asymptotic_guard.h before an action).
/// Errors   kInvalidArgument; kInsufficientData variance 0.
/// Cost     O(1).
/// Source   Johari, Koomen, Pekelis, Walsh (2022) Oper. Res. 70:1806-1821, arXiv 1512.04922, eq. 11
///          for two streams.
/// Checked  golden/calc/sequential_test.cc (msprt.json); property/stats/sequential_test.cc.
Result<Msprt> msprt_normal(const MsprtInputs& inputs, const MsprtOptions& options);

}  // namespace converge::stats

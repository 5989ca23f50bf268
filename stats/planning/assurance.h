#pragma once

#include "base/result.h"
#include "stats/planning/power_function.h"

namespace converge::stats {

/// What is believed of the true effect before the experiment.
struct AssurancePrior {
  double mean;
  double sd;
};

/// Assurance: the power averaged over a normal prior of the effect.
/// Inputs   power as a function of the effect, in [0, 1]; a prior with sd above 0; `scale` above 0,
///          the size of effect over which the power rises (a standard error of the estimate).
/// Output   the probability, before the data, that the design rejects. It need not tend to 1 with
///          the size: a one-sided test ends at the prior probability of an effect on its side.
/// Errors   kInvalidArgument.
/// Cost     some 1000 calls of the power function.
/// Source   O'Hagan, Stevens, Campbell (2005) Pharm. Stat. 4:187-201; Gauss-Kronrod between points
///          that double their distance from 0, so that neither a narrow rise of the power nor a
///          narrow prior is missed.
/// Checked  golden/calc/planning_test.cc and property/stats/planning_test.cc (the closed form of
///          the normal test).
Result<double> assurance(const PowerOfEffect& power, const AssurancePrior& prior, double scale);

}  // namespace converge::stats

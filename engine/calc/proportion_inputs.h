#pragma once

#include "engine/calc/inputs.h"
#include "stats/proportions/binomial_count.h"

namespace converge::calc {

/// Two arms written as x_a, n_a, x_b, n_b.
struct ProportionArms {
  stats::BinomialCount a;
  stats::BinomialCount b;
};

ProportionArms proportion_arms(Inputs& inputs);

}  // namespace converge::calc

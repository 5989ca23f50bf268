#include "engine/calc/proportion_inputs.h"

namespace converge::calc {

ProportionArms proportion_arms(Inputs& inputs) {
  return {.a = {.successes = inputs.count("x_a"), .trials = inputs.count("n_a")},
          .b = {.successes = inputs.count("x_b"), .trials = inputs.count("n_b")}};
}

}  // namespace converge::calc

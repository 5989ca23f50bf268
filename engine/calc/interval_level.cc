#include "engine/calc/interval_level.h"

namespace converge::calc {

IntervalLevel interval_level(Inputs& inputs) {
  const std::optional<double> alpha = inputs.optional_number("alpha");
  return alpha ? IntervalLevel{.alpha = *alpha, .name = "ci"} : IntervalLevel{};
}

}  // namespace converge::calc

#pragma once

#include <string>

#include "engine/calc/inputs.h"

namespace converge::calc {

/// The optional member "alpha" of the inputs and what the interval is called in the outputs: "ci95"
/// when no alpha is given, else "ci", so that a name never claims another level than it has.
struct IntervalLevel {
  double alpha = 0.05;
  std::string name = "ci95";
};

IntervalLevel interval_level(Inputs& inputs);

}  // namespace converge::calc

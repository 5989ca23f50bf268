#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> planning_methods() {
  return {};
}

}  // namespace converge::calc

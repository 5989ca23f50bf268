#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> quantile_methods() {
  return {};
}

}  // namespace converge::calc

#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> adjustment_methods() {
  return {};
}

}  // namespace converge::calc

#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> effect_methods() {
  return {};
}

}  // namespace converge::calc

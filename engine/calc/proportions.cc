#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> proportion_methods() {
  return {};
}

}  // namespace converge::calc

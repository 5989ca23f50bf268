#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> rate_methods() {
  return {};
}

}  // namespace converge::calc

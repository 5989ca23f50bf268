#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> quality_methods() {
  return {};
}

}  // namespace converge::calc

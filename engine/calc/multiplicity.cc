#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> multiplicity_methods() {
  return {};
}

}  // namespace converge::calc

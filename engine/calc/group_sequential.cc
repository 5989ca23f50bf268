#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> group_sequential_methods() {
  return {};
}

}  // namespace converge::calc

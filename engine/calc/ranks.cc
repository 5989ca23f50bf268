#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> rank_methods() {
  return {};
}

}  // namespace converge::calc

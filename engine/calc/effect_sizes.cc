#include "engine/calc/method.h"
namespace converge::calc {
std::span<const Method> effect_size_methods() {
  return {};
}
}  // namespace converge::calc

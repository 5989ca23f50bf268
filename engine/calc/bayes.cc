#include "engine/calc/method.h"

namespace converge::calc {

std::span<const Method> bayes_methods() {
  return {};
}

}  // namespace converge::calc

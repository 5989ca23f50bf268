#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/features/assigner.h"
#include "engine/model/value.h"

/// The experiments, units and attributes of the benchmarks; the same as in experiments.mjs.
namespace converge::bench {

/// That many experiments of two variants, two of five with a condition.
std::shared_ptr<const Assigner> assigner_of(int experiments);

struct User {
  std::string id;
  Value attributes;
};
/// All different, in a scrambled order.
std::vector<User> users(int count);

}  // namespace converge::bench

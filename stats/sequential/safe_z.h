#pragma once

#include <cstdint>

#include "base/result.h"

namespace converge::stats {

struct SafeZInputs {
  double z;  ///< of the difference of means, with the known standard deviation
  std::int64_t n_a;
  std::int64_t n_b;
};

struct SafeZOptions {
  double phi;    ///< > 0, the smallest difference that matters
  double sigma;  ///< > 0, known standard deviation of a value
};

/// The safe z-test of two samples with known variance, valid under optional stopping.
/// Inputs   z finite, n >= 1 each; options. The ratio of n_a and n_b is fixed in advance.
/// Output   log e-value against "no difference", half its mass on phi and half on -phi.
/// Assumes  normal values, or a normal limit.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Grunwald, de Heide, Koolen (2024) JRSS B 86:1091-1128; safestats.
/// Checked  golden/calc/sequential_test.cc (safe_tests.json).
Result<double> safe_z_two_sided(const SafeZInputs& inputs, const SafeZOptions& options);

/// Against "the difference is 0 or less": all mass on phi.
Result<double> safe_z_greater(const SafeZInputs& inputs, const SafeZOptions& options);

}  // namespace converge::stats

#pragma once

#include <rapidcheck.h>
#include <cmath>

#include "stats/difference.h"

namespace converge::stats {

/// A number of either sign over many orders of magnitude.
inline double any_number() {
  const double mantissa = *rc::gen::inRange(-1'000'000, 1'000'000) / 1e6;
  return mantissa * std::pow(10.0, *rc::gen::inRange(-3, 5));
}

/// A sample whose mean is some standard errors away from 0, as real metrics are.
inline Sample any_sample() {
  Sample sample;
  sample.n = *rc::gen::weightedOneOf<std::int64_t>(
      {{1, rc::gen::inRange<std::int64_t>(2, 10)},
       {3, rc::gen::inRange<std::int64_t>(10, 10'000)},
       {1, rc::gen::inRange<std::int64_t>(1'000'000, 2'000'000'000)}});
  sample.variance = std::abs(any_number()) + 1e-6;
  const double standard_error = std::sqrt(sample.variance / static_cast<double>(sample.n));
  sample.mean = standard_error * *rc::gen::inRange(-5000, 5000) / 100.0;
  sample.third_central_moment =
      std::pow(sample.variance, 1.5) * *rc::gen::inRange(-300, 300) / 100.0;
  return sample;
}

inline Difference difference_of(const Sample& a, const Sample& b) {
  const StratumPair pair{a, b};
  const auto difference = combine_strata({&pair, 1});
  RC_ASSERT(difference.has_value());
  return *difference;
}

inline bool close(double left, double right, double relative) {
  return left == right ||
         std::abs(left - right) <= relative * std::max(std::abs(left), std::abs(right));
}

}  // namespace converge::stats

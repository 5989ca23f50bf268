#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace converge::stats {

/// Successes among independent trials of one arm.
struct BinomialCount {
  std::int64_t successes = 0;
  std::int64_t trials = 0;

  double n() const { return static_cast<double>(trials); }
  double x() const { return static_cast<double>(successes); }
  double failures() const { return static_cast<double>(trials - successes); }
  double share() const { return x() / n(); }
  BinomialCount mirrored() const { return {trials - successes, trials}; }
  bool operator==(const BinomialCount&) const = default;
};

/// share(b) - share(a) from the exact integers, so that nearly equal shares of large arms do not
/// cancel.
double share_difference(const BinomialCount& a, const BinomialCount& b);

/// a d - b c for whole numbers below 2^53, within 2 units in the last place.
double difference_of_products(double a, double d, double b, double c);

/// kInvalidArgument unless 0 <= successes <= trials; kInsufficientData without trials; kTooLarge
/// beyond 1e12 trials, where doubles no longer carry the score of a single unit.
Status require_binomial_count(std::string_view arm, const BinomialCount& count);

/// The same for both arms, and alpha in (0, 1).
Status require_comparison(const BinomialCount& a, const BinomialCount& b, double alpha);

}  // namespace converge::stats

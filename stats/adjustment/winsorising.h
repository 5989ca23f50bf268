#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/moments.h"

namespace converge::stats {

enum class CountedValues {
  kAll,
  kNonZero,  ///< for rare spenders: a percentile over all units would be 0
};

/// A rule written down before the outcomes of the arms are known apart.
struct WinsorRule {
  double upper_quantile;  ///< in (0, 1), say 0.999; 1 sets no cap
  double lower_quantile;  ///< in [0, upper_quantile); 0 sets no floor
  CountedValues counted;
};

/// Values below the floor are raised to it, above the cap lowered to it.
struct WinsorLimits {
  std::optional<double> floor;
  std::optional<double> cap;
};

/// A value that `count` units have. Integer values of any size up to 2^53 are exact.
struct ValueCount {
  double value = 0;
  std::int64_t count = 0;
};

/// The limits of a rule over the values of all arms together (blinded).
/// Inputs   values ascending with their counts: a histogram, or sorted values with count 1;
///          histograms of arms or shards add up by value.
/// Output   the smallest value with at least quantile * counted units at or below it: always one
///          of the values, so a cap on integers is an integer. The same rule, applied to the
///          values of the time before, gives their limits. No counted value at all: no limits.
/// Assumes  limits used by a decision are taken once, and not again at every look: the estimand is
///          the mean of the limited values.
/// Errors   kInvalidArgument quantiles, values not ascending or not finite, counts below 0.
/// Cost     O(values).
/// Source   inverse of the empirical distribution function (Hyndman, Fan 1996, type 1).
/// Checked  unit/stats/winsorising_test.cc (numpy quantile, method inverted_cdf).
Result<WinsorLimits> winsor_limits(std::span<const ValueCount> ascending, const WinsorRule& rule);

/// The same over sorted values.
Result<WinsorLimits> winsor_limits(std::span<const double> ascending, const WinsorRule& rule);

double winsorised(double value, const WinsorLimits& limits);
std::int64_t winsorised(std::int64_t value, const WinsorLimits& limits);

struct Winsorised {
  Sample sample;
  std::int64_t raised = 0;   ///< units below the floor
  std::int64_t lowered = 0;  ///< units above the cap
};

/// Moments of one arm's values under limits that may come from elsewhere.
/// Inputs   as winsor_limits; limits with floor <= cap.
/// Errors   kInvalidArgument as winsor_limits; kInsufficientData n of 0 or 1.
/// Cost     O(values).
/// Source   definition.
/// Checked  unit/stats/winsorising_test.cc.
Result<Winsorised> winsorised_sample(std::span<const ValueCount> ascending,
                                     const WinsorLimits& limits);

}  // namespace converge::stats

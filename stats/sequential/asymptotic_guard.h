#pragma once

#include <cstdint>

#include "stats/difference.h"

namespace converge::stats {

/// Whether a normal limit may be trusted for an action.
enum class GuardVerdict {
  kSatisfied,
  kTooFewUnits,   ///< an arm has fewer than 30
  kTooFewEvents,  ///< an arm has fewer than 2
  kTooSkewed,     ///< for these numbers of units
};

struct GuardInputs {
  Difference difference;
  std::int64_t events_a;  ///< units of the arm whose value is not 0
  std::int64_t events_b;
};

inline constexpr std::int64_t kGuardUnitsMin = 30;
inline constexpr std::int64_t kGuardEventsMin = 2;
inline constexpr double kGuardBalancedRatioMax = 1.5;
inline constexpr double kGuardSkewMax = 0.053;
inline constexpr double kGuardUnitsPerSquaredSkew = 355;

/// The guard before an asymptotic method drives an action.
/// Inputs   a Difference and the events of each arm.
/// Output   kSatisfied when every arm has kGuardUnitsMin units and kGuardEventsMin events, and:
/// with
///          the larger arm at most kGuardBalancedRatioMax times the smaller, the standardised skew
///          of the estimate is at most kGuardSkewMax; else n >= 355 * skewness^2 in every arm. A
///          skew that is not a number counts as too large.
/// Cost     O(1).
/// Source   Kohavi, Deng, Longbotham, Xu (2014) KDD for 355; 0.053 and 1.5 are the design's limits,
///          simulated for the confidence sequence under peeking (stats/README.md).
/// Checked  unit/stats/asymptotic_guard_test.cc.
GuardVerdict asymptotic_guard(const GuardInputs& inputs);

}  // namespace converge::stats

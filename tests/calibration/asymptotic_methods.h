#pragma once

#include <string>
#include <vector>

#include "tests/calibration/simulate.h"

namespace converge::calibration {

/// Two-sided at kAlpha, one-sided bounds at kAlpha each, as the claim "at most 5 %" has them.
inline constexpr double kAlpha = 0.05;

enum class Side { kTwoSided, kUp, kDown };
std::string name_of(Side side);
enum class Guard { kOn, kOff };
enum class Mixture {
  kNormal,         ///< asymptotic_cs.h
  kPlannedEffect,  ///< planned_effect_cs.h
};

/// An asymptotic confidence sequence tuned to the planned sample, read at every look.
Method asymptotic_sequence(Mixture mixture, Side side, Guard guard);

/// The same verdict from Fieller's interval of the relative lift; also notes whether any interval
/// left out the true lift.
Method relative_sequence(Mixture mixture, Guard guard);

/// Negative control: the relative lift by the delta method with the sequence's multiplier.
Method relative_sequence_by_delta_method();

/// The mixture SPRT whose prior has the standard deviation `relative_effect` times the control's
/// mean: read at every look, two-sided, without a guard, as its peers run it.
Method mixture_sprt(double control_mean, double relative_effect);
/// One for each of peeking_scenarios(), tuned to the effect that its power is stated for, or to
/// half the control's mean in the early ones.
std::vector<Method> mixture_sprt_of_peeking_scenarios();

/// The same behind the guard and tuned to the effect that the planned sample detects, so that it
/// can be run in every scenario. Its theory takes the variance as known: that of the last look.
Method guarded_mixture_sprt();

/// The normal test of one look, which at these sizes is Welch's. Read at every look it is the
/// negative control "peeking".
Method normal_test_at_every_look();
Method normal_test_at_the_end();

}  // namespace converge::calibration

#include "tests/calibration/asymptotic_methods.h"

#include <cmath>
#include <optional>

#include "stats/distributions.h"
#include "stats/means/fieller.h"
#include "stats/sequential/asymptotic_cs.h"
#include "stats/sequential/asymptotic_guard.h"
#include "stats/sequential/msprt.h"
#include "stats/sequential/planned_effect_cs.h"

namespace converge::calibration {
namespace {

using stats::AsymptoticCs;
using stats::Difference;
using stats::RelativeLift;

bool is_trusted(const Look& look, Guard guard) {
  if (!look.difference) return false;
  if (guard == Guard::kOff) return true;
  return stats::asymptotic_guard({.difference = *look.difference,
                                  .events_a = look.events_a,
                                  .events_b = look.events_b}) == stats::GuardVerdict::kSatisfied;
}

/// One of the sequences, with what it needs of the plan computed once per run and not per look.
class Sequence {
 public:
  Sequence(Mixture mixture, Side side, const Scenario& scenario)
      : mixture_(mixture),
        side_(side),
        options_{.alpha = kAlpha, .planned_harmonic_n = scenario.planned_harmonic_n},
        shape_{.alpha = kAlpha,
               .rho_squared = *stats::rho_squared(side == Side::kTwoSided ? kAlpha : 2 * kAlpha,
                                                  scenario.planned_units)} {}

  AsymptoticCs at(const Difference& difference) const {
    const bool is_normal = mixture_ == Mixture::kNormal;
    switch (side_) {
      case Side::kUp:
        return *(is_normal ? stats::asymptotic_cs_lower(difference, shape_)
                           : stats::planned_effect_cs_lower(difference, options_));
      case Side::kDown:
        return *(is_normal ? stats::asymptotic_cs_upper(difference, shape_)
                           : stats::planned_effect_cs_upper(difference, options_));
      case Side::kTwoSided:
        break;
    }
    return *(is_normal ? stats::asymptotic_cs_two_sided(difference, shape_)
                       : stats::planned_effect_cs_two_sided(difference, options_));
  }

 private:
  Mixture mixture_;
  Side side_;
  stats::PlannedEffectOptions options_;
  stats::AsymptoticCsShape shape_;
};

void note(bool up, bool down, int look, Outcome& outcome) {
  if (up && outcome.up_at == kNever) outcome.up_at = look;
  if (down && outcome.down_at == kNever) outcome.down_at = look;
}

Outcome read_sequence(const Run& run, Mixture mixture, Side side, Guard guard) {
  Outcome outcome;
  const Sequence sequence(mixture, side, run.scenario);
  for (const Look& look : run.looks) {
    if (!is_trusted(look, guard)) {
      ++outcome.refused;
      continue;
    }
    const AsymptoticCs cs = sequence.at(*look.difference);
    note(cs.interval.lower > 0, cs.interval.upper < 0, look.index, outcome);
  }
  return outcome;
}

struct Bounds {
  double lower;
  double upper;
};

std::optional<Bounds> fieller_bounds(const Difference& difference, double z) {
  const Result<RelativeLift> lift =
      stats::fieller_relative_lift({.mean_a = difference.mean_a,
                                    .variance_of_mean_a = difference.variance_of_mean_a,
                                    .mean_b = difference.mean_b,
                                    .variance_of_mean_b = difference.variance_of_mean_b,
                                    .covariance = 0,
                                    .z = z,
                                    .level = 1 - kAlpha});
  if (!lift || !lift->interval) return std::nullopt;
  return Bounds{lift->interval->lower, lift->interval->upper};
}

/// Variance of mean_b / mean_a by the first-order expansion.
std::optional<Bounds> delta_method_bounds(const Difference& difference, double z) {
  if (difference.mean_a == 0) return std::nullopt;
  const double ratio = difference.mean_b / difference.mean_a;
  const double variance =
      (difference.variance_of_mean_b + ratio * ratio * difference.variance_of_mean_a) /
      (difference.mean_a * difference.mean_a);
  const double half = z * std::sqrt(variance);
  return Bounds{ratio - 1 - half, ratio - 1 + half};
}

Outcome read_relative(const Run& run, Mixture mixture, Guard guard,
                      std::optional<Bounds> (*bounds_at)(const Difference&, double)) {
  Outcome outcome;
  const Sequence sequence(mixture, Side::kTwoSided, run.scenario);
  for (const Look& look : run.looks) {
    std::optional<Bounds> bounds;
    if (is_trusted(look, guard)) {
      const AsymptoticCs cs = sequence.at(*look.difference);
      bounds = bounds_at(*look.difference, cs.z_multiplier);
    }
    if (!bounds) {
      ++outcome.refused;
      continue;
    }
    note(bounds->lower > 0, bounds->upper < 0, look.index, outcome);
    const double lift = run.scenario.lift;
    if (lift < bounds->lower || lift > bounds->upper) outcome.misses_truth = true;
  }
  return outcome;
}

/// What a test at kAlpha detects with 80 % power: z of 97.5 % and of 80 %.
constexpr double kDetectableStandardErrors = 1.96 + 0.84;

Outcome read_mixture_sprt(const Run& run, double tau, Guard guard) {
  Outcome outcome;
  const stats::MsprtOptions options{.alpha = kAlpha, .tau = tau};
  for (const Look& look : run.looks) {
    if (!is_trusted(look, guard)) {
      ++outcome.refused;
      continue;
    }
    const stats::Msprt test = *stats::msprt_normal(
        {.difference = look.difference->estimate, .variance = look.difference->variance}, options);
    note(test.interval.lower > 0, test.interval.upper < 0, look.index, outcome);
  }
  return outcome;
}

std::string name_of(Mixture mixture) {
  return mixture == Mixture::kNormal ? "normal mixture" : "planned-effect mixture";
}

/// The normal test: at the sizes of these scenarios it is Welch's to the third digit.
void read_one_look(const Look& look, Outcome& outcome) {
  if (!look.difference) {
    ++outcome.refused;
    return;
  }
  const double z = look.difference->estimate / std::sqrt(look.difference->variance);
  const double limit = stats::normal_upper_quantile(kAlpha / 2);
  note(z > limit, z < -limit, look.index, outcome);
}

}  // namespace

std::string name_of(Side side) {
  switch (side) {
    case Side::kUp:
      return "up";
    case Side::kDown:
      return "down";
    case Side::kTwoSided:
      break;
  }
  return "two-sided";
}

Method asymptotic_sequence(Mixture mixture, Side side, Guard guard) {
  return {name_of(mixture) + ", " + name_of(side) + (guard == Guard::kOn ? "" : ", no guard"),
          [=](const Run& run) { return read_sequence(run, mixture, side, guard); }};
}

Method relative_sequence(Mixture mixture, Guard guard) {
  return {name_of(mixture) + ", relative by Fieller" + (guard == Guard::kOn ? "" : ", no guard"),
          [=](const Run& run) { return read_relative(run, mixture, guard, fieller_bounds); }};
}

Method relative_sequence_by_delta_method() {
  return {"normal mixture, relative by the delta method, no guard", [](const Run& run) {
            return read_relative(run, Mixture::kNormal, Guard::kOff, delta_method_bounds);
          }};
}

Method mixture_sprt(double control_mean, double relative_effect) {
  const double tau = control_mean * relative_effect;
  return {"mSPRT, tau = MDE",
          [tau](const Run& run) { return read_mixture_sprt(run, tau, Guard::kOff); }};
}

Method guarded_mixture_sprt() {
  return {"mSPRT, tau = detectable effect", [](const Run& run) {
            const Result<Difference>& planned = run.looks.back().difference;
            if (!planned) return Outcome{};
            const double tau = kDetectableStandardErrors * std::sqrt(planned->variance);
            return read_mixture_sprt(run, tau, Guard::kOn);
          }};
}

std::vector<Method> mixture_sprt_of_peeking_scenarios() {
  const double lognormal_mean = std::exp(0.5);
  const double revenue_mean = 0.1 * std::exp(3.5);
  const double wide_lognormal_mean = std::exp(2.0);
  return {mixture_sprt(0.1, 0.1),           mixture_sprt(lognormal_mean, 0.04),
          mixture_sprt(revenue_mean, 0.16), mixture_sprt(0.005, 0.5),
          mixture_sprt(0.02, 0.5),          mixture_sprt(wide_lognormal_mean, 0.5)};
}

Method normal_test_at_every_look() {
  return {"normal test at every look", [](const Run& run) {
            Outcome outcome;
            for (const Look& look : run.looks) read_one_look(look, outcome);
            return outcome;
          }};
}

Method normal_test_at_the_end() {
  return {"normal test, one look at the end", [](const Run& run) {
            Outcome outcome;
            read_one_look(run.looks.back(), outcome);
            return outcome;
          }};
}

}  // namespace converge::calibration

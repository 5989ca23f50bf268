#include "tests/calibration/guarded_methods.h"

#include <cmath>
#include <limits>
#include <vector>

#include "stats/sequential/asymptotic_guard.h"
#include "stats/sequential/bernoulli_e_process.h"
#include "stats/sequential/bounded_mean_e_process.h"
#include "stats/sequential/guarded_e_value.h"
#include "stats/sequential/planned_effect_cs.h"

namespace converge::calibration {
namespace {

using stats::BernoulliBlock;
using stats::BoundedBlock;
using stats::EProcess;

constexpr double kNothing = -std::numeric_limits<double>::infinity();

/// One block per look: at most one phase grows in a look of these scenarios.
PhaseSums grown(const Look& look) {
  PhaseSums sums;
  for (const PhaseSums& phase : look.added) {
    sums.a += phase.a;
    sums.b += phase.b;
  }
  return sums;
}

EProcess bernoulli_process(const Run& run, Side side) {
  static constexpr double kPrior = 0.18;  // Turner, Ly, Grunwald
  std::vector<BernoulliBlock> blocks;
  for (const Look& look : run.looks) {
    const PhaseSums sums = grown(look);
    blocks.push_back({.n_a = sums.a.n,
                      .successes_a = sums.a.events,
                      .n_b = sums.b.n,
                      .successes_b = sums.b.events});
  }
  const stats::BernoulliEProcessOptions options{
      .margin = 0, .prior_successes = kPrior, .prior_failures = kPrior};
  switch (side) {
    case Side::kUp:
      return *stats::bernoulli_e_process_greater(blocks, options);
    case Side::kDown:
      return *stats::bernoulli_e_process_less(blocks, options);
    case Side::kTwoSided:
      break;
  }
  return *stats::bernoulli_e_process_two_sided(blocks, options);
}

EProcess bounded_process(const Run& run, Side side) {
  std::vector<BoundedBlock> blocks;
  for (const Look& look : run.looks) {
    const PhaseSums sums = grown(look);
    blocks.push_back(
        {{sums.a.n, sums.a.x, sums.a.xx, sums.a.xxx}, {sums.b.n, sums.b.x, sums.b.xx, sums.b.xxx}});
  }
  const stats::BoundedMeanOptions options{.margin = 0, .cap = run.scenario.value_max};
  switch (side) {
    case Side::kUp:
      return *stats::bounded_mean_e_process_greater(blocks, options);
    case Side::kDown:
      return *stats::bounded_mean_e_process_less(blocks, options);
    case Side::kTwoSided:
      break;
  }
  return *stats::bounded_mean_e_process_two_sided(blocks, options);
}

bool has_exact_process(const Run& run) {
  return run.scenario.value_max > 0 && !run.looks.front().added.empty();
}

EProcess exact_process(const Run& run, Side side) {
  return run.scenario.value_max == 1 ? bernoulli_process(run, side) : bounded_process(run, side);
}

double log_e_of_sequence(const Look& look, Side side, const stats::PlannedEffectOptions& options) {
  if (!look.difference) return kNothing;
  switch (side) {
    case Side::kUp:
      return stats::planned_effect_cs_lower(*look.difference, options)->log_e;
    case Side::kDown:
      return stats::planned_effect_cs_upper(*look.difference, options)->log_e;
    case Side::kTwoSided:
      break;
  }
  return stats::planned_effect_cs_two_sided(*look.difference, options)->log_e;
}

stats::GuardVerdict guard_of(const Look& look) {
  if (!look.difference) return stats::GuardVerdict::kTooFewUnits;
  return stats::asymptotic_guard(
      {.difference = *look.difference, .events_a = look.events_a, .events_b = look.events_b});
}

/// A rejection speaks for the side on which the estimate lies. An exact e-process may reject before
/// a variance is defined, so the estimate is that of the sums.
void note_rejection(const Run& run, const Look& look, Side side, Outcome& outcome) {
  PhaseSums total;
  for (int i = 0; i <= look.index; ++i) {
    const PhaseSums sums = grown(run.looks[static_cast<std::size_t>(i)]);
    total.a += sums.a;
    total.b += sums.b;
  }
  const double estimate =
      look.difference ? look.difference->estimate : total.b.sample().mean - total.a.sample().mean;
  const bool is_up = side == Side::kUp || (side == Side::kTwoSided && estimate > 0);
  int& at = is_up ? outcome.up_at : outcome.down_at;
  if (at == kNever) at = look.index;
}

Outcome read_guarded(const Run& run, Side side, double exact_share) {
  Outcome outcome;
  const bool has_exact = has_exact_process(run);
  const EProcess exact = has_exact ? exact_process(run, side) : EProcess{};
  const stats::GuardedOptions guarded{.alpha = kAlpha, .exact_share = has_exact ? exact_share : 0};
  const stats::PlannedEffectOptions planned{.alpha = kAlpha,
                                            .planned_harmonic_n = run.scenario.planned_harmonic_n};
  for (const Look& look : run.looks) {
    const stats::GuardVerdict guard = guard_of(look);
    if (guard != stats::GuardVerdict::kSatisfied) ++outcome.refused;
    const auto i = static_cast<std::size_t>(look.index);
    const stats::GuardedEValue value =
        *stats::guarded_e_value({.log_e_exact = has_exact ? exact.log_e[i] : 0,
                                 .log_e_asymptotic = log_e_of_sequence(look, side, planned),
                                 .guard = guard},
                                guarded);
    if (value.is_rejected) note_rejection(run, look, side, outcome);
  }
  return outcome;
}

Outcome read_exact(const Run& run, Side side) {
  Outcome outcome;
  const EProcess exact = exact_process(run, side);
  for (const Look& look : run.looks) {
    if (exact.log_e[static_cast<std::size_t>(look.index)] >= -std::log(kAlpha)) {
      note_rejection(run, look, side, outcome);
    }
  }
  return outcome;
}

}  // namespace

Method guarded_rule(Side side) {
  return {"guarded rule, " + name_of(side),
          [side](const Run& run) { return read_guarded(run, side, stats::kGuardedExactShare); }};
}

Method guarded_rule_with_share(Side side, double exact_share) {
  return {"guarded rule with a share of " + std::to_string(std::lround(100 * exact_share)) +
              " %, " + name_of(side),
          [=](const Run& run) { return read_guarded(run, side, exact_share); }};
}

Method exact_e_process(Side side) {
  return {"exact e-process, " + name_of(side),
          [side](const Run& run) { return read_exact(run, side); }};
}

}  // namespace converge::calibration

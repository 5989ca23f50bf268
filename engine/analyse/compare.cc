#include "engine/analyse/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "engine/analyse/arm_figures.h"
#include "stats/bayes/beta_pair.h"
#include "stats/means/fieller.h"
#include "stats/means/welch.h"
#include "stats/sequential/asymptotic_cs.h"
#include "stats/sequential/asymptotic_guard.h"

namespace converge {
namespace {

constexpr double kPlannedUnitsUnlessStated = 10'000;
constexpr stats::BetaPosterior kUniformPrior{1, 1};

/// Why a stratum, or all of them together, cannot be compared; the first of no units, one unit,
/// nothing to divide by.
Undefined worst_lack(const stats::ExactMoments& control, const stats::ExactMoments& variant) {
  const std::int64_t fewer = std::min(control.n, variant.n);
  if (fewer == 0) return Undefined::kNoUnits;
  return fewer == 1 ? Undefined::kOneUnit : Undefined::kZeroDenominator;
}

double weighted_difference(const std::vector<stats::StratumPair>& strata) {
  double weights = 0;
  double total = 0;
  for (const stats::StratumPair& pair : strata) {
    const auto n_a = static_cast<double>(pair.a.n);
    const auto n_b = static_cast<double>(pair.b.n);
    const double weight = n_a * n_b / (n_a + n_b);
    weights += weight;
    total += weight * (pair.b.mean - pair.a.mean);
  }
  return total / weights;
}

IntervalFigure figure_of(const stats::Interval& interval) {
  return {interval.lower, interval.upper, interval.level};
}

/// The sequence of a pair; nothing where there is no variance.
std::optional<stats::AsymptoticCs> sequence_of(const ComparedPair& pair, const SequencePlan& plan) {
  const auto* difference = std::get_if<stats::Difference>(&pair.difference);
  if (difference == nullptr) return std::nullopt;
  const Result<stats::AsymptoticCs> sequence = stats::asymptotic_cs_two_sided(
      *difference, stats::AsymptoticCsOptions{plan.alpha, plan.planned_units});
  if (!sequence) return std::nullopt;
  return *sequence;
}

Undefined reason_of(const ComparedPair& pair) {
  const auto* reason = std::get_if<Undefined>(&pair.difference);
  return reason != nullptr ? *reason : Undefined::kZeroVariance;
}

Estimate relative_estimate(const stats::Difference& difference,
                           const stats::AsymptoticCs& sequence) {
  const Result<stats::RelativeLift> lift = stats::fieller_relative_lift(
      {difference.mean_a, difference.variance_of_mean_a, difference.mean_b,
       difference.variance_of_mean_b, 0, sequence.z_multiplier, sequence.interval.level});
  if (!lift) return {Undefined::kControlMeanZero, Undefined::kControlMeanZero};
  Estimate estimate;
  estimate.value = lift->estimate;
  if (lift->interval) {
    estimate.interval = figure_of(*lift->interval);
  } else {
    estimate.interval = Undefined::kUnbounded;
  }
  return estimate;
}

Figure one_look_p(const ComparedPair& pair, const SequencePlan& plan) {
  const auto* difference = std::get_if<stats::Difference>(&pair.difference);
  if (difference == nullptr) return reason_of(pair);
  if (pair.strata.size() == 1) {
    const Result<stats::WelchResult> welch =
        stats::welch(pair.strata.front().a, pair.strata.front().b, {plan.alpha});
    if (!welch) return Undefined::kZeroVariance;
    return welch->p_two_sided;
  }
  const double z = std::abs(difference->estimate) / std::sqrt(difference->variance);
  return std::erfc(z / std::sqrt(2.0));
}

Verdict verdict_of(const stats::Interval& interval, Direction direction) {
  if (interval.lower <= 0 && interval.upper >= 0) return Verdict::kNoDifferenceYet;
  const bool higher = interval.lower > 0;
  return higher == (direction == Direction::kIncrease) ? Verdict::kBetter : Verdict::kWorse;
}

}  // namespace

SequencePlan sequence_plan(const AnalysisPlan& analysis) {
  return {analysis.alpha, analysis.max_sample ? static_cast<double>(*analysis.max_sample)
                                              : kPlannedUnitsUnlessStated};
}

ComparedPair compared_pair(const MetricDefinition& metric, const Cells& cells, std::size_t variant,
                           Undefined absent) {
  ComparedPair pair;
  Undefined lack = Undefined::kNoUnits;
  for (const std::vector<ArmCell>& stratum : cells) {
    const stats::ExactMoments& control = stratum.front().moments;
    const stats::ExactMoments& treated = stratum[variant].moments;
    const Result<stats::Sample> a = arm_sample(metric, control);
    const Result<stats::Sample> b = arm_sample(metric, treated);
    if (!a || !b) {
      // The stratum that comes closest to a comparison names what is missing.
      const Undefined here = worst_lack(control, treated);
      if (lack == Undefined::kNoUnits || here == Undefined::kZeroDenominator) lack = here;
      continue;
    }
    pair.strata.push_back({*a, *b});
    pair.events_control += events_at_least(metric, control);
    pair.events_variant += events_at_least(metric, treated);
    const bool only = pair.strata.size() == 1;
    pair.only_control = only ? std::optional(control) : std::nullopt;
    pair.only_variant = only ? std::optional(treated) : std::nullopt;
  }
  if (pair.strata.empty()) {
    const Undefined reason = lack == Undefined::kNoUnits ? absent : lack;
    pair.estimate = reason;
    pair.difference = reason;
    return pair;
  }
  const Result<stats::Difference> difference = stats::combine_strata(pair.strata);
  if (difference) {
    pair.estimate = difference->estimate;
    pair.difference = *difference;
  } else {
    pair.estimate = weighted_difference(pair.strata);
    pair.difference = Undefined::kZeroVariance;
  }
  return pair;
}

std::optional<std::string> guard_objection(const stats::Difference& contrast,
                                           const ComparedPair& pair) {
  switch (stats::asymptotic_guard({contrast, pair.events_control, pair.events_variant})) {
    case stats::GuardVerdict::kSatisfied:
      return std::nullopt;
    case stats::GuardVerdict::kTooFewUnits:
      return fmt::format("{} units in the smaller arm, at least {} are needed",
                         std::min(contrast.n_a, contrast.n_b), stats::kGuardUnitsMin);
    case stats::GuardVerdict::kTooFewEvents:
      return fmt::format("{} units with an event in the poorer arm, at least {} are needed",
                         std::min(pair.events_control, pair.events_variant),
                         stats::kGuardEventsMin);
    case stats::GuardVerdict::kTooSkewed:
      return fmt::format(
          "values are too skewed for {} and {} units: standardised skew of the difference {:.3g}, "
          "skewness of the arms {:.3g} and {:.3g}",
          contrast.n_a, contrast.n_b, contrast.skew_standardised, contrast.skewness_a,
          contrast.skewness_b);
  }
  CONVERGE_CHECK(false);
  return std::nullopt;
}

Estimate absolute_estimate(const ComparedPair& pair, const SequencePlan& plan) {
  Estimate estimate{pair.estimate, reason_of(pair)};
  if (const auto sequence = sequence_of(pair, plan)) {
    estimate.interval = figure_of(sequence->interval);
  }
  return estimate;
}

std::variant<Posterior, Undefined> posterior_of(const MetricDefinition& metric,
                                                const ComparedPair& pair) {
  if (metric.type != MetricType::kConversion) return Undefined::kNotForThisMetric;
  if (pair.strata.empty()) return reason_of(pair);
  if (!pair.only_control || !pair.only_variant) return Undefined::kSeveralStrata;
  const auto posterior_of_arm = [](const stats::ExactMoments& moments) {
    const double converted = moments.x.to_double();
    return stats::BetaPosterior{kUniformPrior.alpha + converted,
                                kUniformPrior.beta + static_cast<double>(moments.n) - converted};
  };
  const Result<stats::BetaPair> result =
      stats::beta_pair(posterior_of_arm(*pair.only_control), posterior_of_arm(*pair.only_variant));
  // Counts of conversions lie within the units by construction.
  CONVERGE_CHECK(result.has_value());
  const bool more_is_better = metric.direction == Direction::kIncrease;
  Posterior posterior;
  posterior.chance_to_beat_control =
      more_is_better ? result->probability_b_beats_a : 1 - result->probability_b_beats_a;
  posterior.expected_loss =
      more_is_better ? result->expected_loss_choose_b : result->expected_loss_choose_a;
  posterior.prior_alpha = kUniformPrior.alpha;
  posterior.prior_beta = kUniformPrior.beta;
  return posterior;
}

Comparison compare(const MetricDefinition& metric, const VariantKey& key, const ComparedPair& pair,
                   const SequencePlan& plan) {
  Comparison comparison;
  comparison.variant = key;
  comparison.method = "confidence_sequence";
  comparison.absolute = absolute_estimate(pair, plan);
  comparison.p_adjusted = Undefined::kNotForThisMetric;
  comparison.p_welch_one_look = one_look_p(pair, plan);
  const std::optional<stats::AsymptoticCs> sequence = sequence_of(pair, plan);
  if (!sequence) {
    comparison.relative = {reason_of(pair), reason_of(pair)};
    comparison.p = reason_of(pair);
    return comparison;
  }
  const auto& difference = std::get<stats::Difference>(pair.difference);
  comparison.relative = relative_estimate(difference, *sequence);
  comparison.p = sequence->p;
  comparison.guard = guard_objection(difference, pair);
  comparison.verdict =
      comparison.guard ? Verdict::kNotEnoughData : verdict_of(sequence->interval, metric.direction);
  return comparison;
}

}  // namespace converge

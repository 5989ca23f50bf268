#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "engine/ledger/experiment_moments.h"
#include "engine/model/definition.h"
#include "engine/model/evidence.h"
#include "stats/difference.h"

/// One variant against the control within strata. Internal to engine/analyse.
namespace converge {

/// Level and tuning of every sequence of one experiment; both are fixed before its start.
struct SequencePlan {
  double alpha = 0.05;
  /// Units of both arms at which the sequences are tightest: analysis.max_sample, else 10,000. Any
  /// value is valid; it is never taken from the data.
  double planned_units = 10'000;
};
SequencePlan sequence_plan(const AnalysisPlan& analysis);

/// What a comparison is made of: the strata in which both arms have two units or more (and, for
/// ratios, something in the denominator). A stratum with one arm carries no comparison.
struct ComparedPair {
  std::vector<stats::StratumPair> strata;
  std::int64_t events_control = 0;
  std::int64_t events_variant = 0;
  /// Only when there is exactly one stratum: units and sums of it, for methods that cannot combine
  /// strata.
  std::optional<stats::ExactMoments> only_control, only_variant;
  Figure estimate = Undefined::kNoUnits;  ///< there with zero variance too
  std::variant<stats::Difference, Undefined> difference = Undefined::kNoUnits;
};
ComparedPair compared_pair(const MetricDefinition& metric, const Cells& cells, std::size_t variant,
                           Undefined absent);

/// Nothing, or why the normal limit of this contrast may not drive an action yet
/// (stats/sequential/asymptotic_guard.h).
std::optional<std::string> guard_objection(const stats::Difference& contrast,
                                           const ComparedPair& pair);

/// The always-valid comparison without anything that needs a family of metrics: p_adjusted,
/// non_inferiority and breach stay as they are, the posterior too. One-look p: Welch where there is
/// one stratum, else the normal test of the combined difference.
Comparison compare(const MetricDefinition& metric, const VariantKey& key, const ComparedPair& pair,
                   const SequencePlan& plan);

/// Beta-Binomial with a uniform prior.
std::variant<Posterior, Undefined> posterior_of(const MetricDefinition& metric,
                                                const ComparedPair& pair);

/// value and always-valid interval of the absolute difference alone.
Estimate absolute_estimate(const ComparedPair& pair, const SequencePlan& plan);

}  // namespace converge

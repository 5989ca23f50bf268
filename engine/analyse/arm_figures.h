#pragma once

#include <cstddef>

#include "engine/ledger/experiment_moments.h"
#include "engine/model/definition.h"
#include "engine/model/evidence.h"

/// From the exact sums of one arm to what is shown of it. Internal to engine/analyse.
namespace converge {

/// 10^exponent of one integer step of x and of y (ratios only). Conversions and counts are whole
/// numbers.
int x_scale_exponent(const MetricDefinition& metric);
int y_scale_exponent(const MetricDefinition& metric);

/// sample_of or ratio_sample_of, by the metric's type.
Result<stats::Sample> arm_sample(const MetricDefinition& metric,
                                 const stats::ExactMoments& moments);

/// The arm's units of all strata together: totals describe, they are never compared. `absent` names
/// why there are no figures when there is no unit.
ArmFigures arm_figures(const MetricDefinition& metric, const VariantKey& key, const Cells& cells,
                       std::size_t variant, Undefined absent);

/// At most the number of units whose value is not 0, and exact below 2: 0, 1, or the bound (sum
/// x)^2 / (sum x^2) of Cauchy and Schwarz, which for conversions is their number. Values of both
/// signs that cancel count as 2. For a ratio the smaller of both parts.
std::int64_t events_at_least(const MetricDefinition& metric, const stats::ExactMoments& moments);

}  // namespace converge

#pragma once

#include "engine/analyse/analyse.h"

/// Data health and its blocks. Internal to engine/analyse.
namespace converge {

/// Counters of section 8, SRM per stratum, and a block with figure and limit for every cause that
/// holds now. `censored` is the largest count of one metric: windows differ, so the same move cuts
/// different units for each. SRM blocks when the product over strata or any single stratum reaches
/// the limit (a long clean stratum must not hide a broken new one), or when more than
/// mismatch_share of a stratum's units met a variant that holds no bucket there. Stale: no event
/// was accepted for stale_after before the look, unless the sources are declared complete beyond
/// it.
HealthFigures health_figures(const ExperimentMoments& moments, const HealthLimits& limits);

/// The slowest watermark of the metrics that have one.
std::optional<Time> slowest_watermark(const ExperimentMoments& moments);

}  // namespace converge

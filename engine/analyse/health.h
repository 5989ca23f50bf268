#pragma once

#include "engine/analyse/analyse.h"

/// Data health, its blocks and warnings. Internal to engine/analyse.
namespace converge {

/// The sample ratio of counts against the stratum's shares.
StratumSrm srm_of(const Stratum& stratum, const std::vector<std::int64_t>& counts);
/// "10 : 12".
std::string ratio_text(const std::vector<std::int64_t>& counts);
std::string percentage_text(double share);
std::string e_value_text(double log_e);

/// Counters of section 8, SRM per stratum, and a block with figure and limit for every cause that
/// holds now. Linked crossovers stay in SRM: which of them are left out depends on the arms that
/// were drawn. `censored` is the largest count of one metric: windows differ, so the same move cuts
/// different units for each. SRM blocks when the product over strata or any single stratum reaches
/// the limit (a long clean stratum must not hide a broken new one), or when more than
/// mismatch_share of a stratum's units met a variant that holds no bucket there. Stale: no event
/// was accepted for stale_after before the look, unless the sources are declared complete beyond
/// it.
HealthFigures health_figures(const ExperimentMoments& moments, const HealthLimits& limits);

/// The slowest watermark of the metrics that have one.
std::optional<Time> slowest_watermark(const ExperimentMoments& moments);

}  // namespace converge

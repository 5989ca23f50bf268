#include "engine/analyse/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/analyse/link_health.h"
#include "stats/quality/srm_chi_square.h"
#include "stats/sequential/multinomial_srm.h"

namespace converge {
namespace {

constexpr double kSrmConcentration = 10'000;

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::int64_t total(const std::vector<std::int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

std::string counts_text(const StratumSrm& srm) {
  std::vector<std::string> shares;
  for (const double expected : srm.expected_shares) shares.push_back(percentage_text(expected));
  return fmt::format("{}: {} units, expected shares {}", srm.stratum, ratio_text(srm.counts),
                     fmt::join(shares, " : "));
}

void check_srm(const HealthLimits& limits, HealthFigures& health) {
  const auto block = [&health](std::string detail) {
    health.blocks.push_back({BlockReason::kSampleRatioMismatch, std::move(detail)});
  };
  const StratumSrm* worst = nullptr;
  for (const StratumSrm& srm : health.srm) {
    if (worst == nullptr || srm.log_e > worst->log_e) worst = &srm;
    std::int64_t leaked = 0;
    for (std::size_t i = 0; i < srm.counts.size() && i < srm.expected_shares.size(); ++i) {
      if (srm.expected_shares[i] <= 0) leaked += srm.counts[i];
    }
    const double leak = share(leaked, total(srm.counts));
    if (leak > limits.mismatch_share) {
      block(fmt::format("{} of the units met a variant without buckets, limit {} ({})",
                        percentage_text(leak), percentage_text(limits.mismatch_share),
                        counts_text(srm)));
    }
  }
  if (worst == nullptr) return;
  const double highest = std::max(health.srm_log_e, worst->log_e);
  if (highest >= limits.srm_log_e) {
    block(fmt::format("e-value {} reaches the limit {} ({})", e_value_text(highest),
                      e_value_text(limits.srm_log_e), counts_text(*worst)));
  }
}

void check_crossovers(const HealthLimits& limits, HealthFigures& health) {
  const std::int64_t exposed = health.units + health.crossovers + health.linked_crossovers;
  const auto check = [&](BlockReason reason, std::int64_t crossed, const char* what) {
    const double left_out = share(crossed, exposed);
    if (left_out <= limits.crossover_share) return;
    health.blocks.push_back(
        {reason, fmt::format("{} of {} units {} ({}), limit {}", crossed, exposed, what,
                             percentage_text(left_out), percentage_text(limits.crossover_share))});
  };
  check(BlockReason::kCrossovers, health.crossovers, "met two variants");
  check(BlockReason::kLinkedCrossovers, health.linked_crossovers,
        "are linked to a unit that met another variant");
}

void check_mismatches(const ExperimentMoments& moments, const HealthLimits& limits,
                      HealthFigures& health) {
  for (std::size_t i = 0; i < moments.mismatches.size(); ++i) {
    const std::int64_t units = i < moments.phase_units.size() ? moments.phase_units[i] : 0;
    const double mismatched = share(moments.mismatches[i], units);
    if (mismatched <= limits.mismatch_share) continue;
    const int phase = i < moments.plan.phases.size() ? moments.plan.phases[i].number : 0;
    health.blocks.push_back(
        {BlockReason::kAssignmentMismatches,
         fmt::format("phase {}: {} of {} units reported another variant than they were assigned "
                     "({}), limit {}",
                     phase, moments.mismatches[i], units, percentage_text(mismatched),
                     percentage_text(limits.mismatch_share))});
  }
}

/// The arm with the largest share of units left out; at most one block per metric.
void check_overflow(const ExperimentMoments& moments, const HealthLimits& limits,
                    HealthFigures& health) {
  for (const MetricMoments& metric : moments.metrics) {
    double worst = 0;
    std::string detail;
    for (const Cells* cells : {&metric.matured, &metric.exposed}) {
      for (std::size_t variant = 0; variant < moments.plan.variants.size(); ++variant) {
        std::int64_t counted = 0;
        std::int64_t overflow = 0;
        for (const std::vector<ArmCell>& stratum : *cells) {
          counted += stratum[variant].moments.n;
          overflow += stratum[variant].overflow;
        }
        const double left_out = share(overflow, counted + overflow);
        if (left_out <= limits.overflow_share || left_out <= worst) continue;
        worst = left_out;
        detail = fmt::format("{} of {}: {} of {} units do not fit ({}), limit {}", metric.id.str(),
                             moments.plan.variants[variant].str(), overflow, counted + overflow,
                             percentage_text(left_out), percentage_text(limits.overflow_share));
      }
    }
    if (worst > 0) health.blocks.push_back({BlockReason::kOverflow, detail});
  }
}

void check_presence(const ExperimentMoments& moments, const HealthLimits& limits,
                    HealthFigures& health) {
  if (!moments.last_received_at) {
    health.blocks.push_back({BlockReason::kNoData, "no event was ever accepted"});
    return;
  }
  if (health.units == 0) {
    health.blocks.push_back({BlockReason::kNoData, "no unit was exposed yet"});
  }
  const std::optional<Time> watermark = slowest_watermark(moments);
  const bool complete = watermark && *watermark >= moments.look_time;
  const Duration silence = moments.look_time - *moments.last_received_at;
  if (silence > limits.stale_after && !complete) {
    health.blocks.push_back(
        {BlockReason::kStaleData,
         fmt::format("the newest event was accepted at {}, more than {} before the look at {}",
                     format_rfc3339(*moments.last_received_at), format_duration(limits.stale_after),
                     format_rfc3339(moments.look_time))});
  }
}

std::int64_t most_censored(const ExperimentMoments& moments) {
  std::int64_t most = 0;
  for (const MetricMoments& metric : moments.metrics) {
    std::int64_t censored = 0;
    for (const std::vector<ArmCell>& stratum : metric.matured) {
      for (const ArmCell& cell : stratum) censored += cell.censored;
    }
    most = std::max(most, censored);
  }
  return most;
}

/// Analysed units and linked crossovers.
std::vector<std::int64_t> ratio_counts(const ExperimentMoments& moments, std::size_t stratum) {
  std::vector<std::int64_t> counts = moments.units[stratum];
  if (stratum >= moments.linked_crossover_units.size()) return counts;
  const std::vector<std::int64_t>& crossed = moments.linked_crossover_units[stratum];
  for (std::size_t i = 0; i < counts.size() && i < crossed.size(); ++i) counts[i] += crossed[i];
  return counts;
}

}  // namespace

StratumSrm srm_of(const Stratum& stratum, const std::vector<std::int64_t>& counts) {
  StratumSrm srm{stratum.label(), counts, stratum.expected_shares, 0, Undefined::kNoUnits};
  if (total(counts) == 0) return srm;
  const auto sequential =
      stats::multinomial_srm({counts, stratum.expected_shares, kSrmConcentration});
  if (sequential) srm.log_e = sequential->log_e;
  const auto chi_square = stats::srm_chi_square({counts, stratum.expected_shares});
  if (chi_square) {
    srm.p_chi_square_one_look = chi_square->p;
  } else {
    // One variant holds all buckets of the stratum: there is no ratio to compare.
    srm.p_chi_square_one_look = Undefined::kNotForThisMetric;
  }
  return srm;
}

std::string ratio_text(const std::vector<std::int64_t>& counts) {
  return fmt::format("{}", fmt::join(counts, " : "));
}

std::string percentage_text(double share) {
  return fmt::format("{:.2f} %", share * 100);
}

std::string e_value_text(double log_e) {
  return fmt::format("{:.3g}", std::exp(log_e));
}

HealthFigures health_figures(const ExperimentMoments& moments, const HealthLimits& limits) {
  HealthFigures health;
  for (std::size_t i = 0; i < moments.units.size(); ++i) {
    health.units += total(moments.units[i]);
    health.srm.push_back(srm_of(moments.strata[i], ratio_counts(moments, i)));
    health.srm_log_e += health.srm.back().log_e;
  }
  health.crossovers = moments.crossovers;
  health.linked_crossovers = moments.linked_crossovers;
  health.oversized_units = moments.oversized_units;
  health.conflicts_exposure = moments.conflicts_exposure;
  health.conflicts_outcome = moments.conflicts_outcome;
  health.mismatches = total(moments.mismatches);
  health.censored = most_censored(moments);
  health.outside_phases = moments.outside_phases;
  health.unknown_variant = moments.unknown_variant;
  health.wrong_unit_kind = moments.wrong_unit_kind;
  health.forced = moments.forced;
  health.retracted_records = moments.retracted_records;
  health.erased_records = moments.erased_records;
  health.last_event_at = moments.last_received_at;

  check_srm(limits, health);
  check_crossovers(limits, health);
  check_mismatches(moments, limits, health);
  check_overflow(moments, limits, health);
  check_presence(moments, limits, health);
  add_link_health(moments, limits, health);
  return health;
}

std::optional<Time> slowest_watermark(const ExperimentMoments& moments) {
  std::optional<Time> slowest;
  for (const MetricMoments& metric : moments.metrics) {
    if (metric.watermark && (!slowest || *metric.watermark < *slowest)) {
      slowest = metric.watermark;
    }
  }
  return slowest;
}

}  // namespace converge

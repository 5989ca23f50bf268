#include "engine/ledger/experiment_fold.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace converge {
namespace {

std::int64_t& at(std::vector<std::int64_t>& values, int index) {
  return values[static_cast<std::size_t>(index)];
}

bool is_empty(const std::vector<ArmCell>& arms) {
  return std::all_of(arms.begin(), arms.end(),
                     [](const ArmCell& cell) { return cell == ArmCell{}; });
}

}  // namespace

ExperimentFold::ExperimentFold(ExperimentPlan plan)
    : plan_(std::move(plan)),
      watermarks_(plan_.metrics.size()),
      matured_until_(plan_.metrics.size()) {
  counters_.mismatches.resize(plan_.phases.size());
  counters_.phase_units.resize(plan_.phases.size());
}

ExperimentFold::StratumKey ExperimentFold::stratum_key(const UnitFold& fold) {
  return {fold.phase, fold.enrolment_class < 0, fold.enrolment_class, fold.previous_variant};
}

void ExperimentFold::add(UnitIndex unit, const UnitFold& fold) {
  apply(unit, fold, Sign::kAdd);
}

void ExperimentFold::remove(UnitIndex unit, const UnitFold& fold) {
  apply(unit, fold, Sign::kRemove);
}

void ExperimentFold::count(const UnitFold& fold, Sign sign) {
  const std::int64_t one = sign == Sign::kAdd ? 1 : -1;
  counters_.conflicts_exposure += one * fold.conflicts_exposure;
  counters_.conflicts_outcome += one * fold.conflicts_outcome;
  counters_.outside_phases += one * fold.outside_phases;
  counters_.unknown_variant += one * fold.unknown_variant;
  counters_.wrong_unit_kind += one * fold.wrong_unit_kind;
  counters_.forced += one * fold.forced;
  counters_.retracted += one * fold.retracted;
  counters_.erased += one * fold.erased;
  if (fold.standing == Standing::kNotExposed) return;
  if (fold.standing == Standing::kCrossover) counters_.crossovers += one;
  if (fold.standing == Standing::kLinkedCrossover) counters_.linked_crossovers += one;
  if (fold.link == LinkState::kOversized) counters_.oversized_units += one;
  if (fold.mismatch) at(counters_.mismatches, fold.phase) += one;
  at(counters_.phase_units, fold.phase) += one;
}

/// Linked crossovers stay in the ratios of samples: leaving them out would itself distort ratios
/// other than 1 : 1, because a unit of the rarer arm meets the other arm more often.
void ExperimentFold::count_arm(StratumCells& cells, const UnitFold& fold, Sign sign) {
  const std::int64_t one = sign == Sign::kAdd ? 1 : -1;
  if (fold.standing == Standing::kCrossover) return;
  const bool is_crossed = fold.standing == Standing::kLinkedCrossover;
  at(is_crossed ? cells.linked_crossovers : cells.units, fold.variant) += one;
  if (fold.link != LinkState::kUnlinked) at(cells.linked, fold.variant) += one;
}

void ExperimentFold::apply(UnitIndex unit, const UnitFold& fold, Sign sign) {
  changed_ = true;
  count(fold, sign);
  if (fold.standing == Standing::kNotExposed) return;
  const std::int64_t one = sign == Sign::kAdd ? 1 : -1;
  const auto [position, is_new] = strata_.try_emplace(stratum_key(fold));
  StratumCells& cells = position->second;
  if (is_new) {
    for (auto* counts : {&cells.units, &cells.linked, &cells.linked_crossovers}) {
      counts->resize(plan_.variants.size());
    }
    cells.metrics.resize(plan_.metrics.size());
    for (MetricCells& metric : cells.metrics) {
      for (Arms* arms : {&metric.matured, &metric.exposed, &metric.crossovers_by_hash,
                         &metric.crossovers_by_first_shown}) {
        arms->resize(plan_.variants.size());
      }
    }
  }
  cells.members += one;
  count_arm(cells, fold, sign);
  for (std::size_t metric = 0; metric < plan_.metrics.size(); ++metric) {
    contribute(cells, fold, metric, Population::kExposed, sign);
    if (fold.metrics[metric].censored || is_matured(fold, metric)) {
      contribute(cells, fold, metric, Population::kMatured, sign);
    }
  }
  if (sign == Sign::kAdd) {
    exposed_.emplace(fold.exposed_at, unit);
  } else {
    exposed_.erase({fold.exposed_at, unit});
  }
  if (cells.members == 0) strata_.erase(position);
}

void ExperimentFold::change(ArmCell& cell, const MetricFold& fold, Sign sign) {
  const std::int64_t one = sign == Sign::kAdd ? 1 : -1;
  if (fold.censored) {
    cell.censored += one;
  } else if (fold.overflow) {
    cell.overflow += one;
  } else {
    cell.no_value += one * fold.no_value;
    if (sign == Sign::kAdd) {
      cell.moments.add(fold.x, fold.y);
    } else {
      cell.moments.remove(fold.x, fold.y);
    }
  }
}

void ExperimentFold::contribute(StratumCells& cells, const UnitFold& fold, std::size_t metric,
                                Population population, Sign sign) const {
  if (fold.standing == Standing::kLinkedCrossover) return;
  const MetricFold& value = fold.metrics[metric];
  MetricCells& target = cells.metrics[metric];
  const bool matured = population == Population::kMatured;
  const auto variant = static_cast<std::size_t>(fold.variant);
  if (fold.standing == Standing::kCrossover) {
    if (!matured) return;
    change(target.crossovers_by_first_shown[variant], value, sign);
    if (fold.variant_by_hash < 0) return;
    change(target.crossovers_by_hash[static_cast<std::size_t>(fold.variant_by_hash)], value, sign);
    return;
  }
  change((matured ? target.matured : target.exposed)[variant], value, sign);
  auto& by_segment = matured ? target.matured_by_segment : target.exposed_by_segment;
  for (std::size_t i = 0; i < plan_.segments.size(); ++i) {
    const auto position =
        by_segment.try_emplace({plan_.segments[i], fold.segments[i]}, plan_.variants.size()).first;
    change(position->second[variant], value, sign);
    if (sign == Sign::kRemove && is_empty(position->second)) by_segment.erase(position);
  }
}

bool ExperimentFold::is_matured(const UnitFold& fold, std::size_t metric) const {
  const std::optional<Time>& until = matured_until_[metric];
  return until && fold.exposed_at <= *until;
}

void ExperimentFold::move_boundary(std::size_t metric, const std::optional<Time>& next,
                                   const std::function<const UnitFold&(UnitIndex)>& fold_of) {
  const std::optional<Time> before = std::exchange(matured_until_[metric], next);
  if (before == next) return;
  changed_ = true;
  const bool forward = next && (!before || *before < *next);
  const std::optional<Time>& low = forward ? before : next;
  const std::optional<Time>& high = forward ? next : before;
  constexpr UnitIndex kLast = std::numeric_limits<UnitIndex>::max();
  auto unit = low ? exposed_.upper_bound({*low, kLast}) : exposed_.begin();
  const auto end = exposed_.upper_bound({*high, kLast});
  for (; unit != end; ++unit) {
    const UnitFold& fold = fold_of(unit->second);
    if (fold.metrics[metric].censored) continue;
    contribute(strata_.at(stratum_key(fold)), fold, metric, Population::kMatured,
               forward ? Sign::kAdd : Sign::kRemove);
  }
}

void ExperimentFold::set_watermarks(const std::vector<std::optional<Time>>& watermarks,
                                    const std::function<const UnitFold&(UnitIndex)>& fold_of) {
  for (std::size_t metric = 0; metric < plan_.metrics.size(); ++metric) {
    const std::optional<Duration>& window = plan_.metrics[metric].window;
    std::optional<Time> until;
    // window end + lateness <= watermark, solved for the exposure
    if (window && watermarks[metric]) until = *watermarks[metric] - plan_.lateness - *window;
    move_boundary(metric, until, fold_of);
  }
  if (watermarks != watermarks_) changed_ = true;
  watermarks_ = watermarks;
}

bool ExperimentFold::take_changed() {
  return std::exchange(changed_, false);
}

Stratum ExperimentFold::stratum(const StratumKey& key) const {
  const auto& [phase_index, not_enrolled, enrolment_class, previous] = key;
  const PlanPhase& phase = plan_.phases[static_cast<std::size_t>(phase_index)];
  Stratum stratum;
  stratum.phase = phase.number;
  stratum.previous_variant = previous;
  if (enrolment_class <= kKeptOf) {
    const auto variant = static_cast<std::size_t>(kKeptOf - enrolment_class);
    stratum.enrolment = "bucket given to another variant, kept " + plan_.variants[variant].str();
  } else if (not_enrolled) {
    stratum.enrolment = "not enrolled";
  } else {
    stratum.enrolment = phase.classes[static_cast<std::size_t>(enrolment_class)];
    stratum.expected_shares = phase.class_shares[static_cast<std::size_t>(enrolment_class)];
  }
  return stratum;
}

MetricMoments ExperimentFold::metric_moments(std::size_t metric) const {
  const Arms none(plan_.variants.size());
  MetricMoments moments;
  moments.id = metric_id(plan_.metrics[metric]);
  moments.watermark = watermarks_[metric];
  const auto put_segments = [&](const std::map<SegmentName, Arms>& from, std::size_t stratum,
                                std::map<SegmentName, Cells>& to) {
    for (const auto& [name, arms] : from) {
      to.try_emplace(name, strata_.size(), none).first->second[stratum] = arms;
    }
  };
  std::size_t stratum = 0;
  for (const auto& [key, stratum_cells] : strata_) {
    const MetricCells& cells = stratum_cells.metrics[metric];
    moments.matured.push_back(cells.matured);
    moments.exposed.push_back(cells.exposed);
    moments.crossovers_by_hash.push_back(cells.crossovers_by_hash);
    moments.crossovers_by_first_shown.push_back(cells.crossovers_by_first_shown);
    put_segments(cells.matured_by_segment, stratum, moments.matured_by_segment);
    put_segments(cells.exposed_by_segment, stratum, moments.exposed_by_segment);
    ++stratum;
  }
  return moments;
}

ExperimentMoments ExperimentFold::moments() const {
  ExperimentMoments moments;
  moments.plan = plan_;
  for (const auto& [key, cells] : strata_) {
    moments.strata.push_back(stratum(key));
    moments.units.push_back(cells.units);
    moments.linked_units.push_back(cells.linked);
    moments.linked_crossover_units.push_back(cells.linked_crossovers);
  }
  for (std::size_t metric = 0; metric < plan_.metrics.size(); ++metric) {
    moments.metrics.push_back(metric_moments(metric));
  }
  moments.crossovers = counters_.crossovers;
  moments.linked_crossovers = counters_.linked_crossovers;
  moments.oversized_units = counters_.oversized_units;
  moments.conflicts_exposure = counters_.conflicts_exposure;
  moments.conflicts_outcome = counters_.conflicts_outcome;
  moments.outside_phases = counters_.outside_phases;
  moments.unknown_variant = counters_.unknown_variant;
  moments.wrong_unit_kind = counters_.wrong_unit_kind;
  moments.forced = counters_.forced;
  moments.retracted_records = counters_.retracted;
  moments.erased_records = counters_.erased;
  moments.mismatches = counters_.mismatches;
  moments.phase_units = counters_.phase_units;
  return moments;
}

}  // namespace converge

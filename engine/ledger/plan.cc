#include "engine/ledger/plan.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "base/sha256.h"

namespace converge {
namespace {

/// One character per phase of the randomisation: '1' enrolled, '0' not.
using History = std::string;

std::string enrolment_label(const History& history, const std::vector<PlanPhase>& phases) {
  const std::size_t gap = history.rfind('0');
  const std::size_t since = gap == History::npos ? 0 : gap + 1;
  std::string label = "enrolled since phase " + std::to_string(phases[since].number);
  std::string before;
  for (std::size_t i = 0; i < since; ++i) {
    if (history[i] != '1') continue;
    before += (before.empty() ? ", before in phase " : ", ") + std::to_string(phases[i].number);
  }
  return label + before;
}

std::vector<double> shares_of(const std::vector<std::int64_t>& counts) {
  const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  std::vector<double> shares;
  shares.reserve(counts.size());
  for (const std::int64_t count : counts) {
    shares.push_back(static_cast<double>(count) / static_cast<double>(total));
  }
  return shares;
}

/// Counts by variant of the units that share a history. Longest enrolled first.
using Classes = std::map<History, std::vector<std::int64_t>, std::greater<>>;

History both(const History& a, const History& b) {
  History joint = a;
  for (std::size_t i = 0; i < joint.size(); ++i) {
    if (b[i] == '0') joint[i] = '0';
  }
  return joint;
}

/// The histories of one seed's buckets, each with how many buckets have it.
std::map<History, std::int64_t> filter_histories(const std::vector<PlanPhase>& phases,
                                                 const std::string& seed) {
  std::map<History, std::int64_t> counts;
  for (int bucket = 0; bucket < kBuckets; ++bucket) {
    History history;
    for (const PlanPhase& phase : phases) {
      const bool passes = std::all_of(
          phase.filters.begin(), phase.filters.end(), [&](const EnrolmentFilter& filter) {
            return filter.seed != seed || contains(filter.ranges, bucket);
          });
      history += passes ? '1' : '0';
    }
    ++counts[history];
  }
  return counts;
}

std::set<std::string> filter_seeds(const std::vector<PlanPhase>& phases) {
  std::set<std::string> seeds;
  for (const PlanPhase& phase : phases) {
    for (const EnrolmentFilter& filter : phase.filters) seeds.insert(filter.seed);
  }
  return seeds;
}

/// Buckets under different seeds are independent, so that numbers of pairs are products.
Classes enrolled_classes(const std::vector<History>& histories, std::size_t variants,
                         const std::vector<PlanPhase>& phases) {
  Classes classes;
  for (std::size_t bucket = 0; bucket < histories.size(); ++bucket) {
    const std::int16_t variant = phases.back().variant_of_bucket[bucket];
    if (variant == kNoVariant) continue;
    std::vector<std::int64_t>& by_variant = classes[histories[bucket]];
    by_variant.resize(variants);
    ++by_variant[static_cast<std::size_t>(variant)];
  }
  for (const std::string& seed : filter_seeds(phases)) {
    Classes filtered;
    for (const auto& [history, buckets] : filter_histories(phases, seed)) {
      if (history.back() == '0') continue;
      for (const auto& [own, by_variant] : classes) {
        std::vector<std::int64_t>& joint = filtered[both(own, history)];
        joint.resize(variants);
        for (std::size_t v = 0; v < variants; ++v) joint[v] += by_variant[v] * buckets;
      }
    }
    classes = std::move(filtered);
  }
  return classes;
}

/// The classes of the newest phase: its enrolled units by their history, longest enrolled first.
void classify(const std::vector<History>& histories, std::size_t variants,
              std::vector<PlanPhase>& phases) {
  PlanPhase& phase = phases.back();
  for (const auto& [history, by_variant] : enrolled_classes(histories, variants, phases)) {
    phase.class_of_history[history] = static_cast<int>(phase.classes.size());
    phase.classes.push_back(enrolment_label(history, phases));
    phase.class_shares.push_back(shares_of(by_variant));
  }
}

/// Declared weights, or those of the definition, adding up to 1.
std::vector<double> declared_shares(const ExperimentEntry& entry, const Phase& phase) {
  std::vector<double> weights = phase.declared_weights;
  if (weights.size() != entry.definition.variants.size()) {
    weights.clear();
    for (const VariantDefinition& variant : entry.definition.variants) {
      weights.push_back(variant.weight);
    }
  }
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (total > 0) {
    for (double& weight : weights) weight /= total;
  }
  return weights;
}

PlanPhase bare_phase(const Phase& phase, Time look_time) {
  PlanPhase plan;
  plan.number = phase.number;
  plan.randomisation = phase.randomisation;
  plan.start = phase.start;
  std::optional<Time> end = phase.end;
  if (phase.frozen_at && (!end || *phase.frozen_at < *end)) end = phase.frozen_at;
  if (end && *end < look_time) plan.end = end;
  return plan;
}

void add_phase(const ExperimentEntry& entry, const Phase& phase, Time look_time,
               std::vector<History>& histories, ExperimentPlan& plan) {
  plan.phases.push_back(bare_phase(phase, look_time));
  PlanPhase& added = plan.phases.back();
  if (plan.assignment == AssignmentSource::kExternal) {
    added.classes = {"declared"};
    added.class_shares = {declared_shares(entry, phase)};
    return;
  }
  added.variant_of_bucket = phase.allocation.table();
  added.filters = phase.filters;
  histories.resize(static_cast<std::size_t>(kBuckets));
  for (std::size_t bucket = 0; bucket < histories.size(); ++bucket) {
    histories[bucket] += added.variant_of_bucket[bucket] == kNoVariant ? '0' : '1';
  }
  classify(histories, plan.variants.size(), plan.phases);
}

/// External weights are declarations: changing them moves nobody.
void mark_moves(const std::vector<const Phase*>& started, Time look_time, ExperimentPlan& plan) {
  if (plan.assignment == AssignmentSource::kExternal) return;
  std::optional<Time> next_move;
  for (std::size_t i = plan.phases.size(); i-- > 0;) {
    PlanPhase& phase = plan.phases[i];
    const std::optional<Time>& end = started[i]->end;
    if (end && *end < look_time && started[i]->ended_by_move) next_move = end;
    phase.moved_at = next_move;
  }
}

class Fingerprint {
 public:
  void text(const std::string& part) { bytes_ += std::to_string(part.size()) + ':' + part; }
  void number(std::int64_t value) { bytes_ += std::to_string(value) + ';'; }
  void time(const std::optional<Time>& time) {
    bytes_ += time ? std::to_string(time->time_since_epoch().count()) + ';' : "-;";
  }
  void phase(const PlanPhase& phase) {
    number(phase.number);
    number(phase.randomisation);
    time(phase.start);
    time(phase.end);
    time(phase.moved_at);
    for (const std::int16_t variant : phase.variant_of_bucket) number(variant);
    number(static_cast<std::int64_t>(phase.filters.size()));
    for (const EnrolmentFilter& filter : phase.filters) {
      text(filter.seed);
      for (const BucketRange& range : filter.ranges) {
        number(range.lo);
        number(range.hi);
      }
    }
    for (const auto& [history, enrolment] : phase.class_of_history) {
      text(history);
      number(enrolment);
    }
    for (const std::string& label : phase.classes) text(label);
    for (const std::vector<double>& shares : phase.class_shares) {
      for (const double share : shares) number(std::bit_cast<std::int64_t>(share));
    }
  }
  std::string digest() const { return hex_prefix(sha256(bytes_), 32); }

 private:
  std::string bytes_;
};

std::string fingerprint_of(const ExperimentPlan& plan) {
  Fingerprint print;
  print.text("plan/2");
  print.text(plan.key.str());
  print.text(plan.unit.str());
  print.number(static_cast<std::int64_t>(plan.variants.size()));
  for (const VariantKey& variant : plan.variants) print.text(variant.str());
  print.number(static_cast<std::int64_t>(plan.segments.size()));
  for (const std::string& segment : plan.segments) print.text(segment);
  print.number(static_cast<std::int64_t>(plan.metrics.size()));
  for (const MetricDefinition& metric : plan.metrics) print.text(metric_id(metric).str());
  print.number(plan.lateness.count());
  print.number(static_cast<std::int64_t>(plan.assignment));
  print.number(plan.sticky ? 1 : 0);
  print.text(plan.effective_seed);
  print.number(plan.randomisation);
  print.number(static_cast<std::int64_t>(plan.phases.size()));
  for (const PlanPhase& phase : plan.phases) print.phase(phase);
  for (const PlanPhase& phase : plan.previous_phases) print.phase(phase);
  return print.digest();
}

}  // namespace

std::string Stratum::label() const {
  std::string label = "phase " + std::to_string(phase) + ", " + enrolment;
  if (previous_variant) label += ", before: " + *previous_variant;
  return label;
}

const PlanPhase* ExperimentPlan::phase_at(Time ts) const {
  const auto found = std::find_if(phases.begin(), phases.end(), [ts](const PlanPhase& phase) {
    return ts >= phase.start && (!phase.end || ts < *phase.end);
  });
  return found == phases.end() ? nullptr : &*found;
}

ExperimentPlan compile_plan(const ExperimentEntry& entry, Time look_time) {
  const ExperimentDefinition& definition = entry.definition;
  ExperimentPlan plan;
  plan.key = definition.key;
  plan.unit = definition.unit;
  for (const VariantDefinition& variant : definition.variants) plan.variants.push_back(variant.key);
  plan.segments = definition.segments;
  plan.metrics = entry.metrics;
  plan.lateness = definition.lateness;
  plan.assignment = definition.assignment;
  plan.sticky = definition.sticky;

  std::vector<const Phase*> started;
  for (const Phase& phase : entry.phases) {
    if (phase.start < look_time) started.push_back(&phase);
  }
  if (!started.empty()) {
    plan.randomisation = started.back()->randomisation;
    plan.effective_seed = started.back()->effective_seed;
  }
  std::vector<History> histories;
  std::vector<const Phase*> present;
  for (const Phase* phase : started) {
    if (phase->randomisation == plan.randomisation) {
      present.push_back(phase);
      add_phase(entry, *phase, look_time, histories, plan);
    } else {
      plan.previous_phases.push_back(bare_phase(*phase, look_time));
    }
  }
  mark_moves(present, look_time, plan);
  plan.fingerprint = fingerprint_of(plan);
  return plan;
}

}  // namespace converge

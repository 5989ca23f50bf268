#include "engine/ledger/unit_fold.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "base/decimal.h"
#include "base/wide_int.h"
#include "engine/ledger/placement.h"

namespace converge {
namespace {

constexpr const char* kMissing = "(missing)";

bool names_experiment(const ChainRecord& record, const ExperimentPlan& plan) {
  return record.event.type == EventType::kExposure && record.event.experiment == plan.key;
}

struct Shown {
  const ChainRecord* record = nullptr;
  int variant = 0;
  int phase = 0;      ///< index into plan.phases
  int allocated = 0;  ///< variant of the unit's bucket at that time, or kNoVariant
};

const PlanPhase* previous_phase_at(const ExperimentPlan& plan, Time ts) {
  const auto& phases = plan.previous_phases;
  const auto found = std::find_if(phases.begin(), phases.end(), [ts](const PlanPhase& phase) {
    return ts >= phase.start && (!phase.end || ts < *phase.end);
  });
  return found == phases.end() ? nullptr : &*found;
}

int variant_index(const ExperimentPlan& plan, const VariantKey& key) {
  const auto found = std::find(plan.variants.begin(), plan.variants.end(), key);
  return found == plan.variants.end() ? kNoVariant
                                      : static_cast<int>(found - plan.variants.begin());
}

/// Reads the exposures of one unit: which of them are analysed, and what is only counted.
class ExposureReader {
 public:
  ExposureReader(const ExperimentPlan& plan, const Unit& unit, UnitFold& fold)
      : plan_(plan), fold_(fold), unit_(unit) {}

  void read(const ChainRecord& record) {
    const Event& event = record.event;
    if (event.source != ExposureSource::kExperiment) {
      ++fold_.forced;
      return;
    }
    const int variant = variant_index(plan_, event.variant);
    if (variant == kNoVariant) {
      ++fold_.unknown_variant;
    } else if (const PlanPhase* phase = plan_.phase_at(event.ts)) {
      shown_.push_back(
          {&record, variant, static_cast<int>(phase - plan_.phases.data()), kNoVariant});
      shown_.back().allocated = allocated(shown_.back());
    } else if (const PlanPhase* before = previous_phase_at(plan_, event.ts)) {
      note_previous(*before, record);
    } else {
      ++fold_.outside_phases;
    }
  }

  /// Null when nothing analysed was read.
  const ChainRecord* first_exposure() {
    if (shown_.empty()) return nullptr;
    const Shown& first = *std::min_element(
        shown_.begin(), shown_.end(),
        [](const Shown& a, const Shown& b) { return earlier(*a.record, *b.record); });
    const bool native = is_native();
    fold_.standing = is_crossover() ? Standing::kCrossover : Standing::kAnalysed;
    fold_.phase = first.phase;
    fold_.enrolment_class = native ? enrolment_class(first) : 0;
    fold_.variant = first.variant;
    fold_.variant_by_hash = native ? first.allocated : first.variant;
    fold_.mismatch = native && first.allocated != first.variant;
    fold_.exposed_at = first.record->event.ts;
    if (!plan_.previous_phases.empty()) {
      fold_.previous_variant = previous_ == nullptr ? "none" : previous_->event.variant.str();
    }
    return first.record;
  }

 private:
  bool is_native() const { return plan_.assignment == AssignmentSource::kNative; }

  const Placement& placement() {
    if (!placement_) placement_.emplace(plan_, unit_.id);
    return *placement_;
  }

  /// A sticky member may have been assigned in any phase so far.
  int allocated(const Shown& shown) {
    if (!is_native()) return kNoVariant;
    const auto phase = static_cast<std::size_t>(shown.phase);
    if (plan_.sticky && placement().ever_allocated(phase, shown.variant)) return shown.variant;
    return placement().allocated(phase);
  }

  int enrolment_class(const Shown& first) {
    const auto phase = static_cast<std::size_t>(first.phase);
    // Which of its two variants it keeps depends on when it was first asked for: by no means at
    // random, so that it is compared with nobody.
    if (plan_.sticky && placement().has_moved(phase)) return kKeptOf - first.variant;
    return placement().enrolment_class(phase);
  }

  void note_previous(const PlanPhase& phase, const ChainRecord& record) {
    const bool replaces =
        previous_ == nullptr || phase.randomisation > previous_randomisation_ ||
        (phase.randomisation == previous_randomisation_ && earlier(record, *previous_));
    if (!replaces) return;
    previous_ = &record;
    previous_randomisation_ = phase.randomisation;
  }

  /// Two variants while the bucket's allocation was the same: no action of ours did that. With
  /// external assignment no allocation is ours, and sticky members keep theirs, so any two are.
  bool is_crossover() const {
    std::map<int, std::set<int>> variants_by_allocation;
    for (const Shown& shown : shown_) {
      std::set<int>& variants = variants_by_allocation[plan_.sticky ? 0 : shown.allocated];
      variants.insert(shown.variant);
      if (variants.size() > 1) return true;
    }
    return false;
  }

  const ExperimentPlan& plan_;
  UnitFold& fold_;
  const Unit& unit_;
  std::optional<Placement> placement_;
  std::vector<Shown> shown_;
  const ChainRecord* previous_ = nullptr;
  int previous_randomisation_ = 0;
};

/// A property that exists; a null one does not.
const Value* property(const Event& event, const std::string& name) {
  const Value* value = event.properties.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool passes(const OutcomeQuery& query, const Event& event) {
  if (event.name != query.event) return false;
  return std::all_of(query.where.begin(), query.where.end(), [&event](const auto& filter) {
    const Value* value = property(event, filter.property);
    return value != nullptr && *value == filter.value;
  });
}

/// The total of one part of a metric over a unit's outcomes.
class PartTotal {
 public:
  explicit PartTotal(const OutcomeQuery& query) : query_(query) {}

  /// False when the outcome lacks the value that the part adds up.
  bool add(const Event& outcome) {
    switch (query_.aggregation) {
      case Aggregation::kAny:
        total_ = Int128(1);
        return true;
      case Aggregation::kCount:
        total_ += Int128(1);
        return true;
      case Aggregation::kSum:
        return add_value(outcome);
    }
    return false;
  }

  bool fits() const {
    static const Int128 kMin(std::numeric_limits<std::int64_t>::min());
    static const Int128 kMax(std::numeric_limits<std::int64_t>::max());
    return !overflow_ && total_ >= kMin && total_ <= kMax;
  }
  /// Precondition: fits().
  std::int64_t total() const { return static_cast<std::int64_t>(total_.limbs().front()); }

 private:
  bool add_value(const Event& outcome) {
    const Value* value =
        query_.value_property ? property(outcome, *query_.value_property) : &outcome.value;
    const Value::Number* number = value == nullptr ? nullptr : value->as_number();
    if (number == nullptr) return false;
    const Result<Decimal> decimal = Decimal::parse(number->text);
    const Result<std::int64_t> quanta =
        decimal ? decimal->to_fixed(query_.scale_exponent) : Result<std::int64_t>(decimal.error());
    if (quanta) {
      total_ += Int128(*quanta);
    } else {
      overflow_ = true;
    }
    return true;
  }

  const OutcomeQuery& query_;
  Int128 total_;
  bool overflow_ = false;
};

bool is_censored(const PlanPhase& phase, const std::optional<Time>& window_end) {
  return phase.moved_at && (!window_end || *window_end > *phase.moved_at);
}

MetricFold fold_metric(const MetricDefinition& metric, const PlanPhase& phase, Time exposed_at,
                       const std::vector<const Event*>& outcomes) {
  MetricFold fold;
  if (metric.window) fold.window_end = exposed_at + *metric.window;
  fold.censored = is_censored(phase, fold.window_end);
  PartTotal numerator(metric.numerator);
  std::optional<PartTotal> denominator;
  if (metric.denominator) denominator.emplace(*metric.denominator);
  for (const Event* outcome : outcomes) {
    if (outcome->ts < exposed_at || (fold.window_end && outcome->ts >= *fold.window_end)) continue;
    bool has_values = true;
    if (passes(metric.numerator, *outcome)) has_values = numerator.add(*outcome);
    if (denominator && passes(*metric.denominator, *outcome)) {
      has_values = denominator->add(*outcome) && has_values;
    }
    if (!has_values) ++fold.no_value;
  }
  fold.overflow = !numerator.fits() || (denominator && !denominator->fits());
  if (fold.overflow) return fold;
  fold.x = numerator.total();
  if (denominator) fold.y = denominator->total();
  return fold;
}

std::string segment_of(const Value& attributes, const std::string& name) {
  const Value* value = attributes.find(name);
  if (value == nullptr) return kMissing;
  if (const std::string* text = value->as_string()) return *text;
  if (const Value::Number* number = value->as_number()) return number->text;
  if (const bool* boolean = value->as_boolean()) return *boolean ? "true" : "false";
  return kMissing;
}

/// True when it counts; what was taken back is only counted as such.
bool stands(const Identity& identity, UnitFold& fold) {
  switch (identity.removal) {
    case Removal::kNone:
      return true;
    case Removal::kRetracted:
      ++fold.retracted;
      return false;
    case Removal::kErased:
      ++fold.erased;
      return false;
  }
  return false;
}

}  // namespace

bool concerns(const Identity& identity, const ExperimentPlan& plan) {
  return std::any_of(
      identity.contents.begin(), identity.contents.end(),
      [&plan](const ChainRecord* content) { return names_experiment(*content, plan); });
}

UnitInProgress fold_exposures(const ExperimentPlan& plan, const Unit& unit,
                              const IdentityList& exposures) {
  UnitInProgress progress;
  UnitFold& fold = progress.fold;
  ExposureReader reader(plan, unit, fold);
  progress.has_met = !exposures.empty();
  for (const Identity* identity : exposures) {
    if (!stands(*identity, fold)) continue;
    progress.is_exposed = true;
    if (identity->contents.size() > 1) ++fold.conflicts_exposure;
    if (names_experiment(identity->winner(), plan)) reader.read(identity->winner());
  }
  progress.first = reader.first_exposure();
  if (progress.first == nullptr) return progress;
  for (const std::string& segment : plan.segments) {
    fold.segments.push_back(segment_of(progress.first->event.attributes, segment));
  }
  return progress;
}

void fold_outcomes(const ExperimentPlan& plan, const IdentityList& outcomes, UnitInProgress& unit) {
  // An exposure that is not in evidence yet does not make the unit's outcomes ours.
  if (!unit.has_met) return;
  std::vector<const Event*> counted;
  for (const Identity* identity : outcomes) {
    if (!stands(*identity, unit.fold) || !unit.is_exposed) continue;
    counted.push_back(&identity->winner().event);
    if (identity->contents.size() > 1) ++unit.fold.conflicts_outcome;
  }
  if (unit.first == nullptr) return;
  const PlanPhase& phase = plan.phases[static_cast<std::size_t>(unit.fold.phase)];
  for (const MetricDefinition& metric : plan.metrics) {
    unit.fold.metrics.push_back(fold_metric(metric, phase, unit.fold.exposed_at, counted));
  }
}

UnitFold fold_wrong_kind(const ExperimentPlan& plan, const IdentityList& exposures) {
  UnitFold fold;
  for (const Identity* identity : exposures) {
    if (!stands(*identity, fold)) continue;
    fold.wrong_unit_kind += std::count_if(
        identity->contents.begin(), identity->contents.end(),
        [&plan](const ChainRecord* content) { return names_experiment(*content, plan); });
  }
  return fold;
}

}  // namespace converge

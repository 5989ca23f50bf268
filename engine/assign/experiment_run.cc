#include <algorithm>

#include "engine/assign/evaluation.h"
#include "engine/assign/query_override.h"

// The steps of protocol section 5. Their order is observable: an override beats a draft, a sticky
// assignment beats targeting, QA mode comes after everything that needs no measurement.
namespace converge {
namespace {

constexpr std::string_view kDraft = "draft";
constexpr std::string_view kStopped = "stopped";

bool is_measured(Outcome outcome) {
  return outcome == Outcome::kHashed || outcome == Outcome::kSticky;
}

/// Index of the variation with that key among those that have one; kNoVariant for none.
int index_of(const FeatureExperiment& experiment, const std::string& key) {
  const auto found = std::find_if(experiment.meta.begin(), experiment.meta.end(),
                                  [&key](const VariationMeta& meta) { return meta.key == key; });
  return found == experiment.meta.end() ? kNoVariant
                                        : static_cast<int>(found - experiment.meta.begin());
}

}  // namespace

Evaluation::Run Evaluation::run(const CompiledExperiment& experiment, const CompiledLeaf* leaf,
                                const Place& place) {
  const FeatureExperiment& source = *experiment.source;
  const bool sticky = uses_sticky(source.disable_sticky_bucketing);
  const HashUnit unit =
      find_hash_unit(context_.attributes, source.hash_attribute,
                     sticky ? std::string_view(source.fallback_attribute) : std::string_view());
  const Verdict found = verdict(experiment, leaf, unit, place.way);
  Run run{result_of(experiment, leaf, unit, found), found.n};
  if (place.way != nullptr) run.result.feature = place.way->feature->key;
  if (!is_measured(found.outcome)) return run;
  if (sticky) {
    keep_sticky(*context_.sticky, unit.attribute, *unit.value, experiment.sticky_assignment,
                run.result.key);
  }
  expose(
      {&source, run.result, run.result.feature.value_or(std::string_view()), place.rule, nullptr});
  return run;
}

Evaluation::Verdict Evaluation::verdict(const CompiledExperiment& experiment,
                                        const CompiledLeaf* leaf, const HashUnit& unit,
                                        const Way* way) {
  const FeatureExperiment& source = *experiment.source;
  if (const std::optional<Verdict> early = before_hashing(experiment)) return *early;
  if (unit.value == nullptr) return {Outcome::kNoUnit, kNoVariant, 0, std::nullopt};

  const StickyAnswer kept = sticky_answer(experiment);
  int variation =
      kept.blocked || kept.variation == nullptr ? kNoVariant : index_of(source, *kept.variation);
  const bool is_kept = variation != kNoVariant;
  const HashText text(*unit.value);
  if (!is_kept) {
    if (const std::optional<Verdict> out = not_eligible(experiment, text.view(), way)) return *out;
  }
  const std::optional<double> n = experiment.hash.of(text.view());
  if (!n) return {Outcome::kHashVersion, kNoVariant, 0, std::nullopt};
  if (!is_kept)
    variation = choose_variation(*n, leaf == nullptr ? experiment.ranges : leaf->ranges);

  if (kept.blocked) return {Outcome::kStickyBlocked, kNoVariant, 0, n};
  if (variation == kNoVariant) return {Outcome::kNotInRange, kNoVariant, 0, n};
  if (source.force) return {Outcome::kExperimentForce, *source.force, 0, n};
  if (context_.qa_mode) return {Outcome::kQaMode, kNoVariant, 0, n};
  if (source.status == kStopped) return {Outcome::kStopped, kNoVariant, 0, n};
  return {is_kept ? Outcome::kSticky : Outcome::kHashed, variation, 0, n};
}

std::optional<Evaluation::Verdict> Evaluation::before_hashing(
    const CompiledExperiment& experiment) const {
  const FeatureExperiment& source = *experiment.source;
  const auto out = [](Outcome why) { return Verdict{why, kNoVariant, 0, std::nullopt}; };
  const auto count = static_cast<int>(source.variations.size());
  if (count < 2) return out(Outcome::kTooFewVariations);
  if (!context_.enabled) return out(Outcome::kDisabled);
  if (!experiment.url_targets.empty() && !experiment.url_targets.include(context_.url)) {
    return out(Outcome::kUrl);
  }
  if (const std::optional<int> index = query_override(source.key, context_.url, count)) {
    return Verdict{Outcome::kQueryOverride, *index, 0, std::nullopt};
  }
  if (const auto forced = context_.forced_variations.find(source.key);
      forced != context_.forced_variations.end()) {
    return Verdict{Outcome::kForcedVariation, forced->second, 0, std::nullopt};
  }
  if (source.status == kDraft || !source.active) return out(Outcome::kInactive);
  return std::nullopt;
}

std::optional<Evaluation::Verdict> Evaluation::not_eligible(const CompiledExperiment& experiment,
                                                            std::string_view unit_text,
                                                            const Way* way) {
  const auto out = [](Outcome why, std::size_t part) {
    return Verdict{why, kNoVariant, part, std::nullopt};
  };
  if (const auto closed = first_closed(experiment.filters, context_.attributes)) {
    return out(Outcome::kFilter, *closed);
  }
  if (experiment.name_space && !experiment.name_space->contains(unit_text)) {
    return out(Outcome::kNamespace, 0);
  }
  if (!experiment.condition.holds(context_.attributes)) return out(Outcome::kCondition, 0);
  if (const std::optional<Unmet> unmet = first_unmet(experiment.parents, way)) {
    // Here a gate is a prerequisite like any other.
    return out(unmet->outcome == Outcome::kGate ? Outcome::kPrerequisite : unmet->outcome,
               unmet->part);
  }
  return std::nullopt;
}

StickyAnswer Evaluation::sticky_answer(const CompiledExperiment& experiment) const {
  const FeatureExperiment& source = *experiment.source;
  if (!uses_sticky(source.disable_sticky_bucketing)) return {};
  return find_sticky(*context_.sticky,
                     {source.key, experiment.sticky_assignment, source.min_bucket_version,
                      source.hash_attribute, source.fallback_attribute},
                     context_.attributes);
}

ExperimentResult Evaluation::result_of(const CompiledExperiment& experiment,
                                       const CompiledLeaf* leaf, const HashUnit& unit,
                                       const Verdict& verdict) const {
  const FeatureExperiment& source = *experiment.source;
  const auto count = static_cast<int>(source.variations.size());
  ExperimentResult result;
  result.in_experiment = verdict.variation >= 0 && verdict.variation < count;
  result.variation = result.in_experiment ? verdict.variation : 0;
  result.outcome = verdict.outcome;
  if (!result.in_experiment && verdict.outcome < Outcome::kPassthrough) {
    result.outcome = Outcome::kNoSuchVariation;
  }
  result.part = verdict.part;
  result.hash_used = is_measured(verdict.outcome);
  result.sticky_used =
      verdict.outcome == Outcome::kSticky || verdict.outcome == Outcome::kStickyBlocked;
  if (result.hash_used) result.bucket = verdict.n;
  const auto index = static_cast<std::size_t>(result.variation);
  if (index < source.variations.size()) {
    result.key = experiment.variation_keys[index];
    result.value = &source.variations[index];
  }
  if (index < source.meta.size()) {
    if (source.meta[index].name) result.name = *source.meta[index].name;
    result.passthrough = source.meta[index].passthrough;
  }
  result.hash_attribute = unit.attribute;
  result.hash_value = unit.value;
  if (leaf != nullptr && result.hash_used && result.in_experiment) result.bandit = &leaf->leaf;
  return result;
}

}  // namespace converge

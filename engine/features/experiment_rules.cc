#include "engine/features/experiment_rules.h"

#include <algorithm>

#include "base/check.h"

namespace converge {
namespace {

constexpr int kHashVersion = 2;

DoubleRange share_of(const BucketRange& range) {
  return {range.lo / 10000.0, range.hi / 10000.0};
}

HashFilter filter_of(const std::string& seed, const BucketRanges& ranges,
                     const std::string& attribute) {
  HashFilter filter;
  filter.seed = seed;
  for (const BucketRange& range : ranges) filter.ranges.push_back(share_of(range));
  filter.attribute = attribute;
  filter.hash_version = kHashVersion;
  return filter;
}

/// One experiment on its way into rules.
class Writer {
 public:
  Writer(const ExperimentEntry& entry, const Definitions& definitions)
      : entry_(entry),
        definition_(entry.definition),
        attribute_(definitions.attribute_of(entry.definition.unit)),
        holdout_(definitions.holdout) {}

  Result<std::vector<FeatureRule>> split() const;
  Result<std::vector<FeatureRule>> promoted() const;
  std::vector<FeatureRule> ended() const { return {force_rule(definition_.variants.front())}; }

 private:
  /// A promotion and an end keep the last phase's randomisation, segments and targeting; the
  /// holdout is that of now.
  const Phase* phase() const { return entry_.phases.empty() ? nullptr : &entry_.phases.back(); }

  FeatureRule bare_rule() const {
    FeatureRule rule;
    rule.id = definition_.key.str();
    const Phase* last = phase();
    rule.condition = last == nullptr ? definition_.condition : last->condition;
    return rule;
  }
  FeatureRule force_rule(const VariantDefinition& variant) const {
    FeatureRule rule = bare_rule();
    rule.force = variant.value;
    rule.hash_attribute = attribute_;
    rule.hash_version = kHashVersion;
    return rule;
  }

  FeatureExperiment bare_experiment() const;
  std::vector<HashFilter> filters(const std::vector<EnrolmentFilter>& enrolment) const {
    std::vector<HashFilter> filters;
    filters.reserve(enrolment.size());
    for (const EnrolmentFilter& filter : enrolment) {
      filters.push_back(filter_of(filter.seed, filter.ranges, attribute_));
    }
    return filters;
  }
  /// The winner for those buckets of the units that `enrolment` lets in.
  void add_winner(const std::vector<EnrolmentFilter>& enrolment, const BucketRanges& ranges,
                  std::vector<FeatureRule>& rules) const;

  const ExperimentEntry& entry_;
  const ExperimentDefinition& definition_;
  const std::string& attribute_;
  const std::optional<HoldoutDefinition>& holdout_;
};

FeatureExperiment Writer::bare_experiment() const {
  FeatureExperiment experiment;
  experiment.key = definition_.key.str();
  for (const VariantDefinition& variant : definition_.variants) {
    experiment.variations.push_back(variant.value);
    VariationMeta meta;
    meta.key = variant.key.str();
    experiment.meta.push_back(std::move(meta));
  }
  experiment.hash_attribute = attribute_;
  experiment.hash_version = kHashVersion;
  experiment.seed = phase()->effective_seed;
  experiment.phase = std::to_string(phase()->randomisation);
  experiment.bucket_version = phase()->randomisation;
  experiment.disable_sticky_bucketing = !definition_.sticky;
  if (definition_.sticky) experiment.fallback_attribute = definition_.fallback_attribute;
  return experiment;
}

Result<std::vector<FeatureRule>> Writer::split() const {
  if (phase() == nullptr || phase()->allocation.variants.size() > definition_.variants.size()) {
    return Error{Errc::kInternal, "its allocation does not fit its variants"};
  }
  std::vector<BucketRanges> ranges = phase()->allocation.variants;
  // Members are known by their sticky documents; nobody new is in any range.
  if (entry_.enrolment != Enrolment::kOpen) std::fill(ranges.begin(), ranges.end(), BucketRanges{});
  std::size_t rules_needed = 1;
  for (const BucketRanges& own : ranges) rules_needed = std::max(rules_needed, own.size());

  // A rule gives each variant one range: further ranges need further rules of the same experiment.
  std::vector<FeatureRule> rules;
  for (std::size_t i = 0; i < rules_needed; ++i) {
    FeatureRule rule = bare_rule();
    FeatureExperiment experiment = bare_experiment();
    for (std::size_t variant = 0; variant < definition_.variants.size(); ++variant) {
      const bool has_range = variant < ranges.size() && i < ranges[variant].size();
      experiment.ranges.push_back(has_range ? share_of(ranges[variant][i]) : DoubleRange{0, 0});
    }
    rule.filters = filters(phase()->filters);
    rule.experiment = std::move(experiment);
    rules.push_back(std::move(rule));
  }
  return rules;
}

void Writer::add_winner(const std::vector<EnrolmentFilter>& enrolment, const BucketRanges& ranges,
                        std::vector<FeatureRule>& rules) const {
  if (ranges.empty()) return;
  const auto winner = static_cast<std::size_t>(entry_.promotion->winner);
  FeatureRule rule = force_rule(definition_.variants[winner]);
  rule.filters = filters(enrolment);
  if (size_of(ranges) < kBuckets) {
    rule.filters.push_back(filter_of(phase()->effective_seed, ranges, attribute_));
  }
  rules.push_back(std::move(rule));
}

Result<std::vector<FeatureRule>> Writer::promoted() const {
  const auto& promotion = entry_.promotion;
  const bool has_winner = promotion && promotion->winner >= 0 &&
                          promotion->winner < static_cast<int>(definition_.variants.size());
  if (!has_winner || phase() == nullptr) {
    return Error{Errc::kInternal,
                 std::string("state ") + name_of(entry_.state) + " without a winner"};
  }
  std::vector<FeatureRule> rules;
  std::vector<EnrolmentFilter> enrolment;
  if (holdout_) enrolment.push_back({holdout_->seed, {{holdout_->share, kBuckets}}});
  if (entry_.state == ExperimentState::kPromoted) {
    add_winner(enrolment, {{0, kBuckets}}, rules);
    return rules;
  }
  const bool is_layered = definition_.layer && !phase()->filters.empty();
  if (is_layered) enrolment.push_back(phase()->filters.back());
  add_winner(enrolment, promotion->winner_ranges, rules);
  if (is_layered) {
    enrolment.back().ranges = complement(enrolment.back().ranges);
    add_winner(enrolment, promotion->outside_ranges, rules);
  }
  return rules;
}

}  // namespace

std::optional<RuleRole> role_of(const ExperimentEntry& entry) {
  if (entry.definition.assignment == AssignmentSource::kExternal) return std::nullopt;
  const bool is_open = entry.current_phase() != nullptr;
  switch (entry.state) {
    case ExperimentState::kDraft:
    case ExperimentState::kConcluded:
      return std::nullopt;
    case ExperimentState::kRunning:
      return entry.holdback_of ? RuleRole::kHoldback : RuleRole::kSplit;
    case ExperimentState::kRamping:
    case ExperimentState::kWatching:
    case ExperimentState::kPromoted:
      return RuleRole::kPromoted;
    case ExperimentState::kInconclusive:
      // on_expiry: discuss goes on serving.
      if (is_open && !entry.holdback_of) return RuleRole::kSplit;
      break;
    case ExperimentState::kRolledBack:
    case ExperimentState::kStopped:
      break;
  }
  // The parent answers for a pair that has ended.
  if (entry.holdback_of) return std::nullopt;
  return RuleRole::kEnded;
}

Result<std::vector<FeatureRule>> experiment_rules(const ExperimentEntry& entry, RuleRole role,
                                                  const Definitions& definitions) {
  if (entry.definition.variants.empty()) return Error{Errc::kInternal, "no variants"};
  const Writer writer(entry, definitions);
  switch (role) {
    case RuleRole::kSplit:
    case RuleRole::kHoldback:
      return writer.split();
    case RuleRole::kPromoted:
      return writer.promoted();
    case RuleRole::kEnded:
      return writer.ended();
    case RuleRole::kWritten:
      break;
  }
  CONVERGE_CHECK(false);
  return std::vector<FeatureRule>{};
}

}  // namespace converge

#include "engine/explain/rule_words.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <span>

#include "base/check.h"
#include "engine/assign/hash.h"
#include "engine/assign/hash_unit.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

/// "[0, 2500)" in buckets of 10,000.
std::string range_words(const DoubleRange& range) {
  return fmt::format("[{:g}, {:g})", range.first * kBuckets, range.second * kBuckets);
}

std::string ranges_words(std::span<const DoubleRange> ranges) {
  std::string words;
  for (const DoubleRange& range : ranges) {
    words += (words.empty() ? "" : ", ") + range_words(range);
  }
  return words.empty() ? "none" : words;
}

std::string bucket_words(const std::optional<double>& n) {
  return n ? fmt::format("bucket {}", std::lround(*n * kBuckets)) : std::string("the unit");
}

std::string variation_name(const FeatureExperiment& experiment, std::size_t index) {
  const bool has_key = index < experiment.meta.size() && experiment.meta[index].key.has_value();
  return has_key ? *experiment.meta[index].key : std::to_string(index);
}

/// "control [0, 2500), red [5000, 7500)"; empty when the shares are written as weights.
std::string shares_words(const FeatureExperiment& experiment) {
  std::string words;
  for (std::size_t i = 0; i < experiment.ranges.size(); ++i) {
    const DoubleRange& range = experiment.ranges[i];
    if (range.first >= range.second) continue;
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", variation_name(experiment, i),
                         range_words(range));
  }
  if (words.empty() && !experiment.ranges.empty()) return "nobody new is taken in";
  return words;
}

std::string filter_name(const HashFilter& filter, const Definitions& definitions) {
  if (definitions.holdout && definitions.holdout->seed == filter.seed) return " (global holdout)";
  for (const auto& [key, layer] : definitions.layers) {
    if (layer.seed == filter.seed) return " (layer " + key.str() + ")";
  }
  return "";
}

/// The filters that a trace counts; null where the rule's and the experiment's differ.
const std::vector<HashFilter>* filters_of(const FeatureRule& rule) {
  if (!rule.experiment || rule.experiment->filters == rule.filters) return &rule.filters;
  if (rule.filters.empty()) return &rule.experiment->filters;
  return rule.experiment->filters.empty() ? &rule.filters : nullptr;
}

std::string filter_words(std::size_t part, const RuleContext& context) {
  const std::vector<HashFilter>* filters = filters_of(context.rule);
  if (filters == nullptr || part >= filters->size()) {
    return fmt::format("filter {} keeps the unit out", part + 1);
  }
  const HashFilter& filter = (*filters)[part];
  const HashUnit unit = find_hash_unit(context.attributes, filter.attribute, {});
  const std::string name =
      fmt::format("filter {}{}", part + 1, filter_name(filter, context.definitions));
  if (unit.value == nullptr) {
    return fmt::format("{}: attribute \"{}\" is missing", name, unit.attribute);
  }
  const auto n = hash(filter.seed, HashText(*unit.value).view(), filter.hash_version);
  return fmt::format("{} keeps {} out: segments {}", name, bucket_words(n),
                     ranges_words(filter.ranges));
}

std::string condition_words(const FeatureRule& rule) {
  const bool is_own = rule.experiment && !rule.experiment->condition.is_null();
  return "the condition does not hold: " +
         to_json(is_own ? rule.experiment->condition : rule.condition);
}

std::string prerequisite_words(const RuleExplanation& said, const RuleContext& context,
                               const char* what) {
  const auto& parents = context.rule.parent_conditions;
  if (said.part >= parents.size()) {
    return fmt::format("prerequisite {} {}", said.part + 1, what);
  }
  return fmt::format("prerequisite {} (flag {}) {}", said.part + 1, parents[said.part].id, what);
}

std::string force_words(const RuleExplanation& said, const RuleContext& context) {
  const std::string value = context.rule.force ? to_json(*context.rule.force) : "null";
  switch (said.origin.role) {
    case RuleRole::kPromoted:
      return "the winner is served by rule: " + value;
    case RuleRole::kEnded:
      return "the experiment has ended, everyone it targets gets the control: " + value;
    default:
      return "answers " + value;
  }
}

std::string membership_words(const RuleExplanation& said, const RuleContext& context) {
  const FeatureExperiment& experiment = *context.rule.experiment;
  if (said.outcome == Outcome::kSticky) {
    return fmt::format("its sticky document keeps variant {}, whatever {} says",
                       context.assignment.variant.str(), bucket_words(said.n));
  }
  const int variation = said.n ? choose_variation(*said.n, experiment.ranges) : kNoVariant;
  if (variation == kNoVariant) return bucket_words(said.n) + " is in";
  const auto index = static_cast<std::size_t>(variation);
  return fmt::format("{} is in variant {} {}", bucket_words(said.n),
                     variation_name(experiment, index), range_words(experiment.ranges[index]));
}

std::string outside_words(const RuleExplanation& said, const RuleContext& context) {
  if (context.rule.experiment) {
    const std::string shares = shares_words(*context.rule.experiment);
    return bucket_words(said.n) + " belongs to no variant" + (shares.empty() ? "" : ": " + shares);
  }
  std::string words = bucket_words(said.n) + " is outside the share that the rule serves";
  if (context.rule.range) words += ": " + range_words(*context.rule.range);
  return words;
}

std::string no_unit_words(const FeatureRule& rule) {
  const std::string& attribute =
      rule.experiment ? rule.experiment->hash_attribute : rule.hash_attribute;
  return "attribute \"" + attribute + "\" is missing or empty";
}

/// Outcomes whose name says it all.
std::string plain_words(Outcome outcome) {
  return "the rule does not apply (" + std::string(name_of(outcome)) + ")";
}

}  // namespace

std::string words_of(const RuleExplanation& said, const RuleContext& context) {
  switch (said.outcome) {
    case Outcome::kForced:
      return force_words(said, context);
    case Outcome::kHashed:
    case Outcome::kSticky:
      return membership_words(said, context);
    case Outcome::kPassthrough:
      return bucket_words(said.n) + " is exposed, and the next rule goes on";
    case Outcome::kFilter:
      return filter_words(said.part, context);
    case Outcome::kCondition:
      return condition_words(context.rule);
    case Outcome::kPrerequisite:
      return prerequisite_words(said, context, "does not hold");
    case Outcome::kGate:
      return prerequisite_words(said, context, "is a gate and does not hold: the flag is off");
    case Outcome::kCycle:
      return prerequisite_words(said, context, "leads back to a flag on the way");
    case Outcome::kPrerequisiteLimit:
      return prerequisite_words(said, context, "meets a limit");
    case Outcome::kNoUnit:
      return no_unit_words(context.rule);
    case Outcome::kNotInRange:
      return outside_words(said, context);
    case Outcome::kStickyBlocked:
      return "its sticky document is of a version that the experiment blocks";
    case Outcome::kExperimentForce:
      return "the experiment gives one variation to everyone";
    default:
      return plain_words(said.outcome);
  }
}

}  // namespace converge

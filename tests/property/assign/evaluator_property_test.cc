#include <catch2/catch.hpp>
#include <cmath>

#include "engine/assign/condition.h"
#include "engine/assign/evaluator.h"
#include "engine/assign/hash.h"
#include "engine/assign/js_value.h"
#include "engine/codec/json.h"
#include "tests/property/assign/random_features.h"

// The evaluator against a second one, written straight from the text of the protocol without
// anything prepared: the same answers for random feature sets, contexts and sticky documents.
namespace converge {
namespace {

/// Values of the plain evaluator: what GrowthBook shows.
struct Seen {
  std::string value;
  std::string source;
  std::string rule_id;
  std::string experiment;  ///< key, variation, bucket, hash used; empty without one
  bool operator==(const Seen&) const = default;
};

struct PlainRun {
  int variation = 0;
  bool in = false;
  bool hash_used = false;
  double n = -1;
};

class Plain {
 public:
  Plain(const FeatureSet& set, const EvaluationContext& context, StickyBuckets* sticky)
      : set_(set), context_(context), sticky_(sticky) {}

  Seen feature(const std::string& key, std::vector<std::string> stack) {
    if (std::find(stack.begin(), stack.end(), key) != stack.end()) {
      return {"null", "cyclicPrerequisite", "", ""};
    }
    stack.push_back(key);
    if (context_.forced_values.count(key) != 0) {
      return {to_json(context_.forced_values.at(key)), "override", "", ""};
    }
    if (set_.features.count(key) == 0) return {"null", "unknownFeature", "", ""};
    const Feature& feature = set_.features.at(key);
    for (const FeatureRule& rule : feature.rules) {
      const std::string parents = parents_of(rule.parent_conditions, stack);
      if (parents == "cyclic") return {"null", "cyclicPrerequisite", "", ""};
      if (parents == "gate") return {"null", "prerequisite", "", ""};
      if (parents == "unmet" || filtered_out(rule.filters)) continue;
      if (rule.force) {
        if (!holds(rule.condition, context_.attributes) || !rolled_out(rule, key)) continue;
        return {to_json(*rule.force), "force", rule.id, ""};
      }
      if (!rule.experiment) continue;
      FeatureExperiment experiment = *rule.experiment;
      if (experiment.key.empty()) experiment.key = key;
      experiment.filters = rule.filters;
      experiment.condition = rule.condition;
      const PlainRun run = this->run(experiment, stack);
      const auto index = static_cast<std::size_t>(run.variation);
      const bool passes = index < experiment.meta.size() && experiment.meta[index].passthrough;
      if (!run.in || passes) continue;
      return {to_json(experiment.variations[index]), "experiment", rule.id,
              experiment.key + " " + std::to_string(run.variation) + " " + std::to_string(run.n) +
                  (run.hash_used ? " hashed" : "")};
    }
    return {to_json(feature.default_value), "defaultValue", "", ""};
  }

 private:
  bool holds(const Value& condition, const Value& attributes) const {
    return Condition::compile(condition, set_.saved_groups, Condition::Limits{})->holds(attributes);
  }

  std::string parents_of(const std::vector<ParentCondition>& parents,
                         const std::vector<std::string>& stack) {
    for (const ParentCondition& parent : parents) {
      const Seen seen = feature(parent.id, stack);
      if (seen.source == "cyclicPrerequisite") return "cyclic";
      const Value wrapped = Value::object({{"value", *parse_json(seen.value)}});
      if (!holds(parent.condition, wrapped)) return parent.gate ? "gate" : "unmet";
    }
    return "";
  }

  std::string unit(const std::string& attribute) const {
    const Value* value = context_.attributes.find(attribute);
    return value == nullptr || !js::truthy(*value) ? "" : js::to_text(*value);
  }

  bool filtered_out(const std::vector<HashFilter>& filters) const {
    for (const HashFilter& filter : filters) {
      const std::string text = unit(filter.attribute);
      if (text.empty()) return true;
      const auto n = hash(filter.seed, text, filter.hash_version);
      if (!n || choose_variation(*n, filter.ranges) < 0) return true;
    }
    return false;
  }

  bool rolled_out(const FeatureRule& rule, const std::string& key) const {
    if (!rule.range && !rule.coverage) return true;
    if (!rule.range && *rule.coverage == 0) return false;
    const std::string text = unit(rule.hash_attribute);
    if (text.empty()) return false;
    const auto n = hash(rule.seed.empty() ? key : rule.seed, text, rule.hash_version);
    if (!n) return false;
    return rule.range ? *n >= rule.range->first && *n < rule.range->second : *n <= *rule.coverage;
  }

  PlainRun out() const { return {}; }
  PlainRun overridden(const FeatureExperiment& experiment, int index) const {
    const auto count = static_cast<int>(experiment.variations.size());
    if (index < 0 || index >= count) return out();
    return {index, true, false, -1};
  }

  PlainRun run(const FeatureExperiment& experiment, const std::vector<std::string>& stack) {
    const auto count = static_cast<int>(experiment.variations.size());
    if (count < 2 || !context_.enabled) return out();
    const auto forced = context_.forced_variations.find(experiment.key);
    if (forced != context_.forced_variations.end()) return overridden(experiment, forced->second);
    if (experiment.status == "draft" || !experiment.active) return out();
    const bool sticky = sticky_ != nullptr && !experiment.disable_sticky_bucketing;
    std::string attribute = experiment.hash_attribute;
    if (unit(attribute).empty() && sticky && !experiment.fallback_attribute.empty() &&
        !unit(experiment.fallback_attribute).empty()) {
      attribute = experiment.fallback_attribute;
    }
    const std::string text = unit(attribute);
    if (text.empty()) return out();

    bool blocked = false;
    int assigned = -1;
    if (sticky) look_up(experiment, blocked, assigned);
    const bool found = assigned >= 0;
    if (!found) {
      if (filtered_out(experiment.filters)) return out();
      if (!holds(experiment.condition, context_.attributes)) return out();
      if (!parents_of(experiment.parent_conditions, stack).empty()) return out();
    }
    const std::string seed = experiment.seed.empty() ? experiment.key : experiment.seed;
    const auto n = hash(seed, text, experiment.hash_version);
    if (!n) return out();
    if (!found) {
      assigned = choose_variation(
          *n, experiment.ranges.empty()
                  ? bucket_ranges(count, experiment.coverage.value_or(1), experiment.weights)
                  : experiment.ranges);
    }
    if (blocked || assigned < 0) return out();
    if (experiment.force) return overridden(experiment, *experiment.force);
    if (context_.qa_mode || experiment.status == "stopped") return out();
    if (sticky) save(experiment, attribute, text, assigned);
    return {assigned, true, true, *n};
  }

  static std::string assignment(const FeatureExperiment& experiment, int version) {
    return experiment.key + "__" + std::to_string(version);
  }

  void look_up(const FeatureExperiment& experiment, bool& blocked, int& assigned) const {
    std::map<std::string, std::string> merged;
    const std::string fallback =
        experiment.fallback_attribute.empty() ? "id" : experiment.fallback_attribute;
    for (const std::string& attribute : {fallback, experiment.hash_attribute}) {
      const auto document = sticky_->documents.find(attribute + "||" + unit(attribute));
      if (document == sticky_->documents.end()) continue;
      for (const auto& [key, variation] : document->second.assignments) merged[key] = variation;
    }
    for (int version = 0; version < experiment.min_bucket_version; ++version) {
      blocked = blocked || merged.count(assignment(experiment, version)) != 0;
    }
    const auto found = merged.find(assignment(experiment, experiment.bucket_version));
    if (blocked || found == merged.end()) return;
    for (std::size_t i = 0; i < experiment.meta.size() && assigned < 0; ++i) {
      if (experiment.meta[i].key == found->second) assigned = static_cast<int>(i);
    }
  }

  void save(const FeatureExperiment& experiment, const std::string& attribute,
            const std::string& text, int variation) {
    const auto index = static_cast<std::size_t>(variation);
    const bool named = index < experiment.meta.size() && experiment.meta[index].key;
    const std::string key = named ? *experiment.meta[index].key : std::to_string(variation);
    StickyDocument& document = sticky_->documents[attribute + "||" + text];
    document.attribute_name = attribute;
    document.attribute_value = text;
    const std::string name = assignment(experiment, experiment.bucket_version);
    for (auto& [known, kept] : document.assignments) {
      if (known == name) {
        kept = key;
        return;
      }
    }
    document.assignments.emplace_back(name, key);
  }

  const FeatureSet& set_;
  const EvaluationContext& context_;
  StickyBuckets* sticky_;
};

Seen seen(const FeatureResult& result) {
  Seen seen{to_json(*result.value), name_of(result.source), std::string(result.rule_id), ""};
  if (result.experiment_result) {
    const ExperimentResult& run = *result.experiment_result;
    seen.experiment = result.experiment->key + " " + std::to_string(run.variation) + " " +
                      std::to_string(run.bucket.value_or(-1)) + (run.hash_used ? " hashed" : "");
  }
  return seen;
}

TEST_CASE("Evaluator: equals the plain one on random features, with and without sticky documents") {
  static constexpr unsigned kSets = 4000;
  std::map<std::string, int> sources;
  for (unsigned seed = 0; seed < kSets; ++seed) {
    RandomFeatures random(seed);
    const FeatureSet set = random.set();
    const auto evaluator = Evaluator::compile(set, EvaluatorLimits{});
    REQUIRE(evaluator);
    EvaluationContext context = random.context();
    StickyBuckets ours = random.sticky();
    StickyBuckets theirs = ours;
    const bool is_sticky = random.one_in(2);
    if (is_sticky) context.sticky = &ours;
    Plain plain(set, context, is_sticky ? &theirs : nullptr);
    for (const char* key : {"f0", "f1", "f2", "f3"}) {
      const Seen got = seen((*evaluator)->evaluate(key, context, {}));
      const Seen want = plain.feature(key, {});
      INFO("set " << seed << " feature " << key << ": " << got.source << " " << got.value << " ["
                  << got.experiment << "] but " << want.source << " " << want.value << " ["
                  << want.experiment << "]");
      REQUIRE(got == want);
      REQUIRE(ours.documents == theirs.documents);
      ++sources[got.source];
    }
  }
  // The generator must not have gone quiet.
  for (const char* source : {"override", "unknownFeature", "cyclicPrerequisite", "prerequisite",
                             "force", "experiment", "defaultValue"}) {
    INFO(source << " " << sources[source]);
    CHECK(sources[source] > 100);
  }
}

/// With rules that only target and hash, most of them by the present hash version.
FeatureSet simplified(FeatureSet set) {
  for (auto& [key, feature] : set.features) {
    for (FeatureRule& rule : feature.rules) {
      rule.parent_conditions.clear();
      rule.hash_version = 2;
      for (HashFilter& filter : rule.filters) filter.hash_version = 2;
      if (!rule.experiment) continue;
      FeatureExperiment& experiment = *rule.experiment;
      experiment.parent_conditions.clear();
      experiment.hash_version = 2;
      experiment.force.reset();
      experiment.status.clear();
      experiment.active = true;
      for (VariationMeta& meta : experiment.meta) meta.passthrough = false;
    }
  }
  return set;
}

bool same(const FeatureValue& got, const FeatureResult& result) {
  const bool is_split = result.source == FeatureSource::kExperiment;
  const bool is_by_rule = is_split || result.source == FeatureSource::kForce;
  const int bucket = result.n ? static_cast<int>(std::lround(*result.n * kBuckets)) : -1;
  return to_json(*got.value) == to_json(*result.value) && got.source == result.source &&
         got.variation == (is_split ? result.experiment_result->variation : kNoVariant) &&
         got.rule == (is_by_rule ? static_cast<int>(*result.rule) : -1) &&
         (got.bucket == -1 || got.bucket == bucket);
}

TEST_CASE("Values: one by one and all at once they are the evaluation's") {
  static constexpr unsigned kSets = 6000;
  std::map<FeatureSource, int> sources;
  for (unsigned seed = 0; seed < kSets; ++seed) {
    RandomFeatures random(seed);
    FeatureSet set = random.set();
    if (seed % 3 != 0) set = simplified(std::move(set));
    const auto evaluator = Evaluator::compile(std::move(set), EvaluatorLimits{});
    REQUIRE(evaluator);
    EvaluationContext context = random.context();
    if (seed % 2 == 0) {  // overrides leave the table aside
      const Value attributes = context.attributes;
      context = {};
      context.attributes = attributes;
    }
    const StickyBuckets kept = random.sticky();
    const bool is_sticky = random.one_in(2);
    StickyBuckets evaluated = kept;
    StickyBuckets one_by_one = kept;
    StickyBuckets at_once = kept;
    if (is_sticky) context.sticky = &at_once;
    const auto& features = (*evaluator)->features().features;
    std::vector<FeatureValue> all(features.size());
    (*evaluator)->all_values(context, all);
    std::size_t place = 0;
    for (const auto& [key, feature] : features) {
      if (is_sticky) context.sticky = &evaluated;
      const FeatureResult result = (*evaluator)->evaluate(key, context, {});
      if (is_sticky) context.sticky = &one_by_one;
      INFO("set " << seed << " feature " << key << ": " << seen(result).source);
      REQUIRE(same((*evaluator)->value_of(key, context), result));
      REQUIRE(same(all[place++], result));
      ++sources[result.source];
    }
    REQUIRE(one_by_one.documents == evaluated.documents);
    REQUIRE(at_once.documents == evaluated.documents);
    REQUIRE((*evaluator)->value_of("f9", context).source ==
            (*evaluator)->evaluate("f9", context, {}).source);
  }
  for (const FeatureSource source :
       {FeatureSource::kForce, FeatureSource::kExperiment, FeatureSource::kDefaultValue}) {
    CHECK(sources[source] > 1000);
  }
}

}  // namespace
}  // namespace converge

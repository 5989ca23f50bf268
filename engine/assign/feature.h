#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/assign/ranges.h"
#include "engine/model/value.h"

/// What flags answer, in GrowthBook's terms (protocol sections 2-7): plain values between a payload
/// or a catalog on one side and the evaluator on the other. `==` compares meaning.
namespace converge {

/// Keeps a unit in only when its hash under `seed` is in one of the ranges.
struct HashFilter {
  std::string seed;
  std::vector<DoubleRange> ranges;
  std::string attribute = "id";
  int hash_version = 2;
  bool operator==(const HashFilter&) const = default;
};

/// Another feature must evaluate to a value for which `condition` holds (seen as {"value": ...}).
struct ParentCondition {
  std::string id;
  Value condition;
  bool gate = false;  ///< when it does not hold the feature is off, not only the rule skipped
  bool operator==(const ParentCondition&) const = default;
};

struct VariationMeta {
  std::optional<std::string> key;
  std::optional<std::string> name;
  bool passthrough = false;  ///< exposed, but evaluation goes on to the next rule
  bool operator==(const VariationMeta&) const = default;
};

/// A share of a name space (version 1 hash): read for old payloads, never written.
struct Namespace {
  std::string name;
  DoubleRange range;
  bool operator==(const Namespace&) const = default;
};

struct UrlPattern {
  enum class Kind { kSimple, kRegex, kUnknown };  ///< kUnknown matches nothing
  Kind kind = Kind::kSimple;
  bool include = true;
  std::string pattern;
  bool operator==(const UrlPattern&) const = default;
};

struct FeatureExperiment {
  std::string key;
  std::vector<Value> variations;
  std::optional<double> coverage;
  std::optional<std::vector<double>> weights;
  std::vector<DoubleRange> ranges;  ///< empty: from weights and coverage
  std::vector<VariationMeta> meta;
  std::vector<HashFilter> filters;
  std::optional<Namespace> name_space;
  Value condition;  ///< null: everyone
  std::vector<ParentCondition> parent_conditions;
  std::string hash_attribute = "id";
  std::string fallback_attribute;  ///< empty: none
  int hash_version = 1;
  std::string seed;  ///< empty: the key
  std::string name;
  std::string phase;
  int bucket_version = 0;
  int min_bucket_version = 0;
  bool disable_sticky_bucketing = false;
  std::optional<int> force;  ///< everyone who gets this far gets that variation, unmeasured
  bool active = true;
  std::string status;  ///< "draft", "running", "stopped"; empty: running
  std::vector<UrlPattern> url_patterns;
  bool operator==(const FeatureExperiment&) const = default;
};

/// Either `force` or `experiment` is set, or neither (the rule never answers). The condition and
/// the filters of a rule with an experiment are the experiment's as well, unless it has its own.
struct FeatureRule {
  std::string id;
  Value condition;  ///< null: everyone
  std::vector<ParentCondition> parent_conditions;
  std::vector<HashFilter> filters;
  std::optional<Value> force;
  // The roll-out of `force`.
  std::optional<DoubleRange> range;
  std::optional<double> coverage;  ///< inclusive, as GrowthBook's: written files use `range`
  std::string hash_attribute = "id";
  std::string fallback_attribute;  ///< with sticky buckets only; empty: none
  bool disable_sticky_bucketing = false;
  int hash_version = 1;
  std::string seed;                             ///< empty: the feature's key
  Value tracks;                                 ///< exposures to fire with `force`: a list, or null
  std::optional<FeatureExperiment> experiment;  ///< its `key` is empty when it is the feature's
  std::optional<std::string> contextual_bandit;  ///< gives the experiment's weights by context
  bool operator==(const FeatureRule&) const = default;
};

struct Feature {
  Value default_value;
  std::vector<FeatureRule> rules;
  bool operator==(const Feature&) const = default;
};

/// Weights by context: the first context whose condition holds.
struct ContextualBandit {
  struct Context {
    std::optional<int> leaf_id;
    Value condition;
    std::vector<double> weights;
    bool operator==(const Context&) const = default;
  };
  std::vector<Context> contexts;
  Value version;  ///< null: none
  bool operator==(const ContextualBandit&) const = default;
};

struct FeatureSet {
  std::map<std::string, Feature> features;
  std::map<std::string, Value> saved_groups;
  std::map<std::string, ContextualBandit> contextual_bandits;
  bool operator==(const FeatureSet&) const = default;
};

}  // namespace converge

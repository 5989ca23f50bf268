#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/assign/feature.h"
#include "engine/assign/sticky_bucket.h"
#include "engine/model/value.h"

/// Features and experiments as GrowthBook's reference SDK evaluates them (protocol sections 4-6).
/// Results are views: their pointers and texts live as long as the evaluator (or the prepared
/// experiment) and the context that gave them.
namespace converge {

/// Who asks, from where, and what is overridden. Read only, but for the sticky documents.
struct EvaluationContext {
  Value attributes;
  std::string url;  ///< of the page; empty: unknown
  bool enabled = true;
  bool qa_mode = false;
  std::map<std::string, int, std::less<>> forced_variations;  ///< index by experiment key
  std::map<std::string, Value, std::less<>> forced_values;    ///< by feature key
  StickyBuckets* sticky = nullptr;  ///< null: sticky buckets are off; not owned
};

/// Where a feature's value comes from.
enum class FeatureSource {
  kOverride,
  kUnknownFeature,
  kCyclicPrerequisite,
  kPrerequisite,
  kForce,
  kExperiment,
  kDefaultValue,
  kTooManyPrerequisites,  ///< a limit of EvaluatorLimits was met; GrowthBook has no such source
};
/// GrowthBook's spelling: "unknownFeature".
const char* name_of(FeatureSource source);

/// What became of a rule or of an experiment, in the order of the steps.
enum class Outcome {
  // It gave the value.
  kForced,           ///< a force rule
  kHashed,           ///< member of the experiment by hash: the only one that is measured
  kSticky,           ///< member of the experiment by an earlier assignment: measured as well
  kQueryOverride,    ///< the variation that the URL names
  kForcedVariation,  ///< the variation that the context names
  kExperimentForce,  ///< the variation that the experiment names for everyone
  // It did not.
  kPassthrough,        ///< exposed (a holdout's unit that is not held out); the next rule goes on
  kPrerequisite,       ///< parent condition `part` does not hold
  kGate,               ///< parent condition `part` is a gate and does not hold: the feature is off
  kCycle,              ///< parent condition `part` leads back to a feature on the way
  kPrerequisiteLimit,  ///< parent condition `part` met a limit
  kFilter,             ///< filter `part` keeps the unit out
  kCondition,
  kNoUnit,        ///< the hash attribute is missing or empty
  kHashVersion,   ///< the hash version is unknown
  kNotInRange,    ///< the bucket is in no range, or above the coverage
  kNoVariations,  ///< the rule neither forces nor experiments
  kTooFewVariations,
  kDisabled,         ///< by the context
  kUrl,              ///< no URL pattern matches
  kNoSuchVariation,  ///< forced, or hit by a range, but the experiment has no such index
  kInactive,         ///< draft or not active
  kNamespace,
  kStickyBlocked,  ///< the unit has an assignment of a blocked version
  kQaMode,
  kStopped,
};
/// "sticky_blocked", for messages.
const char* name_of(Outcome outcome);

/// A rule of the feature that was asked.
struct RuleTrace {
  std::size_t rule = 0;
  Outcome outcome = Outcome::kNoVariations;
  std::size_t part = 0;     ///< of kFilter and the prerequisites' outcomes
  std::optional<double> n;  ///< the unit's hash in [0, 1) where the rule got as far as hashing
};

/// The leaf of a contextual bandit that gave an experiment its weights.
struct BanditLeaf {
  std::optional<int> id;
  std::vector<double> weights;
  const Value* version = nullptr;  ///< null: none
  bool is_fallback = false;        ///< no context held: the experiment's own weights
};

/// GrowthBook's result of an experiment. When out: variation 0, in_experiment and hash_used false.
struct ExperimentResult {
  std::string_view key;  ///< of the variation: its meta's, or its index
  int variation = 0;
  const Value* value = nullptr;  ///< null: the experiment has no variations
  bool in_experiment = false;
  bool hash_used = false;
  bool sticky_used = false;
  bool passthrough = false;
  std::string_view name;                     ///< of the variation; empty: none
  std::optional<double> bucket;              ///< n of the hash; only when hash_used
  std::string_view hash_attribute;           ///< the fallback's when that was used
  const Value* hash_value = nullptr;         ///< null: no unit
  std::optional<std::string_view> feature;   ///< whose rule it is
  const BanditLeaf* bandit = nullptr;        ///< only when hash_used
  Outcome outcome = Outcome::kNoVariations;  ///< why
  std::size_t part = 0;                      ///< of outcomes that have one
};

struct FeatureResult {
  const Value* value = nullptr;  ///< never null after an evaluation
  FeatureSource source = FeatureSource::kUnknownFeature;
  std::string_view rule_id;         ///< empty: the rule has none, or no rule gave the value
  std::optional<std::size_t> rule;  ///< index of the rule that gave the value, or was a gate
  std::optional<double> n;          ///< the hash that this rule looked at, if it did
  const FeatureExperiment* experiment = nullptr;  ///< with its key filled in; kExperiment only
  std::optional<ExperimentResult> experiment_result;
  const BanditLeaf* bandit = nullptr;  ///< that split the experiment's traffic, measured or not

  bool on() const;
};

/// The part of a FeatureResult that an application needs, without its reasons.
struct FeatureValue {
  const Value* value = nullptr;  ///< null after plain_values only
  FeatureSource source = FeatureSource::kUnknownFeature;
  int rule = -1;       ///< that gave the value; -1: none did
  int variation = -1;  ///< of the experiment that gave the value; -1: none did
  int bucket = -1;     ///< by which the rule gave the value, 0..9999; -1: by none, or not told
  const Value* unit = nullptr;  ///< whose bucket that is, among the attributes
};

/// An exposure that is due: the unit met a variation.
struct Exposure {
  const FeatureExperiment* experiment = nullptr;
  ExperimentResult result;
  std::string_view feature;      ///< whose rule it is; empty: of `run`
  std::size_t rule = 0;          ///< in that feature
  const Value* track = nullptr;  ///< instead of all the others: an exposure that a rule carries
};

/// What an evaluation writes down beside its result; both append, neither costs when null. An
/// exposure is written once per hash attribute, hash value, experiment and variation.
struct Recording {
  std::vector<Exposure>* exposures = nullptr;
  std::vector<RuleTrace>* trace = nullptr;
};

struct EvaluatorLimits {
  std::size_t prerequisite_depth_max = 64;  ///< features on one way of prerequisites
  std::size_t evaluations_max = 10000;      ///< of features, in one call
  std::size_t rules_max = 1000;             ///< per feature
  std::size_t features_max = 100000;
};

/// A feature set compiled once. Immutable, thread-safe, cheap to share. Pure: no clock, no I/O.
class Evaluator {
 public:
  /// kInvalidArgument or kTooLarge, with feature and rule, when a condition does not compile or a
  /// limit is exceeded. Odd but harmless parts mean what they mean to the SDK.
  static Result<std::shared_ptr<const Evaluator>> compile(FeatureSet features,
                                                          const EvaluatorLimits& limits);
  ~Evaluator();

  FeatureResult evaluate(std::string_view feature, const EvaluationContext& context,
                         const Recording& recording) const;

  /// The same answer as evaluate's, sooner: rules that only target and hash are asked without the
  /// walk that can explain them.
  FeatureValue value_of(std::string_view feature, const EvaluationContext& context) const;
  /// The same for every feature, in the order of features(): the unit is hashed under many seeds at
  /// a time and equal conditions are asked once. Precondition: as many values as features.
  void all_values(const EvaluationContext& context, std::span<FeatureValue> values) const;
  /// The same for features that only target and hash in this context, whose values say all there is
  /// to say: an exposure is due for a variation, and else only for the tracks of the rule. The
  /// others are left without a value.
  void plain_values(const EvaluationContext& context, std::span<FeatureValue> values) const;

  /// An experiment by itself, compiled once: may be run from any thread.
  class PreparedExperiment;
  Result<std::shared_ptr<const PreparedExperiment>> prepare(FeatureExperiment experiment) const;
  /// Outcome kPrerequisiteLimit when its prerequisites meet a limit.
  ExperimentResult run(const PreparedExperiment& experiment, const EvaluationContext& context,
                       const Recording& recording) const;

  /// Whether the conditions of a feature's rule hold, whatever its prerequisites, its filters and
  /// its hash say. False when there is no such rule.
  bool is_targeted(std::string_view feature, std::size_t rule, const Value& attributes) const;

  const FeatureSet& features() const;

 private:
  struct Compiled;
  explicit Evaluator(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace converge

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/model/ids.h"
#include "engine/model/value.h"

/// What people write down: validated values of definition files (design section 6). Plain data,
/// `==` compares meaning.
namespace converge {

enum class Direction { kIncrease, kDecrease };
enum class MetricType { kConversion, kCount, kSum, kRatio };
enum class Aggregation { kAny, kCount, kSum };

/// Keeps an outcome whose top-level property exists and equals `value` (a scalar): same JSON type,
/// numbers by exact decimal value, texts by bytes.
struct PropertyFilter {
  std::string property;
  Value value;
  bool operator==(const PropertyFilter&) const = default;
};

/// Which outcomes a metric reads and what it takes from them.
struct OutcomeQuery {
  EventName event;
  Aggregation aggregation = Aggregation::kCount;
  /// kSum only: the property to add up; nullopt means the event's top-level value.
  std::optional<std::string> value_property;
  /// kSum only: the quantum is 10^scale_exponent, from -12 to 0.
  int scale_exponent = -6;
  /// Sorted by property; all must hold.
  std::vector<PropertyFilter> where;
  bool operator==(const OutcomeQuery&) const = default;
};

struct MetricDefinition {
  MetricKey key;
  MetricType type = MetricType::kConversion;
  Direction direction = Direction::kIncrease;
  OutcomeQuery numerator;                   ///< the only part unless type is kRatio
  std::optional<OutcomeQuery> denominator;  ///< kRatio only
  /// [exposure, exposure + window); a metric without one never matures and no rule may use it.
  std::optional<Duration> window;
  bool operator==(const MetricDefinition&) const = default;
};

enum class MetricRole { kSuccess, kGuardrail, kDeterioration, kQuality };
enum class DifferenceScale { kRelative, kAbsolute };

/// How much worse a guardrail may get: always positive, in the bad direction of the metric.
struct Margin {
  double value = 0;  ///< 0.05 for "5%", or in the unit of the metric when absolute
  DifferenceScale scale = DifferenceScale::kRelative;
  bool operator==(const Margin&) const = default;
};

struct MetricUse {
  MetricKey metric;
  MetricRole role = MetricRole::kSuccess;
  std::optional<Margin> margin;                     ///< always there for guardrails
  std::optional<double> minimum_detectable_effect;  ///< relative: 0.02 for "2%"
  bool operator==(const MetricUse&) const = default;
};

struct VariantDefinition {
  VariantKey key;
  double weight =
      0;  ///< share of the experiment's traffic in (0, 1]; 0 drops the variant; all add up to 1
  Value value;  ///< what the flag evaluates to
  bool operator==(const VariantDefinition&) const = default;
};

enum class Method { kAuto, kConfidenceSequence };
enum class LookSchedule { kDaily, kWeekly };

struct AnalysisPlan {
  Method method = Method::kAuto;
  double alpha = 0.05;  ///< two-sided, in (0, 0.5)
  std::optional<std::int64_t>
      max_sample;  ///< planned matured units over all arms: tunes the confidence sequence
  LookSchedule looks = LookSchedule::kWeekly;
  bool operator==(const AnalysisPlan&) const = default;
};

enum class SuccessRule { kAny, kAll };
enum class ShipAction { kPromote, kRecommend };
enum class BreachAction { kRollback, kRecommend };
enum class ExpiryAction { kKeepControl, kDiscuss };

/// What happens to the winner. Shares are in buckets of 10,000.
struct PromotionPlan {
  ShipAction action = ShipAction::kRecommend;
  std::vector<int> ramp;  ///< rising, last one 10,000
  Duration hold{};        ///< between two steps
  int holdback = 0;       ///< buckets of each range of the holdback pair; 0: none
  int holdback_days = 0;
  bool operator==(const PromotionPlan&) const = default;
};

/// Written down before the start (law 4). `guardrails: all_noninferior` and `deterioration: none`
/// are the only values that definition files accept, so they are not fields.
struct DecisionRule {
  int min_days = 14;
  int max_days = 42;
  SuccessRule success = SuccessRule::kAny;
  PromotionPlan on_ship;
  BreachAction on_guardrail_breach = BreachAction::kRollback;
  ExpiryAction on_expiry = ExpiryAction::kKeepControl;
  bool operator==(const DecisionRule&) const = default;
};

/// Experiments of one layer never share a unit: each holds segments of its buckets.
struct LayerDefinition {
  std::string seed;  ///< the key unless stated; ASCII
  bool operator==(const LayerDefinition&) const = default;
};

/// A share of all units that is kept out of every native experiment, above all layers.
struct HoldoutDefinition {
  int share = 0;     ///< buckets of 10,000, at least 1
  std::string seed;  ///< "holdout" unless stated; ASCII
  bool operator==(const HoldoutDefinition&) const = default;
};

/// A flag written down for itself. Rules are GrowthBook's (protocol section 4), or `{experiment:
/// key}` where the rules of that experiment stand.
struct FlagDefinition {
  std::optional<Value> default_value;  ///< none: null
  std::optional<Value::Array> rules;
  Value growthbook;  ///< further members of a GrowthBook feature: given back by export. Null: none
  bool operator==(const FlagDefinition&) const = default;
};

enum class AssignmentSource { kNative, kExternal };
enum class DeclaredStatus { kDraft, kRunning, kStopped };

struct ExperimentDefinition {
  ExperimentKey key;
  DeclaredStatus status = DeclaredStatus::kDraft;
  std::optional<Time> start_at;
  std::string hypothesis;
  std::string owner;
  UnitKind unit;
  std::string seed;      ///< the key unless stated; ASCII
  int traffic = 10'000;  ///< buckets of 10,000
  Value condition;       ///< GrowthBook condition object; null: everyone
  std::optional<LayerKey> layer;
  /// Members keep their variant by a stored document, whatever happens to their bucket or their
  /// attributes.
  bool sticky = false;
  /// Read when the unit's own attribute is missing, with `sticky`: an anonymous id. Empty: none.
  std::string fallback_attribute;
  FlagKey flag;
  std::vector<VariantDefinition> variants;  ///< the first is the control
  std::vector<std::string> segments;        ///< attribute names
  std::vector<MetricUse> metrics;
  AnalysisPlan analysis;
  std::optional<DecisionRule> decision;  ///< none: results only, people decide
  AssignmentSource assignment = AssignmentSource::kNative;
  Duration lateness{};
  /// `phase: next`: the change that comes with it may reshuffle under a new effective seed.
  bool reshuffle = false;
  bool operator==(const ExperimentDefinition&) const = default;
};

/// All files of one folder together.
struct Definitions {
  std::string timezone = "UTC";
  /// Unit kind -> attribute that carries its id in assignment requests. Kinds not listed use "id".
  std::vector<std::pair<UnitKind, std::string>>
      units;  ///< in file order; the first is the default kind
  std::map<MetricKey, MetricDefinition> metrics;
  std::map<LayerKey, LayerDefinition> layers;  ///< those that experiments name without it included
  std::optional<HoldoutDefinition> holdout;
  std::map<std::string, Value> saved_groups;  ///< lists that $inGroup names
  std::map<FlagKey, FlagDefinition> flags;    ///< those written down; experiments imply others
  /// What a GrowthBook payload carries beside features and saved groups: given back by export, with
  /// the contextual bandits that rules refer to. Null: nothing.
  Value growthbook;
  std::vector<ExperimentDefinition> experiments;  ///< sorted by key
  bool operator==(const Definitions&) const = default;

  const ExperimentDefinition* find(const ExperimentKey& key) const;
  const UnitKind& default_unit_kind() const;  ///< the first under units:, else user_id
  /// Attribute that carries ids of this kind; "id" unless stated.
  const std::string& attribute_of(const UnitKind& kind) const;
};

}  // namespace converge

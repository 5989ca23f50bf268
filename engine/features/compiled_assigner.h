#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/assign/condition.h"
#include "engine/features/assigner.h"

/// What the assigner walks over: its catalog's flags, whose their rules are, and the evaluator of
/// their features. Internal to the assigner; immutable after compilation.
namespace converge {

/// An experiment as its answers need it.
struct FlagSubject {
  ExperimentKey key;
  UnitKind unit_kind;
  std::string attribute;  ///< carries the unit's id
  std::uint32_t seed_state = 0;
  std::vector<VariantKey> variants;
  std::size_t winner = 0;
  bool has_holdout = false;  ///< its first filter is the global holdout
  Condition condition;       ///< tells those who are not targeted from those without traffic
};

/// A rule of a flag and whose it is.
struct RuleOwner {
  RuleRole role = RuleRole::kWritten;
  std::size_t subject = 0;  ///< meaningless for written rules
};

struct CompiledFlag {
  FlagKey key;
  std::vector<RuleOwner> owners;  ///< one per rule of the feature
  /// Whose refusal is told when no rule answers: the first of the flag, but a holdback pair only
  /// when its parent does not stand behind it. nullopt: no experiment.
  std::optional<std::size_t> spokesman;  ///< index into owners
  /// Attributes of the sticky experiments on it and on its prerequisites.
  std::vector<std::string> sticky_attributes;
  std::size_t place = 0;  ///< of its feature among all
};

struct Assigner::Compiled {
  std::string version;
  Time created_at{};
  std::string default_attribute;
  std::vector<std::string> other_attributes;           ///< that carry ids of other unit kinds
  std::map<std::string, UnitKind, std::less<>> kinds;  ///< by attribute
  std::vector<FlagSubject> subjects;
  std::vector<CompiledFlag> flags;               ///< sorted by key
  std::map<ExperimentKey, FlagKey> experiments;  ///< all of the catalog
  std::map<std::string, std::vector<RuleOrigin>> origins;
  std::shared_ptr<const Evaluator> evaluator;

  const CompiledFlag* find(const FlagKey& key) const;
  /// SDKs carry the unit's id among the attributes, so conditions may name it. An empty unit is
  /// none.
  EvaluationContext context_for(const std::string& unit, const Value& attributes,
                                StickyBuckets* sticky) const;
  Assignment answer(const CompiledFlag& flag, const FeatureResult& result,
                    const std::vector<RuleTrace>& trace, const Value& attributes) const;
  /// The same without the walk, where a plain value says all of it: a rule of an experiment gave
  /// it.
  std::optional<Assignment> answer(const CompiledFlag& flag, const FeatureValue& value,
                                   const Value& attributes) const;
  Explanation explain(const CompiledFlag& flag, const EvaluationContext& context) const;
  /// Of the default unit kind's attribute (an empty unit: none) and of others.
  std::vector<StickyUnit> sticky_units(const std::set<std::string>& names, const std::string& unit,
                                       const Value& attributes) const;
  /// Who is hashed, and where: `bucket` is the one that the evaluator looked at under the subject's
  /// seed, kNoBucket if it did not.
  void identify(const FlagSubject& subject, const Value& attributes, int bucket,
                Assignment& assignment) const;
  /// What a rule of an experiment gives.
  void take(const RuleOwner& owner, int variation, Assignment& assignment) const;
  /// And how a sticky document changed who that is.
  void take_sticky(const FlagSubject& subject, const ExperimentResult& member,
                   Assignment& assignment) const;
  /// A fallback attribute that is no unit kind's is one of its own.
  UnitKind kind_of(std::string_view attribute) const {
    const auto found = kinds.find(attribute);
    return found == kinds.end() ? UnitKind(std::string(attribute)) : found->second;
  }
};

}  // namespace converge

#include "engine/features/assigner.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/check.h"
#include "engine/assign/condition.h"
#include "engine/assign/hash.h"
#include "engine/assign/unit_id.h"
#include "engine/features/missing_unit.h"

namespace converge {
namespace {

/// An experiment as its answers need it.
struct Subject {
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
struct Owner {
  RuleRole role = RuleRole::kWritten;
  std::size_t subject = 0;  ///< meaningless for written rules
};

struct Flag {
  FlagKey key;
  std::vector<Owner> owners;  ///< one per rule of the feature
  /// Whose refusal is told when no rule answers: the first of the flag, but a holdback pair only
  /// when its parent does not stand behind it. nullopt: no experiment.
  std::optional<std::size_t> spokesman;  ///< index into owners
  /// Attributes of the sticky experiments on it and on its prerequisites.
  std::vector<std::string> sticky_attributes;
  std::size_t place = 0;  ///< of its feature among all
};

Result<Subject> subject_of(const ExperimentEntry& entry, const Definitions& definitions) {
  Subject subject;
  subject.key = entry.definition.key;
  subject.unit_kind = entry.definition.unit;
  subject.attribute = definitions.attribute_of(entry.definition.unit);
  subject.seed_state =
      fnv1a32(entry.phases.empty() ? entry.definition.seed : entry.phases.back().effective_seed);
  for (const VariantDefinition& variant : entry.definition.variants) {
    subject.variants.push_back(variant.key);
  }
  if (entry.promotion) subject.winner = static_cast<std::size_t>(entry.promotion->winner);
  subject.has_holdout = definitions.holdout.has_value();
  Result<Condition> condition = Condition::compile(
      entry.phases.empty() ? entry.definition.condition : entry.phases.back().condition,
      definitions.saved_groups, Condition::Limits{});
  if (!condition) return condition.error().within("experiment " + entry.definition.key.str());
  subject.condition = *std::move(condition);
  return subject;
}

std::optional<std::size_t> spokesman_of(const std::vector<Owner>& owners) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (owners[i].role == RuleRole::kWritten) continue;
    if (owners[i].role != RuleRole::kHoldback) return i;
    if (!first) first = i;
  }
  return first;
}

void add_prerequisites(const std::vector<ParentCondition>& parents,
                       std::vector<std::string>& features) {
  for (const ParentCondition& parent : parents) features.push_back(parent.id);
}

/// Of the flag and of every feature that its prerequisites lead to.
std::vector<std::string> attributes_read(
    const std::string& flag, const FeatureSet& set,
    const std::map<std::string, std::set<std::string>>& attributes_of_flag) {
  std::set<std::string> attributes;
  std::set<std::string> seen;
  std::vector<std::string> open{flag};
  while (!open.empty()) {
    const std::string key = std::move(open.back());
    open.pop_back();
    const auto feature = set.features.find(key);
    if (feature == set.features.end() || !seen.insert(key).second) continue;
    const auto own = attributes_of_flag.find(key);
    if (own != attributes_of_flag.end()) attributes.insert(own->second.begin(), own->second.end());
    for (const FeatureRule& rule : feature->second.rules) {
      add_prerequisites(rule.parent_conditions, open);
      if (rule.experiment) add_prerequisites(rule.experiment->parent_conditions, open);
    }
  }
  return {attributes.begin(), attributes.end()};
}

/// Filters come before conditions; people ask about the condition first.
AssignReason reason_of(const RuleTrace& refusal, const Subject& subject, const Value& attributes,
                       bool has_unit) {
  const bool is_filtered = refusal.outcome == Outcome::kFilter;
  if (is_filtered && has_unit && subject.has_holdout && refusal.part == 0) {
    return AssignReason::kHeldOut;
  }
  const bool is_prerequisite =
      refusal.outcome == Outcome::kPrerequisite || refusal.outcome == Outcome::kGate;
  if (is_prerequisite || !subject.condition.holds(attributes)) return AssignReason::kNotTargeted;
  return has_unit ? AssignReason::kNotInTraffic : AssignReason::kNoUnit;
}

constexpr int kNoBucket = -1;

int bucket_of(const std::optional<double>& n) {
  return n ? static_cast<int>(std::lround(*n * kBuckets)) : kNoBucket;
}

const RuleTrace* trace_of(const std::vector<RuleTrace>& trace, std::size_t rule) {
  const auto found = std::find_if(trace.begin(), trace.end(),
                                  [rule](const RuleTrace& one) { return one.rule == rule; });
  return found == trace.end() ? nullptr : &*found;
}

}  // namespace

struct Assigner::Compiled {
  std::string version;
  std::string default_attribute;
  std::vector<std::string> other_attributes;           ///< that carry ids of other unit kinds
  std::map<std::string, UnitKind, std::less<>> kinds;  ///< by attribute
  std::vector<Subject> subjects;
  std::vector<Flag> flags;                       ///< sorted by key
  std::map<ExperimentKey, FlagKey> experiments;  ///< all of the catalog
  std::map<std::string, std::vector<RuleOrigin>> origins;
  std::shared_ptr<const Evaluator> evaluator;

  void add_flag(const FlagKey& key, const std::map<ExperimentKey, std::size_t>& index);
  const Flag* find(const FlagKey& key) const;
  /// SDKs carry the unit's id among the attributes, so conditions may name it. An empty unit is
  /// none.
  EvaluationContext context_for(const std::string& unit, const Value& attributes,
                                StickyBuckets* sticky) const;
  Assignment answer(const Flag& flag, const FeatureResult& result,
                    const std::vector<RuleTrace>& trace, const Value& attributes) const;
  /// The same without the walk, where a value says all of it: a rule of an experiment gave it.
  /// Precondition: no sticky documents.
  std::optional<Assignment> answer(const Flag& flag, const FeatureValue& value,
                                   const Value& attributes) const;
  Explanation explain(const Flag& flag, const EvaluationContext& context) const;
  /// Of the default unit kind's attribute (an empty unit: none) and of others.
  std::vector<StickyUnit> sticky_units(const std::set<std::string>& names, const std::string& unit,
                                       const Value& attributes) const;
  /// Who is hashed, and where: `bucket` is the one that the evaluator looked at under the subject's
  /// seed, kNoBucket if it did not.
  void identify(const Subject& subject, const Value& attributes, int bucket,
                Assignment& assignment) const;
  /// What a rule of an experiment gives.
  void take(const Owner& owner, int variation, Assignment& assignment) const;
  /// And how a sticky document changed who that is.
  void take_sticky(const Subject& subject, const ExperimentResult& member,
                   Assignment& assignment) const;
  /// A fallback attribute that is no unit kind's is one of its own.
  UnitKind kind_of(std::string_view attribute) const {
    const auto found = kinds.find(attribute);
    return found == kinds.end() ? UnitKind(std::string(attribute)) : found->second;
  }
};

void Assigner::Compiled::add_flag(const FlagKey& key,
                                  const std::map<ExperimentKey, std::size_t>& index) {
  Flag flag{key, {}, std::nullopt, {}, flags.size()};
  for (const RuleOrigin& origin : origins.at(key.str())) {
    const bool is_written = origin.role == RuleRole::kWritten;
    flag.owners.push_back({origin.role, is_written ? 0 : index.at(origin.experiment)});
  }
  flag.spokesman = spokesman_of(flag.owners);
  flags.push_back(std::move(flag));
}

const Flag* Assigner::Compiled::find(const FlagKey& key) const {
  const auto found =
      std::lower_bound(flags.begin(), flags.end(), key,
                       [](const Flag& flag, const FlagKey& wanted) { return flag.key < wanted; });
  return found == flags.end() || found->key != key ? nullptr : &*found;
}

EvaluationContext Assigner::Compiled::context_for(const std::string& unit, const Value& attributes,
                                                  StickyBuckets* sticky) const {
  Value::Object members;
  if (const Value::Object* given = attributes.as_object()) {
    members.reserve(given->size() + 1);
    for (const auto& [name, value] : *given) {
      if (name != default_attribute) members.emplace_back(name, value);
    }
  }
  if (!unit.empty()) members.emplace_back(default_attribute, Value::string(unit));
  for (const std::string& attribute : other_attributes) {
    const auto member = std::find_if(members.begin(), members.end(),
                                     [&](const auto& one) { return one.first == attribute; });
    if (member == members.end()) continue;
    const std::optional<std::string> id = unit_id_text(member->second);
    if (!id || !check_unit_id(*id)) member->second = Value();
  }
  EvaluationContext context;
  context.attributes = Value::object(std::move(members));
  context.sticky = sticky;
  return context;
}

void Assigner::Compiled::identify(const Subject& subject, const Value& attributes, int bucket,
                                  Assignment& assignment) const {
  assignment.experiment = subject.key;
  assignment.unit.kind = subject.unit_kind;
  const Value* value = attributes.find(subject.attribute);
  std::optional<std::string> id = value == nullptr ? std::nullopt : unit_id_text(*value);
  if (!id || id->empty()) return;
  assignment.unit.id = *std::move(id);
  assignment.bucket =
      bucket == kNoBucket ? bucket_after(subject.seed_state, assignment.unit.id) : bucket;
}

void Assigner::Compiled::take(const Owner& owner, int variation, Assignment& assignment) const {
  const Subject& subject = subjects[owner.subject];
  switch (owner.role) {
    case RuleRole::kSplit:
    case RuleRole::kHoldback:
      assignment.variant = subject.variants[static_cast<std::size_t>(variation)];
      assignment.in_experiment = true;
      assignment.reason =
          owner.role == RuleRole::kHoldback ? AssignReason::kHoldback : AssignReason::kSplit;
      return;
    case RuleRole::kPromoted:
      assignment.variant = subject.variants[subject.winner];
      assignment.reason = AssignReason::kPromoted;
      return;
    case RuleRole::kEnded:
      assignment.variant = subject.variants.front();
      assignment.reason = AssignReason::kEnded;
      return;
    case RuleRole::kWritten:
      break;
  }
  CONVERGE_CHECK(false);
}

void Assigner::Compiled::take_sticky(const Subject& subject, const ExperimentResult& member,
                                     Assignment& assignment) const {
  if (member.sticky_used) assignment.reason = AssignReason::kSticky;
  if (!member.hash_attribute.empty() && member.hash_attribute != subject.attribute &&
      member.hash_value != nullptr) {
    assignment.unit.id = unit_id_text(*member.hash_value).value_or("");
    assignment.unit.kind = kind_of(member.hash_attribute);
  }
}

std::optional<Assignment> Assigner::Compiled::answer(const Flag& flag, const FeatureValue& value,
                                                     const Value& attributes) const {
  if (value.rule < 0) return std::nullopt;
  const Owner& owner = flag.owners[static_cast<std::size_t>(value.rule)];
  if (owner.role == RuleRole::kWritten) return std::nullopt;
  Assignment assignment;
  assignment.flag = flag.key;
  assignment.value = *value.value;
  identify(subjects[owner.subject], attributes, value.bucket, assignment);
  take(owner, value.variation, assignment);
  return assignment;
}

Assignment Assigner::Compiled::answer(const Flag& flag, const FeatureResult& result,
                                      const std::vector<RuleTrace>& trace,
                                      const Value& attributes) const {
  Assignment assignment;
  assignment.flag = flag.key;
  assignment.value = *result.value;
  const bool has_owner = result.rule && flag.owners[*result.rule].role != RuleRole::kWritten &&
                         result.source != FeatureSource::kPrerequisite;
  if (has_owner) {
    const Owner& owner = flag.owners[*result.rule];
    const Subject& subject = subjects[owner.subject];
    identify(subject, attributes, bucket_of(result.n), assignment);
    const bool is_member = result.experiment_result.has_value();
    take(owner, is_member ? result.experiment_result->variation : kNoVariant, assignment);
    if (is_member) take_sticky(subject, *result.experiment_result, assignment);
    return assignment;
  }
  if (!flag.spokesman) {
    assignment.reason = AssignReason::kRule;
    return assignment;
  }
  const Owner& owner = flag.owners[*flag.spokesman];
  const Subject& subject = subjects[owner.subject];
  const RuleTrace* refusal = trace_of(trace, *flag.spokesman);
  identify(subject, attributes, refusal == nullptr ? kNoBucket : bucket_of(refusal->n), assignment);
  assignment.variant = subject.variants.front();
  if (refusal == nullptr) {
    assignment.reason = AssignReason::kRule;  // a written rule, or a cycle, came before it
  } else if (owner.role == RuleRole::kEnded) {
    assignment.reason = AssignReason::kEnded;
  } else {
    assignment.reason = reason_of(*refusal, subject, attributes, assignment.bucket >= 0);
  }
  return assignment;
}

Explanation Assigner::Compiled::explain(const Flag& flag, const EvaluationContext& context) const {
  std::vector<RuleTrace> trace;
  const FeatureResult result = evaluator->evaluate(flag.key.str(), context, {.trace = &trace});
  Explanation explanation;
  explanation.assignment = answer(flag, result, trace, context.attributes);
  explanation.source = result.source;
  const std::vector<RuleOrigin>& of_rules = origins.at(flag.key.str());
  const Feature& feature = evaluator->features().features.at(flag.key.str());
  explanation.rules.reserve(trace.size());
  for (const RuleTrace& one : trace) {
    explanation.rules.push_back(
        {of_rules[one.rule], one.rule, feature.rules[one.rule].id, one.outcome, one.part, one.n});
  }
  return explanation;
}

std::vector<StickyUnit> Assigner::Compiled::sticky_units(const std::set<std::string>& names,
                                                         const std::string& unit,
                                                         const Value& attributes) const {
  std::vector<StickyUnit> units;
  for (const std::string& name : names) {
    if (name == default_attribute) {
      if (!unit.empty()) units.push_back({name, unit});
      continue;
    }
    const Value* value = attributes.find(name);
    const std::optional<std::string> id = value == nullptr ? std::nullopt : unit_id_text(*value);
    if (id && check_unit_id(*id)) units.push_back({name, sticky_value(*value)});
  }
  return units;
}

const char* name_of(AssignReason reason) {
  switch (reason) {
    case AssignReason::kSplit:
      return "split";
    case AssignReason::kSticky:
      return "sticky";
    case AssignReason::kHoldback:
      return "holdback";
    case AssignReason::kPromoted:
      return "promoted";
    case AssignReason::kRule:
      return "rule";
    case AssignReason::kHeldOut:
      return "held_out";
    case AssignReason::kNotTargeted:
      return "not_targeted";
    case AssignReason::kNotInTraffic:
      return "not_in_traffic";
    case AssignReason::kEnded:
      return "ended";
    case AssignReason::kNoUnit:
      return "no_unit";
  }
  CONVERGE_CHECK(false);
  return "";
}

Assigner::Assigner(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Assigner::~Assigner() = default;

Result<std::shared_ptr<const Assigner>> Assigner::compile(const Catalog& catalog) {
  Result<CatalogFeatures> features = catalog_features(catalog);
  if (!features) return features.error();
  auto compiled = std::make_unique<Compiled>();
  compiled->version = catalog.definitions_version();
  compiled->origins = std::move(features->origins);
  const Definitions& definitions = catalog.definitions;
  compiled->default_attribute = definitions.attribute_of(definitions.default_unit_kind());
  for (const auto& [kind, attribute] : definitions.units) {
    compiled->kinds.emplace(attribute, kind);
  }
  std::map<ExperimentKey, std::size_t> index;
  std::set<std::string> others;
  std::map<std::string, std::set<std::string>> sticky;  // attributes, by flag
  for (const ExperimentEntry& entry : catalog.experiments) {
    compiled->experiments.emplace(entry.definition.key, entry.definition.flag);
    index.emplace(entry.definition.key, compiled->subjects.size());
    Result<Subject> subject = subject_of(entry, definitions);
    if (!subject) return subject.error();
    compiled->subjects.push_back(*std::move(subject));
    const std::string& attribute = compiled->subjects.back().attribute;
    if (attribute != compiled->default_attribute) others.insert(attribute);
    if (!entry.definition.sticky) continue;
    std::set<std::string>& read = sticky[entry.definition.flag.str()];
    read.insert(attribute);
    const std::string& fallback = entry.definition.fallback_attribute;
    if (fallback.empty()) continue;
    read.insert(fallback);
    others.insert(fallback);
  }
  compiled->other_attributes.assign(others.begin(), others.end());
  for (const auto& [name, rules] : compiled->origins) compiled->add_flag(FlagKey(name), index);
  for (Flag& flag : compiled->flags) {
    flag.sticky_attributes = attributes_read(flag.key.str(), features->set, sticky);
  }
  auto evaluator = Evaluator::compile(std::move(features->set), EvaluatorLimits{});
  if (!evaluator) return evaluator.error();
  compiled->evaluator = *std::move(evaluator);
  return std::shared_ptr<const Assigner>(new Assigner(std::move(compiled)));
}

Result<std::vector<Assignment>> Assigner::assign(const std::string& unit, const Value& attributes,
                                                 const std::vector<ExperimentKey>& only,
                                                 StickyBuckets* sticky) const {
  if (Status status = check_unit_id(unit); !status) return status.error().within("unit");
  std::set<FlagKey> wanted;
  for (const ExperimentKey& key : only) {
    const auto found = compiled_->experiments.find(key);
    if (found == compiled_->experiments.end()) {
      return Error{Errc::kNotFound, "experiments: no experiment \"" + key.str() + "\""};
    }
    wanted.insert(found->second);
  }
  const EvaluationContext context = compiled_->context_for(unit, attributes, sticky);
  std::vector<FeatureValue> values(compiled_->flags.size());
  const bool at_once = only.empty() && sticky == nullptr;
  if (at_once) compiled_->evaluator->all_values(context, values);
  std::vector<Assignment> answers;
  answers.reserve(compiled_->flags.size());
  std::vector<RuleTrace> trace;
  for (const Flag& flag : compiled_->flags) {
    if (!flag.spokesman || (!only.empty() && !wanted.contains(flag.key))) continue;
    if (at_once) {
      auto given = compiled_->answer(flag, values[flag.place], context.attributes);
      if (given) {
        answers.push_back(*std::move(given));
        continue;
      }
    }
    trace.clear();
    const FeatureResult result =
        compiled_->evaluator->evaluate(flag.key.str(), context, {.trace = &trace});
    answers.push_back(compiled_->answer(flag, result, trace, context.attributes));
  }
  return answers;
}

Result<std::vector<Explanation>> Assigner::explain(const std::string& unit, const Value& attributes,
                                                   StickyBuckets* sticky) const {
  if (Status status = check_unit_id(unit); !status) return status.error().within("unit");
  return answer({unit, attributes, std::nullopt}, sticky);
}

Result<std::vector<Explanation>> Assigner::answer(const FlagQuestion& question,
                                                  StickyBuckets* sticky) const {
  const EvaluationContext context =
      compiled_->context_for(question.unit, question.attributes, sticky);
  const bool has_unit = !question.unit.empty();
  // What is no answer may not be kept.
  StickyBuckets scratch = has_unit || sticky == nullptr ? StickyBuckets{} : *sticky;
  EvaluationContext trial = has_unit ? EvaluationContext{} : context;
  trial.sticky = sticky == nullptr ? nullptr : &scratch;
  const auto answer_of = [&](const Flag& flag) {
    const bool lacks_unit = !has_unit && asks_for(compiled_->default_attribute,
                                                  *compiled_->evaluator, flag.key.str(), trial);
    Explanation explanation = compiled_->explain(flag, lacks_unit ? trial : context);
    explanation.lacks_unit = lacks_unit;
    return explanation;
  };
  std::vector<Explanation> answers;
  if (question.flag) {
    const Flag* flag = compiled_->find(*question.flag);
    if (flag == nullptr) {
      return Error{Errc::kNotFound, "no flag \"" + question.flag->str() + "\""};
    }
    answers.push_back(answer_of(*flag));
    return answers;
  }
  answers.reserve(compiled_->flags.size());
  for (const Flag& flag : compiled_->flags) answers.push_back(answer_of(flag));
  return answers;
}

std::vector<StickyUnit> Assigner::sticky_units(const std::string& unit, const Value& attributes,
                                               const std::vector<ExperimentKey>& only) const {
  std::set<FlagKey> wanted;
  for (const ExperimentKey& key : only) {
    const auto found = compiled_->experiments.find(key);
    if (found != compiled_->experiments.end()) wanted.insert(found->second);
  }
  std::set<std::string> names;
  for (const Flag& flag : compiled_->flags) {
    if (!flag.spokesman || (!only.empty() && !wanted.contains(flag.key))) continue;
    names.insert(flag.sticky_attributes.begin(), flag.sticky_attributes.end());
  }
  return compiled_->sticky_units(names, unit, attributes);
}

std::vector<StickyUnit> Assigner::sticky_units(const FlagQuestion& question) const {
  std::set<std::string> names;
  for (const Flag& flag : compiled_->flags) {
    if (question.flag && *question.flag != flag.key) continue;
    names.insert(flag.sticky_attributes.begin(), flag.sticky_attributes.end());
  }
  return compiled_->sticky_units(names, question.unit, question.attributes);
}

const std::string& Assigner::definitions_version() const {
  return compiled_->version;
}

const std::string& Assigner::unit_attribute() const {
  return compiled_->default_attribute;
}

const Evaluator& Assigner::evaluator() const {
  return *compiled_->evaluator;
}

}  // namespace converge

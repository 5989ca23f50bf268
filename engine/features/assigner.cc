#include "engine/features/assigner.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/check.h"
#include "engine/assign/hash.h"
#include "engine/assign/unit_id.h"
#include "engine/features/compiled_assigner.h"
#include "engine/features/missing_unit.h"

namespace converge {
namespace {

/// Filters come before conditions; people ask about the condition first.
AssignReason reason_of(const RuleTrace& refusal, const FlagSubject& subject,
                       const Value& attributes, bool has_unit) {
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

const CompiledFlag* Assigner::Compiled::find(const FlagKey& key) const {
  const auto found = std::lower_bound(
      flags.begin(), flags.end(), key,
      [](const CompiledFlag& flag, const FlagKey& wanted) { return flag.key < wanted; });
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

void Assigner::Compiled::identify(const FlagSubject& subject, const Value& attributes, int bucket,
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

void Assigner::Compiled::take(const RuleOwner& owner, int variation, Assignment& assignment) const {
  const FlagSubject& subject = subjects[owner.subject];
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

void Assigner::Compiled::take_sticky(const FlagSubject& subject, const ExperimentResult& member,
                                     Assignment& assignment) const {
  if (member.sticky_used) assignment.reason = AssignReason::kSticky;
  if (!member.hash_attribute.empty() && member.hash_attribute != subject.attribute &&
      member.hash_value != nullptr) {
    assignment.unit.id = unit_id_text(*member.hash_value).value_or("");
    assignment.unit.kind = kind_of(member.hash_attribute);
  }
}

std::optional<Assignment> Assigner::Compiled::answer(const CompiledFlag& flag,
                                                     const FeatureValue& value,
                                                     const Value& attributes) const {
  if (value.rule < 0) return std::nullopt;
  const RuleOwner& owner = flag.owners[static_cast<std::size_t>(value.rule)];
  if (owner.role == RuleRole::kWritten) return std::nullopt;
  Assignment assignment;
  assignment.flag = flag.key;
  assignment.value = *value.value;
  identify(subjects[owner.subject], attributes, value.bucket, assignment);
  take(owner, value.variation, assignment);
  return assignment;
}

Assignment Assigner::Compiled::answer(const CompiledFlag& flag, const FeatureResult& result,
                                      const std::vector<RuleTrace>& trace,
                                      const Value& attributes) const {
  Assignment assignment;
  assignment.flag = flag.key;
  assignment.value = *result.value;
  const bool has_owner = result.rule && flag.owners[*result.rule].role != RuleRole::kWritten &&
                         result.source != FeatureSource::kPrerequisite;
  if (has_owner) {
    const RuleOwner& owner = flag.owners[*result.rule];
    const FlagSubject& subject = subjects[owner.subject];
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
  const RuleOwner& owner = flag.owners[*flag.spokesman];
  const FlagSubject& subject = subjects[owner.subject];
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

Explanation Assigner::Compiled::explain(const CompiledFlag& flag,
                                        const EvaluationContext& context) const {
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
  if (only.empty()) compiled_->evaluator->plain_values(context, values);
  std::vector<Assignment> answers;
  answers.reserve(compiled_->flags.size());
  for (const CompiledFlag& flag : compiled_->flags) {
    if (!flag.spokesman || (!only.empty() && !wanted.contains(flag.key))) continue;
    answers.push_back(assign_flag(flag.place, values[flag.place], context));
  }
  return answers;
}

EvaluationContext Assigner::context_of(const FlagQuestion& question, StickyBuckets* sticky) const {
  return compiled_->context_for(question.unit, question.attributes, sticky);
}

bool Assigner::has_experiment(std::size_t flag) const {
  return compiled_->flags[flag].spokesman.has_value();
}

Assignment Assigner::assign_flag(std::size_t flag, const FeatureValue& value,
                                 const EvaluationContext& context) const {
  const CompiledFlag& asked = compiled_->flags[flag];
  if (auto given = compiled_->answer(asked, value, context.attributes)) return *std::move(given);
  std::vector<RuleTrace> trace;
  const FeatureResult result =
      compiled_->evaluator->evaluate(asked.key.str(), context, {.trace = &trace});
  return compiled_->answer(asked, result, trace, context.attributes);
}

Explanation Assigner::answer_flag(std::size_t flag, const EvaluationContext& context) const {
  return compiled_->explain(compiled_->flags[flag], context);
}

Explanation Assigner::answer_of(std::size_t flag, const FeatureValue& value) const {
  const CompiledFlag& asked = compiled_->flags[flag];
  Explanation explanation;
  explanation.source = value.source;
  if (auto given = compiled_->answer(asked, value, Value())) {
    explanation.assignment = *std::move(given);
  } else {
    explanation.assignment.flag = asked.key;
    explanation.assignment.value = *value.value;
    explanation.assignment.reason = AssignReason::kRule;
  }
  if (value.rule >= 0) {
    RuleExplanation rule;
    rule.rule = static_cast<std::size_t>(value.rule);
    rule.origin = compiled_->origins.at(asked.key.str())[rule.rule];
    explanation.rules.push_back(std::move(rule));
  }
  return explanation;
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
  // What is no answer may not be kept, nor reach the next flag.
  StickyBuckets scratch;
  EvaluationContext trial = has_unit ? EvaluationContext{} : context;
  trial.sticky = sticky == nullptr ? nullptr : &scratch;
  const auto answer_of = [&](const CompiledFlag& flag) {
    if (!has_unit && sticky != nullptr) scratch = *sticky;
    const bool lacks_unit = !has_unit && asks_for(compiled_->default_attribute,
                                                  *compiled_->evaluator, flag.key.str(), trial);
    Explanation explanation = compiled_->explain(flag, lacks_unit ? trial : context);
    explanation.lacks_unit = lacks_unit;
    return explanation;
  };
  std::vector<Explanation> answers;
  if (question.flag) {
    const CompiledFlag* flag = compiled_->find(*question.flag);
    if (flag == nullptr) {
      return Error{Errc::kNotFound, "no flag \"" + question.flag->str() + "\""};
    }
    answers.push_back(answer_of(*flag));
    return answers;
  }
  answers.reserve(compiled_->flags.size());
  for (const CompiledFlag& flag : compiled_->flags) answers.push_back(answer_of(flag));
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
  for (const CompiledFlag& flag : compiled_->flags) {
    if (!flag.spokesman || (!only.empty() && !wanted.contains(flag.key))) continue;
    names.insert(flag.sticky_attributes.begin(), flag.sticky_attributes.end());
  }
  return compiled_->sticky_units(names, unit, attributes);
}

std::vector<StickyUnit> Assigner::sticky_units(const FlagQuestion& question) const {
  std::set<std::string> names;
  for (const CompiledFlag& flag : compiled_->flags) {
    if (question.flag && *question.flag != flag.key) continue;
    names.insert(flag.sticky_attributes.begin(), flag.sticky_attributes.end());
  }
  return compiled_->sticky_units(names, question.unit, question.attributes);
}

const std::string& Assigner::definitions_version() const {
  return compiled_->version;
}

Time Assigner::created_at() const {
  return compiled_->created_at;
}

const std::string& Assigner::unit_attribute() const {
  return compiled_->default_attribute;
}

bool Assigner::carries_unit(std::string_view attribute) const {
  return attribute == compiled_->default_attribute || compiled_->kinds.contains(attribute) ||
         std::find(compiled_->other_attributes.begin(), compiled_->other_attributes.end(),
                   attribute) != compiled_->other_attributes.end();
}

const Evaluator& Assigner::evaluator() const {
  return *compiled_->evaluator;
}

}  // namespace converge

#include "engine/assign/assigner.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "engine/assign/condition.h"
#include "engine/assign/hash.h"
#include "engine/assign/unit_id.h"

namespace converge {
namespace {

/// How an experiment takes part on its flag, in the order in which it is asked.
enum class Role { kSplit, kHoldback, kPromoted, kEnded };

/// One experiment compiled for its state.
struct Rule {
  Role role = Role::kSplit;
  ExperimentKey experiment;
  UnitKind unit_kind;
  std::string attribute;  ///< carries the unit id; empty: the unit of the request
  std::uint32_t seed_state = 0;
  Condition condition;
  Allocation
      allocation;  ///< kSplit, kHoldback: whose bucket it is. kPromoted: the winner's buckets
  bool for_everyone = false;  ///< kPromoted: whatever the bucket
  int winner = 0;             ///< kPromoted
  std::vector<VariantDefinition> variants;
};

/// All rules of one flag in the order of Role, then of keys.
struct Flag {
  FlagKey key;
  std::vector<Rule> rules;
};

std::optional<Role> role_of(const ExperimentEntry& entry) {
  const bool open = entry.current_phase() != nullptr;
  switch (entry.state) {
    case ExperimentState::kDraft:
    case ExperimentState::kConcluded:
      return std::nullopt;
    case ExperimentState::kRunning:
      return entry.holdback_of ? Role::kHoldback : Role::kSplit;
    case ExperimentState::kRamping:
    case ExperimentState::kWatching:
    case ExperimentState::kPromoted:
      return Role::kPromoted;
    case ExperimentState::kInconclusive:
      if (open && !entry.holdback_of) return Role::kSplit;  // on_expiry: discuss goes on serving
      break;
    case ExperimentState::kRolledBack:
    case ExperimentState::kStopped:
      break;
  }
  // The parent answers for a pair that has ended.
  if (entry.holdback_of) return std::nullopt;
  return Role::kEnded;
}

Status add_promotion(Rule& rule, const ExperimentEntry& entry) {
  if (!entry.promotion) {
    return Error{Errc::kInternal,
                 std::string("state ") + name_of(entry.state) + " without a promotion"};
  }
  rule.winner = entry.promotion->winner;
  if (rule.winner < 0 || rule.winner >= static_cast<int>(rule.variants.size())) {
    return Error{Errc::kInternal, "the winner is none of the variants"};
  }
  rule.for_everyone = entry.state == ExperimentState::kPromoted;
  rule.allocation.variants.resize(rule.variants.size());
  rule.allocation.variants[static_cast<std::size_t>(rule.winner)] = entry.promotion->winner_ranges;
  return {};
}

Result<Rule> compile_rule(const ExperimentEntry& entry, Role role, const Definitions& definitions) {
  const ExperimentDefinition& definition = entry.definition;
  if (definition.variants.empty()) return Error{Errc::kInternal, "no variants"};
  Rule rule;
  rule.role = role;
  rule.experiment = definition.key;
  rule.unit_kind = definition.unit;
  if (definition.unit != definitions.default_unit_kind()) {
    rule.attribute = definitions.attribute_of(definition.unit);
  }
  rule.variants = definition.variants;

  // A promotion and an end keep the last phase's randomisation and targeting.
  const Phase* phase = entry.phases.empty() ? nullptr : &entry.phases.back();
  rule.seed_state = fnv1a32(phase == nullptr ? definition.seed : phase->effective_seed);
  Result<Condition> condition = Condition::compile(
      phase == nullptr ? definition.condition : phase->condition, {}, Condition::Limits{});
  if (!condition) return condition.error();
  rule.condition = *std::move(condition);

  if (role == Role::kPromoted) {
    if (Status status = add_promotion(rule, entry); !status) return status.error();
  } else if (role != Role::kEnded && entry.current_phase() != nullptr) {
    rule.allocation = entry.current_phase()->allocation;
    if (rule.allocation.variants.size() > rule.variants.size()) {
      return Error{Errc::kInternal, "an allocation for more variants than there are"};
    }
  }
  return rule;
}

/// The unit's id for a rule; nullopt when the request carries none that may be assigned.
std::optional<std::string> unit_id_for(const Rule& rule, const std::string& unit,
                                       const Value& attributes) {
  if (rule.attribute.empty()) return unit;
  const Value* attribute = attributes.find(rule.attribute);
  std::optional<std::string> id = attribute == nullptr ? std::nullopt : unit_id_text(*attribute);
  if (!id || !check_unit_id(*id)) return std::nullopt;
  return id;
}

struct Answer {
  Assignment assignment;
  bool decided = false;  ///< false: the next rule of the flag is asked
};

void choose(Answer& answer, const Rule& rule, int variant, AssignReason reason) {
  const VariantDefinition& chosen = rule.variants[static_cast<std::size_t>(variant)];
  answer.assignment.variant = chosen.key;
  answer.assignment.value = chosen.value;
  answer.assignment.reason = reason;
}

/// The decision of a rule for somebody whom its condition accepts.
void decide(Answer& answer, const Rule& rule) {
  const bool promoted = rule.role == Role::kPromoted;
  const int bucket = answer.assignment.bucket;
  const int variant = promoted && rule.for_everyone ? rule.winner
                      : bucket < 0                  ? kNoVariant
                                                    : rule.allocation.variant_of(bucket);
  if (variant == kNoVariant) {
    choose(answer, rule, 0, bucket < 0 ? AssignReason::kNoUnit : AssignReason::kNotInTraffic);
    return;
  }
  answer.decided = true;
  answer.assignment.in_experiment = !promoted;
  choose(answer, rule, variant,
         promoted                       ? AssignReason::kPromoted
         : rule.role == Role::kHoldback ? AssignReason::kHoldback
                                        : AssignReason::kSplit);
}

Answer ask(const Rule& rule, const FlagKey& flag, const std::string& unit,
           const Value& attributes) {
  Answer answer;
  Assignment& assignment = answer.assignment;
  assignment.experiment = rule.experiment;
  assignment.flag = flag;
  assignment.unit.kind = rule.unit_kind;
  if (std::optional<std::string> id = unit_id_for(rule, unit, attributes)) {
    assignment.unit.id = *std::move(id);
    assignment.bucket = bucket_after(rule.seed_state, assignment.unit.id);
  }
  if (rule.role == Role::kEnded) {
    choose(answer, rule, 0, AssignReason::kEnded);
  } else if (!rule.condition.holds(attributes)) {
    choose(answer, rule, 0, AssignReason::kNotTargeted);
  } else {
    decide(answer, rule);
  }
  return answer;
}

/// The first rule that takes the unit; when none does, the first rule says why, but a holdback pair
/// only when its parent does not stand behind it.
Assignment answer_for(const Flag& flag, const std::string& unit, const Value& attributes) {
  std::optional<Assignment> refusal;
  Role refused_by = Role::kHoldback;
  for (const Rule& rule : flag.rules) {
    Answer answer = ask(rule, flag.key, unit, attributes);
    if (answer.decided) return std::move(answer.assignment);
    if (refusal && refused_by != Role::kHoldback) continue;
    refusal = std::move(answer.assignment);
    refused_by = rule.role;
  }
  CONVERGE_CHECK(refusal.has_value());
  return *std::move(refusal);
}

/// SDKs carry the unit id among the attributes, so conditions may name it.
Value with_unit(const Value& attributes, const std::string& name, const std::string& unit) {
  if (attributes.find(name) != nullptr) return attributes;
  Value::Object members;
  if (attributes.as_object() != nullptr) members = *attributes.as_object();
  members.emplace_back(name, Value::string(unit));
  return Value::object(std::move(members));
}

}  // namespace

struct Assigner::Compiled {
  std::string version;
  std::string default_attribute;
  std::vector<Flag> flags;                       ///< sorted by key
  std::map<ExperimentKey, FlagKey> experiments;  ///< all of the catalog
};

const char* name_of(AssignReason reason) {
  switch (reason) {
    case AssignReason::kSplit:
      return "split";
    case AssignReason::kHoldback:
      return "holdback";
    case AssignReason::kPromoted:
      return "promoted";
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
  auto compiled = std::make_unique<Compiled>();
  compiled->version = catalog.definitions_version();
  compiled->default_attribute =
      catalog.definitions.attribute_of(catalog.definitions.default_unit_kind());
  std::map<FlagKey, std::vector<Rule>> flags;
  for (const ExperimentEntry& entry : catalog.experiments) {
    compiled->experiments.emplace(entry.definition.key, entry.definition.flag);
    const std::optional<Role> role = role_of(entry);
    if (!role || entry.definition.assignment == AssignmentSource::kExternal) continue;
    Result<Rule> rule = compile_rule(entry, *role, catalog.definitions);
    if (!rule) return rule.error().within("experiment " + entry.definition.key.str());
    flags[entry.definition.flag].push_back(*std::move(rule));
  }
  for (auto& [key, rules] : flags) {
    std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) {
      return std::tie(a.role, a.experiment) < std::tie(b.role, b.experiment);
    });
    compiled->flags.push_back({key, std::move(rules)});
  }
  return std::shared_ptr<const Assigner>(new Assigner(std::move(compiled)));
}

Result<std::vector<Assignment>> Assigner::assign(const std::string& unit, const Value& attributes,
                                                 const std::vector<ExperimentKey>& only) const {
  if (Status status = check_unit_id(unit); !status) return status.error().within("unit");
  std::set<FlagKey> wanted;
  for (const ExperimentKey& key : only) {
    const auto found = compiled_->experiments.find(key);
    if (found == compiled_->experiments.end()) {
      return Error{Errc::kNotFound, "experiments: no experiment \"" + key.str() + "\""};
    }
    wanted.insert(found->second);
  }
  const Value seen = with_unit(attributes, compiled_->default_attribute, unit);
  std::vector<Assignment> answers;
  for (const Flag& flag : compiled_->flags) {
    if (!only.empty() && !wanted.contains(flag.key)) continue;
    answers.push_back(answer_for(flag, unit, seen));
  }
  return answers;
}

const std::string& Assigner::definitions_version() const {
  return compiled_->version;
}

}  // namespace converge

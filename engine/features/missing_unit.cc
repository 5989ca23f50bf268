#include "engine/features/missing_unit.h"

#include <set>
#include <string>
#include <vector>

namespace converge {
namespace {

/// Filters and hashes say no to somebody without a unit before an experiment's condition is asked.
bool asks_for(std::string_view attribute, const FeatureRule& rule, const RuleTrace& trace) {
  if (trace.outcome == Outcome::kNoUnit) {
    return (rule.experiment ? rule.experiment->hash_attribute : rule.hash_attribute) == attribute;
  }
  if (trace.outcome != Outcome::kFilter) return false;
  const std::vector<HashFilter>& filters =
      rule.filters.empty() && rule.experiment ? rule.experiment->filters : rule.filters;
  return trace.part < filters.size() && filters[trace.part].attribute == attribute;
}

void add_parents(const FeatureRule& rule, std::vector<std::string>& features) {
  for (const ParentCondition& parent : rule.parent_conditions) features.push_back(parent.id);
  if (!rule.experiment) return;
  for (const ParentCondition& parent : rule.experiment->parent_conditions) {
    features.push_back(parent.id);
  }
}

}  // namespace

bool asks_for(std::string_view attribute, const Evaluator& evaluator, std::string_view flag,
              const EvaluationContext& context) {
  std::set<std::string> seen;
  std::vector<std::string> open{std::string(flag)};
  std::vector<RuleTrace> trace;
  while (!open.empty()) {
    const std::string key = std::move(open.back());
    open.pop_back();
    const auto feature = evaluator.features().features.find(key);
    if (feature == evaluator.features().features.end() || !seen.insert(key).second) continue;
    trace.clear();
    evaluator.evaluate(key, context, {.trace = &trace});
    for (const RuleTrace& one : trace) {
      const FeatureRule& rule = feature->second.rules[one.rule];
      if (asks_for(attribute, rule, one) &&
          evaluator.is_targeted(key, one.rule, context.attributes)) {
        return true;
      }
      add_parents(rule, open);
    }
  }
  return false;
}

}  // namespace converge

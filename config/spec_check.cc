#include "config/spec_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/codec/json.h"
#include "engine/features/assigner.h"
#include "engine/promote/apply.h"

namespace converge {
namespace {

using Problems = std::vector<DefinitionProblem>;

void fail(const Spec& spec, const std::string& path, const std::string& what, Problems& problems) {
  problems.push_back({.path = path, .message = fmt::format("spec '{}': {}", spec.name, what)});
}

bool runs(const Spec& spec, const ExperimentDefinition& experiment) {
  if (!spec.running) return experiment.status == DeclaredStatus::kRunning;
  return std::find(spec.running->begin(), spec.running->end(), experiment.key) !=
         spec.running->end();
}

/// Names in the spec that the definitions do not have.
bool check_names(const Spec& spec, const Definitions& definitions, Problems& problems) {
  const std::size_t before = problems.size();
  std::vector<ExperimentKey> named;
  for (const auto& [key, traffic] : spec.traffic) named.push_back(key);
  if (spec.running) named.insert(named.end(), spec.running->begin(), spec.running->end());
  if (spec.shares) named.push_back(spec.shares->experiment);
  for (const ExperimentKey& key : named) {
    if (definitions.find(key) != nullptr) continue;
    fail(spec, spec.path, "there is no experiment \"" + key.str() + "\"", problems);
  }
  return problems.size() == before;
}

Definitions given(const Spec& spec, Definitions definitions) {
  for (ExperimentDefinition& experiment : definitions.experiments) {
    experiment.status = runs(spec, experiment) ? DeclaredStatus::kRunning : DeclaredStatus::kDraft;
    experiment.start_at.reset();
    const auto traffic = spec.traffic.find(experiment.key);
    if (traffic != spec.traffic.end()) experiment.traffic = traffic->second;
  }
  return definitions;
}

void compare(const Spec& spec, const FlagExpectation& expected, const Explanation& got,
             Problems& problems) {
  const Assignment& assignment = got.assignment;
  const auto differs = [&](const char* what, const std::string& wanted, const std::string& is) {
    fail(spec, expected.path,
         fmt::format("{} of flag {}: expected {}, got {} (reason: {})", what, expected.flag.str(),
                     wanted, is, name_of(assignment.reason)),
         problems);
  };
  if (expected.value && *expected.value != assignment.value) {
    differs("value", to_json(*expected.value), to_json(assignment.value));
  }
  if (expected.variant && *expected.variant != assignment.variant) {
    differs("variant", expected.variant->str(), assignment.variant.str());
  }
  if (expected.reason && *expected.reason != name_of(assignment.reason)) {
    differs("reason", *expected.reason, name_of(assignment.reason));
  }
  if (expected.in_experiment && *expected.in_experiment != assignment.in_experiment) {
    differs("in_experiment", *expected.in_experiment ? "true" : "false",
            assignment.in_experiment ? "true" : "false");
  }
}

void check_flags(const Spec& spec, const Assigner& assigner, Problems& problems) {
  if (spec.flags.empty()) return;
  const auto explanations = assigner.explain(spec.unit, spec.attributes, nullptr);
  if (!explanations) return fail(spec, spec.path, explanations.error().message, problems);
  for (const FlagExpectation& expected : spec.flags) {
    const auto found = std::find_if(explanations->begin(), explanations->end(),
                                    [&expected](const Explanation& explanation) {
                                      return explanation.assignment.flag == expected.flag;
                                    });
    if (found == explanations->end()) {
      fail(spec, expected.path, "there is no flag \"" + expected.flag.str() + "\"", problems);
    } else {
      compare(spec, expected, *found, problems);
    }
  }
}

void check_shares(const Spec& spec, const Assigner& assigner, Problems& problems) {
  if (!spec.shares) return;
  const ShareExpectation& expected = *spec.shares;
  std::map<std::string, int> counts;
  for (int i = 1; i <= expected.units; ++i) {
    const auto answers = assigner.assign("unit-" + std::to_string(i), spec.attributes,
                                         {expected.experiment}, nullptr);
    if (!answers) return fail(spec, expected.path, answers.error().message, problems);
    const auto own = std::find_if(answers->begin(), answers->end(), [&](const Assignment& answer) {
      return answer.in_experiment && answer.experiment == expected.experiment;
    });
    ++counts[own == answers->end() ? "none" : own->variant.str()];
  }
  for (const auto& [variant, share] : expected.shares) {
    const double got = static_cast<double>(counts[variant]) / expected.units;
    if (std::abs(got - share) <= expected.within) continue;
    fail(spec, expected.path,
         fmt::format("share of {} in {}: expected {:.4g}% within {:.4g}%, got {:.4g}% of {} units",
                     variant, expected.experiment.str(), share * 100, expected.within * 100,
                     got * 100, expected.units),
         problems);
  }
}

}  // namespace

std::vector<DefinitionProblem> check_spec(const Spec& spec, const Definitions& definitions,
                                          Time now) {
  Problems problems;
  if (!check_names(spec, definitions, problems)) return problems;
  const Result<CatalogPlan> plan = plan_definitions(Catalog{}, given(spec, definitions), now);
  if (!plan) {
    fail(spec, spec.path, plan.error().message, problems);
    return problems;
  }
  const auto assigner = Assigner::compile(plan->next);
  if (!assigner) {
    fail(spec, spec.path, assigner.error().message, problems);
    return problems;
  }
  check_flags(spec, **assigner, problems);
  check_shares(spec, **assigner, problems);
  return problems;
}

}  // namespace converge

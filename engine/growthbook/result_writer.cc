#include "engine/growthbook/result_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "engine/growthbook/members.h"

namespace converge::growthbook {
namespace {

/// Members of a rule that its experiment takes over when they are truthy.
constexpr std::array<std::string_view, 12> kTruthyMembers = {"hashAttribute",
                                                             "fallbackAttribute",
                                                             "disableStickyBucketing",
                                                             "namespace",
                                                             "meta",
                                                             "ranges",
                                                             "name",
                                                             "phase",
                                                             "seed",
                                                             "hashVersion",
                                                             "filters",
                                                             "condition"};
/// Members that it takes over whatever they are.
constexpr std::array<std::string_view, 3> kMembers = {"coverage", "bucketVersion",
                                                      "minBucketVersion"};

Value text(std::string_view view) {
  return Value::string(std::string(view));
}

Value numbers(const std::vector<double>& values) {
  Value::Array list;
  list.reserve(values.size());
  // As JSON.stringify writes numbers that JSON cannot hold.
  std::transform(values.begin(), values.end(), std::back_inserter(list),
                 [](double value) { return std::isfinite(value) ? Value::real(value) : Value(); });
  return Value::array(std::move(list));
}

/// leafId, variationWeights and banditVersion, in results and in experiments.
void add_leaf(Value::Object& document, const BanditLeaf& leaf) {
  if (leaf.id) document.emplace_back("leafId", Value::integer(*leaf.id));
  if (!leaf.weights.empty()) document.emplace_back("variationWeights", numbers(leaf.weights));
  if (leaf.version != nullptr) document.emplace_back("banditVersion", *leaf.version);
}

bool is_measured(const FeatureResult& result) {
  return result.experiment_result && result.experiment_result->hash_used &&
         result.experiment_result->in_experiment;
}

}  // namespace

Value result_document(const ExperimentResult& result) {
  Value::Object document;
  document.emplace_back("key", text(result.key.empty() ? "0" : result.key));
  document.emplace_back("featureId", result.feature ? text(*result.feature) : Value());
  document.emplace_back("inExperiment", Value::boolean(result.in_experiment));
  document.emplace_back("hashUsed", Value::boolean(result.hash_used));
  document.emplace_back("variationId", Value::integer(result.variation));
  if (result.value != nullptr) document.emplace_back("value", *result.value);
  document.emplace_back("hashAttribute", text(result.hash_attribute));
  document.emplace_back("hashValue", result.hash_value == nullptr ? text("") : *result.hash_value);
  document.emplace_back("stickyBucketUsed", Value::boolean(result.sticky_used));
  if (!result.name.empty()) document.emplace_back("name", text(result.name));
  if (result.bucket) document.emplace_back("bucket", Value::real(*result.bucket));
  if (result.passthrough) document.emplace_back("passthrough", Value::boolean(true));
  if (result.bandit != nullptr) add_leaf(document, *result.bandit);
  return Value::object(std::move(document));
}

Value feature_result_document(const FeatureResult& result, std::optional<Value> experiment) {
  Value::Object document;
  document.emplace_back("value", *result.value);
  document.emplace_back("on", Value::boolean(result.on()));
  document.emplace_back("off", Value::boolean(!result.on()));
  document.emplace_back("source", text(name_of(result.source)));
  document.emplace_back("ruleId", text(result.rule_id));
  if (experiment) document.emplace_back("experiment", *std::move(experiment));
  if (result.experiment_result) {
    document.emplace_back("experimentResult", result_document(*result.experiment_result));
  }
  return Value::object(std::move(document));
}

Value experiment_of_rule(const Value& rule, const FeatureResult& result) {
  Value::Object document;
  document.emplace_back("variations", Value::array(result.experiment->variations));
  document.emplace_back("key", Value::string(result.experiment->key));
  for (const std::string_view name : kMembers) {
    if (const Value* member = rule.find(name)) document.emplace_back(name, *member);
  }
  for (const std::string_view name : kTruthyMembers) {
    if (const Value* member = truthy_member(rule, name)) document.emplace_back(name, *member);
  }
  const bool split_by_context = result.bandit != nullptr && !result.bandit->is_fallback;
  const Value* weights = truthy_member(rule, "weights");
  if (split_by_context) {
    if (!result.bandit->weights.empty()) {
      document.emplace_back("weights", numbers(result.bandit->weights));
    }
  } else if (weights != nullptr) {
    document.emplace_back("weights", *weights);
  }
  if (result.bandit != nullptr && is_measured(result)) {
    Value::Object leaf;
    add_leaf(leaf, *result.bandit);
    document.emplace_back("contextualBandit", Value::object(std::move(leaf)));
  }
  return Value::object(std::move(document));
}

}  // namespace converge::growthbook

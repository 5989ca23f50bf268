#include <utility>

#include "engine/assign/evaluator.h"
#include "engine/eval/operation.h"
#include "engine/eval/request.h"
#include "engine/growthbook/context_reader.h"
#include "engine/growthbook/feature_reader.h"
#include "engine/growthbook/result_writer.h"

// Operations on features and experiments of a context.
namespace converge::eval {
namespace {

Result<std::shared_ptr<const Evaluator>> evaluator_of(const Value& context) {
  return Evaluator::compile(growthbook::feature_set_of(context), EvaluatorLimits{});
}

Error too_many_prerequisites() {
  return {Errc::kTooLarge,
          "prerequisites: at most " + std::to_string(EvaluatorLimits{}.prerequisite_depth_max) +
              " in a row and " + std::to_string(EvaluatorLimits{}.evaluations_max) +
              " in all are evaluated"};
}

/// The rule that gave the value, as it was sent.
std::optional<Value> experiment_as_sent(const Value& context, const std::string& key,
                                        const FeatureResult& result) {
  if (result.experiment == nullptr) return std::nullopt;
  const Value& rules = *context.find("features")->find(key)->find("rules");
  return growthbook::experiment_of_rule((*rules.as_array())[*result.rule], result);
}

Result<Value> feature(const Value& request) {
  const Result<std::string> key = required_text(request, "key");
  if (!key) return key.error();
  const Result<const Value*> context = required_object(request, "context");
  if (!context) return context.error();
  const auto evaluator = evaluator_of(**context);
  if (!evaluator) return evaluator.error();
  const EvaluationContext asked = growthbook::context_of(**context);
  const FeatureResult result = (*evaluator)->evaluate(*key, asked, {});
  if (result.source == FeatureSource::kTooManyPrerequisites) return too_many_prerequisites();
  return growthbook::feature_result_document(result, experiment_as_sent(**context, *key, result));
}

Result<Value> run(const Value& request) {
  const Result<const Value*> document = required_object(request, "experiment");
  if (!document) return document.error();
  const Result<const Value*> context = required_object(request, "context");
  if (!context) return context.error();
  Result<FeatureExperiment> experiment = growthbook::experiment_of(**document);
  if (!experiment) return experiment.error();
  const auto evaluator = evaluator_of(**context);
  if (!evaluator) return evaluator.error();
  const auto prepared = (*evaluator)->prepare(*std::move(experiment));
  if (!prepared) return prepared.error();
  const EvaluationContext asked = growthbook::context_of(**context);
  const ExperimentResult result = (*evaluator)->run(**prepared, asked, {});
  if (result.outcome == Outcome::kPrerequisiteLimit) return too_many_prerequisites();
  return growthbook::result_document(result);
}

Result<Value> sticky(const Value& request) {
  const Result<std::string> key = required_text(request, "feature");
  if (!key) return key.error();
  const Result<const Value*> context = required_object(request, "context");
  if (!context) return context.error();
  const auto evaluator = evaluator_of(**context);
  if (!evaluator) return evaluator.error();
  StickyBuckets buckets;
  if (const Value* documents = optional(request, "documents")) {
    buckets = growthbook::sticky_buckets_of(*documents);
  }
  EvaluationContext asked = growthbook::context_of(**context);
  asked.sticky = &buckets;
  const FeatureResult result = (*evaluator)->evaluate(*key, asked, {});
  if (result.source == FeatureSource::kTooManyPrerequisites) return too_many_prerequisites();
  Value answer;
  if (result.experiment_result) answer = growthbook::result_document(*result.experiment_result);
  return Value::object({{"experimentResult", std::move(answer)},
                        {"documents", growthbook::sticky_documents(buckets)}});
}

}  // namespace

std::vector<Operation> feature_operations() {
  return {
      {"feature", "key, context -> the feature's value and where it comes from", feature},
      {"run", "experiment, context -> the result of an experiment by itself", run},
      {"sticky", "context, documents, feature -> the experiment's result and all documents",
       sticky},
  };
}

}  // namespace converge::eval

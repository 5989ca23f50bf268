#include "server/growthbook/exposure_texts.h"

#include "engine/codec/json.h"
#include "engine/growthbook/feature_writer.h"

namespace converge {
namespace {

Value exposed_experiment(FeatureExperiment experiment, int variation) {
  for (std::size_t i = 0; i < experiment.variations.size(); ++i) {
    if (static_cast<int>(i) != variation) experiment.variations[i] = Value::object({});
  }
  experiment.condition = Value();
  experiment.parent_conditions.clear();
  return growthbook::experiment_document(experiment);
}

}  // namespace

ExposureTexts::ExposureTexts(std::shared_ptr<const Assigner> assigner)
    : assigner_(std::move(assigner)) {
  for (const auto& [key, feature] : assigner_->evaluator().features().features) {
    for (const FeatureRule& rule : feature.rules) {
      if (!rule.experiment) continue;
      const int count = static_cast<int>(rule.experiment->variations.size());
      for (int variation = 0; variation < count; ++variation) {
        texts_.emplace(std::pair(&*rule.experiment, variation),
                       to_json(exposed_experiment(*rule.experiment, variation)));
      }
    }
  }
}

}  // namespace converge

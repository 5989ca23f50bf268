#pragma once

#include <memory>
#include <optional>
#include <span>

#include "engine/assign/compiled_feature.h"

/// Features whose rules need nothing but targeting and hashes of version 2, laid out so that many
/// of them are decided at once: buckets of the unit and conditions on its attributes are computed
/// once, however many rules read them. Internal to the evaluator, which evaluates the rest.
namespace converge {

class FeatureTable {
 public:
  /// Points into `features`, which must outlive it.
  explicit FeatureTable(const CompiledFeatures& features);
  ~FeatureTable();

  /// Whether the context may override what rules say: it has a URL, forces something, is for QA, or
  /// switches experiments off.
  static bool has_overrides(const EvaluationContext& context);

  /// As the evaluation decides; nullopt where that must be asked. Precondition: no overrides.
  std::optional<FeatureValue> value_of(const CompiledFeature& feature,
                                       const EvaluationContext& context) const;
  /// The same for all features, at their places. A null value: the evaluation must be asked.
  void all_values(const EvaluationContext& context, std::span<FeatureValue> values) const;

 private:
  struct Layout;
  class Builder;
  class OnDemand;
  class Precomputed;

  std::unique_ptr<const Layout> layout_;
};

}  // namespace converge

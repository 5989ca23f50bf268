#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "engine/assign/feature_outcomes.h"
#include "engine/features/assigner.h"

namespace converge {

/// {"experiment", "flag", "variant", "value", "reason", "in_experiment", "bucket"}.
void append_assignment(std::string& json, const Assignment& assignment);

/// The assignments of POST /v1/assign, each written once but for its bucket. Immutable,
/// thread-safe.
class AssignmentTexts {
 public:
  explicit AssignmentTexts(std::shared_ptr<const Assigner> assigner);

  const Assigner& assigner() const { return *assigner_; }
  /// A list of what `assigner().assign` answers for all experiments, with its errors; returns how
  /// many they are.
  Result<std::size_t> append(std::string& json, const std::string& unit, const Value& attributes,
                             StickyBuckets* sticky) const;

 private:
  std::shared_ptr<const Assigner> assigner_;
  FeatureOutcomes<std::string> heads_;  ///< up to the bucket
};

}  // namespace converge

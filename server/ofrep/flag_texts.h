#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "engine/assign/feature_outcomes.h"
#include "engine/features/assigner.h"
#include "server/ofrep/context.h"

namespace converge {

/// The evaluations of all flags, each written once but for the unit. Immutable, thread-safe.
class FlagTexts {
 public:
  explicit FlagTexts(std::shared_ptr<const Assigner> assigner);

  const Assigner& assigner() const { return *assigner_; }
  /// How many flags have an experiment.
  std::size_t experiments() const { return experiments_; }
  /// A list of evaluations and failures: what `assigner().answer` says to the context's question,
  /// with its errors.
  Status append(std::string& json, const OfrepContext& context, StickyBuckets* sticky) const;

 private:
  struct Head {
    std::string text;
    bool is_in_experiment = false;
  };
  static FeatureOutcomes<Head> heads_of(const Assigner& assigner);
  Status append_answers(std::string& json, const OfrepContext& context,
                        StickyBuckets* sticky) const;

  std::shared_ptr<const Assigner> assigner_;
  std::size_t experiments_ = 0;
  FeatureOutcomes<Head> heads_;
};

}  // namespace converge

#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/features/assigner.h"

namespace converge {

/// What remote evaluation tells of the experiment of an exposure, as JSON text: the same for every
/// unit of a variation, so it is written once per assigner. Immutable, thread-safe.
class ExposureTexts {
 public:
  explicit ExposureTexts(std::shared_ptr<const Assigner> assigner);

  const Assigner& assigner() const { return *assigner_; }
  /// Without what would tell one user the targeting or the other variations. Precondition: the
  /// experiment is one of the assigner's features and has that variation.
  const std::string& of(const FeatureExperiment& experiment, int variation) const {
    return texts_.at({&experiment, variation});
  }

 private:
  std::shared_ptr<const Assigner> assigner_;  ///< the keys point into it
  std::map<std::pair<const FeatureExperiment*, int>, std::string> texts_;
};

}  // namespace converge

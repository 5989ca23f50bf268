#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/assign/feature_outcomes.h"
#include "engine/features/assigner.h"

namespace converge {

/// One user's features as remote evaluation tells them, each written once but for what is the
/// user's own. Immutable, thread-safe.
class FeatureTexts {
 public:
  explicit FeatureTexts(std::shared_ptr<const Assigner> assigner);

  const Assigner& assigner() const { return *assigner_; }
  /// dateUpdated of the answers.
  const std::string& date() const { return date_; }
  /// {"key": {"defaultValue", "rules"?: [{"force", "tracks"}]}}: every feature's value, and the
  /// exposures that are due with it.
  void append(std::string& json, const EvaluationContext& context) const;

 private:
  struct Member {
    std::string text;  ///< the whole; of a measured one up to the unit's hashValue
    std::string rest;  ///< of a measured one, from the hashValue to the bucket; else empty
  };
  using ExperimentTexts = std::map<std::pair<const FeatureExperiment*, int>, std::string>;
  static ExperimentTexts experiments_of(const FeatureSet& set);
  /// nullopt: the evaluation must say which exposures are due.
  static std::optional<Member> member_of(const std::string& key, const Feature& feature,
                                         const FeatureValue& value,
                                         const ExperimentTexts& experiments);

  void append_evaluated(std::string& json, const std::string& key,
                        const EvaluationContext& context) const;
  void append_exposure(std::string& json, const Exposure& exposure) const;

  std::shared_ptr<const Assigner> assigner_;
  std::string date_;
  std::vector<const std::string*> keys_;  ///< by place
  /// What an exposure tells of its experiment and variation: nothing of the targeting or of the
  /// other variations. The keys point into the assigner.
  ExperimentTexts experiments_;
  FeatureOutcomes<Member> members_;
};

}  // namespace converge

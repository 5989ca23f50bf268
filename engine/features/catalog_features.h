#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/assign/feature.h"
#include "engine/model/catalog.h"

/// A catalog as features: the one place that says how the states of experiments become rules
/// (design section 5). What the server assigns, what SDKs evaluate and what export writes is this.
namespace converge {

/// Whose a rule of a feature is.
enum class RuleRole {
  kWritten,   ///< stands in the flag's definition
  kSplit,     ///< a running experiment
  kHoldback,  ///< the measured pair of a promotion
  kPromoted,  ///< serves the winner
  kEnded,     ///< everybody whom the experiment targets gets the control
};

struct RuleOrigin {
  RuleRole role = RuleRole::kWritten;
  ExperimentKey experiment;  ///< empty for written rules
  bool operator==(const RuleOrigin&) const = default;
};

struct CatalogFeatures {
  FeatureSet set;
  /// Per feature, where its rules come from, in their order.
  std::map<std::string, std::vector<RuleOrigin>> origins;
};

/// One feature per flag that is written down or has a native experiment in any state but draft and
/// concluded. Rules of a flag: those written down, in their order, with the rules of an experiment
/// where it is placed; then experiments that are not placed: running ones, holdback pairs, promoted
/// winners, by key within each; ended ones only when no other serves the flag. The default is the
/// one written down, else the control's value of the first experiment. kInternal when the catalog
/// contradicts itself, kInvalidArgument when a written rule cannot be read.
Result<CatalogFeatures> catalog_features(const Catalog& catalog);

}  // namespace converge

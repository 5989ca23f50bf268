#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/model/catalog.h"
#include "engine/model/value.h"

namespace converge {

/// Why a unit gets what it gets.
enum class AssignReason {
  kSplit,         ///< member of a running experiment
  kHoldback,      ///< member of a holdback pair: measured after the promotion
  kPromoted,      ///< gets the winner by rule; no exposure
  kNotTargeted,   ///< the condition does not hold: control
  kNotInTraffic,  ///< the bucket belongs to nobody: control
  kEnded,         ///< rolled back, stopped, or inconclusive: control
  kNoUnit,        ///< the attributes carry no id of the experiment's unit kind: control
};
const char* name_of(AssignReason reason);

struct Assignment {
  ExperimentKey experiment;  ///< "<key>--holdback" for members of the pair
  FlagKey flag;
  VariantKey variant;
  Value value;
  AssignReason reason = AssignReason::kNotInTraffic;
  bool in_experiment = false;  ///< an exposure is due when the unit meets the variant
  int bucket = -1;             ///< -1 without a unit
  Unit unit;                   ///< who was hashed; empty id without a unit
};

/// A catalog version compiled for assignment. Immutable, thread-safe, cheap to share. Pure: the
/// answer depends on the catalog, the unit and the attributes only (law 1).
class Assigner {
 public:
  static Result<std::shared_ptr<const Assigner>> compile(const Catalog& catalog);

  /// One answer per flag that has an experiment in any state but draft and concluded, sorted by
  /// flag. Order on one flag: running experiments, then holdback pairs, then promoted winners, then
  /// those that ended. `unit` is the id of the default unit kind and is hashed for it; ids of other
  /// kinds come from their attributes (Definitions::units). With `only` not empty, only flags of
  /// the experiments it names. kInvalidArgument for a refused unit id; kNotFound for a name in
  /// `only` that is unknown.
  Result<std::vector<Assignment>> assign(const std::string& unit, const Value& attributes,
                                         const std::vector<ExperimentKey>& only) const;

  const std::string& definitions_version() const;

 private:
  struct Compiled;
  explicit Assigner(std::unique_ptr<const Compiled> compiled);

 public:
  ~Assigner();

 private:
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace converge

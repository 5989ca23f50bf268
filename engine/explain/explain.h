#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/features/assigner.h"
#include "engine/model/catalog.h"
#include "engine/model/sticky.h"
#include "engine/model/value.h"
#include "engine/ports.h"

/// Why a unit got what it got, at any moment: the catalog that was in force, and what each rule
/// said. Reads only.
namespace converge {

struct ExplainQuestion {
  std::string unit;                 ///< id of the default unit kind
  std::optional<Value> attributes;  ///< an object; nullopt: those of its last exposure
  std::optional<Time> at;           ///< nullopt: now
};

/// The newest row of a unit's chain in the log, 0 without one.
using NewestRow = std::function<Result<LogSeq>(const Unit&)>;

/// An exposure as far as it tells of its unit.
struct ExposureSeen {
  Time ts{};
  ExperimentKey experiment;
  Value attributes;  ///< an object
};

struct ExplainedRule {
  RuleExplanation rule;
  std::string words;
};

struct ExplainedFlag {
  Assignment assignment;
  FeatureSource source = FeatureSource::kDefaultValue;
  std::vector<ExplainedRule> rules;  ///< those that were asked, in order
};

struct UnitExplanation {
  Unit unit;
  Time at{};
  CatalogVersion version{};
  std::string definitions_version;
  std::optional<Time> in_force_since;  ///< nullopt: nothing had been applied by then
  Value attributes;
  std::optional<ExposureSeen> exposure;  ///< where they come from, unless the question had them
  bool has_own_attributes = false;       ///< the question had them
  /// Documents that took part, those without assignments left out. nullopt: a moment in the past,
  /// whose documents are not known.
  std::optional<std::vector<StickyDocument>> sticky;
  std::vector<ExplainedFlag> flags;  ///< sorted by key
};

/// kInvalidArgument: a refused unit id, attributes that are no object, a time ahead of `now`;
/// kInternal: a damaged log. Cost: the rows of the unit, when the attributes are looked up.
Result<UnitExplanation> explain_unit(Store& store, const NewestRow& newest,
                                     const ExplainQuestion& question, Time now);

/// For people.
std::string to_text(const UnitExplanation& explanation);
Value to_document(const UnitExplanation& explanation);

/// "split", "holdback": whose a rule is.
const char* name_of(RuleRole role);

}  // namespace converge

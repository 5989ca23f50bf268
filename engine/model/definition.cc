#include "engine/model/definition.h"

#include <algorithm>

namespace converge {

const ExperimentDefinition* Definitions::find(const ExperimentKey& key) const {
  const auto found = std::find_if(
      experiments.begin(), experiments.end(),
      [&key](const ExperimentDefinition& experiment) { return experiment.key == key; });
  return found == experiments.end() ? nullptr : &*found;
}

const UnitKind& Definitions::default_unit_kind() const {
  static const UnitKind kUserId("user_id");
  return units.empty() ? kUserId : units.front().first;
}

const std::string& Definitions::attribute_of(const UnitKind& kind) const {
  static const std::string kId = "id";
  const auto found = std::find_if(units.begin(), units.end(),
                                  [&kind](const auto& unit) { return unit.first == kind; });
  return found == units.end() ? kId : found->second;
}

}  // namespace converge

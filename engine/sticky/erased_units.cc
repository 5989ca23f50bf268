#include "engine/sticky/erased_units.h"

namespace converge {

std::vector<StickyUnit> erased_units(std::span<const AcceptedEvent> events,
                                     const Definitions& definitions) {
  std::vector<StickyUnit> erased;
  for (const AcceptedEvent& accepted : events) {
    if (accepted.event.type != EventType::kErase) continue;
    for (const Unit& unit : accepted.event.units) {
      const std::string& attribute = definitions.attribute_of(unit.kind);
      erased.push_back({attribute, unit.id});
      if (attribute != unit.kind.str()) erased.push_back({unit.kind.str(), unit.id});
    }
  }
  return erased;
}

}  // namespace converge

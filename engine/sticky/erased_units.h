#pragma once

#include <span>
#include <vector>

#include "engine/codec/event_codec.h"
#include "engine/model/definition.h"
#include "engine/model/sticky.h"

namespace converge {

/// Whose sticky documents have to go with the `erase` records among these events: under the
/// attribute of each kind named, and under the kind's own name, by which a fallback attribute goes
/// that is no unit kind's.
std::vector<StickyUnit> erased_units(std::span<const AcceptedEvent> events,
                                     const Definitions& definitions);

}  // namespace converge

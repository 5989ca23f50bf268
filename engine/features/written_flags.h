#pragma once

#include <string>

#include "engine/model/definition.h"
#include "engine/model/value.h"

namespace converge {

/// A rule of a definition file as GrowthBook writes it: `percentage` becomes a range under the
/// flag's own seed, what `growthbook` carries stands beside. A place for an experiment stays as it
/// is.
Value growthbook_rule(const std::string& flag, const Value& rule);

/// The flags, saved groups and contextual bandits of definition files as a GrowthBook payload
/// without an envelope; experiments are places only.
Value written_payload(const Definitions& definitions);

}  // namespace converge

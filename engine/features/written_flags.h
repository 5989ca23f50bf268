#pragma once

#include <optional>
#include <string>

#include "engine/model/definition.h"
#include "engine/model/value.h"

namespace converge {

/// A rule of a definition file as GrowthBook writes it: `percentage` becomes a range under the
/// seed "<flag>/percentage", what `growthbook` carries stands beside. A place for an experiment
/// stays as it is.
Value growthbook_rule(const std::string& flag, const Value& rule);

/// A written flag as a GrowthBook feature with these rules.
Value growthbook_feature(const FlagDefinition& flag, std::optional<Value::Array> rules);

/// The flags, saved groups and contextual bandits of definition files as a GrowthBook payload
/// without an envelope; experiments are places only.
Value written_payload(const Definitions& definitions);

}  // namespace converge

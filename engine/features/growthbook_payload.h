#pragma once

#include <string>

#include "base/result.h"
#include "engine/model/catalog.h"
#include "engine/model/value.h"

/// GrowthBook's features payload (protocol section 7) from a catalog and back into definitions.
namespace converge {

/// What an unmodified GrowthBook SDK evaluates to the same answers as the Assigner: written flags
/// with every member they were imported with, experiments as the rules of their present state.
/// `date_updated` must differ whenever the content does. Errors are those of catalog_features.
Result<Value> growthbook_payload(const Catalog& catalog, const std::string& date_updated);

/// The definition document of a payload ({apiVersion, saved_groups?, flags, growthbook?}):
/// read_definitions and growthbook_payload give every key of it back. Members that definition files
/// do not know stand under `growthbook`. kInvalidArgument when it is no payload: not an object, or
/// without an object `features` (encrypted payloads are decrypted first).
Result<Value> definitions_of_payload(const Value& payload);

}  // namespace converge

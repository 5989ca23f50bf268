#pragma once

#include <string>

#include "engine/model/value.h"

namespace converge {

/// The keywords of JSON Schema 2020-12 that the published schema uses. Empty when `instance` is
/// valid, else why not; a keyword that this validator does not know is a failure as well.
std::string schema_violation(const Value& schema, const Value& root, const Value& instance);

}  // namespace converge

#pragma once

#include <optional>
#include <string>

#include "engine/model/unit_id.h"
#include "engine/model/value.h"

namespace converge {

/// An attribute's text as the SDKs hash it (strings as they are, integers in decimal, other numbers
/// and booleans as JavaScript prints them); nullopt for falsy, arrays, objects: no unit.
std::optional<std::string> unit_id_text(const Value& attribute);

}  // namespace converge

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "engine/features/assigner.h"

namespace converge {

/// Why an evaluation has no value, in the protocol's spelling.
struct OfrepError {
  std::string_view code;  ///< "PARSE_ERROR"
  std::string details;
};

/// Who asks, as the body of a request says.
struct OfrepContext {
  FlagQuestion question;     ///< about every flag
  std::string refused_unit;  ///< why the id that was sent is none; empty: it is one, or none came
};

/// Reads {"context": {"targetingKey": "u-1", ...}}. The context, and everything in it, may be
/// absent or null; members of other names are ignored. The unit is the context's own attribute
/// `unit_attribute` where that can be an id, else the targeting key.
std::variant<OfrepContext, OfrepError> read_ofrep_context(std::string_view body,
                                                          const std::string& unit_attribute);

}  // namespace converge

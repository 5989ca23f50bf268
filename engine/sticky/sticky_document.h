#pragma once

#include "engine/model/sticky.h"
#include "engine/model/value.h"

namespace converge {

/// As GrowthBook's SDKs exchange documents: {"attributeName", "attributeValue", "assignments":
/// {"<experiment>__<bucket version>": "<variation>"}}.
Value to_document(const StickyDocument& document);

}  // namespace converge

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/model/decision.h"
#include "engine/model/evidence.h"
#include "engine/model/value.h"

/// Stored and shown form of evidence, decisions and audit entries: JSON, snake_case names of the
/// structs, enumerators by their names, an undefined figure as {"undefined": "<reason>"}, doubles
/// as the shortest text that reads back.
namespace converge {

Value to_document(const Evidence& evidence);
Value to_document(const Decision& decision);
Value to_document(const AuditEntry& entry);
Result<Evidence> evidence_from(const Value& document);
Result<Decision> decision_from(const Value& document);
Result<AuditEntry> audit_entry_from(const Value& document);

}  // namespace converge

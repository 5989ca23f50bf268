#pragma once

#include "engine/model/catalog.h"
#include "engine/model/decision.h"
#include "engine/model/evidence.h"

/// Random stored values of every shape, drawn inside an rc::prop, so that a failure shrinks.
namespace converge {

Catalog draw_catalog();
Evidence draw_evidence();
Decision draw_decision();
AuditEntry draw_audit_entry();

}  // namespace converge

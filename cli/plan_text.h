#pragma once

#include "engine/model/value.h"
#include "engine/promote/apply.h"

namespace converge::cli {

/// One line per change on stdout.
void print_changes(const CatalogPlan& plan);

/// {"definitions_version", "changes": [{"kind", "subject", "detail", "moved_share"}]}
Value changes_document(const CatalogPlan& plan);

}  // namespace converge::cli

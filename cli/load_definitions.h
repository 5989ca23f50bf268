#pragma once

#include <string>
#include <vector>

#include "config/load.h"
#include "engine/model/value.h"

namespace converge::cli {

/// A single folder, or files; specs among them are left out.
LoadedDefinitions load_paths(const std::vector<std::string>& paths);
/// The specs of that folder, or among those files.
std::vector<std::string> spec_paths(const std::vector<std::string>& paths);

/// {"findings": [...]}
Value findings_document(const std::vector<Finding>& findings);

/// Prints findings on stderr; true when there are errors.
bool report_findings(const LoadedDefinitions& loaded);

}  // namespace converge::cli

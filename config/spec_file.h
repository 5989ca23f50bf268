#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "config/finding.h"
#include "config/load.h"
#include "engine/model/definition.h"

/// Tests beside definition files: `*.spec.yaml`, `*.spec.yml` and `*.spec.json`.
namespace converge {

struct SpecRun {
  int specs = 0;
  std::vector<Finding> findings;  ///< mistakes in the files, and expectations that do not hold
};

bool is_spec_file(const std::string& path);
/// Those of a folder, not of its subfolders, sorted.
std::vector<std::string> spec_files_of(const std::string& folder);

/// Reads the files and checks every spec against the definitions. `now` only dates the start.
SpecRun run_specs(const std::vector<std::string>& paths, const Definitions& definitions, Time now,
                  const LoadLimits& limits);
SpecRun run_spec_source(const DefinitionSource& source, const Definitions& definitions, Time now,
                        const LoadLimits& limits);

}  // namespace converge

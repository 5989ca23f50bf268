#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/finding.h"
#include "engine/model/definition.h"

/// Definition files to model values. Pure apart from reading the files; thread-safe.
namespace converge {

/// Every file, list and depth has a limit, so that no definition file can take the server down.
struct LoadLimits {
  std::size_t files_max = 1000;
  std::size_t file_bytes_max = std::size_t{4} * 1024 * 1024;
  std::size_t depth_max = 64;
  /// Values in one file after aliases are written out.
  std::size_t values_max = 200'000;
  std::size_t findings_max = 1000;
};

/// A definition file in memory. A name that ends in ".json" is JSON, every other YAML.
struct DefinitionSource {
  std::string name;
  std::string text;
};

struct LoadedDefinitions {
  Definitions definitions;         ///< only meaningful without errors
  std::vector<Finding> findings;   ///< of all files, sorted by file, line and column
  std::vector<std::string> files;  ///< that were read, sorted
  bool has_errors() const;
};

/// Reads every *.yaml, *.yml and *.json of the folder (not of its subfolders; names that begin with
/// a dot and specs, *.spec.yaml, are left out) as one set of definitions. All findings in one run;
/// a folder without definition files is an error, so that a mistyped path is never an empty set.
LoadedDefinitions load_folder(const std::string& folder, const LoadLimits& limits = {});
LoadedDefinitions load_files(const std::vector<std::string>& paths, const LoadLimits& limits = {});
LoadedDefinitions load_sources(const std::vector<DefinitionSource>& sources,
                               const LoadLimits& limits = {});

}  // namespace converge

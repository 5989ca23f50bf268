#pragma once

#include <optional>
#include <string>

#include "config/load.h"

/// Inside config: what counts as a file of definitions, and reading one.
namespace converge {

inline constexpr const char* kDefinitionEndings[] = {".yaml", ".yml", ".json"};

/// The text, at most one byte more than the limit so that going beyond it shows; nullopt when it
/// cannot be read.
std::optional<std::string> read_definition_file(const std::string& path, const LoadLimits& limits);

}  // namespace converge

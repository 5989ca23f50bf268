#include "config/load.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <tuple>

#include "config/assign_lint.h"
#include "config/merged_sources.h"
#include "engine/codec/definition.h"

namespace converge {
namespace {

namespace fs = std::filesystem;

Finding about_file(const std::string& file, std::string message) {
  return {file, 0, 0, "", Severity::kError, std::move(message)};
}

/// Tests beside definitions (spec_file.h).
bool is_spec_name(std::string name) {
  for (const char* end : {".yaml", ".yml", ".json"}) {
    if (name.ends_with(std::string(".spec") + end)) return true;
  }
  return false;
}

bool is_definition_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return !is_spec_name(name) && !name.starts_with('.') &&
         (name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json"));
}

void sort_and_limit(std::vector<Finding>& findings, const LoadLimits& limits) {
  const auto rank = [](const Finding& finding) {
    return std::tie(finding.file, finding.line, finding.column, finding.severity, finding.path,
                    finding.message);
  };
  std::sort(findings.begin(), findings.end(),
            [&rank](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
  findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
  if (findings.size() <= limits.findings_max) return;
  const std::size_t more = findings.size() - limits.findings_max;
  // The cut must not turn errors into a clean result.
  std::stable_partition(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.severity == Severity::kError;
  });
  const Severity severity = findings.front().severity;
  findings.resize(limits.findings_max);
  std::sort(findings.begin(), findings.end(),
            [&rank](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
  Finding rest =
      about_file(findings.back().file, std::to_string(more) + " more findings are not listed");
  rest.severity = severity;
  findings.push_back(std::move(rest));
}

std::optional<std::string> read_file(const std::string& path, const LoadLimits& limits) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  // One byte more than the limit, so that the limit is noticed and no more is held.
  std::string text;
  text.resize(limits.file_bytes_max + 1);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

LoadedDefinitions failed(Finding finding) {
  LoadedDefinitions loaded;
  loaded.findings.push_back(std::move(finding));
  return loaded;
}

}  // namespace

bool LoadedDefinitions::has_errors() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::kError; });
}

LoadedDefinitions load_sources(const std::vector<DefinitionSource>& sources,
                               const LoadLimits& limits) {
  LoadedDefinitions loaded;
  for (const DefinitionSource& source : sources) loaded.files.push_back(source.name);
  MergedSources merged(sources, limits);
  ReadDefinitions read = read_definitions(merged.document());
  for (const DefinitionProblem& problem : read.problems) merged.report(problem);
  for (const auto& problem : lint_conditions(merged.document(), read.definitions)) {
    merged.report(problem);
  }
  for (const auto& problem : lint_seeds(merged.document(), read.definitions)) {
    merged.report(problem);
  }
  loaded.definitions = std::move(read.definitions);
  loaded.findings = std::move(merged.findings());
  sort_and_limit(loaded.findings, limits);
  return loaded;
}

LoadedDefinitions load_files(const std::vector<std::string>& paths, const LoadLimits& limits) {
  if (paths.size() > limits.files_max) {
    return failed(about_file(paths.front(), "one of " + std::to_string(paths.size()) +
                                                " files; at most " +
                                                std::to_string(limits.files_max) + " are read"));
  }
  std::vector<std::string> sorted = paths;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<DefinitionSource> sources;
  std::vector<Finding> unreadable;
  for (const std::string& path : sorted) {
    std::error_code error;
    std::optional<std::string> text;
    if (!fs::is_directory(path, error)) text = read_file(path, limits);
    if (text) {
      sources.push_back({path, std::move(*text)});
    } else {
      unreadable.push_back(about_file(path, "cannot be read as a file"));
    }
  }
  LoadedDefinitions loaded = load_sources(sources, limits);
  loaded.findings.insert(loaded.findings.end(), unreadable.begin(), unreadable.end());
  sort_and_limit(loaded.findings, limits);
  return loaded;
}

LoadedDefinitions load_folder(const std::string& folder, const LoadLimits& limits) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) return failed(about_file(folder, "cannot be read as a folder: " + error.message()));
  std::vector<std::string> paths;
  for (const fs::directory_iterator end; entries != end; entries.increment(error)) {
    if (error) return failed(about_file(folder, "cannot be read: " + error.message()));
    std::error_code ignored;
    if (is_definition_file(entries->path()) && !entries->is_directory(ignored)) {
      paths.push_back(entries->path().string());
    }
  }
  if (paths.empty()) {
    return failed(about_file(folder, "has no definition files (*.yaml, *.yml, *.json)"));
  }
  return load_files(paths, limits);
}

}  // namespace converge

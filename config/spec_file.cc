#include "config/spec_file.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "config/definition_file.h"
#include "config/source_text.h"
#include "config/spec_check.h"
#include "engine/codec/spec.h"

namespace converge {
namespace {

namespace fs = std::filesystem;

/// The place of every path of a document.
void index(const SourceNode& node, const std::string& path,
           std::map<std::string, Position>& places) {
  places.emplace(path, node.at);
  for (const SourceMember& member : node.members) {
    index(member.value, member_path(path, member.name), places);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    index(node.items[i], item_path(path, i), places);
  }
}

Finding finding_of(const std::string& file, const std::map<std::string, Position>& places,
                   const DefinitionProblem& problem) {
  const auto place = places.find(problem.path);
  const Position at = place == places.end() ? Position{} : place->second;
  return {file,
          at.line,
          at.column,
          problem.path,
          problem.is_warning ? Severity::kWarning : Severity::kError,
          problem.message};
}

}  // namespace

bool is_spec_file(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  return std::any_of(
      std::begin(kDefinitionEndings), std::end(kDefinitionEndings),
      [&name](const char* ending) { return name.ends_with(std::string(".spec") + ending); });
}

std::vector<std::string> spec_files_of(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (const fs::directory_iterator end; !error && entries != end; entries.increment(error)) {
    if (is_spec_file(entries->path().string())) paths.push_back(entries->path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

SpecRun run_spec_source(const DefinitionSource& source, const Definitions& definitions, Time now,
                        const LoadLimits& limits) {
  SpecRun run;
  const ParsedSource parsed = source.name.ends_with(".json")
                                  ? parse_json_source(source.text, limits)
                                  : parse_yaml_source(source.text, limits);
  for (const SourceProblem& problem : parsed.problems) {
    run.findings.push_back(
        {source.name, problem.at.line, problem.at.column, "", Severity::kError, problem.message});
  }
  if (!parsed.root) return run;
  std::map<std::string, Position> places;
  index(*parsed.root, "", places);
  const ReadSpecs read = read_specs(to_value(*parsed.root));
  for (const DefinitionProblem& problem : read.problems) {
    run.findings.push_back(finding_of(source.name, places, problem));
  }
  if (!run.findings.empty()) return run;
  for (const Spec& spec : read.specs) {
    ++run.specs;
    for (const DefinitionProblem& problem : check_spec(spec, definitions, now)) {
      run.findings.push_back(finding_of(source.name, places, problem));
    }
  }
  return run;
}

SpecRun run_specs(const std::vector<std::string>& paths, const Definitions& definitions, Time now,
                  const LoadLimits& limits) {
  SpecRun all;
  for (const std::string& path : paths) {
    const std::optional<std::string> text = read_definition_file(path, limits);
    if (!text) {
      all.findings.push_back({path, 0, 0, "", Severity::kError, "cannot be read as a file"});
      continue;
    }
    if (text->size() > limits.file_bytes_max) {
      all.findings.push_back(
          {path, 0, 0, "", Severity::kError,
           "the file has more than " + std::to_string(limits.file_bytes_max) + " bytes"});
      continue;
    }
    SpecRun run = run_spec_source({path, *text}, definitions, now, limits);
    all.specs += run.specs;
    all.findings.insert(all.findings.end(), run.findings.begin(), run.findings.end());
  }
  return all;
}

}  // namespace converge

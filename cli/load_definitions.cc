#include "cli/load_definitions.h"

#include <filesystem>
#include <utility>

#include "cli/report.h"
#include "config/spec_file.h"

namespace converge::cli {

namespace {

bool is_one_folder(const std::vector<std::string>& paths) {
  std::error_code ignored;
  return paths.size() == 1 && std::filesystem::is_directory(paths.front(), ignored);
}

}  // namespace

LoadedDefinitions load_paths(const std::vector<std::string>& paths) {
  if (is_one_folder(paths)) return load_folder(paths.front());
  std::vector<std::string> files = paths;
  std::erase_if(files, is_spec_file);
  return load_files(files);
}

std::vector<std::string> spec_paths(const std::vector<std::string>& paths) {
  if (is_one_folder(paths)) return spec_files_of(paths.front());
  std::vector<std::string> specs = paths;
  std::erase_if(specs, [](const std::string& path) { return !is_spec_file(path); });
  return specs;
}

Value findings_document(const std::vector<Finding>& findings) {
  Value::Array items;
  for (const Finding& finding : findings) items.push_back(to_document(finding));
  return Value::object({{"findings", Value::array(std::move(items))}});
}

bool report_findings(const LoadedDefinitions& loaded) {
  for (const Finding& finding : loaded.findings) say(to_text(finding));
  return loaded.has_errors();
}

}  // namespace converge::cli

#include "cli/load_definitions.h"

#include <filesystem>
#include <utility>

#include "cli/report.h"

namespace converge::cli {

LoadedDefinitions load_paths(const std::vector<std::string>& paths) {
  std::error_code ignored;
  if (paths.size() == 1 && std::filesystem::is_directory(paths.front(), ignored))
    return load_folder(paths.front());
  return load_files(paths);
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

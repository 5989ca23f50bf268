#include <filesystem>
#include <iostream>

#include "cli/commands.h"
#include "cli/load_definitions.h"
#include "cli/report.h"

namespace converge::cli {

int run_lint(const LintOptions& options) {
  const LoadedDefinitions loaded = load_paths(options.paths);
  if (options.output == Output::kJson) {
    print(findings_document(loaded.findings));
  } else {
    for (const Finding& finding : loaded.findings) std::cout << to_text(finding) << '\n';
    say(std::to_string(loaded.files.size()) + " files, " +
        std::to_string(loaded.definitions.experiments.size()) + " experiments, " +
        std::to_string(loaded.findings.size()) + " findings");
  }
  return loaded.has_errors() ? kFindings : kGood;
}

}  // namespace converge::cli

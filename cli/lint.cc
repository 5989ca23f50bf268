#include <filesystem>
#include <iostream>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/load_definitions.h"
#include "cli/report.h"
#include "config/spec_file.h"

namespace converge::cli {

int run_lint(const LintOptions& options) {
  LoadedDefinitions loaded = load_paths(options.paths);
  SpecRun run;
  if (!loaded.has_errors()) {
    run =
        run_specs(spec_paths(options.paths), loaded.definitions, SystemClock().now(), LoadLimits{});
    loaded.findings.insert(loaded.findings.end(), run.findings.begin(), run.findings.end());
  }
  if (options.output == Output::kJson) {
    print(findings_document(loaded.findings));
  } else {
    for (const Finding& finding : loaded.findings) std::cout << to_text(finding) << '\n';
    say(std::to_string(loaded.files.size()) + " files, " +
        std::to_string(loaded.definitions.experiments.size()) + " experiments, " +
        std::to_string(run.specs) + " specs, " + std::to_string(loaded.findings.size()) +
        " findings");
  }
  return loaded.has_errors() ? kFindings : kGood;
}

}  // namespace converge::cli

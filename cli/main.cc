#include <iostream>
#include <variant>

#include "base/log.h"
#include "cli/arguments.h"
#include "cli/commands.h"

namespace converge::cli {
namespace {

struct Run {
  int operator()(const LintOptions& options) const { return run_lint(options); }
  int operator()(const PlanOptions& options) const { return run_plan(options); }
  int operator()(const ApplyOptions& options) const { return run_apply(options); }
  int operator()(const ServeOptions& options) const { return run_serve(options); }
  int operator()(const ImportOptions& options) const { return run_import(options); }
  int operator()(const ImportGrowthBookOptions& options) const {
    return run_import_growthbook(options);
  }
  int operator()(const ExportOptions& options) const { return run_export(options); }
  int operator()(const ExportGrowthBookOptions& options) const {
    return run_export_growthbook(options);
  }
  int operator()(const AnalyzeOptions& options) const { return run_analyze(options); }
  int operator()(const ExplainOptions& options) const { return run_explain(options); }
  int operator()(const CalcOptions& options) const { return run_calc(options); }
  int operator()(const EvalOptions& options) const { return run_eval(options); }
  int operator()(const ReviewOptions& options) const { return run_review(options); }
  int operator()(const DemoOptions& options) const { return run_demo(options); }
  int operator()(const PowerOptions& options) const { return run_power(options); }
};

}  // namespace
}  // namespace converge::cli

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const auto parsed = converge::cli::parse_arguments(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  return std::visit(converge::cli::Run{}, std::get<converge::cli::Command>(parsed));
}

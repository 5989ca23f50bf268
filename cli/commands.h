#pragma once

#include "cli/arguments.h"

/// The subcommands: one file each. Each prints data on stdout, words on stderr, and returns the
/// exit status.
namespace converge::cli {

int run_lint(const LintOptions& options);
int run_plan(const PlanOptions& options);
int run_apply(const ApplyOptions& options);
int run_serve(const ServeOptions& options);
int run_import(const ImportOptions& options);
int run_import_growthbook(const ImportGrowthBookOptions& options);
int run_export(const ExportOptions& options);
int run_export_growthbook(const ExportGrowthBookOptions& options);
int run_analyze(const AnalyzeOptions& options);
int run_explain(const ExplainOptions& options);
int run_calc(const CalcOptions& options);
int run_eval(const EvalOptions& options);
int run_review(const ReviewOptions& options);
int run_demo(const DemoOptions& options);
int run_power(const PowerOptions& options);

}  // namespace converge::cli

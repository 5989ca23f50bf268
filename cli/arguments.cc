#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>

namespace converge::cli {
namespace {

void add_store(CLI::App& app, StoreOptions& store) {
  app.add_option("--db", store.path, "database file")->capture_default_str();
}

void add_json(CLI::App& app, Output& output) {
  app.add_flag_callback(
      "--json", [&output] { output = Output::kJson; }, "print JSON instead of text");
}

void add_lint(CLI::App& root, LintOptions& options) {
  CLI::App* app =
      root.add_subcommand("lint", "check definition files: every mistake with file:line:column");
  app->add_option("paths", options.paths, "folder or files")->required();
  add_json(*app, options.output);
  app->footer(
      "Examples:\n  converge lint definitions/\n  converge lint checkout.yaml metrics.yaml --json");
}

void add_definitions_target(CLI::App& app, PlanOptions& options) {
  add_store(app, options.store);
  app.add_option("--server", options.server,
                 "a running server instead of the file, for example http://127.0.0.1:8080");
  app.add_option("--key", options.key, "secret key for --server")->envname("CONVERGE_KEY");
  add_json(app, options.output);
}

void add_plan(CLI::App& root, PlanOptions& options) {
  CLI::App* app = root.add_subcommand(
      "plan", "show what applying definitions would change and whom it would move");
  app->add_option("definitions", options.definitions, "folder or file")->required();
  add_definitions_target(*app, options);
  app->footer(
      "Exit status 1 when something would change.\nExamples:\n  converge plan definitions/ --db "
      "shop.db");
}

void add_apply(CLI::App& root, ApplyOptions& options) {
  CLI::App* app = root.add_subcommand("apply", "make the catalog follow the definitions");
  auto* definitions = app->add_option("definitions", options.plan.definitions, "folder or file");
  auto* restore =
      app->add_option("--restore", options.restore, "restore an export into an empty store");
  definitions->excludes(restore);
  app->add_option("--environment", options.plan.store.environment,
                  "name of a new store, for example production");
  add_definitions_target(*app, options.plan);
  app->footer(
      "Examples:\n  converge apply definitions/ --db shop.db --environment production\n"
      "  converge apply definitions/ --server http://127.0.0.1:8080 --key $KEY\n"
      "  converge apply --restore export.json --db new.db");
}

void add_serve(CLI::App& root, ServeOptions& options) {
  CLI::App* app = root.add_subcommand("serve", "run the engine and its HTTP API");
  add_store(*app, options.store);
  app->add_option("--environment", options.store.environment,
                  "name of a new store; must match that of an existing one");
  app->add_option("--definitions", options.definitions, "folder to apply at start and to watch");
  app->add_option("--address", options.address, "address to listen on")->capture_default_str();
  app->add_option("--port", options.port, "port; 0 takes a free one")->capture_default_str();
  app->add_option("--keys", options.keys,
                  "key file; default: beside the database, made at first start");
  auto* act = app->add_flag_callback(
      "--act", [&options] { options.act = true; }, "carry out decisions automatically");
  auto* recommend = app->add_flag_callback(
      "--recommend", [&options] { options.act = false; }, "only recommend decisions");
  act->excludes(recommend);
  app->add_option("--tick-ms", options.tick_ms, "pause between turns of the engine")
      ->capture_default_str()
      ->check(CLI::Range(10, 60'000));
  app->add_option("--stale-after-hours", options.stale_after_hours,
                  "without an event for so long data are stale")
      ->capture_default_str()
      ->check(CLI::Range(1, 24 * 31));
  app->add_option("--max-connections", options.connections_max, "connections at a time")
      ->capture_default_str()
      ->check(CLI::Range(16, 1'000'000));
  app->add_option("--max-streams", options.streams_max, "event streams among them")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
  app->add_option("--rate-limit", options.rate_limit,
                  "requests a minute of a client key that has no requests_per_minute; 0: no limit")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{60'000'000}));
  app->footer(
      "Only a store named production acts by itself unless --act or --recommend is given.\n"
      "Examples:\n  converge serve --db shop.db --environment production --definitions "
      "definitions/\n"
      "  converge serve --address 0.0.0.0 --port 8080 --keys /etc/converge/keys.json");
}

void add_import(CLI::App& root, ImportOptions& options) {
  CLI::App* app =
      root.add_subcommand("import", "read exposures and events from CSV or NDJSON files");
  add_store(*app, options.store);
  app->add_option("--exposures", options.exposures, "FILE[,TARGET=SOURCE]...; may be repeated");
  app->add_option("--events", options.events, "FILE[,TARGET=SOURCE]...; may be repeated");
  app->add_option("--complete-until", options.complete_until,
                  "RFC 3339 time until which the files are complete");
  app->add_option("--rejects", options.rejects,
                  "write rejected rows with their reasons to this file (NDJSON)");
  add_json(*app, options.output);
  app->footer(
      "TARGET is id, ts, units.KIND, experiment, variant, source, name, value, attributes.NAME or "
      "properties.NAME.\n"
      "SOURCE is a column, or a constant after a colon. Columns that are not mapped go by their "
      "names: see the guide.\n"
      "Importing the same files again changes nothing. Exit status 1 when rows were "
      "rejected.\nExamples:\n"
      "  converge import --db shop.db --exposures exposures.csv,experiment=:banner --events "
      "events.csv \\\n"
      "    --events calls.csv,name=:support_call --complete-until 2026-11-01T00:00:00Z\n"
      "  converge import --db shop.db --events events.ndjson");
}

void add_import_growthbook(CLI::App& root, ImportGrowthBookOptions& options) {
  CLI::App* app = root.get_subcommand("import")->add_subcommand(
      "growthbook", "print a GrowthBook features payload as a definition file");
  app->add_option("payload", options.payload, "file with the payload (JSON)")->required();
  app->add_option("--key", options.key, "key of an encrypted payload (base64)");
  app->footer(
      "Examples:\n  converge import growthbook payload.json > definitions/growthbook.json\n"
      "  converge lint definitions/");
}

void add_export_growthbook(CLI::App& root, ExportGrowthBookOptions& options) {
  CLI::App* app = root.get_subcommand("export")->add_subcommand(
      "growthbook", "print what GrowthBook SDKs evaluate to the same answers");
  add_store(*app, options.store);
  app->add_option("--catalog-version", options.version, "version; default: the newest");
  app->add_option("--definitions", options.definitions,
                  "folder or file: as if it were applied now, instead of a store");
  app->footer(
      "Examples:\n  converge export growthbook --db shop.db > payload.json\n"
      "  converge export growthbook --definitions definitions/ > payload.json");
}

void add_export(CLI::App& root, ExportOptions& options) {
  CLI::App* app =
      root.add_subcommand("export", "print a catalog version: definitions, allocations, states");
  add_store(*app, options.store);
  app->add_option("--catalog-version", options.version, "version; default: the newest");
  add_json(*app, options.output);
  app->footer(
      "Examples:\n  converge export --db shop.db > catalog.json\n  converge apply --restore "
      "catalog.json --db new.db");
}

void add_analyze(CLI::App& root, AnalyzeOptions& options) {
  CLI::App* app = root.add_subcommand("analyze", "compute an experiment's evidence from the log");
  add_store(*app, options.store);
  app->add_option("experiment", options.experiment, "experiment key")->required();
  app->add_option("--at", options.at, "look at a past moment (RFC 3339)");
  add_json(*app, options.output);
  app->footer(
      "Examples:\n  converge analyze checkout-one-page --db shop.db\n  converge analyze "
      "checkout-one-page --json --at 2026-11-01T00:00:00Z");
}

void add_explain(CLI::App& root, ExplainOptions& options) {
  CLI::App* app =
      root.add_subcommand("explain", "why a unit gets what it gets, now or at a past moment");
  add_store(*app, options.store);
  app->add_option("--unit", options.unit, "id of the default unit kind")->required();
  app->add_option("--attributes", options.attributes,
                  "a JSON object; default: those of the unit's last exposure in the log");
  app->add_option("--at", options.at, "a past moment (RFC 3339); default: now");
  add_json(*app, options.output);
  app->footer(
      "Examples:\n  converge explain --unit u-4711 --db shop.db\n  converge explain --unit u-4711 "
      "--at 2026-11-01T00:00:00Z --json\n  converge explain --unit u-4711 --attributes "
      "'{\"country\":\"DE\"}'");
}

void add_calc(CLI::App& root, CalcOptions& options) {
  CLI::App* app = root.add_subcommand(
      "calc", "compute with any statistical method: one JSON request per line in, one answer out");
  app->add_flag("--list", options.lists, "print the methods and what they compute");
  app->add_flag_callback(
      "--json", [] {}, "accepted as everywhere; requests and answers are JSON");
  app->footer(
      "A request is {\"method\": NAME, \"inputs\": {...}}; an answer has \"outputs\" or \"error\". "
      "Exit "
      "status 1 when a request had an error.\nExamples:\n"
      "  echo '{\"method\":\"welch_from_stats\",\"inputs\":{\"mean_a\":10,\"var_a\":4,\"n_a\":100,"
      "\"mean_b\":10.5,\"var_b\":5,\"n_b\":110}}' | converge calc\n"
      "  converge calc < requests.ndjson > answers.ndjson\n"
      "  converge calc --list");
}

void add_eval(CLI::App& root, EvalOptions& options) {
  CLI::App* app = root.add_subcommand(
      "eval", "evaluate flags, experiments and conditions: one JSON request per line in");
  app->add_flag("--list", options.lists, "print the operations and what they answer");
  app->add_flag_callback(
      "--json", [] {}, "accepted as everywhere; requests and answers are JSON");
  app->footer(
      "A request is {\"op\": NAME, ...}; an answer has \"result\" or \"error\". Needs no store. "
      "Exit "
      "status 1 when a request had an error.\nExamples:\n"
      "  echo '{\"op\":\"hash\",\"seed\":\"exp_ab\",\"value\":\"user-0\",\"version\":2}' | "
      "converge eval\n"
      "  echo "
      "'{\"op\":\"feature\",\"key\":\"checkout\",\"context\":{\"attributes\":{\"id\":\"user-1\"},"
      "\"features\":{\"checkout\":{\"defaultValue\":1}}}}' | converge eval\n"
      "  converge eval < requests.ndjson > answers.ndjson\n"
      "  converge eval --list");
}

void add_review(CLI::App& root, ReviewOptions& options) {
  CLI::App* app =
      root.add_subcommand("review", "write the weekly review (Markdown, or JSON with --json)");
  add_store(*app, options.store);
  app->add_option("--week", options.week,
                  "ISO week, for example 2026-W47; default: the present one");
  add_json(*app, options.output);
  app->footer(
      "Examples:\n  converge review --db shop.db > review.md\n  converge review --week 2026-W47 "
      "--json");
}

void add_demo(CLI::App& root, DemoOptions& options) {
  CLI::App* app = root.add_subcommand(
      "demo", "a shop, four simulated weeks, a promotion, a rollback, a review");
  app->add_option("--directory", options.directory,
                  "where to keep the database; default: a new temporary folder");
  app->add_option("--address", options.address, "address to listen on")->capture_default_str();
  app->add_option("--port", options.port, "port; 0 takes a free one")->capture_default_str();
  app->add_option("--visitors-per-day", options.visitors_per_day, "simulated visitors")
      ->capture_default_str()
      ->check(CLI::Range(200, 100'000));
  app->add_option("--seed", options.seed, "of the simulated visitors")->capture_default_str();
  app->add_flag("--exit", options.exits, "stop after the four weeks instead of serving on");
  app->footer("Examples:\n  converge demo\n  converge demo --port 0 --exit");
}

void add_power_metric(CLI::App& app, PowerOptions& options) {
  auto* baseline =
      app.add_option("--baseline", options.baseline, "proportion of the control, for example 0.03");
  auto* mean =
      app.add_option("--mean", options.mean, "mean per unit of the control, instead of --baseline");
  auto* sd = app.add_option("--sd", options.sd, "standard deviation of a unit, with --mean");
  mean->excludes(baseline)->needs(sd);
  sd->needs(mean);
  auto* denominator_mean =
      app.add_option("--denominator-mean", options.denominator_mean,
                     "makes the metric a ratio: --mean and --sd are of its numerator");
  auto* denominator_sd = app.add_option("--denominator-sd", options.denominator_sd,
                                        "standard deviation of a unit's denominator");
  denominator_mean->needs(mean)->needs(denominator_sd);
  denominator_sd->needs(denominator_mean);
  app.add_option("--denominator-correlation", options.denominator_correlation,
                 "of a unit's numerator and denominator")
      ->needs(denominator_mean)
      ->capture_default_str();
  app.add_option("--cuped-correlation", options.cuped_correlation,
                 "of the metric with its covariate before exposure")
      ->capture_default_str();
}

void add_power(CLI::App& root, PowerOptions& options) {
  CLI::App* app = root.add_subcommand(
      "power", "plan an experiment: units and weeks for each method, and the price of peeking");
  add_power_metric(*app, options);
  auto* mde = app->add_option("--mde", options.mde,
                              "effect to be found: 5% of the baseline, or in the metric's unit");
  auto* margin = app->add_option("--margin", options.margin,
                                 "non-inferiority instead: the largest loss, like --mde");
  margin->excludes(mde);
  app->add_option("--guardrails", options.guardrails,
                  "guardrails that must pass too: raises the power of each test")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  app->add_option("--alpha", options.alpha, "two-sided, over all variants and looks")
      ->capture_default_str();
  app->add_option("--power", options.power, "of the decision")->capture_default_str();
  app->add_option("--variants", options.variants, "with the control")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  app->add_option("--split", options.split, "weights, control first, for example 90/10");
  app->add_option("--method", options.method, "all, fixed, sequential or group-sequential")
      ->capture_default_str();
  app->add_option("--looks", options.looks, "daily, weekly or their number")->capture_default_str();
  app->add_option("--weekly-units", options.weekly_units,
                  "units that enter the experiment in a week, all variants together");
  app->add_option("--window-days", options.window_days, "how long a unit is watched after it")
      ->check(CLI::Range(0, 3650))
      ->capture_default_str();
  app->add_option("--weeks-max", options.weeks_max, "the longest experiment that is possible")
      ->check(CLI::Range(1, 520))
      ->capture_default_str();
  add_json(*app, options.output);
  app->footer(
      "Examples:\n"
      "  converge power --baseline 0.03 --mde 5% --weekly-units 50000\n"
      "  converge power --mean 42 --sd 110 --mde 2 --cuped-correlation 0.6 --looks daily "
      "--weekly-units 80000\n"
      "  converge power --baseline 0.12 --margin 1% --split 90/10 --looks 10\n"
      "  converge power --mean 3.1 --sd 6 --denominator-mean 2.2 --denominator-sd 2.5 \\\n"
      "    --denominator-correlation 0.7 --mde 3% --looks 8 --json");
}

}  // namespace

std::variant<Command, int> parse_arguments(int argc, char** argv) {
  CLI::App root{
      "Converge: A/B experiments that decide, promote and roll back by rules written down "
      "beforehand",
      "converge"};
  root.set_version_flag("--version", std::string(CONVERGE_VERSION));
  root.require_subcommand(1);
  root.footer(
      "'converge COMMAND --help' has examples. Exit status: 0 good, 1 findings, 2 usage, 3 "
      "failure.");

  LintOptions lint;
  PlanOptions plan;
  ApplyOptions apply;
  ServeOptions serve;
  ImportOptions import;
  ExportOptions exporting;
  ImportGrowthBookOptions import_growthbook;
  ExportGrowthBookOptions export_growthbook;
  AnalyzeOptions analyze;
  ExplainOptions explain;
  CalcOptions calc;
  EvalOptions eval;
  ReviewOptions review;
  DemoOptions demo;
  PowerOptions power;
  add_serve(root, serve);
  add_lint(root, lint);
  add_plan(root, plan);
  add_apply(root, apply);
  add_import(root, import);
  add_export(root, exporting);
  add_import_growthbook(root, import_growthbook);
  add_export_growthbook(root, export_growthbook);
  add_analyze(root, analyze);
  add_explain(root, explain);
  add_calc(root, calc);
  add_eval(root, eval);
  add_review(root, review);
  add_demo(root, demo);
  add_power(root, power);

  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return root.exit(error, std::cout, std::cerr) == 0 ? kGood : kUsage;
  }

  const std::string name = root.get_subcommands().front()->get_name();
  if (name == "apply" && apply.plan.definitions.empty() && apply.restore.empty()) {
    std::cerr << "apply: name the definitions to apply, or --restore FILE\nRun 'converge apply "
                 "--help' for examples.\n";
    return kUsage;
  }
  const bool is_growthbook = !root.get_subcommands().front()->get_subcommands().empty();
  if (name == "import" && is_growthbook) return Command{import_growthbook};
  if (name == "export" && is_growthbook) return Command{export_growthbook};
  if (name == "import" && import.exposures.empty() && import.events.empty() &&
      import.complete_until.empty()) {
    std::cerr << "import: name at least one --exposures or --events file\nRun 'converge import "
                 "--help' for examples.\n";
    return kUsage;
  }
  if (name == "serve") return Command{serve};
  if (name == "lint") return Command{lint};
  if (name == "plan") return Command{plan};
  if (name == "apply") return Command{apply};
  if (name == "import") return Command{import};
  if (name == "export") return Command{exporting};
  if (name == "analyze") return Command{analyze};
  if (name == "explain") return Command{explain};
  if (name == "calc") return Command{calc};
  if (name == "eval") return Command{eval};
  if (name == "review") return Command{review};
  if (name == "power") return Command{power};
  return Command{demo};
}

}  // namespace converge::cli

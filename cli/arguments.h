#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The command line of `converge`, parsed: one struct per subcommand. The only file that knows
/// CLI11 is arguments.cc.
namespace converge::cli {

/// Where data and words go: data on stdout, words on stderr.
enum class Output { kText, kJson };

struct StoreOptions {
  std::string path = "converge.db";
  std::string environment;  ///< empty: as the store says; "development" for a new one
};

struct LintOptions {
  std::vector<std::string> paths;
  Output output = Output::kText;
};

struct PlanOptions {
  std::string definitions;
  StoreOptions store;
  std::string server;  ///< empty: on the store itself
  std::string key;
  Output output = Output::kText;
};

struct ApplyOptions {
  PlanOptions plan;
  std::string restore;  ///< an export to restore into an empty store, instead of definitions
};

struct ServeOptions {
  StoreOptions store;
  std::string definitions;  ///< empty: none watched
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string keys;         ///< empty: "<store>.keys.json"
  std::optional<bool> act;  ///< unset: only a production store acts by itself
  int tick_ms = 1000;
  int stale_after_hours = 24;
  std::size_t connections_max = 16'384;
  std::size_t streams_max = 12'288;
  std::int64_t rate_limit = 0;  ///< requests a minute of a client key; 0: none
};

struct ImportOptions {
  StoreOptions store;
  std::vector<std::string> exposures;  ///< FILE[,TARGET=SOURCE]...
  std::vector<std::string> events;
  std::string complete_until;
  std::string rejects;  ///< file for rejected rows
  Output output = Output::kText;
};

struct ExportOptions {
  StoreOptions store;
  Output output = Output::kJson;  ///< there is no other form; --json is accepted as everywhere
  std::int64_t version = 0;       ///< 0: the newest
};

/// `import growthbook`: a features payload as a definition file.
struct ImportGrowthBookOptions {
  std::string payload;
  std::string key;  ///< decrypts the payload; empty: it is plain
};

/// `export growthbook`: the features payload of a catalog, or of definitions as they stand.
struct ExportGrowthBookOptions {
  StoreOptions store;
  std::string definitions;  ///< empty: the store's catalog
  std::int64_t version = 0;
};

struct AnalyzeOptions {
  StoreOptions store;
  std::string experiment;
  std::string at;  ///< empty: now
  Output output = Output::kText;
};

struct ExplainOptions {
  StoreOptions store;
  std::string unit;
  std::string attributes;  ///< a JSON object; empty: those of the unit's last exposure
  std::string at;          ///< empty: now
  Output output = Output::kText;
};

struct CalcOptions {
  bool lists = false;  ///< --list: print the methods instead of reading requests
};

struct EvalOptions {
  bool lists = false;  ///< --list: print the operations instead of reading requests
};

struct ReviewOptions {
  StoreOptions store;
  std::string week;  ///< empty: the present one
  Output output = Output::kText;
};

struct DemoOptions {
  std::string directory;  ///< empty: a new temporary folder
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::int64_t visitors_per_day = 2000;
  std::uint64_t seed = 1;
  bool exits = false;  ///< --exit: stop after the four weeks instead of serving on
};

struct PowerOptions {
  // The metric: a proportion, a mean, or a ratio of sums per unit.
  std::optional<double> baseline;
  std::optional<double> mean;
  std::optional<double> sd;
  std::optional<double> denominator_mean;
  std::optional<double> denominator_sd;
  double denominator_correlation = 0;
  double cuped_correlation = 0;
  std::string mde;     ///< "5%" of the baseline, or in the unit of the metric
  std::string margin;  ///< the same; instead of mde
  int guardrails = 0;
  double alpha = 0.05;
  double power = 0.8;
  int variants = 2;
  std::string split;  ///< "90/10": weights, control first; empty: equal
  std::string method = "all";
  std::string looks = "weekly";
  std::optional<double> weekly_units;
  int window_days = 0;
  int weeks_max = 52;
  Output output = Output::kText;
};

using Command = std::variant<LintOptions, PlanOptions, ApplyOptions, ServeOptions, ImportOptions,
                             ImportGrowthBookOptions, ExportOptions, ExportGrowthBookOptions,
                             AnalyzeOptions, ExplainOptions, CalcOptions, EvalOptions,
                             ReviewOptions, DemoOptions, PowerOptions>;

/// Exit statuses: good, findings, usage, failure.
inline constexpr int kGood = 0;
inline constexpr int kFindings = 1;
inline constexpr int kUsage = 2;
inline constexpr int kFailure = 3;

/// The command, or the exit status after help, version or an error in the arguments was printed.
std::variant<Command, int> parse_arguments(int argc, char** argv);

}  // namespace converge::cli

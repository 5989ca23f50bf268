#include "engine/codec/definition.h"

#include <algorithm>

#include "base/time_zone.h"
#include "engine/codec/definition_read.h"

namespace converge {
namespace {

void read_version(const Cursor& document) {
  const auto version = document.required("apiVersion");
  if (!version) return;
  const std::string* text = version->value().as_string();
  if (text != nullptr && *text == kDefinitionsVersion) return;
  const bool is_other = text != nullptr && text->starts_with("converge/");
  version->expected(std::string(kDefinitionsVersion) +
                    (is_other ? ", the only version that this program reads" : ""));
}

std::string read_timezone(const Cursor& document) {
  const auto member = document.member("timezone");
  if (!member) return "UTC";
  const auto name = member->name();
  if (!name) return "UTC";
  const Result<TimeZone> zone = TimeZone::find(*name);
  if (!zone) member->error(zone.error().message);
  return *name;
}

void read_units(const Cursor& document, Definitions& definitions) {
  const auto units = document.member("units");
  if (!units) return;
  for (const auto& [kind, member] : units->members(definition_limits::kUnitsMax)) {
    if (kind.empty()) member.error_at_name("a unit kind needs a name");
    warn_about_personal_name(kind, member);
    const auto attribute = member.name();
    if (!attribute) continue;
    warn_about_personal_name(*attribute, member);
    definitions.units.emplace_back(UnitKind(kind), *attribute);
  }
}

bool has_error_since(const Problems& problems, std::size_t first) {
  return std::any_of(problems.begin() + static_cast<std::ptrdiff_t>(first), problems.end(),
                     [](const DefinitionProblem& problem) { return !problem.is_warning; });
}

std::set<MetricKey> read_metrics(const Cursor& document, Definitions& definitions) {
  std::set<MetricKey> broken;
  const auto metrics = document.member("metrics");
  if (!metrics) return broken;
  for (const auto& [name, member] : metrics->members(definition_limits::kMetricsMax)) {
    const MetricKey key(name);
    const std::size_t before = member.problems().size();
    if (!is_key(name)) {
      member.error_at_name(
          "expected a key of lower-case letters, digits, \"-\" and \"_\" that begins with a letter "
          "or digit (at most 64 characters), got " +
          quoted(name));
    }
    definitions.metrics[key] = read_metric(key, member);
    if (has_error_since(member.problems(), before)) broken.insert(key);
  }
  if (metrics->value().as_object() != nullptr) lint_event_names(*metrics);
  return broken;
}

void read_experiments(const Cursor& document, const std::set<MetricKey>& broken,
                      Definitions& definitions) {
  const auto list = document.member("experiments");
  if (!list) return;
  std::vector<PlacedExperiment> placed;
  for (const Cursor& item : list->items(definition_limits::kExperimentsMax)) {
    ExperimentDefinition experiment = read_experiment(item, Origin::kFile);
    lint_experiment(experiment, {definitions, broken}, item);
    placed.emplace_back(std::move(experiment), item);
  }
  lint_together(placed);
  lint_layers(document, placed, definitions);
  for (auto& [experiment, item] : placed) definitions.experiments.push_back(std::move(experiment));
  std::stable_sort(definitions.experiments.begin(), definitions.experiments.end(),
                   [](const auto& a, const auto& b) { return a.key < b.key; });
}

Status first_error(const Problems& problems) {
  const auto found = std::find_if(problems.begin(), problems.end(),
                                  [](const auto& problem) { return !problem.is_warning; });
  if (found == problems.end()) return {};
  return Error{Errc::kInvalidArgument, found->path + ": " + found->message};
}

}  // namespace

bool ReadDefinitions::has_errors() const {
  return has_error_since(problems, 0);
}

ReadDefinitions read_definitions(const Value& document) {
  ReadDefinitions result;
  const Cursor top(document, "", result.problems);
  if (!top.is_object_with(members_of(""))) return result;
  read_version(top);
  result.definitions.timezone = read_timezone(top);
  read_units(top, result.definitions);
  read_layers(top, result.definitions);
  result.definitions.holdout = read_holdout(top);
  read_saved_groups(top, result.definitions);
  read_flags(top, result.definitions);
  if (const auto rest = top.member("growthbook")) {
    if (rest->value().as_object() == nullptr) rest->expected("an object");
    result.definitions.growthbook = rest->value();
  }
  const std::set<MetricKey> broken = read_metrics(top, result.definitions);
  read_experiments(top, broken, result.definitions);
  lint_flags(top, result.definitions);
  return result;
}

std::optional<int> buckets_in(const Value& share) {
  Problems problems;
  return Cursor(share, "", problems).buckets(0);
}

Result<ExperimentDefinition> experiment_from(const Value& document) {
  Problems problems;
  ExperimentDefinition experiment =
      read_experiment(Cursor(document, "experiment", problems), Origin::kStored);
  if (const Status status = first_error(problems); !status) return status.error();
  return experiment;
}

Result<MetricDefinition> metric_from(const MetricKey& key, const Value& document) {
  Problems problems;
  MetricDefinition metric = read_metric(key, Cursor(document, "metric", problems));
  if (const Status status = first_error(problems); !status) return status.error();
  return metric;
}

}  // namespace converge

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "config/load.h"
#include "engine/codec/definition.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

namespace fs = std::filesystem;

std::string contents(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<std::string> texts_of(const LoadedDefinitions& loaded) {
  std::vector<std::string> texts;
  for (const Finding& finding : loaded.findings) texts.push_back(to_text(finding));
  return texts;
}

std::vector<std::string> findings_of(const std::string& name, const std::string& text) {
  return texts_of(load_sources({{name, text}}));
}

using Texts = std::vector<std::string>;

/// A folder that disappears with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "converge-config-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { fs::remove_all(path_); }

  std::string path() const { return path_.string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  fs::path path_;
};

const std::string kMetricA =
    "apiVersion: converge/v1\n"
    "timezone: Europe/Berlin\n"
    "metrics:\n"
    "  paid: {type: conversion, event: purchase, window: 7d}\n";
const std::string kExperimentA =
    "apiVersion: converge/v1\n"
    "experiments:\n"
    "  - key: one\n"
    "    unit: user_id\n"
    "    variants: [{key: a}, {key: b}]\n"
    "    metrics: [{metric: paid, role: success}]\n";

}  // namespace

TEST_CASE("Load: the definitions of examples/ lint clean") {
  const LoadedDefinitions attic = load_folder(CONVERGE_SOURCE_DIR "/examples/attic-and-button");
  CHECK(texts_of(attic).empty());
  REQUIRE(attic.definitions.experiments.size() == 1);
  CHECK(attic.definitions.metrics.size() == 8);
  const ExperimentDefinition& experiment = attic.definitions.experiments.front();
  CHECK(experiment.assignment == AssignmentSource::kExternal);
  CHECK(experiment.variants[2].weight == 1.0 / 3);
  const auto& minutes = attic.definitions.metrics.at(MetricKey("support_minutes_per_visitor"));
  CHECK(minutes.numerator.scale_exponent == -12);
  CHECK(minutes.window == std::chrono::hours(48));
}

TEST_CASE("Load: every member of the file lands in its field") {
  const auto loaded = load_files({CONVERGE_TEST_DATA "/definitions/checkout.yaml"});
  REQUIRE_FALSE(loaded.has_errors());
  const Definitions& all = loaded.definitions;
  CHECK(all.timezone == "Europe/Berlin");
  CHECK(all.default_unit_kind() == UnitKind("user_id"));
  CHECK(all.attribute_of(UnitKind("account")) == "account_id");
  const MetricDefinition& aov = all.metrics.at(MetricKey("aov_7d"));
  REQUIRE(aov.denominator.has_value());
  CHECK(aov.numerator.aggregation == Aggregation::kSum);
  CHECK(aov.numerator.scale_exponent == -2);
  CHECK(aov.denominator->where.front() == PropertyFilter{"currency", Value::string("EUR")});

  const ExperimentDefinition& checkout = all.experiments.front();
  CHECK(checkout.status == DeclaredStatus::kRunning);
  CHECK(format_rfc3339(*checkout.start_at) == "2026-11-02T08:00:00Z");
  CHECK(checkout.traffic == 5000);
  CHECK(checkout.variants[0].weight == 0.5);
  CHECK(checkout.variants[1].value == Value::integer(1));
  CHECK(checkout.metrics[0].minimum_detectable_effect == 0.02);
  CHECK(checkout.metrics[1].margin == Margin{0.05, DifferenceScale::kRelative});
  CHECK(checkout.lateness == std::chrono::hours(1));
  CHECK(checkout.analysis.max_sample == 200'000);
  REQUIRE(checkout.decision.has_value());
  CHECK(checkout.decision->on_ship.ramp == std::vector<int>{5000, 7500, 10'000});
  CHECK(checkout.decision->on_ship.holdback == 500);
  CHECK(checkout.decision->on_guardrail_breach == BreachAction::kRollback);
}

TEST_CASE("Load: the same definitions in YAML and in JSON are equal") {
  const std::string yaml = contents(CONVERGE_TEST_DATA "/definitions/checkout.yaml");
  const LoadedDefinitions from_yaml = load_sources({{"shop.yaml", yaml}});
  REQUIRE_FALSE(from_yaml.has_errors());
  const std::string json = to_json_pretty(to_document(from_yaml.definitions));
  const LoadedDefinitions from_json = load_sources({{"shop.json", json}});
  CHECK(texts_of(from_json).empty());
  CHECK(from_json.definitions == from_yaml.definitions);
}

TEST_CASE("Load: files of a folder are one set of definitions") {
  const TemporaryFolder folder;
  folder.write("b.yaml", kExperimentA);
  folder.write("a.json",
               R"({"apiVersion": "converge/v1", "metrics": {"paid":
                  {"type": "conversion", "event": "purchase", "window": "7d"}}})");
  folder.write("notes.txt", "not a definition file");
  folder.write(".hidden.yaml", "neither: this");
  const LoadedDefinitions loaded = load_folder(folder.path());
  CHECK(texts_of(loaded).empty());
  CHECK(loaded.files == Texts{folder.path() + "/a.json", folder.path() + "/b.yaml"});
  CHECK(loaded.definitions.metrics.size() == 1);
  CHECK(loaded.definitions.experiments.size() == 1);
}

TEST_CASE("Load: a path in a finding counts inside its own file") {
  std::string second = kExperimentA;
  second.replace(second.find("one"), 3, "two");
  second.replace(second.find("role: success"), 13, "role: winner");
  const LoadedDefinitions loaded =
      load_sources({{"a.yaml", kMetricA}, {"b.yaml", kExperimentA}, {"c.yaml", second}});
  CHECK(texts_of(loaded) ==
        Texts{"c.yaml:6:36: error: experiments[0].metrics[0].role: expected success, guardrail, "
              "deterioration or quality, got the text \"winner\""});
}

TEST_CASE("Load: one metric or experiment key in two files names both places") {
  const LoadedDefinitions loaded = load_sources({{"a.yaml", kMetricA},
                                                 {"b.yaml", kMetricA},
                                                 {"c.yaml", kExperimentA},
                                                 {"d.yaml", kExperimentA}});
  CHECK(texts_of(loaded) ==
        Texts{"b.yaml:4:3: error: metrics.paid: the metric \"paid\" is already defined in "
              "a.yaml:4:3",
              "d.yaml:3:10: error: experiments[0].key: the experiment key \"one\" is already used "
              "in c.yaml:3:10"});
}

TEST_CASE("Load: what is wrong inside a metric defined twice is found as well") {
  std::string second = kMetricA;
  second.replace(second.find("7d"), 2, "7w");
  const Texts texts = texts_of(load_sources({{"a.yaml", kMetricA}, {"b.yaml", second}}));
  REQUIRE(texts.size() == 2);
  CHECK(texts[1].starts_with("b.yaml:4:53: error: metrics.paid.window: expected a duration"));
}

TEST_CASE("Load: files must agree on settings of the folder") {
  std::string other = "apiVersion: converge/v1\ntimezone: UTC\n";
  CHECK(texts_of(load_sources({{"a.yaml", kMetricA}, {"b.yaml", other}})) ==
        Texts{"b.yaml:2:1: error: timezone: \"timezone\" differs from that in a.yaml:2:1; one "
              "folder has one"});
  other.replace(other.find("UTC"), 3, "Europe/Berlin");
  CHECK(texts_of(load_sources({{"a.yaml", kMetricA}, {"b.yaml", other}})).empty());
}

TEST_CASE("Load: every file names its apiVersion") {
  CHECK(texts_of(load_sources({{"a.yaml", kMetricA}, {"b.yaml", "experiments: []\n"}})) ==
        Texts{"b.yaml:1:1: error: \"apiVersion\" is missing"});
}

TEST_CASE("Load: a file that does not parse hides no finding of another and invents none") {
  std::string second = kExperimentA;
  second.replace(second.find("unit: user_id"), 13, "unti: user_id");
  const Texts texts =
      texts_of(load_sources({{"a.yaml", "metrics: {paid: [\n"}, {"b.yaml", second}}));
  REQUIRE(texts.size() == 3);
  CHECK(texts[0].starts_with("a.yaml:"));
  CHECK(texts[1] == "b.yaml:3:5: error: experiments[0]: \"unit\" is missing");
  CHECK(texts[2].starts_with("b.yaml:4:5: error: experiments[0].unti: unknown member"));
}

TEST_CASE("Load: two running experiments on one flag are doubtful, with one seed refused") {
  std::string first = kExperimentA;
  first.replace(first.find("    unit"), 4, "    status: running\n    flag: f\n    seed: s\n    ");
  std::string second = first;
  second.replace(second.find("one"), 3, "two");
  CHECK(texts_of(load_sources({{"a.yaml", kMetricA}, {"b.yaml", first}, {"c.yaml", second}})) ==
        Texts{"c.yaml:5:11: warning: experiments[0].flag: the flag \"f\" is also that of \"one\": "
              "applying is refused while that one splits its units, and follows it once it was "
              "promoted or ended",
              "c.yaml:6:11: error: experiments[0].seed: the seed \"s\" hashes like that of "
              "\"one\", so both would split their units alike; choose another"});
}

TEST_CASE("Load: what a condition cannot mean is a warning at its place") {
  std::string text = kExperimentA;
  text.replace(text.find("    unit"), 4, "    condition:\n      country: {$inn: [DE]}\n    ");
  const LoadedDefinitions loaded = load_sources({{"a.yaml", kMetricA}, {"b.yaml", text}});
  CHECK_FALSE(loaded.has_errors());
  REQUIRE(loaded.findings.size() == 1);
  CHECK(loaded.findings[0].severity == Severity::kWarning);
  CHECK(loaded.findings[0].line == 5);
  CHECK(loaded.findings[0].path.starts_with("experiments[0].condition"));
}

TEST_CASE("Load: missing and empty folders and files are errors, never an empty set") {
  const TemporaryFolder folder;
  CHECK(load_folder(folder.path()).has_errors());
  CHECK(load_folder(folder.path() + "/absent").has_errors());
  CHECK(load_files({folder.path() + "/absent.yaml"}).has_errors());
  CHECK(load_files({folder.path()}).has_errors());
  CHECK(findings_of("a.yaml", "") ==
        Texts{"a.yaml:1:1: error: the file is empty; it needs at least apiVersion"});
  CHECK(load_sources({{"a.yaml", "# only a comment\n"}}).has_errors());
  CHECK(load_sources({{"a.yaml", "- a list\n"}}).has_errors());
  CHECK(load_sources({{"a.json", ""}}).has_errors());
}

TEST_CASE("YAML: plain words follow the core schema of YAML 1.2") {
  const std::string text =
      "apiVersion: converge/v1\n"
      "experiments:\n"
      "  - key: one\n"
      "    unit: user_id\n"
      "    variants:\n"
      "      - {key: a, value: [NO, yes, on, True, ~, 012, +1, .5, 0x1F, 1_000, .inf, 1.10, 1e2]}\n"
      "      - {key: b, value: ['7', \"true\", !!str 5, -0, \"\"]}\n"
      "    metrics: [{metric: m, role: quality}]\n"
      "metrics: {m: {type: count, event: x, window: 1d}}\n";
  const LoadedDefinitions loaded = load_sources({{"a.yaml", text}});
  CHECK(texts_of(loaded).empty());
  const auto& variants = loaded.definitions.experiments.front().variants;
  CHECK(to_json(variants[0].value) ==
        R"(["NO","yes","on",true,null,"012","+1",".5","0x1F","1_000",".inf",1.10,1e2])");
  CHECK(to_json(variants[1].value) == R"(["7","true","5",-0,""])");
}

TEST_CASE("YAML: anchors are written out, within limits") {
  const std::string text =
      "apiVersion: converge/v1\n"
      "metrics:\n"
      "  a: &shape {type: count, event: x, window: 1d}\n"
      "  b: *shape\n";
  const LoadedDefinitions loaded = load_sources({{"a.yaml", text}});
  CHECK(texts_of(loaded).empty());
  CHECK(loaded.definitions.metrics.size() == 2);

  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string inner = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + inner;
    for (int j = 0; j < 9; ++j) bomb += ", " + inner;
    bomb += "]\n";
  }
  const Texts texts = findings_of("bomb.yaml", bomb);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0].find("more than 200000 values") != std::string::npos);
  CHECK(load_sources({{"self.yaml", "a: &a [*a]\n"}}).has_errors());
}

TEST_CASE("Load: depth, size, count and findings have limits") {
  const std::string deep = "a: " + std::string(5000, '[') + std::string(5000, ']') + "\n";
  CHECK(load_sources({{"deep.yaml", deep}}).has_errors());
  const std::string deep_json = "{\"a\": " + std::string(5000, '[') + std::string(5000, ']') + "}";
  const Texts texts = findings_of("deep.json", deep_json);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0] == "deep.json:1:71: error: is nested deeper than 64 levels");

  LoadLimits limits;
  limits.file_bytes_max = 10;
  CHECK(load_sources({{"a.yaml", kMetricA}}, limits).has_errors());
  limits = {};
  limits.files_max = 1;
  CHECK(load_files({"a.yaml", "b.yaml"}, limits).has_errors());
  limits = {};
  limits.findings_max = 5;
  std::string many = "apiVersion: converge/v1\n";
  for (int i = 0; i < 20; ++i) many += "x" + std::to_string(i) + ": 1\n";
  const LoadedDefinitions cut = load_sources({{"many.yaml", many}}, limits);
  CHECK(cut.findings.size() == 6);
  CHECK(cut.has_errors());
}

TEST_CASE("Load: columns count characters and a byte order mark is no character") {
  CHECK(findings_of("a.yaml",
                    "\xEF\xBB\xBF"
                    "apiVersion: converge/v1\nmetrics: {größe: 1}\n") ==
        findings_of("a.yaml", "apiVersion: converge/v1\nmetrics: {größe: 1}\n"));
  const LoadedDefinitions loaded =
      load_sources({{"a.yaml", "apiVersion: converge/v1\nmetrics: {\"größe\": 1}\n"}});
  REQUIRE(loaded.findings.size() == 2);
  CHECK(loaded.findings[1].column == 20);
  CHECK(findings_of("a.yaml", "apiVersion: \xFF\n") ==
        Texts{"a.yaml:1:13: error: the file is not UTF-8"});
}

TEST_CASE("JSON: syntax, second values, duplicates and escapes are exact") {
  CHECK(findings_of("a.json", "{\n  \"apiVersion\": \"converge/v1\",\n}")[0].starts_with(
      "a.json:3:1: error: this is not valid JSON: "));
  CHECK(findings_of("a.json", "{\"apiVersion\": \"converge/v1\"} x")[0].starts_with(
      "a.json:1:31: error: this is not valid JSON: "));
  CHECK(findings_of("a.json", "{\"apiVersion\": \"converge/v1\"")[0].starts_with("a.json:1:"));
  CHECK(findings_of("a.json",
                    "{\"apiVersion\": \"converge/v1\",\n \"metrics\": {},\n \"metrics\": {}}") ==
        Texts{"a.json:3:2: error: the member \"metrics\" is given twice (first on line 2)"});
  CHECK(load_sources({{"a.json", "{\"apiVersion\": \"converge/v1\", \"timezone\": 1e999}"}})
            .has_errors());
  const std::string pair = R"({"apiVersion": "converge/v1",
    "metrics": {"m": {"type": "count", "event": "x", "window": "1d"}},
    "experiments": [{"key": "one", "unit": "user_id", "owner": "\ud83d\ude00 \u0041\/",
      "variants": [{"key": "a", "value": 1.50}, {"key": "b", "value": 2}],
      "metrics": [{"metric": "m", "role": "quality"}]}]})";
  const LoadedDefinitions loaded = load_sources({{"a.json", pair}});
  CHECK(texts_of(loaded).empty());
  CHECK(loaded.definitions.experiments.front().owner == "\U0001F600 A/");
  CHECK(loaded.definitions.experiments.front().variants[0].value.as_number()->text == "1.50");
  CHECK(load_sources({{"a.json", R"({"apiVersion": "\ud83d"})"}}).has_errors());
}

TEST_CASE("Finding: text and document carry the place") {
  const Finding finding{"a.yaml", 3, 5, "units.user", Severity::kWarning, "odd"};
  CHECK(to_text(finding) == "a.yaml:3:5: warning: units.user: odd");
  CHECK(to_json(to_document(finding)) ==
        R"({"file":"a.yaml","line":3,"column":5,"path":"units.user","severity":"warning",)"
        R"("message":"odd"})");
  CHECK(to_text({"folder", 0, 0, "", Severity::kError, "absent"}) == "folder: error: absent");
}

}  // namespace converge

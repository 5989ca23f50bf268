#include <string>

#include "tests/calibration/binomial_limit.h"
#include "tests/calibration/guarded_methods.h"
#include "tests/calibration/markdown.h"
#include "tests/calibration/report.h"
#include "tests/calibration/scenario.h"
#include "tests/calibration/scheduled_methods.h"
#include "tests/calibration/simulate.h"

namespace converge::calibration {
namespace {

std::string power_cell(const Tally& tally) {
  return percent(static_cast<double>(tally.up) / tally.runs) + " %, " + whole(tally.units_per_arm);
}

std::string table_of(const std::vector<std::string>& columns, const std::vector<Method>& methods,
                     const std::vector<std::vector<Tally>>& tallies,
                     std::string (*cell)(const Tally&)) {
  Table table(columns);
  for (std::size_t m = 0; m < methods.size(); ++m) {
    std::vector<std::string> cells;
    cells.reserve(tallies.size());
    for (const std::vector<Tally>& scenario : tallies) cells.push_back(cell(scenario[m]));
    table.row(methods[m].name, cells);
  }
  return table.text();
}

std::string miss_cell(const Tally& tally) {
  return percent(static_cast<double>(tally.misses_truth) / tally.runs);
}
std::string refused_cell(const Tally& tally) {
  return percent(static_cast<double>(tally.up) / tally.runs) + " % (" +
         percent(tally.refused_share) + ")";
}

const char* const kForeignPower =
    "| *foreign:* fixed, one look at 20,000 | 89.2 % | 84.0 % | 79.0 % |\n"
    "| *foreign:* GrowthBook sequential, default | 58.5 %, 15,086 | 52.9 %, 15,274 | 38.8 %, "
    "17,038 "
    "|\n"
    "| *foreign:* absolute confidence sequence, tuned | 70.2 %, 13,856 | 60.1 %, 14,920 | 55.6 %, "
    "15,644 |\n"
    "| *foreign:* mSPRT | 70.4 %, 13,697 | 60.2 %, 14,862 | 55.2 %, 15,823 |\n"
    "| *foreign:* Lan-DeMets O'Brien-Fleming, 10 looks | 89.3 %, 13,927 | 83.8 %, 14,771 | 79.8 %, "
    "15,220 |\n"
    "| *foreign:* alpha spending t^3, 100 looks | 88.6 %, 12,854 | 82.0 %, 14,004 | 79.5 %, 14,278 "
    "|\n";

struct Target {
  double power;
  double units_per_arm;
};

void compare(const std::string& name, const Tally& tally, const Target& target, Report& report) {
  static constexpr double kStandardErrors = 4.75;  // one-sided tail 1e-6
  if (tally.up < fewest_successes(tally.runs, target.power)) {
    report.unexpected.push_back(name + ": power " + power_cell(tally));
  }
  if (tally.units_per_arm > target.units_per_arm + kStandardErrors * tally.units_per_arm_error) {
    report.unexpected.push_back(name + ": units " + power_cell(tally));
  }
}

std::string equal_splits(int runs, Report& report) {
  std::vector<Method> methods{
      normal_test_at_the_end(),
      guarded_rule(Side::kTwoSided),
      asymptotic_sequence(Mixture::kPlannedEffect, Side::kTwoSided, Guard::kOn),
      asymptotic_sequence(Mixture::kNormal, Side::kTwoSided, Guard::kOn),
      alpha_spending({stats::SpendingFamily::kObrienFleming, 0}, 10),
      alpha_spending({stats::SpendingFamily::kKimDeMets, 3}, 100)};
  static constexpr double kMeans[] = {0.1, 1.6487212707, 3.3115451959};
  static constexpr Target kUnknown[] = {{0.70, 13'856}, {0.60, 14'920}, {0.55, 15'644}};
  static constexpr double kKnownUnits[] = {12'900, 14'000, 14'300};
  std::vector<std::vector<Tally>> tallies;
  const std::vector<Scenario> scenarios = power_scenarios(kEqual);
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    std::vector<Method> all = methods;
    all.push_back(mixture_sprt(kMeans[i], scenarios[i].lift));
    tallies.push_back(simulate(scenarios[i], runs, all));
    const std::vector<Tally>& row = tallies.back();
    compare(scenarios[i].name + ", guarded rule", row[1], kUnknown[i], report);
    const double fixed = static_cast<double>(row[0].up) / runs;
    compare(scenarios[i].name + ", t^3", row[5], {fixed - 0.02, kKnownUnits[i]}, report);
  }
  methods.push_back(mixture_sprt(1, 1));
  return table_of({"method", "bern .1, +10 %", "logn, +4 %", "zero-infl., +16 %"}, methods, tallies,
                  power_cell) +
         kForeignPower;
}

std::string relative_misses(int runs, Report& report) {
  const std::vector<Method> methods{relative_sequence(Mixture::kPlannedEffect, Guard::kOn),
                                    relative_sequence(Mixture::kPlannedEffect, Guard::kOff),
                                    relative_sequence(Mixture::kNormal, Guard::kOff),
                                    relative_sequence_by_delta_method()};
  std::vector<std::vector<Tally>> tallies;
  for (const Scenario& scenario : power_scenarios(kEqual)) {
    tallies.push_back(simulate(scenario, runs, methods));
    for (std::size_t m = 0; m < 3; ++m) {
      if (tallies.back()[m].misses_truth > most_errors(runs, kAlpha)) {
        report.unexpected.push_back(scenario.name + ": " + methods[m].name);
      }
    }
  }
  return table_of({"method", "bern .1, +10 %", "logn, +4 %", "zero-infl., +16 %"}, methods, tallies,
                  miss_cell) +
         "| *foreign:* delta method | 3.3 | 7.8 | 7.5 |\n"
         "| *foreign:* Fieller | 1.8 | 2.0 | 2.2 |\n"
         "| *foreign:* log ratio | 1.6 | 2.7 | 3.3 |\n";
}

std::string refused(const Split& split, double factor, int runs) {
  const std::vector<Method> methods{normal_test_at_the_end(),
                                    guarded_rule(Side::kTwoSided),
                                    guarded_rule_with_share(Side::kTwoSided, 0.5),
                                    guarded_rule_with_share(Side::kTwoSided, 0.75),
                                    exact_e_process(Side::kTwoSided),
                                    guarded_rule(Side::kUp),
                                    exact_e_process(Side::kUp)};
  std::vector<std::string> columns{"method"};
  std::vector<std::vector<Tally>> tallies;
  for (const Scenario& scenario : capped_power_scenarios(split, factor)) {
    columns.push_back(scenario.name.substr(0, scenario.name.find(',')) + ", +" +
                      whole(100 * scenario.lift) + " %");
    tallies.push_back(simulate(scenario, runs, methods));
  }
  return "\n" + split.name + ":\n\n" + table_of(columns, methods, tallies, refused_cell);
}

}  // namespace

Report power_report(int runs) {
  Report report;
  report.text += "## Power, and mean units per arm at the stop (at most 20,000)\n\n" +
                 equal_splits(runs, report);
  report.text +=
      "\n## Time-uniform miscoverage of the relative lift, in % of runs (at most 5)\n\n"
      "Whether the interval of the relative lift left out the true one at any look.\n\n" +
      relative_misses(runs, report);
  report.text +=
      "\n## Power where the guard refuses\n\n"
      "In brackets the share of looks that the guard refused. Values are cut as above. The test of "
      "one look\nis shown for scale; at these splits it is no valid test (see its false positives "
      "under peeking).\n" +
      refused(kNineteenToOne, 2.3, runs) + refused(kNinetyNineToOne, 5, runs);
  return report;
}

}  // namespace converge::calibration

#include <cmath>
#include <cstdio>
#include <string>

#include "tests/calibration/after_stop.h"
#include "tests/calibration/binomial_limit.h"
#include "tests/calibration/discoveries.h"
#include "tests/calibration/fixed_intervals.h"
#include "tests/calibration/markdown.h"
#include "tests/calibration/quantile_counts.h"
#include "tests/calibration/report.h"
#include "tests/calibration/sample_ratio.h"
#include "tests/calibration/uniform_boundaries.h"

namespace converge::calibration {
namespace {

std::string three_digits(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3f", value);
  return buffer;
}

std::string count_table(const std::vector<Count>& counts, Report& report) {
  Table table({"", "errors, %", "claimed at most, %", "refuted above, %"});
  for (const Count& count : counts) {
    const double runs = count.runs;
    const std::string name = count.expectation == Expectation::kBeyondLimit
                                 ? "*negative control:* " + count.name
                                 : count.name;
    table.row(name, {percent(count.errors / runs), percent(count.at_most),
                     percent(most_errors(count.runs, count.at_most) / runs)});
    if (!is_as_expected(count)) report.unexpected.push_back(count.name);
  }
  return table.text();
}

std::string discovery_table(int runs, Report& report) {
  Table table({"20 correlated metrics, 4 of them moved", "false discoveries, %", "standard error",
               "moved metrics found, %"});
  const std::vector<DiscoveryRate> rates = false_discoveries(runs);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const DiscoveryRate& rate = rates[i];
    const bool is_control = i == 2;
    table.row((is_control ? "*negative control:* " : "") + rate.name,
              {percent(rate.false_rate), percent(rate.standard_error), percent(rate.found)});
    const bool is_beyond = rate.false_rate > rate.at_most + 4.75 * rate.standard_error;
    if (is_beyond != is_control) report.unexpected.push_back(rate.name);
  }
  return table.text();
}

std::string bias_table(const std::vector<StopBias>& biases, Report& report) {
  Table table({"estimate / true effect", "naive, mean", "corrected, mean", "standard error",
               "corrected, median", "corrected above the truth, %"});
  for (const StopBias& bias : biases) {
    const double runs = bias.runs;
    table.row(bias.name, {three_digits(bias.naive), three_digits(bias.corrected),
                          three_digits(bias.standard_error), three_digits(bias.median),
                          percent(bias.above_truth / runs)});
    const int most = most_errors(bias.runs, 0.5);
    if (bias.above_truth > most || bias.runs - bias.above_truth > most) {
      report.unexpected.push_back(bias.name);
    }
  }
  return table.text();
}

}  // namespace

Report claims_report(int runs) {
  Report report;
  report.text += "## Confidence sequences and boundaries, looked at all the time\n\n" +
                 count_table(uniform_boundaries(runs), report);
  report.text +=
      "\n## Sample ratios, looked at 200 times\n\n" + count_table(sample_ratio(runs), report);
  report.text += "\n## Intervals of one look: how often they miss the truth\n\n" +
                 count_table(fixed_intervals(runs), report);
  report.text += "\n## Quantiles\n\n" + count_table(quantile_counts(runs), report);
  report.text += "\n## Many metrics\n\n" + discovery_table(runs, report);
  const AfterStop stops = after_stop(runs);
  report.text += "\n## After a stop: the winner's curse before and after correction\n\n" +
                 bias_table(stops.biases, report) + "\n" + count_table(stops.misses, report);
  return report;
}

}  // namespace converge::calibration

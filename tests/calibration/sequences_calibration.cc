#include <catch2/catch.hpp>

#include "tests/calibration/after_stop.h"
#include "tests/calibration/binomial_limit.h"
#include "tests/calibration/discoveries.h"
#include "tests/calibration/fixed_intervals.h"
#include "tests/calibration/quantile_counts.h"
#include "tests/calibration/sample_ratio.h"
#include "tests/calibration/uniform_boundaries.h"

/// What is no comparison of two means: each claim within its exact binomial limit, each negative
/// control beyond it.
namespace {

using namespace converge::calibration;

constexpr double kStandardErrors = 4.75;  // one-sided tail 1e-6

void check(const std::vector<Count>& counts) {
  for (const Count& count : counts) {
    INFO(count.name << ": " << count.errors << " of " << count.runs);
    CHECK(is_as_expected(count));
  }
}

}  // namespace

TEST_CASE("calibration: uniform boundaries hold at every look") {
  check(uniform_boundaries(400));
}

TEST_CASE("calibration: peeking at sample ratios raises no false alarm and finds a mismatch") {
  check(sample_ratio(400));
}

TEST_CASE("calibration: intervals of one look cover what they say") {
  check(fixed_intervals(1000));
}

TEST_CASE("calibration: quantiles keep their level where events cluster in units") {
  check(quantile_counts(200));
}

TEST_CASE("calibration: false discovery rates stay within alpha, uncorrected ones do not") {
  const std::vector<DiscoveryRate> rates = false_discoveries(400);
  for (const DiscoveryRate& rate : {rates[0], rates[1]}) {
    INFO(rate.name << ": " << rate.false_rate << " +- " << rate.standard_error);
    CHECK(rate.false_rate <= rate.at_most + kStandardErrors * rate.standard_error);
    CHECK(rate.found > 0.3);
  }
  CHECK(rates[2].false_rate > rates[2].at_most + kStandardErrors * rates[2].standard_error);
}

TEST_CASE("calibration: estimates after a stop are too high as often as too low") {
  const AfterStop result = after_stop(400);
  check(result.misses);
  for (const StopBias& bias : result.biases) {
    INFO(bias.name << ": naive " << bias.naive << ", corrected " << bias.corrected << ", above "
                   << bias.above_truth << " of " << bias.runs);
    CHECK(bias.naive > 1.03);
    CHECK(bias.above_truth <= most_errors(bias.runs, 0.5));
    CHECK(bias.runs - bias.above_truth <= most_errors(bias.runs, 0.5));
  }
}

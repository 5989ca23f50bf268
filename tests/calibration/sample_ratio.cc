#include "tests/calibration/sample_ratio.h"

#include <cmath>
#include <cstdint>

#include "stats/quality/srm_chi_square.h"
#include "stats/quality/strata_srm.h"
#include "tests/calibration/asymptotic_methods.h"
#include "tests/calibration/random.h"

namespace converge::calibration {
namespace {

constexpr int kLooks = 200;
constexpr int kUnitsPerLook = 100;
constexpr double kConcentration = 1e4;

/// What units get and what was intended, one row per phase of equal length.
struct Assignment {
  std::string name;
  std::vector<std::vector<double>> shares;
  std::vector<std::vector<double>> intended;
};

std::vector<stats::SrmStratum> nothing_yet(const Assignment& assignment) {
  std::vector<stats::SrmStratum> strata;
  for (const std::vector<double>& weights : assignment.intended) {
    strata.push_back({std::vector<std::int64_t>(weights.size()), weights});
  }
  return strata;
}

void add_units(Random& random, const std::vector<double>& shares,
               std::vector<std::int64_t>& counts) {
  std::int64_t left = kUnitsPerLook;
  double share_left = 1;
  for (std::size_t arm = 0; arm + 1 < shares.size(); ++arm) {
    const std::int64_t drawn = random.binomial(left, shares[arm] / share_left);
    counts[arm] += drawn;
    left -= drawn;
    share_left -= shares[arm];
  }
  counts.back() += left;
}

/// The runs in which `alarms`, a predicate of the strata so far, holds at any look.
template <class Alarm>
int runs_with_alarm(const Assignment& assignment, int runs, const Alarm& alarms) {
  int alarmed = 0;
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of(assignment.name.c_str(), run));
    std::vector<stats::SrmStratum> strata = nothing_yet(assignment);
    for (int look = 0; look < kLooks; ++look) {
      const auto phase =
          static_cast<std::size_t>(look) * strata.size() / static_cast<std::size_t>(kLooks);
      add_units(random, assignment.shares[phase], strata[phase].counts);
      if (alarms(strata)) {
        ++alarmed;
        break;
      }
    }
  }
  return alarmed;
}

bool sequential_alarm(const std::vector<stats::SrmStratum>& strata) {
  return stats::strata_srm(strata, kConcentration)->log_e >= -std::log(kAlpha);
}

bool chi_square_alarm(const std::vector<stats::SrmStratum>& strata) {
  const auto test =
      stats::srm_chi_square({.counts = strata.front().counts, .weights = strata.front().weights});
  return test && test->p < kAlpha;
}

/// All phases as one, with the shares that the plan has on average.
bool pooled_alarm(const std::vector<stats::SrmStratum>& strata) {
  stats::SrmStratum pooled = strata.front();
  for (std::size_t i = 1; i < strata.size(); ++i) {
    for (std::size_t arm = 0; arm < pooled.counts.size(); ++arm) {
      pooled.counts[arm] += strata[i].counts[arm];
      pooled.weights[arm] += strata[i].weights[arm];
    }
  }
  return sequential_alarm({pooled});
}

Assignment as_intended(std::string name, const std::vector<std::vector<double>>& shares) {
  return {std::move(name), shares, shares};
}

}  // namespace

std::vector<Count> sample_ratio(int runs) {
  const Assignment halves = as_intended("50/50", {{0.5, 0.5}});
  const Assignment small = as_intended("99/1", {{0.99, 0.01}});
  const Assignment three = as_intended("60/30/10", {{0.6, 0.3, 0.1}});
  const Assignment ramp = as_intended("ramp 10 % to 50 %", {{0.9, 0.1}, {0.5, 0.5}});
  const Assignment broken{"52/48", {{0.52, 0.48}}, {{0.5, 0.5}}};
  std::vector<Count> counts;
  for (const Assignment& assignment : {halves, small, three, ramp}) {
    counts.push_back({"sequential multinomial test, " + assignment.name, runs,
                      runs_with_alarm(assignment, runs, sequential_alarm)});
  }
  counts.push_back({"chi-square at every look, 50/50", runs,
                    runs_with_alarm(halves, runs, chi_square_alarm), kAlpha,
                    Expectation::kBeyondLimit});
  counts.push_back({"sequential multinomial test, pooled phases of a ramp", runs,
                    runs_with_alarm(ramp, runs, pooled_alarm), kAlpha, Expectation::kBeyondLimit});
  counts.push_back({"sequential multinomial test, misses 52/48 in 20,000 units", runs,
                    runs - runs_with_alarm(broken, runs, sequential_alarm), 0.05});
  return counts;
}

}  // namespace converge::calibration

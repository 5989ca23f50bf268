#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "tests/calibration/scenario.h"

namespace converge::calibration {

/// Everything that one run showed, look by look.
struct Run {
  const Scenario& scenario;
  std::span<const Look> looks;
};

inline constexpr int kNever = -1;

/// What a method that is read at every look made of a run.
struct Outcome {
  int up_at = kNever;         ///< the first look at which it claimed that the treatment is better
  int down_at = kNever;       ///< or worse
  int refused = 0;            ///< looks without an answer
  bool misses_truth = false;  ///< an interval left out the true effect, at any look
};

struct Method {
  std::string name;
  std::function<Outcome(const Run&)> read;
};

/// Sums over the runs.
struct Tally {
  int runs = 0;
  int up = 0;
  int down = 0;
  int either = 0;  ///< up or down
  int misses_truth = 0;
  double refused_share = 0;        ///< of all looks
  double units_per_arm = 0;        ///< mean at the first claim, or at the last look; both arms / 2
  double units_per_arm_error = 0;  ///< standard error of it
  double lift_at_claim = 0;        ///< mean observed relative lift where "better" was claimed

  double percent(int count) const { return 100.0 * count / runs; }
};

/// Runs the scenario and lets every method read the same runs. The seeds depend on the scenario's
/// name and lift and on the run alone.
std::vector<Tally> simulate(const Scenario& scenario, int runs, std::span<const Method> methods);

}  // namespace converge::calibration

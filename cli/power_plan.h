#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"

/// What `converge power` computes, before it is printed.
namespace converge::cli {

/// The question, with every default filled in.
struct PowerQuestion {
  double baseline = 0;  ///< mean, proportion or ratio of the control
  double effect = 0;    ///< to be found; for non-inferiority the margin, above 0
  bool non_inferiority = false;
  double variance_control = 0;  ///< of a unit
  double variance_treatment = 0;
  double alpha_of_test = 0;  ///< per comparison; one-sided for non-inferiority
  double power_of_test = 0;
  std::vector<double> weights;  ///< of the variants, control first
};

struct MethodPlan {
  std::string method;  ///< "fixed", "group-sequential", "sequential"
  std::int64_t looks = 1;
  std::vector<std::int64_t> units;  ///< of each variant, control first
  std::int64_t units_total = 0;
  double power = 0;
  double expected_total = 0;  ///< stopped at its verdict, when the effect is there
  double expected_total_no_effect = 0;
  double inflation = 1;               ///< control units over those of the fixed method
  std::optional<std::int64_t> weeks;  ///< with the window of the last unit; none: traffic unknown
  bool within_horizon = true;
};

struct PowerPlan {
  PowerQuestion question;
  std::vector<MethodPlan> methods;
};

/// Errors name the option.
Result<PowerPlan> plan_power(const PowerOptions& options);

/// The most looks that a plan takes; a daily schedule beyond it is spread over as many.
inline constexpr std::int64_t kPlannedLooksMax = 200;

}  // namespace converge::cli

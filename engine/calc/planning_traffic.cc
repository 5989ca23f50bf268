#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/planning/allocation.h"
#include "stats/planning/duration.h"
#include "stats/planning/interim_power.h"
#include "stats/sequential/asymptotic_cs.h"

/// How units divide over arms, how long they take to come, how many a running experiment lacks.
namespace converge::calc {
namespace {

Result<Value> multi_arm_allocation(Inputs inputs) {
  const std::int64_t arms = inputs.count("arms");
  const double alpha = inputs.number("alpha");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Allocation> allocation = stats::allocation_of(arms, alpha);
  if (!allocation) return allocation.error();
  return Value::object({{"alpha_per_comparison", figure(allocation->alpha_per_comparison)},
                        {"optimal_control_share", figure(allocation->optimal_control_share)},
                        {"ratio", figure(allocation->ratio)},
                        {"relative_total", figure(allocation->relative_total)}});
}

/// weekly_units, or points [[week, cumulative units], ...] with a growth beyond the last one.
stats::Traffic read_traffic(Inputs& inputs) {
  if (inputs.has("weekly_units")) return stats::steady_traffic(inputs.number("weekly_units"));
  stats::Traffic traffic{.points = {}, .growth = stats::Growth::kLinear};
  for (const std::vector<double>& row : inputs.number_rows("points")) {
    if (row.size() != 2) inputs.refuse("points", "rows of two numbers: week, units");
    if (row.size() == 2) traffic.points.push_back({.week = row[0], .units = row[1]});
  }
  const std::string growth = inputs.text_or("growth", "linear");
  if (growth == "power-law") traffic.growth = stats::Growth::kPowerLaw;
  if (growth != "power-law" && growth != "linear") {
    inputs.refuse("growth", "\"linear\" or \"power-law\"");
  }
  return traffic;
}

Result<Value> duration(Inputs inputs) {
  const stats::Traffic traffic = read_traffic(inputs);
  const stats::DurationGoal goal{.units = inputs.number("units"),
                                 .weeks_max = inputs.number_or("weeks_max", 520),
                                 .window_weeks = inputs.number_or("window_weeks", 0)};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Duration> result = stats::duration_of(traffic, goal);
  if (!result) return result.error();
  return Value::object({{"enrolment_weeks_exact", figure(result->enrolment_weeks_exact)},
                        {"enrolment_weeks", Value::integer(result->enrolment_weeks)},
                        {"total_weeks", Value::integer(result->total_weeks)}});
}

struct MeanAndVariance {
  double n;
  double mean;
  double variance_of_mean;
};

/// Of n, sum and sum_squares; the products with their rounding errors, so that squares next to
/// each other do not cancel.
MeanAndVariance read_sums(Inputs inputs) {
  const std::int64_t count = inputs.count("n");
  const auto n = static_cast<double>(count);
  const double sum = inputs.number("sum");
  const double sum_squares = inputs.number("sum_squares");
  if (count < 2) {
    inputs.refuse("n", "2 units or more");
    return {};
  }
  const double product = n * sum_squares;
  const double square = sum * sum;
  const double rest = std::fma(n, sum_squares, -product) - std::fma(sum, sum, -square);
  const double variance = ((product - square) + rest) / n / (n - 1);
  if (!(variance > 0) || !std::isfinite(variance)) {
    inputs.refuse("sum_squares", "more than sum^2 / n: a variance above 0");
  }
  return {.n = n, .mean = sum / n, .variance_of_mean = variance / n};
}

struct MidExperiment {
  stats::InterimEstimate estimate;
  double alpha;  ///< per test
  bool sequential;
  double tuning;
  bool has_prior;
  stats::AssurancePrior prior;
  double power;  ///< per metric
};

MidExperiment read_mid_experiment(Inputs& inputs) {
  const MeanAndVariance a = read_sums(inputs.object("a"));
  const MeanAndVariance b = read_sums(inputs.object("b"));
  if (a.mean == 0) inputs.refuse("a", "a mean other than 0: the effect is relative to it");
  const std::int64_t metrics = inputs.count_or("num_goal_metrics", 1);
  const std::int64_t variations = inputs.count_or("num_variations", 2);
  if (metrics < 1) inputs.refuse("num_goal_metrics", "1 or more");
  if (variations < 2) inputs.refuse("num_variations", "2 or more");
  const bool corrected = inputs.flag_or("p_value_corrected", false);
  const auto tests = corrected ? static_cast<double>(metrics * (variations - 1)) : 1.0;
  const double ratio = b.mean / a.mean;
  MidExperiment given{};
  // The delta method's variance of b / a - 1.
  given.estimate = {
      .effect = std::abs(inputs.number("target_mde")),
      .variance = (b.variance_of_mean + ratio * ratio * a.variance_of_mean) / (a.mean * a.mean),
      .n_a = a.n,
      .n_b = b.n};
  given.alpha = inputs.number_or("alpha", 0.05) / tests;
  given.sequential = inputs.flag_or("sequential", false);
  given.tuning = inputs.number_or("tuning", 5000);
  if (inputs.has("prior")) {
    Inputs prior = inputs.object("prior");
    given.has_prior = prior.flag_or("proper", false);
    const double variance = prior.number_or("variance", 1);
    if (!(variance > 0)) prior.refuse("variance", "a number above 0");
    given.prior = {.mean = prior.number_or("mean", 0), .sd = std::sqrt(variance)};
  } else {
    inputs.ignore("prior");
  }
  const double power = inputs.number_or("target_power", 0.8);
  if (!(power > 0 && power < 1)) inputs.refuse("target_power", "a number between 0 and 1");
  // Every one of the metrics: the power of all of them together, were they independent.
  given.power = std::pow(power, 1 / static_cast<double>(metrics));
  return given;
}

Result<stats::PowerFunction> power_of(const MidExperiment& given) {
  if (given.has_prior) {
    return stats::interim_power_posterior(given.estimate, given.alpha, given.prior);
  }
  if (!given.sequential) return stats::interim_power_fixed(given.estimate, given.alpha);
  const Result<double> rho2 = stats::rho_squared_approximate(given.alpha, given.tuning);
  if (!rho2) return rho2.error();
  return stats::interim_power_sequence_once(given.estimate, given.alpha, *rho2);
}

Result<Value> mid_experiment_power(Inputs inputs) {
  const MidExperiment given = read_mid_experiment(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::PowerFunction> power = power_of(given);
  if (!power) return power.error();
  const Result<stats::ExtraUnits> extra = stats::extra_units(*power, given.estimate, given.power);
  if (!extra) return extra.error();
  return Value::object({{"power_now", figure(extra->power_now)},
                        {"scaling_factor", figure(extra->share)},
                        {"additional_users", figure(extra->units)},
                        {"message", Value::string("successful")}});
}

constexpr Method kMethods[] = {
    {"multi_arm_allocation", "alpha per comparison and the best share of the control",
     multi_arm_allocation},
    {"duration", "weeks until the units are there", duration},
    {"mid_experiment_power", "power of a running experiment and the units it lacks",
     mid_experiment_power},
};

}  // namespace

std::span<const Method> planning_traffic_methods() {
  return kMethods;
}

}  // namespace converge::calc

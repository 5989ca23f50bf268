#include "cli/power_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

#include "stats/group_sequential/spending_bounds.h"
#include "stats/planning/allocation.h"
#include "stats/planning/duration.h"
#include "stats/planning/guardrail_power.h"
#include "stats/planning/mean_power.h"
#include "stats/planning/sample_size.h"
#include "stats/planning/scheduled_power.h"
#include "stats/planning/sequence_power.h"
#include "stats/planning/unit_variance.h"

namespace converge::cli {
namespace {

Error wrong(std::string_view option, const std::string& expected, const std::string& found) {
  return {Errc::kInvalidArgument,
          std::string(option) + ": expected " + expected + ", found \"" + found + "\""};
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, value);
  if (status != std::errc() || rest != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// "5%" of the baseline or a number in the unit of the metric.
Result<double> absolute_effect(std::string_view option, const std::string& text, double baseline) {
  const bool relative = !text.empty() && text.back() == '%';
  const auto value = number_of(relative ? std::string_view(text).substr(0, text.size() - 1) : text);
  if (!value || *value == 0) {
    return wrong(option, "a number other than 0 such as 0.0015, or 5%", text);
  }
  if (!relative) return *value;
  if (baseline == 0) return wrong(option, "no percentage of a baseline of 0", text);
  return std::abs(baseline) * *value / 100;
}

Result<std::vector<double>> weights_of(const PowerOptions& options) {
  const auto variants = static_cast<std::size_t>(options.variants);
  if (options.split.empty()) return std::vector<double>(variants, 1.0);
  const std::string expected = std::to_string(variants) + " weights above 0 such as " +
                               (variants == 2 ? "90/10" : "50/25/25");
  std::vector<double> weights;
  std::string_view rest = options.split;
  while (true) {
    const std::size_t slash = rest.find('/');
    const auto weight = number_of(rest.substr(0, slash));
    if (!weight || *weight <= 0) return wrong("--split", expected, options.split);
    weights.push_back(*weight);
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (weights.size() != variants) return wrong("--split", expected, options.split);
  return weights;
}

/// Baseline and variances of a unit, before adjustment.
struct Metric {
  double baseline = 0;
  double variance = 0;
};

Result<Metric> metric_of(const PowerOptions& options) {
  if (options.baseline) {
    const double p = *options.baseline;
    if (!(p > 0 && p < 1)) {
      return wrong("--baseline", "a proportion between 0 and 1", fmt::format("{}", p));
    }
    return Metric{.baseline = p, .variance = p * (1 - p)};
  }
  if (!options.mean || !options.sd) {
    return Error{Errc::kInvalidArgument,
                 "power: name the metric by --baseline, or by --mean and --sd"};
  }
  if (!(*options.sd > 0) || !std::isfinite(*options.sd)) {
    return wrong("--sd", "a number above 0", fmt::format("{}", *options.sd));
  }
  if (!options.denominator_mean) {
    return Metric{.baseline = *options.mean, .variance = *options.sd * *options.sd};
  }
  const double sd_denominator = options.denominator_sd.value_or(0);
  if (!(std::abs(options.denominator_correlation) <= 1)) {
    return wrong("--denominator-correlation", "a number from -1 to 1",
                 fmt::format("{}", options.denominator_correlation));
  }
  const Result<double> variance = stats::ratio_unit_variance(
      {.mean_numerator = *options.mean,
       .variance_numerator = *options.sd * *options.sd,
       .mean_denominator = *options.denominator_mean,
       .variance_denominator = sd_denominator * sd_denominator,
       .covariance = options.denominator_correlation * *options.sd * sd_denominator});
  if (!variance) return variance.error().within("--denominator-mean");
  if (*variance == 0) {
    return Error{Errc::kInvalidArgument,
                 "--denominator-correlation: the ratio does not vary between units"};
  }
  return Metric{.baseline = *options.mean / *options.denominator_mean, .variance = *variance};
}

Result<PowerQuestion> question_of(const PowerOptions& options) {
  const Result<Metric> metric = metric_of(options);
  if (!metric) return metric.error();
  PowerQuestion question;
  question.baseline = metric->baseline;
  question.non_inferiority = !options.margin.empty();
  if (options.mde.empty() && options.margin.empty()) {
    return Error{Errc::kInvalidArgument,
                 "power: name the effect by --mde, or the largest loss by --margin"};
  }
  const std::string_view option = question.non_inferiority ? "--margin" : "--mde";
  const std::string& text = question.non_inferiority ? options.margin : options.mde;
  const Result<double> effect = absolute_effect(option, text, metric->baseline);
  if (!effect) return effect.error();
  question.effect = *effect;
  if (question.non_inferiority && *effect < 0) {
    return wrong(option, "a loss above 0", text);
  }
  double variance_treatment = metric->variance;
  if (options.baseline && !question.non_inferiority) {
    const double p = metric->baseline + *effect;
    if (!(p > 0 && p < 1)) {
      return wrong(option, "an effect that leaves the proportion between 0 and 1", text);
    }
    variance_treatment = p * (1 - p);
  }
  const auto control = stats::adjusted_unit_variance(metric->variance, options.cuped_correlation);
  const auto treatment =
      stats::adjusted_unit_variance(variance_treatment, options.cuped_correlation);
  if (!control || !treatment) {
    return wrong("--cuped-correlation", "a number between -1 and 1",
                 fmt::format("{}", options.cuped_correlation));
  }
  question.variance_control = *control;
  question.variance_treatment = *treatment;
  const auto allocation = stats::allocation_of(options.variants, options.alpha);
  if (!allocation)
    return wrong("--alpha", "a number between 0 and 1", fmt::format("{}", options.alpha));
  // Success is corrected over variants; guardrails, which must all pass, are not.
  question.alpha_of_test =
      question.non_inferiority ? options.alpha / 2 : allocation->alpha_per_comparison;
  const auto power = stats::power_of_each_test(options.power, options.guardrails);
  if (!power) return wrong("--power", "a number between 0 and 1", fmt::format("{}", options.power));
  if (options.power <= options.alpha) {
    return wrong("--power", "more than alpha, which a test has without data",
                 fmt::format("{}", options.power));
  }
  question.power_of_test = *power;
  const Result<std::vector<double>> weights = weights_of(options);
  if (!weights) return weights.error();
  question.weights = *weights;
  return question;
}

stats::PowerTest test_of(const PowerQuestion& question) {
  return {.alpha = question.alpha_of_test,
          .alternative = question.non_inferiority ? stats::Alternative::kGreater
                                                  : stats::Alternative::kTwoSidedTowardsTheEffect};
}

stats::MeanDesign design_of(const PowerQuestion& question) {
  return {.effect = question.effect,
          .variance_a = question.variance_control,
          .variance_b = question.variance_treatment};
}

/// The bounds of a method at so many equally spaced looks.
Result<stats::GroupSequentialDesign> bounds_of(const std::string& method,
                                               const PowerQuestion& question, std::int64_t looks) {
  const stats::PowerTest test = test_of(question);
  const std::vector<double> rates = stats::equal_steps(static_cast<int>(looks));
  if (method == "sequential") {
    return stats::sequence_bounds({.information_rates = rates, .planned_total_n = std::nullopt}, 1,
                                  test);
  }
  const stats::SpendingPlan plan{
      .function = {.family = stats::SpendingFamily::kObrienFleming, .parameter = 0},
      .alpha = test.alpha,
      .sides = question.non_inferiority ? stats::Sides::kOne : stats::Sides::kTwo};
  const auto spent = stats::spending_bounds(plan, rates);
  if (!spent) return spent.error();
  std::vector<double> bounds;
  for (const stats::SpentLook& look : *spent) bounds.push_back(look.bound);
  return stats::design_of(rates, std::move(bounds), plan.sides);
}

/// The treatment with the smallest weight decides how large the experiment has to be.
double ratio_of(const PowerQuestion& question) {
  return *std::min_element(question.weights.begin() + 1, question.weights.end()) /
         question.weights.front();
}

MethodPlan with_sizes(const PowerQuestion& question, const stats::PlannedSize& size) {
  MethodPlan plan;
  plan.power = size.power;
  for (const double weight : question.weights) {
    const double share = weight / question.weights.front();
    plan.units.push_back(
        static_cast<std::int64_t>(stats::treatment_units(static_cast<double>(size.n_a), share)));
  }
  plan.units.front() = size.n_a;
  plan.units_total = std::accumulate(plan.units.begin(), plan.units.end(), std::int64_t{0});
  plan.expected_total = static_cast<double>(plan.units_total);
  plan.expected_total_no_effect = plan.expected_total;
  return plan;
}

Result<stats::PlannedSize> fixed_size(const PowerQuestion& question) {
  const auto power = stats::mean_power_normal(design_of(question), test_of(question));
  if (!power) return power.error();
  return stats::smallest_sample(*power,
                                {.power = question.power_of_test, .ratio = ratio_of(question)});
}

Result<MethodPlan> plan_at_looks(const std::string& method, const PowerQuestion& question,
                                 std::int64_t looks, double fixed_n_a) {
  const auto bounds = bounds_of(method, question, looks);
  if (!bounds) return bounds.error();
  const stats::MeanDesign design = design_of(question);
  const auto power = stats::scheduled_power(design, *bounds, test_of(question).alternative);
  if (!power) return power.error();
  const auto size = stats::smallest_sample(
      *power, {.power = question.power_of_test, .ratio = ratio_of(question)});
  if (!size) return size.error();
  MethodPlan plan = with_sizes(question, *size);
  plan.looks = looks;
  plan.inflation = size->n_a_exact / fixed_n_a;
  const stats::ArmSizes sizes{.n_a = static_cast<double>(size->n_a),
                              .n_b = static_cast<double>(size->n_b)};
  const auto with_effect = stats::expected_units(design, *bounds, sizes, std::abs(design.effect));
  if (!with_effect) return with_effect.error();
  const auto without_effect = stats::expected_units(design, *bounds, sizes, 0);
  if (!without_effect) return without_effect.error();
  // Of all variants, which stop together.
  plan.expected_total *= *with_effect / (sizes.n_a + sizes.n_b);
  plan.expected_total_no_effect *= *without_effect / (sizes.n_a + sizes.n_b);
  return plan;
}

/// Until the units of a plan are there.
Result<stats::Duration> duration_of(const PowerOptions& options, const MethodPlan& plan) {
  static constexpr double kAnyWeeks = 1e6;  // a long time is for the caller to judge
  const auto duration = stats::duration_of(stats::steady_traffic(*options.weekly_units),
                                           {.units = static_cast<double>(plan.units_total),
                                            .weeks_max = kAnyWeeks,
                                            .window_weeks = options.window_days / 7.0});
  if (!duration) return duration.error().within("--weekly-units");
  return *duration;
}

Result<std::int64_t> looks_in(const PowerOptions& options, std::int64_t weeks) {
  if (options.looks == "daily") return std::min(kPlannedLooksMax, 7 * weeks);
  if (options.looks == "weekly") return std::min(kPlannedLooksMax, weeks);
  const auto looks = number_of(options.looks);
  if (!looks || *looks < 1 || *looks > kPlannedLooksMax || *looks != std::floor(*looks)) {
    return wrong("--looks",
                 "daily, weekly or a number from 1 to " + std::to_string(kPlannedLooksMax),
                 options.looks);
  }
  return static_cast<std::int64_t>(*looks);
}

struct PlanInTime {
  MethodPlan plan;
  std::int64_t weeks_needed = 0;  ///< of enrolment
};

/// The plan whose looks are those of so many weeks.
Result<PlanInTime> plan_in_weeks(const std::string& method, const PowerOptions& options,
                                 const PowerQuestion& question, double fixed_n_a,
                                 std::int64_t weeks) {
  const auto looks = looks_in(options, weeks);
  if (!looks) return looks.error();
  auto plan = plan_at_looks(method, question, *looks, fixed_n_a);
  if (!plan) return plan.error();
  plan->method = method;
  if (!options.weekly_units) return PlanInTime{.plan = *plan, .weeks_needed = 0};
  const auto duration = duration_of(options, *plan);
  if (!duration) return duration.error();
  plan->weeks = duration->total_weeks;
  return PlanInTime{.plan = *plan, .weeks_needed = duration->enrolment_weeks};
}

/// The number of looks follows from the weeks, and the weeks from the units that so many looks
/// need: the fewest weeks whose looks need no more of them.
Result<MethodPlan> plan_sequentially(const std::string& method, const PowerOptions& options,
                                     const PowerQuestion& question, double fixed_n_a,
                                     std::int64_t weeks_first) {
  static constexpr int kRoundsMax = 20;
  std::int64_t weeks = weeks_first;
  auto plan = plan_in_weeks(method, options, question, fixed_n_a, weeks);
  for (int round = 0; round < kRoundsMax && plan && plan->weeks_needed > weeks; ++round) {
    weeks = plan->weeks_needed;
    plan = plan_in_weeks(method, options, question, fixed_n_a, weeks);
  }
  while (plan && plan->weeks_needed > 0 && weeks > 1) {
    const auto shorter = plan_in_weeks(method, options, question, fixed_n_a, weeks - 1);
    if (!shorter || shorter->weeks_needed > weeks - 1) break;
    plan = shorter;
    --weeks;
  }
  if (!plan) return plan.error();
  return plan->plan;
}

}  // namespace

Result<PowerPlan> plan_power(const PowerOptions& options) {
  const auto question = question_of(options);
  if (!question) return question.error();
  const std::string& method = options.method;
  if (method != "all" && method != "fixed" && method != "sequential" &&
      method != "group-sequential") {
    return wrong("--method", "all, fixed, sequential or group-sequential", method);
  }
  if (options.weekly_units && !(*options.weekly_units > 0)) {
    return wrong("--weekly-units", "a number above 0", fmt::format("{}", *options.weekly_units));
  }
  const bool has_looks = method != "fixed";
  if (has_looks && !options.weekly_units &&
      (options.looks == "daily" || options.looks == "weekly")) {
    return Error{Errc::kInvalidArgument,
                 "--looks: " + options.looks +
                     " needs --weekly-units; without traffic give the number of looks"};
  }
  const auto size = fixed_size(*question);
  if (!size) return size.error();
  MethodPlan fixed = with_sizes(*question, *size);
  fixed.method = "fixed";
  std::int64_t weeks = 1;
  if (options.weekly_units) {
    const auto duration = duration_of(options, fixed);
    if (!duration) return duration.error();
    weeks = duration->enrolment_weeks;
    fixed.weeks = duration->total_weeks;
  }
  PowerPlan plan{.question = *question, .methods = {}};
  if (method == "all" || method == "fixed") plan.methods.push_back(fixed);
  for (const char* name : {"group-sequential", "sequential"}) {
    if (method != "all" && method != name) continue;
    auto sequential = plan_sequentially(name, options, *question, size->n_a_exact, weeks);
    if (!sequential) return sequential.error();
    plan.methods.push_back(*sequential);
  }
  for (MethodPlan& entry : plan.methods) {
    entry.within_horizon = !entry.weeks || *entry.weeks <= options.weeks_max;
  }
  return plan;
}

}  // namespace converge::cli

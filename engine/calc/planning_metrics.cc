#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/planning_inputs.h"
#include "stats/planning/assurance.h"
#include "stats/planning/equivalence_power.h"
#include "stats/planning/guardrail_power.h"
#include "stats/planning/lift_power.h"
#include "stats/planning/mean_power.h"
#include "stats/planning/rate_power.h"
#include "stats/planning/sample_size.h"
#include "stats/planning/unit_variance.h"

/// Planning of metrics by what one unit contributes, each as a power, a sample size and, where it
/// has one, a smallest effect.
namespace converge::calc {
namespace {

using stats::PowerFunction;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The variances of both arms: variance_b is that of arm a unless given.
struct Variances {
  double a;
  double b;
};

Variances read_variances(Inputs& inputs) {
  const double variance_a = inputs.number("variance_a");
  return {.a = variance_a, .b = inputs.number_or("variance_b", variance_a)};
}

using Design = Result<PowerFunction> (*)(Inputs& inputs);

Result<PowerFunction> mean_difference(Inputs& inputs) {
  const Variances variances = read_variances(inputs);
  const stats::MeanDesign design{
      .effect = inputs.number("effect"), .variance_a = variances.a, .variance_b = variances.b};
  const std::string form = inputs.text_or("test", "normal");
  const stats::PowerTest test = read_power_test(inputs);
  if (form == "welch") return stats::mean_power_welch(design, test);
  if (form != "normal") inputs.refuse("test", "\"normal\" or \"welch\"");
  return stats::mean_power_normal(design, test);
}

Result<PowerFunction> relative_lift(Inputs& inputs) {
  const Variances variances = read_variances(inputs);
  return stats::lift_power({.lift = inputs.number("lift"),
                            .mean_a = inputs.number("mean_a"),
                            .variance_a = variances.a,
                            .variance_b = variances.b},
                           read_power_test(inputs));
}

Result<PowerFunction> rates(Inputs& inputs) {
  stats::RateDesign design{.rate_a = inputs.number("rate_a"),
                           .rate_b = inputs.number("rate_b"),
                           .exposure = inputs.number_or("exposure", 1),
                           .dispersion = inputs.number_or("dispersion", 1),
                           .form = stats::RateTestForm::kPooledNull};
  const std::string form = inputs.text_or("test", "score");
  if (form == "wald") design.form = stats::RateTestForm::kUnpooled;
  if (form == "log-ratio") design.form = stats::RateTestForm::kLogRatio;
  if (form == "square-root") design.form = stats::RateTestForm::kSquareRoot;
  if (form != "score" && design.form == stats::RateTestForm::kPooledNull) {
    inputs.refuse("test", "\"score\", \"wald\", \"log-ratio\" or \"square-root\"");
  }
  return stats::rate_power(design, read_power_test(inputs));
}

Result<PowerFunction> non_inferiority(Inputs& inputs) {
  const Variances variances = read_variances(inputs);
  return stats::non_inferiority_power({.effect = inputs.number_or("effect", 0),
                                       .margin = inputs.number("margin"),
                                       .higher_is_better = inputs.flag_or("higher_is_better", true),
                                       .variance_a = variances.a,
                                       .variance_b = variances.b},
                                      inputs.number("alpha_one_sided"));
}

Result<PowerFunction> equivalence(Inputs& inputs) {
  const Variances variances = read_variances(inputs);
  const stats::EquivalenceDesign design{.effect = inputs.number_or("effect", 0),
                                        .margin_lower = inputs.number("margin_lower"),
                                        .margin_upper = inputs.number("margin_upper"),
                                        .variance_a = variances.a,
                                        .variance_b = variances.b};
  const double alpha = inputs.number("alpha_one_sided");
  const std::string form = inputs.text_or("test", "normal");
  if (form == "student") return stats::equivalence_power_student(design, alpha);
  if (form != "normal") inputs.refuse("test", "\"normal\" or \"student\"");
  return stats::equivalence_power_normal(design, alpha);
}

template <Design kDesign>
Result<Value> power(Inputs inputs) {
  const Result<PowerFunction> function = kDesign(inputs);
  const stats::ArmSizes sizes = read_arm_sizes(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  if (!function) return function.error();
  return Value::object({{"power", figure((*function)(sizes))}});
}

template <Design kDesign>
Result<Value> sample_size(Inputs inputs) {
  const Result<PowerFunction> function = kDesign(inputs);
  const stats::SampleSizeGoal goal = read_sample_size_goal(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  if (!function) return function.error();
  const Result<stats::PlannedSize> size = stats::smallest_sample(*function, goal);
  if (!size) return size.error();
  return Value::object(members_of(*size));
}

/// The answer of a search over effects; `of_effect` is called once beforehand for its errors.
template <class OfEffect>
Result<Value> smallest(const OfEffect& of_effect, const stats::ArmSizes& sizes,
                       const stats::EffectGoal& goal, const char* name) {
  if (const Result<PowerFunction> valid = of_effect(std::copysign(goal.scale, goal.limit));
      !valid) {
    return valid.error();
  }
  const auto power_of_effect = [&](double effect) {
    const Result<PowerFunction> function = of_effect(effect);
    return function ? (*function)(sizes) : 0.0;
  };
  const Result<double> effect = stats::smallest_effect(power_of_effect, goal);
  if (!effect) return effect.error();
  return Value::object({{name, figure(*effect)}});
}

Result<Value> mde_mean_difference(Inputs inputs) {
  const Variances variances = read_variances(inputs);
  const stats::ArmSizes sizes = read_arm_sizes(inputs);
  const stats::PowerTest test = read_power_test(inputs);
  const double goal = inputs.number("power");
  if (const Status read = inputs.status(); !read) return read.error();
  const double se = std::sqrt(variances.a / sizes.n_a + variances.b / sizes.n_b);
  if (se == 0) return Error{Errc::kInsufficientData, "variance: 0 in both arms"};
  return smallest(
      [&](double effect) {
        return stats::mean_power_normal(
            {.effect = effect, .variance_a = variances.a, .variance_b = variances.b}, test);
      },
      sizes,
      {.power = goal,
       .scale = se,
       .limit = test.alternative == stats::Alternative::kLess ? -kInfinity : kInfinity},
      "effect");
}

Result<Value> mde_relative_lift(Inputs inputs) {
  const Variances variances = read_variances(inputs);
  const double mean_a = inputs.number("mean_a");
  const stats::ArmSizes sizes = read_arm_sizes(inputs);
  const stats::PowerTest test = read_power_test(inputs);
  const double goal = inputs.number("power");
  if (mean_a == 0) inputs.refuse("mean_a", "a number other than 0");
  if (const Status read = inputs.status(); !read) return read.error();
  const double se = std::sqrt(variances.a / sizes.n_a + variances.b / sizes.n_b) / std::abs(mean_a);
  if (se == 0) return Error{Errc::kInsufficientData, "variance: 0 in both arms"};
  // Whoever looks for losses ends at the loss of everything.
  return smallest(
      [&](double lift) {
        return stats::lift_power(
            {.lift = lift, .mean_a = mean_a, .variance_a = variances.a, .variance_b = variances.b},
            test);
      },
      sizes,
      {.power = goal,
       .scale = se,
       .limit = test.alternative == stats::Alternative::kLess ? -1 : kInfinity},
      "lift");
}

/// The nearest rate_b above rate_a, or below it, that is told apart.
Result<Value> mde_rates(Inputs inputs) {
  stats::RateDesign design{.rate_a = inputs.number("rate_a"),
                           .rate_b = 0,
                           .exposure = inputs.number_or("exposure", 1),
                           .dispersion = inputs.number_or("dispersion", 1),
                           .form = stats::RateTestForm::kPooledNull};
  const stats::ArmSizes sizes = read_arm_sizes(inputs);
  const double alpha = inputs.number("alpha");
  const double goal = inputs.number("power");
  const std::string direction = inputs.text_or("direction", "increase");
  if (direction != "increase" && direction != "decrease") {
    inputs.refuse("direction", "\"increase\" or \"decrease\"");
  }
  if (!(design.rate_a > 0)) inputs.refuse("rate_a", "a number above 0");
  if (const Status read = inputs.status(); !read) return read.error();
  const double limit = direction == "increase" ? kInfinity : -design.rate_a;
  const double se = std::sqrt(design.dispersion * design.rate_a / design.exposure *
                              (1 / sizes.n_a + 1 / sizes.n_b));
  return smallest(
      [&](double effect) {
        design.rate_b = std::max(0.0, design.rate_a + effect);
        return stats::rate_power(
            design, {.alpha = alpha, .alternative = stats::Alternative::kTwoSidedTowardsTheEffect});
      },
      sizes, {.power = goal, .scale = se, .limit = limit}, "effect");
}

/// The smallest margin that is shown to be kept.
Result<Value> mde_non_inferiority(Inputs inputs) {
  const Variances variances = read_variances(inputs);
  const stats::ArmSizes sizes = read_arm_sizes(inputs);
  const double alpha = inputs.number("alpha_one_sided");
  const double goal = inputs.number("power");
  if (const Status read = inputs.status(); !read) return read.error();
  const double se = std::sqrt(variances.a / sizes.n_a + variances.b / sizes.n_b);
  if (se == 0) return Error{Errc::kInsufficientData, "variance: 0 in both arms"};
  return smallest(
      [&](double margin) {
        return stats::non_inferiority_power({.effect = 0,
                                             .margin = margin,
                                             .higher_is_better = true,
                                             .variance_a = variances.a,
                                             .variance_b = variances.b},
                                            alpha);
      },
      sizes, {.power = goal, .scale = se, .limit = kInfinity}, "margin");
}

/// Assurance of the normal test of a mean difference, as a function of the arms' units.
Result<PowerFunction> mean_assurance(Inputs& inputs) {
  const Variances variances = read_variances(inputs);
  Inputs prior_inputs = inputs.object("prior");
  const stats::AssurancePrior prior{.mean = prior_inputs.number("mean"),
                                    .sd = prior_inputs.number("sd")};
  const stats::PowerTest test = read_power_test(inputs);
  if (const Result<PowerFunction> valid = stats::mean_power_normal(
          {.effect = 1, .variance_a = variances.a, .variance_b = variances.b}, test);
      !valid) {
    return valid.error();
  }
  const auto at = [variances, prior, test](const stats::ArmSizes& sizes) {
    const double se = std::sqrt(variances.a / sizes.n_a + variances.b / sizes.n_b);
    return stats::assurance(
        [&](double effect) {
          const Result<double> power_at_effect = stats::z_test_power(
              {.effect = effect, .standard_error_null = se, .standard_error = se}, test);
          return power_at_effect ? *power_at_effect : 0.0;
        },
        prior, se);
  };
  if (const Result<double> valid = at({.n_a = 1, .n_b = 1}); !valid) return valid.error();
  return PowerFunction([at](const stats::ArmSizes& sizes) {
    const Result<double> averaged = at(sizes);
    return averaged ? *averaged : 0.0;
  });
}

Result<Value> unit_variance_ratio(Inputs inputs) {
  const stats::RatioUnit unit{.mean_numerator = inputs.number("mean_numerator"),
                              .variance_numerator = inputs.number("variance_numerator"),
                              .mean_denominator = inputs.number("mean_denominator"),
                              .variance_denominator = inputs.number("variance_denominator"),
                              .covariance = inputs.number("covariance")};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<double> variance = stats::ratio_unit_variance(unit);
  if (!variance) return variance.error();
  return Value::object({{"ratio", figure(unit.mean_numerator / unit.mean_denominator)},
                        {"variance", figure(*variance)}});
}

/// By the density at the quantile, or by two quantiles around it.
Result<Value> unit_variance_quantile(Inputs inputs) {
  const double q = inputs.number("q");
  const std::optional<double> given = inputs.optional_number("density");
  Result<double> density = given.value_or(0);
  if (!given) {
    density = stats::density_between({.q_low = inputs.number("q_low"),
                                      .x_low = inputs.number("x_low"),
                                      .q_high = inputs.number("q_high"),
                                      .x_high = inputs.number("x_high")});
  }
  if (const Status read = inputs.status(); !read) return read.error();
  if (!density) return density.error();
  const Result<double> variance = stats::quantile_unit_variance(q, *density);
  if (!variance) return variance.error();
  return Value::object({{"density", figure(*density)}, {"variance", figure(*variance)}});
}

Result<Value> unit_variance_adjusted(Inputs inputs) {
  const double variance = inputs.number("variance");
  const double correlation = inputs.number("correlation");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<double> adjusted = stats::adjusted_unit_variance(variance, correlation);
  if (!adjusted) return adjusted.error();
  return Value::object({{"variance", figure(*adjusted)}});
}

Result<Value> power_of_each_test(Inputs inputs) {
  const double power_of_all = inputs.number("power");
  const std::int64_t guardrails = inputs.count("guardrails");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<double> each = stats::power_of_each_test(power_of_all, guardrails);
  if (!each) return each.error();
  return Value::object({{"power", figure(*each)}});
}

constexpr Method kMethods[] = {
    {"power_mean_difference", "power for a difference of means by variances per unit",
     power<mean_difference>},
    {"sample_size_mean_difference", "units for a difference of means by variances per unit",
     sample_size<mean_difference>},
    {"mde_mean_difference", "smallest difference of means found with a power", mde_mean_difference},
    {"power_relative_lift", "power for a relative lift, its variance included",
     power<relative_lift>},
    {"sample_size_relative_lift", "units for a relative lift, its variance included",
     sample_size<relative_lift>},
    {"mde_relative_lift", "smallest relative lift found with a power", mde_relative_lift},
    {"power_rates", "power for two Poisson rates", power<rates>},
    {"sample_size_rates", "units for two Poisson rates", sample_size<rates>},
    {"mde_rates", "smallest difference of rates found with a power", mde_rates},
    {"mde_non_inferiority", "smallest margin shown to be kept with a power", mde_non_inferiority},
    {"power_non_inferiority", "power to show that a loss stays below a margin",
     power<non_inferiority>},
    {"sample_size_non_inferiority", "units to show that a loss stays below a margin",
     sample_size<non_inferiority>},
    {"power_equivalence", "power of two one-sided tests", power<equivalence>},
    {"sample_size_equivalence", "units for two one-sided tests", sample_size<equivalence>},
    {"assurance_mean_difference", "power averaged over a normal prior of the effect",
     power<mean_assurance>},
    {"sample_size_assurance", "units for a power averaged over a normal prior",
     sample_size<mean_assurance>},
    {"unit_variance_ratio", "variance of a ratio of sums per unit", unit_variance_ratio},
    {"unit_variance_quantile", "variance of a quantile per unit, by the density there",
     unit_variance_quantile},
    {"unit_variance_adjusted", "variance per unit after adjustment by a covariate",
     unit_variance_adjusted},
    {"power_of_each_test", "power each of several tests needs when all must pass",
     power_of_each_test},
};

}  // namespace

std::span<const Method> planning_metric_methods() {
  return kMethods;
}

}  // namespace converge::calc

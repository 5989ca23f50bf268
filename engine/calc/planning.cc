#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/planning_inputs.h"
#include "stats/planning/mean_power.h"
#include "stats/planning/proportion_power.h"
#include "stats/planning/sample_size.h"

/// Planning of two means and two proportions at one look.
namespace converge::calc {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

stats::MeanDesign standardised(double effect_size) {
  return {.effect = effect_size, .variance_a = 1, .variance_b = 1};
}

Result<Value> sample_size_two_means(Inputs inputs) {
  const double effect_size = inputs.number("effect_size_d");
  const stats::SampleSizeGoal goal{.power = inputs.number("power"),
                                   .ratio = inputs.number_or("ratio_n_b_over_n_a", 1)};
  const stats::PowerTest test = read_power_test(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto normal = stats::mean_power_normal(standardised(effect_size), test);
  if (!normal) return normal.error();
  const auto student = stats::mean_power_student(effect_size, 1, test);
  if (!student) return student.error();
  const auto size_normal = stats::smallest_sample(*normal, goal);
  if (!size_normal) return size_normal.error();
  const auto size_t = stats::smallest_sample(*student, goal);
  if (!size_t) return size_t.error();
  return Value::object({{"n_a_normal", figure(size_normal->n_a_exact)},
                        {"n_a_t", figure(size_t->n_a_exact)},
                        {"n_a", Value::integer(size_t->n_a)},
                        {"n_b", Value::integer(size_t->n_b)},
                        {"power", figure(size_t->power)}});
}

/// n_a control units and ratio_n_b_over_n_a times as many treatment units.
stats::ArmSizes read_sizes(Inputs& inputs, std::string_view ratio_name) {
  const double n_a = inputs.number("n_a");
  const double ratio = inputs.number_or(ratio_name, 1);
  if (!(n_a > 0) || !std::isfinite(n_a)) inputs.refuse("n_a", "a finite number above 0");
  if (!(ratio > 0) || !std::isfinite(ratio)) inputs.refuse(ratio_name, "a finite number above 0");
  return {.n_a = n_a, .n_b = n_a * ratio};
}

Result<Value> power_two_means(Inputs inputs) {
  const double effect_size = inputs.number("effect_size_d");
  const stats::ArmSizes sizes = read_sizes(inputs, "ratio_n_b_over_n_a");
  const stats::PowerTest test = read_power_test(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto normal = stats::mean_power_normal(standardised(effect_size), test);
  if (!normal) return normal.error();
  const auto student = stats::mean_power_student(effect_size, 1, test);
  if (!student) return student.error();
  return Value::object(
      {{"power_normal", figure((*normal)(sizes))}, {"power_t", figure((*student)(sizes))}});
}

Result<Value> mde_two_means(Inputs inputs) {
  const stats::ArmSizes sizes = read_sizes(inputs, "ratio_n_b_over_n_a");
  const double power = inputs.number("power");
  const stats::PowerTest test = read_power_test(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const stats::EffectGoal goal{
      .power = power,
      .scale = std::sqrt(1 / sizes.n_a + 1 / sizes.n_b),
      .limit = test.alternative == stats::Alternative::kLess ? -kInfinity : kInfinity};
  const auto normal = [&](double effect) {
    const auto of_effect = stats::mean_power_normal(standardised(effect), test);
    return of_effect ? (*of_effect)(sizes) : 0.0;
  };
  const auto student = [&](double effect) {
    const auto of_effect = stats::mean_power_student(effect, 1, test);
    return of_effect ? (*of_effect)(sizes) : 0.0;
  };
  // The checks of the test speak before a search over effects could hide them.
  if (const auto valid = stats::mean_power_normal(standardised(1), test); !valid) {
    return valid.error();
  }
  const auto effect_normal = stats::smallest_effect(normal, goal);
  if (!effect_normal) return effect_normal.error();
  const auto effect_t = stats::smallest_effect(student, goal);
  if (!effect_t) return effect_t.error();
  return Value::object(
      {{"effect_size_d_normal", figure(*effect_normal)}, {"effect_size_d_t", figure(*effect_t)}});
}

Result<stats::PlannedSize> proportion_sample(double p_a, double p_b, stats::ProportionTestForm form,
                                             const stats::PowerTest& test,
                                             const stats::SampleSizeGoal& goal) {
  const auto power = stats::proportion_power({.p_a = p_a, .p_b = p_b, .form = form}, test);
  if (!power) return power.error();
  return stats::smallest_sample(*power, goal);
}

/// Two-sided at alpha_two_sided; the pooled null counts rejections towards the effect only.
struct ProportionInputs {
  double p_a;
  double p_b;
  stats::PowerTest towards;
  stats::PowerTest both;
};

ProportionInputs read_proportions(Inputs& inputs) {
  const double alpha = inputs.number("alpha_two_sided");
  return {.p_a = inputs.number("p_a"),
          .p_b = inputs.number("p_b"),
          .towards = {.alpha = alpha, .alternative = stats::Alternative::kTwoSidedTowardsTheEffect},
          .both = {.alpha = alpha, .alternative = stats::Alternative::kTwoSided}};
}

Result<Value> sample_size_two_proportions(Inputs inputs) {
  const ProportionInputs given = read_proportions(inputs);
  const stats::SampleSizeGoal goal = read_sample_size_goal(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto pooled = proportion_sample(
      given.p_a, given.p_b, stats::ProportionTestForm::kPooledNull, given.towards, goal);
  if (!pooled) return pooled.error();
  const auto unpooled = proportion_sample(
      given.p_a, given.p_b, stats::ProportionTestForm::kUnpooled, given.towards, goal);
  if (!unpooled) return unpooled.error();
  const auto arcsine = proportion_sample(given.p_a, given.p_b, stats::ProportionTestForm::kArcsine,
                                         given.both, goal);
  if (!arcsine) return arcsine.error();
  return Value::object({{"n_per_arm_pooled_null", figure(pooled->n_a_exact)},
                        {"n_per_arm_unpooled", figure(unpooled->n_a_exact)},
                        {"cohen_h", figure(stats::cohen_h(given.p_a, given.p_b))},
                        {"n_per_arm_cohen_h", figure(arcsine->n_a_exact)},
                        {"n_a", Value::integer(pooled->n_a)},
                        {"n_b", Value::integer(pooled->n_b)},
                        {"power", figure(pooled->power)}});
}

Result<Value> power_two_proportions(Inputs inputs) {
  const ProportionInputs given = read_proportions(inputs);
  const stats::ArmSizes sizes = read_sizes(inputs, "ratio");
  if (const Status read = inputs.status(); !read) return read.error();
  Value::Object outputs;
  // The reference that gave power_one_direction its name counts both sides under it.
  for (const auto& [name, form, test] :
       {std::tuple{"power_one_direction", stats::ProportionTestForm::kPooledNull, given.both},
        std::tuple{"power_towards_the_effect", stats::ProportionTestForm::kPooledNull,
                   given.towards},
        std::tuple{"power_unpooled", stats::ProportionTestForm::kUnpooled, given.both},
        std::tuple{"power_arcsine", stats::ProportionTestForm::kArcsine, given.both}}) {
    const auto power =
        stats::proportion_power({.p_a = given.p_a, .p_b = given.p_b, .form = form}, test);
    if (!power) return power.error();
    outputs.emplace_back(name, figure((*power)(sizes)));
  }
  return Value::object(std::move(outputs));
}

Result<Value> mde_two_proportions(Inputs inputs) {
  const double p_a = inputs.number("p_a");
  const stats::ArmSizes sizes = read_sizes(inputs, "ratio");
  const double power = inputs.number("power");
  const stats::PowerTest test{.alpha = inputs.number("alpha_two_sided"),
                              .alternative = stats::Alternative::kTwoSidedTowardsTheEffect};
  const std::string direction = inputs.text_or("direction", "increase");
  if (direction != "increase" && direction != "decrease") {
    inputs.refuse("direction", "\"increase\" or \"decrease\"");
  }
  if (!(p_a > 0 && p_a < 1)) inputs.refuse("p_a", "a number between 0 and 1, both excluded");
  if (const Status read = inputs.status(); !read) return read.error();
  if (const Status valid = stats::check_power_test(test); !valid) return valid.error();
  const auto power_of_effect = [&](double effect) {
    const auto of_effect = stats::proportion_power(
        {.p_a = p_a, .p_b = p_a + effect, .form = stats::ProportionTestForm::kPooledNull}, test);
    return of_effect ? (*of_effect)(sizes) : 0.0;
  };
  const auto effect = stats::smallest_effect(
      power_of_effect, {.power = power,
                        .scale = std::sqrt(p_a * (1 - p_a) * (1 / sizes.n_a + 1 / sizes.n_b)),
                        .limit = direction == "increase" ? 1 - p_a : -p_a});
  if (!effect) return effect.error();
  return Value::object({{"p_b", figure(p_a + *effect)},
                        {"absolute", figure(*effect)},
                        {"relative", figure(*effect / p_a)}});
}

Result<Value> power_prop_test(Inputs inputs) {
  const double p_a = inputs.number("p_a");
  const double p_b = inputs.number("p_b");
  const stats::PowerTest test{.alpha = inputs.number("alpha"),
                              .alternative = stats::Alternative::kTwoSidedTowardsTheEffect};
  const stats::SampleSizeGoal goal{.power = inputs.number("power"), .ratio = 1};
  if (const Status read = inputs.status(); !read) return read.error();
  const auto size = proportion_sample(p_a, p_b, stats::ProportionTestForm::kPooledNull, test, goal);
  if (!size) return size.error();
  return Value::object(
      {{"n_per_arm", figure(size->n_a_exact)}, {"n_per_arm_whole", Value::integer(size->n_a)}});
}

template <stats::Alternative kAlternative>
Result<Value> power_t_test(Inputs inputs) {
  const double delta = inputs.number("delta");
  const double sd = inputs.number("sd");
  const stats::PowerTest test{.alpha = inputs.number("alpha"), .alternative = kAlternative};
  const stats::SampleSizeGoal goal{.power = inputs.number("power"), .ratio = 1};
  if (!(sd >= 0)) inputs.refuse("sd", "a number of 0 or more");
  if (const Status read = inputs.status(); !read) return read.error();
  const auto power = stats::mean_power_student(delta, sd * sd, test);
  if (!power) return power.error();
  const auto size = stats::smallest_sample(*power, goal);
  if (!size) return size.error();
  return Value::object(
      {{"n_per_arm", figure(size->n_a_exact)}, {"n_per_arm_whole", Value::integer(size->n_a)}});
}

constexpr Method kMethods[] = {
    {"sample_size_two_means", "units for a standardised effect, by the normal and the t test",
     sample_size_two_means},
    {"power_two_means", "power for a standardised effect, by the normal and the t test",
     power_two_means},
    {"mde_two_means", "smallest standardised effect found with a power", mde_two_means},
    {"sample_size_two_proportions", "units for two proportions: pooled null, unpooled, arcsine",
     sample_size_two_proportions},
    {"power_two_proportions", "power for two proportions: pooled null, unpooled, arcsine",
     power_two_proportions},
    {"mde_two_proportions", "nearest proportion that is told apart with a power",
     mde_two_proportions},
    {"power_prop_test", "units per arm for two proportions, as R's power.prop.test",
     power_prop_test},
    {"power_t_test", "units per arm for two means, as R's power.t.test",
     power_t_test<stats::Alternative::kTwoSidedTowardsTheEffect>},
    {"power_t_test_one_sided_025", "the same with a one-sided test at the alpha given",
     power_t_test<stats::Alternative::kGreater>},
};

}  // namespace

std::span<const Method> planning_methods() {
  return kMethods;
}

}  // namespace converge::calc

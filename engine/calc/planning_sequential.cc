#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/planning_inputs.h"
#include "stats/planning/mean_power.h"
#include "stats/planning/sample_size.h"
#include "stats/planning/scheduled_power.h"
#include "stats/planning/sequence_power.h"

/// Planning of tests that are read at several looks.
namespace converge::calc {
namespace {

stats::MeanDesign read_design(Inputs& inputs) {
  const double variance_a = inputs.number("variance_a");
  return {.effect = inputs.number("effect"),
          .variance_a = variance_a,
          .variance_b = inputs.number_or("variance_b", variance_a)};
}

/// information_rates, or a number of equally spaced looks.
std::vector<double> read_rates(Inputs& inputs) {
  if (inputs.has("information_rates")) return inputs.numbers("information_rates");
  static constexpr std::int64_t kLooksMax = 2000;
  const std::int64_t looks = inputs.count("looks");
  if (looks < 1 || looks > kLooksMax) {
    inputs.refuse("looks", "1 to 2000 looks");
    return {1};
  }
  return stats::equal_steps(static_cast<int>(looks));
}

/// The effect seen from the side on which the test looks.
double towards(const stats::MeanDesign& design, const stats::PowerTest& test) {
  return stats::effect_towards_the_test(design.effect, test);
}

struct SequenceInputs {
  stats::MeanDesign design;
  stats::SequenceSchedule schedule;
  stats::PowerTest test;
};

SequenceInputs read_sequence(Inputs& inputs) {
  return {.design = read_design(inputs),
          .schedule = {.information_rates = read_rates(inputs),
                       .planned_total_n = inputs.optional_number("planned_total_n")},
          .test = read_power_test(inputs)};
}

Result<Value> power_confidence_sequence(Inputs inputs) {
  const SequenceInputs given = read_sequence(inputs);
  const stats::ArmSizes sizes = read_arm_sizes(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto power = stats::sequence_power(given.design, given.schedule, given.test);
  if (!power) return power.error();
  const auto once = stats::sequence_power(
      given.design, {.information_rates = {1}, .planned_total_n = given.schedule.planned_total_n},
      given.test);
  if (!once) return once.error();
  const auto bounds = stats::sequence_bounds(given.schedule, sizes.n_a + sizes.n_b, given.test);
  if (!bounds) return bounds.error();
  const auto expected =
      stats::expected_units(given.design, *bounds, sizes, towards(given.design, given.test));
  if (!expected) return expected.error();
  return Value::object({{"power", figure((*power)(sizes))},
                        {"power_last_look_only", figure((*once)(sizes))},
                        {"expected_n_total", figure(*expected)},
                        {"z_bounds", figures(bounds->upper)}});
}

/// A size with the expected one under the effect and under none, and what both cost beside a test
/// at one look.
Result<Value> size_of(const stats::MeanDesign& design, const stats::PowerTest& test,
                      const stats::SampleSizeGoal& goal, const stats::PlannedSize& size,
                      const stats::GroupSequentialDesign& bounds) {
  const auto fixed_power = stats::mean_power_normal(design, test);
  if (!fixed_power) return fixed_power.error();
  const auto fixed = stats::smallest_sample(*fixed_power, goal);
  if (!fixed) return fixed.error();
  const stats::ArmSizes sizes{.n_a = static_cast<double>(size.n_a),
                              .n_b = static_cast<double>(size.n_b)};
  const auto under_effect = stats::expected_units(design, bounds, sizes, towards(design, test));
  if (!under_effect) return under_effect.error();
  const auto under_none = stats::expected_units(design, bounds, sizes, 0);
  if (!under_none) return under_none.error();
  Value::Object outputs = members_of(size);
  outputs.emplace_back("expected_n_total", figure(*under_effect));
  outputs.emplace_back("expected_n_total_without_effect", figure(*under_none));
  outputs.emplace_back("inflation_factor", figure(size.n_a_exact / fixed->n_a_exact));
  outputs.emplace_back("z_bounds", figures(bounds.upper));
  return Value::object(std::move(outputs));
}

Result<Value> sample_size_confidence_sequence(Inputs inputs) {
  const SequenceInputs given = read_sequence(inputs);
  const stats::SampleSizeGoal goal = read_sample_size_goal(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto power = stats::sequence_power(given.design, given.schedule, given.test);
  if (!power) return power.error();
  const auto size = stats::smallest_sample(*power, goal);
  if (!size) return size.error();
  const auto bounds = stats::sequence_bounds(
      given.schedule, static_cast<double>(size->n_a) + static_cast<double>(size->n_b), given.test);
  if (!bounds) return bounds.error();
  return size_of(given.design, given.test, goal, *size, *bounds);
}

/// information_rates (or looks) with the upper bounds of Z; lower ones are their mirror unless the
/// test is one-sided.
stats::GroupSequentialDesign read_bounds(Inputs& inputs, stats::Alternative alternative) {
  const bool one_sided =
      alternative == stats::Alternative::kGreater || alternative == stats::Alternative::kLess;
  std::vector<double> rates = read_rates(inputs);
  return stats::design_of(std::move(rates), inputs.numbers("z_bounds"),
                          one_sided ? stats::Sides::kOne : stats::Sides::kTwo);
}

struct BoundaryInputs {
  stats::MeanDesign design;
  stats::Alternative alternative;
  stats::GroupSequentialDesign bounds;
};

BoundaryInputs read_boundary(Inputs& inputs) {
  const stats::Alternative alternative = read_alternative(inputs);
  return {.design = read_design(inputs),
          .alternative = alternative,
          .bounds = read_bounds(inputs, alternative)};
}

Result<Value> power_scheduled_looks(Inputs inputs) {
  const BoundaryInputs given = read_boundary(inputs);
  const stats::ArmSizes sizes = read_arm_sizes(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto power = stats::scheduled_power(given.design, given.bounds, given.alternative);
  if (!power) return power.error();
  const auto expected =
      stats::expected_units(given.design, given.bounds, sizes,
                            towards(given.design, {.alpha = 0, .alternative = given.alternative}));
  if (!expected) return expected.error();
  return Value::object(
      {{"power", figure((*power)(sizes))}, {"expected_n_total", figure(*expected)}});
}

Result<Value> sample_size_scheduled_looks(Inputs inputs) {
  const BoundaryInputs given = read_boundary(inputs);
  const stats::SampleSizeGoal goal = read_sample_size_goal(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto power = stats::scheduled_power(given.design, given.bounds, given.alternative);
  if (!power) return power.error();
  const auto size = stats::smallest_sample(*power, goal);
  if (!size) return size.error();
  const stats::ArmSizes sizes{.n_a = static_cast<double>(size->n_a),
                              .n_b = static_cast<double>(size->n_b)};
  const auto expected =
      stats::expected_units(given.design, given.bounds, sizes,
                            towards(given.design, {.alpha = 0, .alternative = given.alternative}));
  if (!expected) return expected.error();
  Value::Object outputs = members_of(*size);
  outputs.emplace_back("expected_n_total", figure(*expected));
  return Value::object(std::move(outputs));
}

/// The smallest effect that the sequence finds by its last look.
Result<Value> mde_confidence_sequence(Inputs inputs) {
  const double variance_a = inputs.number("variance_a");
  const double variance_b = inputs.number_or("variance_b", variance_a);
  const stats::SequenceSchedule schedule{
      .information_rates = read_rates(inputs),
      .planned_total_n = inputs.optional_number("planned_total_n")};
  const stats::PowerTest test = read_power_test(inputs);
  const stats::ArmSizes sizes = read_arm_sizes(inputs);
  const double goal = inputs.number("power");
  if (const Status read = inputs.status(); !read) return read.error();
  const double side = test.alternative == stats::Alternative::kLess ? -1 : 1;
  const auto of_effect = [&](double effect) {
    return stats::sequence_power(
        {.effect = effect, .variance_a = variance_a, .variance_b = variance_b}, schedule, test);
  };
  if (const auto valid = of_effect(side); !valid) return valid.error();
  const auto power_of_effect = [&](double effect) {
    const auto power = of_effect(effect);
    return power ? (*power)(sizes) : 0.0;
  };
  const auto effect = stats::smallest_effect(
      power_of_effect, {.power = goal,
                        .scale = std::sqrt(variance_a / sizes.n_a + variance_b / sizes.n_b),
                        .limit = side * std::numeric_limits<double>::infinity()});
  if (!effect) return effect.error();
  return Value::object({{"effect", figure(*effect)}});
}

constexpr Method kMethods[] = {
    {"power_confidence_sequence", "power of the always-valid sequence at scheduled looks",
     power_confidence_sequence},
    {"sample_size_confidence_sequence", "units for the always-valid sequence at scheduled looks",
     sample_size_confidence_sequence},
    {"mde_confidence_sequence", "smallest effect the always-valid sequence finds with a power",
     mde_confidence_sequence},
    {"sample_size_scheduled_looks", "units for any bounds on Z at scheduled looks",
     sample_size_scheduled_looks},
    {"power_scheduled_looks", "power of any bounds on Z at scheduled looks", power_scheduled_looks},
};

}  // namespace

std::span<const Method> planning_sequential_methods() {
  return kMethods;
}

}  // namespace converge::calc

#include "engine/calc/planning_inputs.h"

#include <string>

#include "engine/calc/outputs.h"

namespace converge::calc {

stats::Alternative read_alternative(Inputs& inputs) {
  const std::string text = inputs.text_or("alternative", "two-sided");
  if (text == "greater" || text == "larger") return stats::Alternative::kGreater;
  if (text == "less" || text == "smaller") return stats::Alternative::kLess;
  if (text == "two-sided-towards-the-effect") return stats::Alternative::kTwoSidedTowardsTheEffect;
  if (text != "two-sided") {
    inputs.refuse("alternative",
                  "\"two-sided\", \"two-sided-towards-the-effect\", \"greater\" or \"less\"");
  }
  return stats::Alternative::kTwoSided;
}

stats::PowerTest read_power_test(Inputs& inputs) {
  return {.alpha = inputs.number("alpha"), .alternative = read_alternative(inputs)};
}

stats::SampleSizeGoal read_sample_size_goal(Inputs& inputs) {
  return {.power = inputs.number("power"), .ratio = inputs.number_or("ratio", 1)};
}

Value::Object members_of(const stats::PlannedSize& size) {
  return {{"n_a_exact", figure(size.n_a_exact)},
          {"n_a", Value::integer(size.n_a)},
          {"n_b", Value::integer(size.n_b)},
          {"n_total", Value::integer(size.n_a + size.n_b)},
          {"power", figure(size.power)}};
}

stats::ArmSizes read_arm_sizes(Inputs& inputs) {
  const double n_a = inputs.number("n_a");
  const bool has_ratio = inputs.has("ratio");
  const double ratio = inputs.number_or("ratio", 1);
  const std::optional<double> n_b = inputs.optional_number("n_b");
  if (has_ratio && n_b) inputs.refuse("n_b", "either n_b or ratio");
  const stats::ArmSizes sizes{.n_a = n_a, .n_b = n_b.value_or(n_a * ratio)};
  if (!(sizes.n_a > 0)) inputs.refuse("n_a", "a number above 0");
  if (!(sizes.n_b > 0)) inputs.refuse(n_b ? "n_b" : "ratio", "a number above 0");
  return sizes;
}

}  // namespace converge::calc

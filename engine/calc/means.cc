#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/means/fieller.h"

namespace converge::calc {
namespace {

Result<Value> fieller_relative_lift(Inputs inputs) {
  const double se_a = inputs.number("se_a");
  const double se_b = inputs.number("se_b");
  const stats::FiellerInputs fieller{.mean_a = inputs.number("mean_a"),
                                     .variance_of_mean_a = se_a * se_a,
                                     .mean_b = inputs.number("mean_b"),
                                     .variance_of_mean_b = se_b * se_b,
                                     .covariance = inputs.number_or("cov", 0),
                                     .z = inputs.number("z"),
                                     .level = 0.95};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::RelativeLift> lift = stats::fieller_relative_lift(fieller);
  if (!lift) return lift.error();
  return Value::object({{"bounded", Value::boolean(lift->interval.has_value())},
                        {"relative_lift", figure(lift->estimate)},
                        {"relative_lift_ci95", bounds(lift->interval)}});
}

constexpr Method kMethods[] = {
    {"fieller_relative_lift", "relative lift by Fieller's exact inversion", fieller_relative_lift},
};

}  // namespace

std::span<const Method> mean_methods() {
  return kMethods;
}

}  // namespace converge::calc
